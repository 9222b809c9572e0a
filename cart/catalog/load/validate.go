package load

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Register adds the tags of this module's values to v, for string fields:
//
//	notice         a notice number, check digits right
//	iuv            an IUV of any form
//	codicefiscale  a codice fiscale, or the 11 digits of a body or company
//	causale        a payment reason of 1 to 140 characters
//	euro           an amount in the wire form, as in "12.50"
func Register(v *validator.Validate) error {
	return register(v, map[string]func(string) error{
		"notice":        parses(notice.Parse),
		"iuv":           parses(notice.ParseIUV),
		"codicefiscale": parses(fiscal.Parse),
		"causale":       parses(causale.NewDetail),
		"euro":          parses(euro.Parse),
	})
}

// registerOwn adds the tags that only the catalogue has.
func registerOwn(v *validator.Validate) error {
	v.RegisterTagNameFunc(nameOf)
	v.RegisterStructValidation(kinds("kind", ruleFields), rule{})
	v.RegisterStructValidation(kinds("kind", priceFields), price{})
	v.RegisterStructValidation(onNotices, creditor{})
	return register(v, map[string]func(string) error{
		"iban":      iban,
		"institute": like(`^[A-Z0-9]+(-[A-Z0-9]+)*$`),
		"service":   like(`^[a-z0-9]+(-[a-z0-9]+)*$`),
		"taxonomy":  like(`^[6789]/[0-9]{7}(IM|TS|SP|SA|AP)/$`),
		"cbill":     like(`^[A-Z0-9]{5}$`),
		"picture":   picture,
		"poste":     poste,
		"decimal":   isNumber,
		"date":      parses(pagonline.ParseDate),
		"revenue":   func(s string) error { return new(causale.Revenue).UnmarshalText([]byte(s)) },
		"plain":     func(s string) error { return parses(causale.NewDetail)("a" + s + "a") },
		"web":       func(s string) error { return address(s, true) },
		"portal":    func(s string) error { return address(s, false) },
		"part": func(s string) error {
			if !causale.Part(s).Valid() {
				return errForm
			}
			return nil
		},
	})
}

func register(v *validator.Validate, tags map[string]func(string) error) error {
	var all []error
	for tag, valid := range tags {
		all = append(all, v.RegisterValidation(tag, func(field validator.FieldLevel) bool {
			return field.Field().Kind() == reflect.String && valid(field.Field().String()) == nil
		}))
	}
	return errors.Join(all...)
}

// What a price and a rule of each kind have: the fields that must be there, then those
// that may.
var (
	priceFields = map[string][2][]string{
		"quote":  {},
		"free":   {},
		"fixed":  {{"amount"}, {"maxQuantity"}},
		"tariff": {{"tariff"}, nil},
	}
	ruleFields = map[string][2][]string{
		"each":       {{"price"}, nil},
		"first-next": {{"first", "next"}, nil},
		"size":       {{"steps"}, nil},
		"format":     {{"prices"}, nil},
		"quality":    {{"prices"}, nil},
		"hourly":     {{"hour", "piece"}, nil},
		"every":      {{"pieces", "price"}, nil},
		"multiple":   {{"of", "factor"}, nil},
		"formula":    {{"price", "uses"}, {"copies"}},
		"quote":      {},
		"free":       {},
	}
)

// kinds checks that a struct has the fields that its kind needs, and no others.
func kinds(by string, fields map[string][2][]string) validator.StructLevelFunc {
	return func(level validator.StructLevel) {
		v := level.Current()
		kind := v.FieldByName("Kind")
		has, known := fields[kind.String()]
		if !known {
			if kind.String() != "" { // that it is missing is told already
				level.ReportError(kind.Interface(), by, "Kind", "kind", "")
			}
			return
		}
		for field, value := range v.Fields() {
			name := nameOf(field)
			missing := value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0
			needed, allowed := slices.Contains(has[0], name), slices.Contains(has[1], name)
			switch {
			case name == by:
			case needed && missing:
				level.ReportError(value.Interface(), name, field.Name, "needed", kind.String())
			case !needed && !allowed && !missing:
				level.ReportError(value.Interface(), name, field.Name, "excluded", kind.String())
			}
		}
	}
}

// onNotices checks what a creditor says on notices: that all contacts find room, and that
// what is of a postal account has one.
func onNotices(level validator.StructLevel) {
	c, _ := reflect.TypeAssert[creditor](level.Current())
	if utf8.RuneCountInString(catalog.Contacts(c.Contacts).String()) > catalog.MaxContacts {
		level.ReportError(c.Contacts, "contacts", "Contacts", "max", strconv.Itoa(catalog.MaxContacts))
	}
	for _, f := range []struct{ name, text string }{{"postalHolder", c.PostalHolder}, {"postalAuthorisation", c.PostalAuthorisation}} {
		if f.text != "" && c.PostalAccount == "" {
			level.ReportError(f.text, f.name, f.name, "account", "")
		}
	}
}

var authorisation = regexp.MustCompile(`^AUT\. DB/[A-Z0-9]{1,8}/[A-Z0-9]{1,8} [A-Z0-9]{1,12} DEL ([0-9]{2})/([0-9]{2})/([0-9]{4})$`)

// poste checks the authorisation of Poste Italiane, whose mask is
// AUT. DB/xxxx/xxx xxxxx DEL xx/xx/xxxx, and its day.
func poste(s string) error {
	day := authorisation.FindStringSubmatch(s)
	if day == nil {
		return errForm
	}
	_, err := pagonline.ParseDate(day[3] + "-" + day[2] + "-" + day[1])
	return err
}

