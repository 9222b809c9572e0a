package load

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity/fiscal"
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
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("json") })
	return register(v, map[string]func(string) error{
		"iban":      iban,
		"institute": like(`^[A-Z0-9]+(-[A-Z0-9]+)*$`),
		"service":   like(`^[a-z0-9]+(-[a-z0-9]+)*$`),
		"taxonomy":  like(`^[6789]/[0-9]{7}(IM|TS|SP|SA|AP)/$`),
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

// iban checks the form of an Italian or San Marino IBAN and its check digits
// (ISO 13616, mod 97).
func iban(s string) error {
	if len(s) != 27 || like(`^(IT|SM)[0-9]{2}[A-Z][0-9]{10}[A-Z0-9]{12}$`)(s) != nil {
		return errForm
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		n, err := strconv.ParseInt(string(c), 36, 64)
		if err != nil {
			return errForm
		}
		if n > 9 {
			rest *= 10
		}
		rest = (rest*10 + int(n)) % 97
	}
	if rest != 1 {
		return errForm
	}
	return nil
}

// path turns the validator's name of a field into ours: its first word is the name of
// our type.
func path(namespace string) string {
	_, rest, _ := strings.Cut(namespace, ".")
	return rest
}

// reason says in both languages what a tag demands.
func reason(tag, param string) pagonline.Text {
	reasons := map[string]pagonline.Text{
		"required":      {It: "manca", En: "missing"},
		"required_if":   {It: "manca per questo tipo di prezzo", En: "missing for this kind of price"},
		"excluded_if":   {It: "non ammesso per questo tipo di prezzo", En: "not allowed for this kind of price"},
		"eq":            {It: "deve essere %s", En: "must be %s"},
		"len":           {It: "deve avere %s caratteri", En: "must have %s characters"},
		"max":           {It: "al massimo %s", En: "%s at most"},
		"min":           {It: "almeno %s", En: "%s at least"},
		"oneof":         {It: "uno fra: %s", En: "one of: %s"},
		"number":        {It: "solo cifre", En: "digits only"},
		"email":         {It: "indirizzo e-mail non valido", En: "invalid e-mail address"},
		"printascii":    {It: "solo caratteri ASCII", En: "ASCII characters only"},
		"codicefiscale": {It: "codice fiscale non valido", En: "invalid fiscal code"},
		"causale":       {It: "testo non valido", En: "invalid text"},
		"euro":          {It: "importo non valido (es. 12.50)", En: "invalid amount (e.g. 12.50)"},
		"iban":          {It: "IBAN non valido", En: "invalid IBAN"},
		"institute":     {It: "codice non valido (es. AS-LI)", En: "invalid code (e.g. AS-LI)"},
		"service":       {It: "codice non valido (es. fotocopie)", En: "invalid code (e.g. fotocopie)"},
		"taxonomy":      {It: "codice tassonomia non valido (es. 9/0701100AP/)", En: "invalid taxonomy code (e.g. 9/0701100AP/)"},
		"part":          {It: "parte della causale sconosciuta", En: "unknown part of a payment reason"},
	}
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
