package saml

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/identity"
)

// carried is a message as a browser brought it.
type carried struct {
	binding Binding
	param   string // SAMLRequest or SAMLResponse
	message []byte
	// What follows is of the Redirect binding.
	octets    string // that are signed
	method    string
	signature []byte
}

// carriedBy takes the one message out of what a browser brought.
func carriedBy(back identity.Callback) (carried, error) {
	switch back.Method {
	case http.MethodPost:
		return posted(back.Values)
	case http.MethodGet:
		return redirected(back.Query)
	default:
		return carried{}, reason("neither GET nor POST")
	}
}

func posted(values url.Values) (c carried, err error) {
	c.binding = POST
	requests, responses := values["SAMLRequest"], values["SAMLResponse"]
	field := append(slices.Clone(requests), responses...)
	if len(field) != 1 {
		return c, reason("not one message")
	}
	if c.param = "SAMLResponse"; len(requests) == 1 {
		c.param = "SAMLRequest"
	}
	c.message, err = DecodePost(field[0])
	return c, err
}

// redirected takes the query as it came, since the signature is over its very octets, in
// an order of its own (SAML bindings, 3.4.4.1).
func redirected(query string) (c carried, err error) {
	c.binding = Redirect
	if len(query) > 2*messageLimits.bytes {
		return c, reason("message too long")
	}
	raw, err := parameters(query)
	if err != nil {
		return c, err
	}
	request, isRequest := raw["SAMLRequest"]
	response, isResponse := raw["SAMLResponse"]
	if isRequest == isResponse {
		return c, reason("not one message")
	}
	message := response
	if c.param = "SAMLResponse"; isRequest {
		c.param, message = "SAMLRequest", request
	}
	c.octets = c.param + "=" + message
	if state, ok := raw["RelayState"]; ok {
		c.octets += "&RelayState=" + state
	}
	c.octets += "&SigAlg=" + raw["SigAlg"]
	var value, encoded, encoding string
	for name, into := range map[string]*string{c.param: &value, "SigAlg": &c.method, "Signature": &encoded, "SAMLEncoding": &encoding} {
		if *into, err = url.QueryUnescape(raw[name]); err != nil {
			return c, reason("query")
		}
	}
	if encoding != "" && encoding != "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE" {
		return c, reason("SAMLEncoding")
	}
	if c.signature, err = base64.StdEncoding.Strict().DecodeString(unblank(encoded)); err != nil || len(c.signature) == 0 {
		return c, reason("not signed")
	}
	c.message, err = DecodeRedirect(value)
	return c, err
}

// parameters returns those of the binding, as they came: each once, with its name
// written plainly, so that nobody reads another than the one that is signed.
func parameters(query string) (map[string]string, error) {
	ours := []string{"SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"}
	raw := map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		written, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(written)
		if err != nil {
			return nil, reason("query")
		}
		if !slices.ContainsFunc(ours, func(s string) bool { return strings.EqualFold(s, name) }) {
			continue
		}
		if _, twice := raw[name]; twice || name != written || !slices.Contains(ours, name) {
			return nil, reason("parameter twice, or in disguise")
		}
		raw[name] = value
	}
	return raw, nil
}

// verify checks the signature of the query.
func (c carried) verify(certs []*x509.Certificate) error {
	if methods[c.method] == 0 {
		return reason("signature method")
	}
	for _, cert := range certs {
		if _, ok := signedBy(cert, c.method, []byte(c.octets), c.signature); ok {
			return nil
		}
	}
	return reason("the signature is by no key of the metadata, or of something else")
}
