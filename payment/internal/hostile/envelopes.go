package hostile

import "strings"

// envelopes are documents whose message is right and whose envelope is not.
func envelopes() []Document {
	const soap = "http://schemas.xmlsoap.org/soap/envelope/"
	payload := strings.TrimSuffix(strings.TrimPrefix(verify, top), bottom)
	whole := func(name, body string, want Outcome) Document {
		return Document{Name: "envelope: " + name, Body: []byte(body), Want: want}
	}
	qualified := whole("the default namespace for all", strings.ReplaceAll(strings.ReplaceAll(verify, "xmlns:p=", "xmlns="), "p:pa", "pa"), Field)
	qualified.Path = "idPA"
	all := []Document{
		whole("none", payload, BadRequest),
		whole("nothing", "", BadRequest),
		whole("blanks", " \n\t", BadRequest),
		whole("text", "paVerifyPaymentNotice", BadRequest),
		whole("JSON", `{"idPA":"99999000013"}`, BadRequest),
		whole("HTML", `<html><body>503</body></html>`, BadRequest),
		whole("a message twice", top+payload+payload+bottom, BadRequest),
		whole("two messages", top+payload+messages()[1].String()+bottom, BadRequest),
		whole("an envelope in an envelope", top+verify+bottom, BadRequest),
		whole("in the header", `<e:Envelope xmlns:e="`+soap+`"><e:Header>`+payload+`</e:Header><e:Body/></e:Envelope>`, BadRequest),
		whole("in the header too", `<e:Envelope xmlns:e="`+soap+`"><e:Header>`+payload+`</e:Header><e:Body>`+payload+`</e:Body></e:Envelope>`, OK),
		whole("a message beside the body", `<e:Envelope xmlns:e="`+soap+`">`+payload+`</e:Envelope>`, BadRequest),
		whole("a fault", top+`<e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault>`+bottom, BadRequest),
		whole("an answer", top+`<p:paVerifyPaymentNoticeRes`+space+`><outcome>OK</outcome></p:paVerifyPaymentNoticeRes>`+bottom, BadRequest),
		whole("no message", top+bottom, BadRequest),
		whole("a message of a PSP", strings.ReplaceAll(verify, "pa/paForNode.xsd", "node/nodeForPsp.xsd"), BadRequest),
		whole("the older namespace", strings.ReplaceAll(verify, "paForNode.xsd", "paForNode"), BadRequest),
		whole("an unknown message", strings.ReplaceAll(verify, "paVerifyPaymentNoticeReq", "paaVerificaRPT"), BadRequest),
		whole("a message in small letters", strings.ReplaceAll(verify, "paVerifyPaymentNoticeReq", "paverifypaymentnoticereq"), BadRequest),
		whole("a message without a namespace", strings.ReplaceAll(verify, "p:pa", "pa"), BadRequest),
		qualified,
		whole("another prefix", strings.ReplaceAll(strings.ReplaceAll(verify, "xmlns:p=", "xmlns:soapenv="), "p:pa", "soapenv:pa"), OK),
		whole("prefixes exchanged", strings.ReplaceAll(strings.ReplaceAll(verify, "e:", "x:"), "xmlns:e=", "xmlns:x="), OK),
	}
	return append(all, documents("envelope", []row{
		{"SOAP 1.2", soap, "http://www.w3.org/2003/05/soap-envelope", BadRequest, ""},
		{"another version", soap, soap + "1.3/", BadRequest, ""},
		{"no namespace", `<e:Envelope xmlns:e="` + soap + `">`, `<Envelope>`, BadRequest, ""},
		{"a namespace with a blank", soap, soap + " ", BadRequest, ""},
		{"a namespace written with references", soap, "&#104;ttp://schemas.xmlsoap.org/soap/envelope/", OK, ""},
		{"text in it", `<e:Body>`, `x<e:Body>`, BadRequest, ""},
		{"text in the body", `<e:Body>`, `<e:Body>x`, BadRequest, ""},
		{"text after the message", `</e:Body>`, `x</e:Body>`, BadRequest, ""},
		{"text after the body", `</e:Body>`, `</e:Body>x`, BadRequest, ""},
		{"blanks about the message", `<e:Body>`, "<e:Body>\n\t ", OK, ""},
		{"a comment about the message", `<e:Body>`, "<e:Body><!-- x -->", OK, ""},
		{"an element before the body", `<e:Body>`, `<x/><e:Body>`, BadRequest, ""},
		{"an element after the message", `</e:Body>`, `<x/></e:Body>`, BadRequest, ""},
		{"an element after the body", `</e:Body>`, `</e:Body><x xmlns="urn:prova"/>`, BadRequest, ""},
		{"two bodies", `</e:Body>`, `</e:Body><e:Body/>`, BadRequest, ""},
		{"an empty header", `<e:Body>`, `<e:Header/><e:Body>`, OK, ""},
		{"a header", `<e:Body>`, `<e:Header><s:Security xmlns:s="urn:s" e:mustUnderstand="1"><s:Token>x</s:Token></s:Security></e:Header><e:Body>`, OK, ""},
		{"two headers", `<e:Body>`, `<e:Header/><e:Header/><e:Body>`, BadRequest, ""},
		{"a header after the body", `</e:Body>`, `</e:Body><e:Header/>`, BadRequest, ""},
		{"a header of another namespace", `<e:Body>`, `<Header/><e:Body>`, BadRequest, ""},
		{"a body of another namespace", `<e:Body>`, `<Body/><e:Body>`, BadRequest, ""},
		{"a header not closed", `<e:Body>`, `<e:Header><e:Body>`, BadRequest, ""},
		{"attributes of it", `<e:Body>`, `<e:Body xml:id="x" e:encodingStyle="y">`, OK, ""},
		{"an attribute of the message", space, space + ` a="b"`, Field, ""},
		{"hints of the message", space, space + ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"`, OK, ""},
		{"hints at types", `<idPA>`, `<idPA xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">`, OK, ""},
		{"a hint that there is none of", `<idPA>`, `<idPA xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:hint="x">`, Field, "idPA"},
		{"a hint of another namespace", `<idPA>`, `<idPA xmlns:xsi="http://www.w3.org/1999/XMLSchema-instance" xsi:type="x">`, Field, "idPA"},
		{"text in the message", `<idPA>`, `x<idPA>`, Field, ""},
		{"text in a group", `<fiscalCode>`, `x<fiscalCode>`, Field, "qrCode"},
		{"text at the end of a group", `</qrCode>`, `x</qrCode>`, Field, "qrCode"},
		{"a no-break space in a group", `</qrCode>`, "\u00a0</qrCode>", Field, "qrCode"},
		{"a message in an attribute", `<idPA>99999000013</idPA>`, `<idPA value="99999000013"/>`, Field, "idPA"},
		{"an inclusion", `<idPA>99999000013</idPA>`, `<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>`, Field, "idPA"},
	})...)
}
