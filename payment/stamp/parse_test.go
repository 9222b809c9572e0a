package stamp_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/stamp"
)

func TestParse(t *testing.T) {
	attachment, says := genuine(t)
	got, err := stamp.Parse(attachment)
	require.NoError(t, err)
	require.Equal(t, says, got)
}

// What a stamp may look like and still say the same, or nearly.
func TestParseVariants(t *testing.T) {
	attachment, says := genuine(t)
	doc := string(attachment)
	for name, c := range map[string]struct {
		doc  string
		want func(*stamp.Stamp)
	}{
		"byte order mark":        {"\ufeff" + doc, nil},
		"no declaration":         {doc[strings.Index(doc, "?>")+2:], nil},
		"folded":                 {strings.ReplaceAll(doc, "><", ">\r\n\t <"), nil},
		"empty tags":             {regexp.MustCompile(`></(DigestMethod|Transform|CanonicalizationMethod|SignatureMethod)>`).ReplaceAllString(doc, "/>"), nil},
		"a prefix for the root":  {prefixed(doc), nil},
		"character references":   {strings.Replace(doc, ">16.00<", ">&#49;6.00<", 1), nil},
		"folded hash":            {strings.Replace(doc, says.Hash, "\n"+says.Hash[:20]+"\r\n "+says.Hash[20:]+"\t", 1), nil},
		"one decimal":            {strings.Replace(doc, ">16.00<", "> 16.0\n<", 1), nil},
		"no decimals":            {strings.Replace(doc, ">16.00<", ">016<", 1), nil},
		"UTC":                    {strings.Replace(doc, "2026-11-23T20:18:01+01:00", "2026-11-23T19:18:01Z", 1), nil},
		"Rome without saying so": {strings.Replace(doc, "2026-11-23T20:18:01+01:00", "2026-11-23T20:18:01", 1), nil},
		"summer": {strings.Replace(doc, "2026-11-23T20:18:01+01:00", "2026-07-01T12:00:00.659", 1), func(s *stamp.Stamp) {
			s.PurchasedAt = time.Date(2026, 7, 1, 10, 0, 0, 659_000_000, time.UTC)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			want := says
			if c.want != nil {
				c.want(&want)
			}
			got, err := stamp.Parse([]byte(c.doc))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// prefixed writes the stamp with a prefix for every element of its own.
func prefixed(doc string) string {
	doc = regexp.MustCompile(`<(/?)(marcaDaBollo|PSP|CodiceFiscale|Denominazione|IUBD|OraAcquisto|Importo|TipoBollo|ImprontaDocumento)([ >])`).
		ReplaceAllString(doc, "<${1}m:$2$3")
	doc = strings.Replace(doc, `xmlns="`+space, `xmlns:m="`+space, 1)
	return strings.Replace(strings.Replace(doc, "<DigestMethod", "<m:DigestMethod", 1), "</DigestMethod>", "</m:DigestMethod>", 1)
}

func TestParseRefuses(t *testing.T) {
	attachment, says := genuine(t)
	doc := string(attachment)
	swap := func(old, with string) string {
		t.Helper()
		require.Contains(t, doc, old)
		return strings.Replace(doc, old, with, 1)
	}
	for name, c := range map[string]struct {
		doc  string
		want stamp.FaultError
	}{
		"nothing":          {"", stamp.ErrUnreadable},
		"text":             {"marca da bollo", stamp.ErrUnreadable},
		"an empty stamp":   {"<marcaDaBollo/>", stamp.ErrUnreadable},
		"cut short":        {doc[:len(doc)-1], stamp.ErrUnreadable},
		"a second root":    {doc + "<a/>", stamp.ErrUnreadable},
		"text after it":    {doc + "x", stamp.ErrUnreadable},
		"no signature":     {before(doc, "<Signature") + "</marcaDaBollo>", stamp.ErrUnreadable},
		"another root":     {strings.ReplaceAll(doc, "marcaDaBollo", "marcadabollo"), stamp.ErrUnreadable},
		"no namespace":     {swap(` xmlns="`+space+`"`, ""), stamp.ErrUnreadable},
		"another one":      {swap(space, space+"/"), stamp.ErrUnreadable},
		"an attribute":     {swap("<marcaDaBollo", `<marcaDaBollo Id="a"`), stamp.ErrUnreadable},
		"attribute inside": {swap("<IUBD>", `<IUBD a="b">`), stamp.ErrUnreadable},
		"xsi":              {swap("<IUBD>", `<IUBD xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true">`), stamp.ErrUnreadable},
		"text between":     {swap("<IUBD>", "x<IUBD>"), stamp.ErrUnreadable},
		"a part missing":   {swap("<IUBD>01240002186093</IUBD>", ""), stamp.ErrUnreadable},
		"a part twice":     {swap("<IUBD>01240002186093</IUBD>", "<IUBD>1</IUBD><IUBD>2</IUBD>"), stamp.ErrUnreadable},
		"another order":    {swap("<Importo>16.00</Importo><TipoBollo>01</TipoBollo>", "<TipoBollo>01</TipoBollo><Importo>16.00</Importo>"), stamp.ErrUnreadable},
		"a foreign part":   {swap("<IUBD>", `<IUBD xmlns="urn:x">`), stamp.ErrUnreadable},
		"unknown":          {swap("<IUBD>", `<Note>x</Note><IUBD>`), stamp.ErrUnreadable},
		"an empty number":  {swap("01240002186093", ""), stamp.ErrUnreadable},
		"a long number":    {swap("01240002186093", strings.Repeat("1", 257)), stamp.ErrUnreadable},
		"elements in it":   {swap("01240002186093", "<a/>"), stamp.ErrUnreadable},
		"no seller":        {swap("<CodiceFiscale>99999000013</CodiceFiscale>", ""), stamp.ErrUnreadable},
		"a foreign seller": {swap("<Denominazione>", `<Denominazione xmlns="">`), stamp.ErrUnreadable},

		"comment in a text":     {swap(">16.00<", ">1<!-- -->6.00<"), stamp.ErrUnreadable},
		"comment between":       {swap("<IUBD>", "<!-- --><IUBD>"), stamp.ErrUnreadable},
		"comment in signature":  {swap("<SignatureValue>", "<SignatureValue><!---->"), stamp.ErrUnreadable},
		"comment before":        {"<!-- -->" + doc[strings.Index(doc, "?>")+2:], stamp.ErrUnreadable},
		"comment after":         {doc + "<!-- -->", stamp.ErrUnreadable},
		"instruction in a text": {swap(">16.00<", ">1<?x?>6.00<"), stamp.ErrUnreadable},
		"instruction after":     {doc + "<?x?>", stamp.ErrUnreadable},
		"CDATA":                 {swap(">16.00<", "><![CDATA[16.00]]><"), stamp.ErrUnreadable},
		"document type":         {swap("?>", `?><!DOCTYPE marcaDaBollo [<!ENTITY a "16.00">]>`), stamp.ErrUnreadable},
		"entity":                {swap(">16.00<", ">&a;<"), stamp.ErrUnreadable},
		"not UTF-8":             {swap("PSP di prova", "\xe0"), stamp.ErrUnreadable},
		"UTF-16":                {swap("UTF-8", "UTF-16"), stamp.ErrUnreadable},
		"Latin-1":               {swap("UTF-8", "ISO-8859-1"), stamp.ErrUnreadable},
		"deep":                  {strings.Repeat("<a>", 100_000), stamp.ErrUnreadable},
		"wide":                  {"<a>" + strings.Repeat("<b/>", 20_000) + "</a>", stamp.ErrUnreadable},
		"large":                 {swap("<IUBD>", strings.Repeat(" ", 128<<10)+"<IUBD>"), stamp.ErrUnreadable},

		"no time":       {swap("2026-11-23T20:18:01+01:00", "2026-11-23"), stamp.ErrUnreadable},
		"30 February":   {swap("2026-11-23T20:18:01+01:00", "2026-02-30T20:18:01Z"), stamp.ErrUnreadable},
		"25 o'clock":    {swap("2026-11-23T20:18:01+01:00", "2026-11-23T25:18:01Z"), stamp.ErrUnreadable},
		"comma":         {swap("2026-11-23T20:18:01+01:00", "2026-11-23T20:18:01,5Z"), stamp.ErrUnreadable},
		"short hour":    {swap("2026-11-23T20:18:01+01:00", "2026-11-23T8:18:01Z"), stamp.ErrUnreadable},
		"year nought":   {swap("2026-11-23T20:18:01+01:00", "0000-11-23T20:18:01Z"), stamp.ErrUnreadable},
		"a far zone":    {swap("+01:00", "+99:99"), stamp.ErrUnreadable},
		"nothing due":   {swap(">16.00<", ">0.00<"), stamp.ErrAmount},
		"less":          {swap(">16.00<", ">-16.00<"), stamp.ErrAmount},
		"three places":  {swap(">16.00<", ">16.001<"), stamp.ErrAmount},
		"Italian":       {swap(">16.00<", ">16,00<"), stamp.ErrAmount},
		"scientific":    {swap(">16.00<", ">1.6e1<"), stamp.ErrAmount},
		"too much":      {swap(">16.00<", ">9999999999.00<"), stamp.ErrAmount},
		"other figures": {swap(">16.00<", ">١٦.00<"), stamp.ErrAmount},
		"type 02":       {swap(">01<", ">02<"), stamp.ErrType},
		"type and more": {swap(">01<", "> 01<"), stamp.ErrType},

		"SHA-1":          {swap("<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"", "<DigestMethod Algorithm=\""+dsigs+"sha1\""), stamp.ErrHash},
		"no algorithm":   {swap(" Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"", ""), stamp.ErrHash},
		"another hash":   {swap(says.Hash, "Y2lhbw=="), stamp.ErrHash}, // as in samples: not 32 bytes
		"no hash":        {swap(says.Hash, ""), stamp.ErrHash},
		"loose base64":   {swap(says.Hash, says.Hash[:42]+"9="), stamp.ErrHash}, // bits left over
		"URL base64":     {swap(says.Hash, strings.Repeat("_", 43)+"="), stamp.ErrHash},
		"hash elsewhere": {swap("ns2:DigestValue", "DigestValue"), stamp.ErrUnreadable}, // its end tag does not fit
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			got, err := stamp.Parse([]byte(c.doc))
			require.ErrorIs(t, err, c.want)
			require.Equal(t, string(c.want), stamp.FaultCode(err))
			require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
			require.Equal(t, stamp.Stamp{}, got)
			require.Less(t, time.Since(started), 200*time.Millisecond) // 5 ms, and a machine that is busy
		})
	}
}

// The stamps of pagoPA's own test messages are no stamps; they must not be believed.
func TestOfficialSample(t *testing.T) {
	message, err := os.ReadFile(officialtest.Path(t, "samples/07_sendPaymentOutcomeV2_req_MBD.xml"))
	require.NoError(t, err)
	_, rest, _ := bytes.Cut(message, []byte("<MBDAttachment>"))
	text, _, _ := bytes.Cut(rest, []byte("<"))
	attachment, err := base64.StdEncoding.DecodeString(string(text))
	require.NoError(t, err)
	_, err = stamp.Parse(attachment)
	require.Equal(t, "unreadable", stamp.FaultCode(err))
}

func before(s, mark string) string {
	head, _, _ := strings.Cut(s, mark)
	return head
}
