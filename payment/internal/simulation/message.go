package simulation

import (
	"fmt"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

// The parties. B has its notices on the same station, and a share of some of A's; C is
// somebody else's.
const (
	creditorA = "99999000013"
	creditorB = "01234567897"
	creditorC = "00000000018"
	broker    = "88888888888"
	stationID = "88888888888_01"
	iban      = "IT60X0542811101000000123456"

	sendRT, sendRTV1         = "paSendRTV2", "paSendRT"
	getPayment, getPaymentV1 = "paGetPaymentV2", "paGetPayment"
	verifyNotice             = "paVerifyPaymentNotice"
)

// Creditors are those that a [Config.Open] has to serve: fiscal codes, broker, station.
func Creditors() (fiscalCodes []string, brokerID, station string) {
	return []string{creditorA, creditorB}, broker, stationID
}

// message is a receipt on its way.
type message struct {
	operation                 string
	creditor, broker, station string // who is to get it, and where
	id, number, iuv, issuer   string
	failed                    bool // outcome KO
	cents                     int64
	shares                    []share
	debtor                    person
	psp                       string
	paidAt                    time.Time
	standIn                   bool
	note                      string // of V2 only
	missing                   string // an element that is left out
}

func (g message) position() payment.Key {
	n, err := notice.ParseSyntax(g.number)
	if err != nil {
		return payment.Key{Creditor: g.issuer}
	}
	return payment.Key{Creditor: g.issuer, Number: n}
}

// content is what both versions of the message say.
func (g message) content() string {
	if g.operation == payment.OperationBizEvents {
		return "biz-events " + g.core()
	}
	return fmt.Sprint(g.core(), g.debtor, g.psp, g.paidAt.Unix(), g.standIn)
}

// core is what biz-events knows, too.
func (g message) core() string {
	return fmt.Sprint(g.creditor, g.id, g.issuer, g.number, g.iuv, g.failed, g.cents, g.shares)
}

// recovers reports whether one of both is of biz-events, and both of the same payment.
func (g message) recovers(o message) bool {
	return (g.operation == payment.OperationBizEvents) != (o.operation == payment.OperationBizEvents) && g.core() == o.core()
}

// money writes cents as the wire does.
func money(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// xml collects a message.
type xml struct {
	b       []byte
	missing string
}

func (x *xml) add(texts ...string) {
	for _, s := range texts {
		x.b = append(x.b, s...)
	}
}

func (x *xml) leaf(name, text string) {
	if name != x.missing && text != "" {
		x.add("<", name, ">", text, "</", name, ">")
	}
}

func (x *xml) wrap(root string, fields func()) []byte {
	x.b = make([]byte, 0, 3<<10)
	x.add(`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Body><p:`, root, `>`)
	fields()
	x.add(`</p:`, root, `></soapenv:Body></soapenv:Envelope>`)
	return x.b
}

// body writes the message as the node does.
func (g message) body() []byte {
	x := xml{missing: g.missing}
	root := sendRT + "Request"
	if g.operation == sendRTV1 {
		root = sendRTV1 + "Req"
	}
	return x.wrap(root, func() {
		x.leaf("idPA", g.creditor)
		x.leaf("idBrokerPA", g.broker)
		x.leaf("idStation", g.station)
		x.add("<receipt>")
		g.receipt(&x)
		x.add("</receipt>")
	})
}

func (g message) receipt(x *xml) {
	outcome := "OK"
	if g.failed {
		outcome = "KO"
	}
	for _, f := range [][2]string{
		{"receiptId", g.id},
		{"noticeNumber", g.number},
		{"fiscalCode", g.issuer},
		{"outcome", outcome},
		{"creditorReferenceId", g.iuv},
		{"paymentAmount", money(g.cents)},
		{"description", "prot. 345/2024"},
		{"companyName", "Ente creditore di prova"},
	} {
		x.leaf(f[0], f[1])
	}
	x.b = fmt.Appendf(x.b, "<debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>%s"+
		"</entityUniqueIdentifierValue></uniqueIdentifier><fullName>%s</fullName><e-mail>%s</e-mail></debtor><transferList>", g.debtor.code, g.debtor.name, g.debtor.email)
	for i, s := range g.shares {
		x.b = fmt.Appendf(x.b, "<transfer><idTransfer>%d</idTransfer><transferAmount>%s</transferAmount><fiscalCodePA>%s</fiscalCodePA><IBAN>%s</IBAN>"+
			"<remittanceInformation>x</remittanceInformation><transferCategory>9/0701100AP/</transferCategory></transfer>", i+1, money(s.cents), s.creditor, iban)
	}
	x.add("</transferList>")
	x.leaf("idPSP", g.psp)
	x.leaf("PSPCompanyName", "PSP di prova")
	x.leaf("idChannel", "88888888888_02")
	x.leaf("channelDescription", "app")
	x.leaf("paymentMethod", "creditCard")
	if g.operation == sendRT {
		x.leaf("paymentNote", g.note)
	}
	x.leaf("paymentDateTime", g.paidAt.UTC().Format("2006-01-02T15:04:05Z"))
	if g.standIn {
		x.leaf("standIn", "true")
	}
}

// ask writes a question about a notice.
func ask(operation, creditor, number string) []byte {
	var x xml
	root := operation + "Req"
	if operation == getPayment {
		root = operation + "Request"
	}
	return x.wrap(root, func() {
		x.leaf("idPA", creditor)
		x.leaf("idBrokerPA", broker)
		x.leaf("idStation", stationID)
		x.b = fmt.Appendf(x.b, "<qrCode><fiscalCode>%s</fiscalCode><noticeNumber>%s</noticeNumber></qrCode>", creditor, number)
	})
}

// texts returns what stands in the elements of a name.
func texts(body []byte, name string) (found []string) {
	open, end := "<"+name+">", "</"+name+">"
	for rest := string(body); ; {
		_, after, ok := strings.Cut(rest, open)
		if !ok {
			return found
		}
		text, left, _ := strings.Cut(after, end)
		found, rest = append(found, text), left
	}
}
