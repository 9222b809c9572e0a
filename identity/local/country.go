package local

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/pagonline/pagonline"
)

// countriesFile is the list that the module ships.
//
//go:embed countries.json
var countriesFile []byte

// Country is what the policy knows of one.
type Country struct {
	Code string         `json:"code"` // ISO 3166 alpha-2
	Name pagonline.Text `json:"-"`    // as in "Germania" and "Germany"
	// EIDAS is true if its people sign in through the Italian eIDAS node. Italy's have
	// SPID and CIE.
	EIDAS bool `json:"eidas"`
	// ByEmail admits its people to an account by e-mail all the same.
	ByEmail bool   `json:"by_email,omitempty"`
	Source  string `json:"source"` // who says so; "" for a country that the file does not name
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

// Countries returns all countries of ISO 3166 with what the policy knows of them, for a
// form that asks the nationality: by their names in lang, "it" or "en".
func (p Policy) Countries(lang string) []Country {
	all := make([]Country, 0, len(nations))
	for code, name := range nations {
		c := p.rows[code]
		c.Code, c.Name = code, name
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Country) int {
		return cmp.Or(strings.Compare(plain(a.Name.In(lang)), plain(b.Name.In(lang))), strings.Compare(a.Code, b.Code))
	})
	return all
}

// plain returns a name as dictionaries sort it: without accents, in small letters.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
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
	_, known := nations[code]
	return known
}