// picture checks the path of a picture: within the directory of the catalogue.
func picture(s string) error {
	if !fs.ValidPath(s) || !slices.Contains([]string{".png", ".jpg", ".jpeg"}, strings.ToLower(path.Ext(s))) ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == '\\' || r == ':' }) {
		return errForm
	}
	return nil
}

var errForm = errors.New("load: wrong form")

func parses[T any](parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		_, err := parse(s)
		return err
	}
}

func like(pattern string) func(string) error {
	form := regexp.MustCompile(pattern)
	return func(s string) error {
		if !form.MatchString(s) {
			return errForm
		}
		return nil
	}
}

var (
	ofItaly = like(`^(IT|SM)[0-9]{2}[A-Z][0-9]{10}[A-Z0-9]{12}$`)
	masked  = like(`^(IT|SM)[0-9]{2}\*{19}[A-Z0-9]{4}$`)
)

// iban checks the form of an Italian or San Marino IBAN and its check digits
// (ISO 13616, mod 97). A masked one has the right form.
func iban(s string) error {
	if masked(s) == nil || ofItaly(s) == nil && payment.ValidIBAN(s) {
		return nil
	}
	return errForm
}

// address checks a web address: https, or plain http where it may be plain or stays on
// this machine.
func address(s string, plain bool) error {
	u, err := url.Parse(s)
	if err != nil || len(s) > 512 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) ||
		u.Hostname() == "" || u.User != nil {
		return errForm
	}
	local := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (plain || local) {
		return nil
	}
	return errForm
}

// pathOf turns the validator's name of a field into ours: its first word is the name of
// our type.
func pathOf(namespace string) string {
	_, rest, _ := strings.Cut(namespace, ".")
	return rest
}

// reasons say in both languages what the tags demand.
var reasons = map[string]pagonline.Text{
	"required":      {It: "manca", En: "missing"},
	"needed":        {It: "manca per il tipo %s", En: "missing for the kind %s"},
	"excluded":      {It: "non ammesso per il tipo %s", En: "not allowed for the kind %s"},
	"kind":          {It: "tipo sconosciuto", En: "unknown kind"},
	"eq":            {It: "deve essere %s", En: "must be %s"},
	"len":           {It: "deve avere %s caratteri", En: "must have %s characters"},
	"max":           {It: "al massimo %s", En: "%s at most"},
	"min":           {It: "almeno %s", En: "%s at least"},
	"oneof":         {It: "uno fra: %s", En: "one of: %s"},
	"unique":        {It: "valore ripetuto", En: "value given twice"},
	"number":        {It: "solo cifre", En: "digits only"},
	"email":         {It: "indirizzo e-mail non valido", En: "invalid e-mail address"},
	"printascii":    {It: "solo caratteri ASCII", En: "ASCII characters only"},
	"codicefiscale": {It: "codice fiscale non valido", En: "invalid fiscal code"},
	"causale":       {It: "testo non valido", En: "invalid text"},
	"plain":         {It: "testo non valido", En: "invalid text"},
	"euro":          {It: "importo non valido (es. 12.50)", En: "invalid amount (e.g. 12.50)"},
	"decimal":       {It: "numero non valido (es. 1.5)", En: "invalid number (e.g. 1.5)"},
	"date":          {It: "data non valida (aaaa-mm-gg)", En: "invalid date (yyyy-mm-dd)"},
	"revenue":       {It: "capo/capitolo/articolo non valido (es. 29/2584/03)", En: "invalid capo/capitolo/articolo (e.g. 29/2584/03)"},
	"web":           {It: "indirizzo web non valido", En: "invalid web address"},
	"portal":        {It: "deve essere un indirizzo https", En: "must be an https address"},
	"cbill":         {It: "codice CBILL non valido (5 lettere maiuscole o cifre)", En: "invalid CBILL code (5 capitals or digits)"},
	"picture":       {It: "non è il percorso di un PNG o JPEG accanto al catalogo", En: "not the path of a PNG or JPEG beside the catalogue"},
	"poste":         {It: "autorizzazione non valida (es. AUT. DB/XXXX/XXX 12345 DEL 01/01/2026)", En: "invalid authorisation (e.g. AUT. DB/XXXX/XXX 12345 DEL 01/01/2026)"},
	"account":       {It: "vuole postalAccount", En: "needs postalAccount"},
	"iban":          {It: "IBAN non valido", En: "invalid IBAN"},
	"institute":     {It: "codice non valido (es. AS-LI)", En: "invalid code (e.g. AS-LI)"},
	"service":       {It: "codice non valido (es. fotocopie)", En: "invalid code (e.g. fotocopie)"},
	"taxonomy":      {It: "codice tassonomia non valido (es. 9/0701100AP/)", En: "invalid taxonomy code (e.g. 9/0701100AP/)"},
	"part":          {It: "parte della causale sconosciuta", En: "unknown part of a payment reason"},
}

// reason says what a tag demands.
func reason(tag, param string) pagonline.Text {
	r, known := reasons[tag]
	switch {
	case !known:
		return pagonline.Same(tag)
	case strings.Contains(r.It, "%s"):
		return pagonline.Text{It: fmt.Sprintf(r.It, param), En: fmt.Sprintf(r.En, param)}
	default:
		return r
	}
}
