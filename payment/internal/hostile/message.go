package hostile

import (
	"slices"
	"strings"
)

// element is an element of a message that is right, as paForNode.xsd has it.
type element struct {
	name     string
	text     string // of a leaf
	attrs    string
	optional bool
	most     int // how often, 0 for once
	children []*element
}

func leaf(name, text string) *element            { return &element{name: name, text: text} }
func group(name string, in ...*element) *element { return &element{name: name, children: in} }

func maybe(e *element) *element {
	e.optional = true
	return e
}

func upTo(most int, e *element) *element {
	e.most = most
	return e
}

// String writes the element; the root has the namespace.
func (e *element) String() string {
	if e.children == nil {
		return "<" + e.name + e.attrs + ">" + e.text + "</" + e.name + ">"
	}
	var b strings.Builder
	b.WriteString("<" + e.name + e.attrs + ">")
	for _, c := range e.children {
		b.WriteString(c.String())
	}
	b.WriteString("</" + e.name + ">")
	return b.String()
}

func (e *element) clone() *element {
	c := *e
	c.children = nil
	for _, child := range e.children {
		c.children = append(c.children, child.clone())
	}
	return &c
}

// misplaced says which of the names cannot stand where it does, or which one is missing
// there; e has the right ones. It is the rule of a sequence in XML Schema.
func (e *element) misplaced(names []string) (name string, wrong bool) {
	for _, c := range e.children {
		n := 0
		for len(names) > 0 && names[0] == c.name && n < max(c.most, 1) {
			names = names[1:]
			n++
		}
		switch {
		case n == 0 && !c.optional:
			return c.name, true
		case c.most > 1 && len(names) > 0 && names[0] == c.name:
			return c.name, true
		}
	}
	if len(names) > 0 {
		return names[0], true
	}
	return "", false
}

func (e *element) names() []string {
	var names []string
	for _, c := range e.children {
		names = append(names, c.name)
	}
	return names
}

func root(name string, in ...*element) *element {
	head := []*element{leaf("idPA", creditor), leaf("idBrokerPA", creditor), leaf("idStation", creditor+"_01")}
	e := group("p:"+name, slices.Concat(head, in)...)
	e.attrs = space
	return e
}

// messages are the six requests with everything in them.
func messages() []*element {
	notice := func() *element { return group("qrCode", leaf("fiscalCode", creditor), leaf("noticeNumber", number)) }
	details := func() []*element {
		return []*element{
			notice(), maybe(leaf("amount", "12.50")), maybe(leaf("paymentNote", "ordine 1")),
			maybe(leaf("transferType", "POSTAL")), maybe(leaf("dueDate", "2026-12-23")),
		}
	}
	return []*element{
		root("paVerifyPaymentNoticeReq", notice()),
		root("paGetPaymentV2Request", details()...),
		root("paGetPaymentReq", details()...),
		root("paSendRTV2Request", receipt(true)),
		root("paSendRTReq", receipt(false)),
		root("paDemandPaymentNoticeRequest", leaf("idServizio", "00002"), leaf("idSoggettoServizio", "00003"), leaf("datiSpecificiServizioRequest", "PGRhdGEvPg==")),
	}
}

func subject(name string) *element {
	return group(name,
		group("uniqueIdentifier", leaf("entityUniqueIdentifierType", "F"), leaf("entityUniqueIdentifierValue", "ANONIMO")),
		leaf("fullName", "Mario Rossi"), maybe(leaf("streetName", "via di prova")), maybe(leaf("civicNumber", "1")), maybe(leaf("postalCode", "57100")),
		maybe(leaf("city", "Livorno")), maybe(leaf("stateProvinceRegion", "LI")), maybe(leaf("country", "IT")), maybe(leaf("e-mail", "mario.rossi@example.org")))
}

func metadata() *element {
	return maybe(group("metadata", upTo(15, group("mapEntry", leaf("key", "chiave"), leaf("value", "valore")))))
}

// receipt is ctReceiptV2, or ctReceipt.
func receipt(v2 bool) *element {
	only := func(in ...*element) []*element {
		if v2 {
			return in
		}
		return nil
	}
	transfer := group("transfer", slices.Concat(
		[]*element{leaf("idTransfer", "1"), leaf("transferAmount", "12.50"), leaf("fiscalCodePA", creditor)},
		only(maybe(leaf("companyName", "Ente di prova"))),
		[]*element{leaf("IBAN", "IT60X0542811101000000123456"), leaf("remittanceInformation", "causale"), leaf("transferCategory", "9/0701100AP/"), metadata()},
	)...)
	return group("receipt", slices.Concat(
		[]*element{
			leaf("receiptId", "c110729d258c4ab1b765fe902aae41d6"), leaf("noticeNumber", number), leaf("fiscalCode", creditor), leaf("outcome", "OK"),
			leaf("creditorReferenceId", "01000000000000144"), leaf("paymentAmount", "12.50"), leaf("description", "causale"), leaf("companyName", "Ente di prova"),
			maybe(leaf("officeName", "Ufficio di prova")), subject("debtor"), group("transferList", upTo(5, transfer)),
			leaf("idPSP", "PSPPROVA"), maybe(leaf("pspFiscalCode", "00000000000")), maybe(leaf("pspPartitaIVA", "00000000000")), leaf("PSPCompanyName", "PSP di prova"),
			leaf("idChannel", "00000000000_01"), leaf("channelDescription", "app"), maybe(subject("payer")), maybe(leaf("paymentMethod", "creditCard")),
		},
		only(maybe(leaf("paymentNote", "ordine 1"))),
		[]*element{maybe(leaf("fee", "1.00"))},
		only(maybe(leaf("primaryCiIncurredFee", "0.50")), maybe(leaf("idBundle", "1")), maybe(leaf("idCiBundle", "2"))),
		[]*element{
			maybe(leaf("paymentDateTime", "2026-11-23T10:30:00")), maybe(leaf("applicationDate", "2026-11-23")), maybe(leaf("transferDate", "2026-11-24")),
			metadata(), maybe(leaf("standIn", "false")),
		},
	)...)
}
