package local

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// countriesFile is the list that the module ships.
//
//go:embed countries.json
var countriesFile []byte

// Country is what the policy knows of one.
type Country struct {
	Code string `json:"code"` // ISO 3166 alpha-2
	// EIDAS is true if its people sign in through the Italian eIDAS node. Italy's have
	// SPID and CIE.
	EIDAS bool `json:"eidas"`
	// ByEmail admits its people to an account by e-mail all the same.
	ByEmail bool   `json:"by_email,omitempty"`
	Source  string `json:"source"` // who says so
	Date    string `json:"date"`   // and when, as in "2026-11-24"
}

// Policy says by the nationality who may have an account by e-mail. The zero value
// stands for [DefaultPolicy] in a [Config], and by itself knows no eIDAS country.
type Policy struct {
	date string
	rows map[string]Country
}

// DefaultPolicy returns the policy of the list that the module ships. Rows whose source
// says "unconfirmed" were not found in a publication of the Commission.
func DefaultPolicy() (Policy, error) { return ReadPolicy(bytes.NewReader(countriesFile)) }

// ReadPolicy reads a policy from JSON:
//
//	{"date": "2026-11-24", "countries": [{"code": "DE", "eidas": true, "source": "…", "date": "…"}]}
//
// Countries that are not in it have no eIDAS. Each row tells its source and its date.
func ReadPolicy(r io.Reader) (Policy, error) {
	var file struct {
		Date      string    `json:"date"`
		Countries []Country `json:"countries"`
	}
	const most = 1 << 20
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return Policy{}, err
	}
	if len(b) > most {
		return Policy{}, errors.New("local: file of countries too long")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return Policy{}, fmt.Errorf("local: file of countries: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Policy{}, errors.New("local: file of countries goes on after its end")
	}
	if !isDate(file.Date) {
		return Policy{}, errors.New("local: file of countries without a date")
	}
	p := Policy{date: file.Date, rows: make(map[string]Country, len(file.Countries))}
	for _, c := range file.Countries {
		_, twice := p.rows[c.Code]
		if twice || !isCountry(c.Code) || c.Source == "" || !isDate(c.Date) {
			return Policy{}, fmt.Errorf("local: file of countries: row %q", c.Code)
		}
		p.rows[c.Code] = c
	}
	return p, nil
}

func isDate(s string) bool {
	_, err := pagonline.ParseDate(s)
	return err == nil
}

// Date returns the date of the list, as in "2026-11-24".
func (p Policy) Date() string { return p.date }

// Countries returns the rows of the list by their codes.
func (p Policy) Countries() []Country {
	return slices.SortedFunc(maps.Values(p.rows), func(a, b Country) int { return strings.Compare(a.Code, b.Code) })
}

// Admit returns a policy that lets people of more countries register by e-mail, because
// the schemes of theirs fail them. It refuses what is no country.
func (p Policy) Admit(codes ...string) (Policy, error) {
	rows := make(map[string]Country, len(p.rows)+len(codes))
	maps.Copy(rows, p.rows)
	for _, code := range codes {
		if !isCountry(code) {
			return Policy{}, fmt.Errorf("local: %q is no country", code)
		}
		c := rows[code]
		c.Code, c.ByEmail = code, true
		rows[code] = c
	}
	p.rows = rows
	return p, nil
}

// Check returns nil if somebody of the nationality (ISO 3166 alpha-2) may register by
// e-mail. Its error has [pagonline.CodeEIDASCountryAvailable] for who has SPID, CIE or
// eIDAS, and CodeRequiredField or CodeInputSyntax for what is no country; all name the
// field "nationality".
func (p Policy) Check(nationality string) error {
	code, err := country(nationality)
	if err != nil {
		return err
	}
	if c := p.rows[code]; !c.ByEmail && (c.EIDAS || code == "IT") {
		return pagonline.NewError(pagonline.CodeEIDASCountryAvailable).At("nationality")
	}
	return nil
}

// CheckEIDAS returns nil if somebody of the nationality can sign in with eIDAS. Its error
// has [pagonline.CodeEIDASCountryUnavailable] for a country that the node does not know,
// CodeEIDASCountryAvailable for Italians, whose SPID and CIE its text names, and
// otherwise those of [Policy.Check].
func (p Policy) CheckEIDAS(nationality string) error {
	code, err := country(nationality)
	switch {
	case err != nil:
		return err
	case code == "IT":
		return pagonline.NewError(pagonline.CodeEIDASCountryAvailable).At("nationality")
	case !p.rows[code].EIDAS:
		return pagonline.NewError(pagonline.CodeEIDASCountryUnavailable).At("nationality")
	}
	return nil
}

// country returns the code in capitals.
func country(s string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(s))
	switch {
	case code == "":
		return "", required("nazionalità", "nationality", "nationality")
	case !isCountry(code):
		return "", pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
			It: "codice di nazione a due lettere (ISO 3166)", En: "two-letter country code (ISO 3166)",
		}).At("nationality")
	}
	return code, nil
}

func isCountry(code string) bool {
	return len(code) == 2 && !strings.Contains(code, " ") && strings.Contains(iso3166, " "+code+" ")
}

// iso3166 are the codes of ISO 3166-1 alpha-2, and XK, which the European institutions
// use for Kosovo.
const iso3166 = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ" +
	" CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR" +
	" GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP" +
	" KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ" +
	" NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW" +
	" SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ" +
	" UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "
