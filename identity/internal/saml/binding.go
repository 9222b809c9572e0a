package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Binding is a way in which a browser carries a message.
type Binding string

// The bindings that SPID, CIE and the Italian eIDAS node use.
const (
	Redirect Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	POST     Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
)

// The fields that a browser carries.
const (
	RequestParam  = "SAMLRequest"
	ResponseParam = "SAMLResponse"
	RelayParam    = "RelayState"
)

// MaxRelay is how long a RelayState may be, in bytes (SAML bindings, 3.4.3).
const MaxRelay = 80

// RedirectURL returns location with the message in its query: deflated, in base64, then
// relayState if there is one, then the signature, unless s is nil. Param is RequestParam
// or ResponseParam.
func RedirectURL(location, param string, message []byte, relayState string, s *Signer) (string, error) {
	if len(relayState) > MaxRelay {
		return "", errors.New("saml: relay state: too long")
	}
	if _, err := url.Parse(location); err != nil {
		return "", errors.New("saml: location: not a URL")
	}
	packed, err := deflate(message)
	if err != nil {
		return "", fmt.Errorf("saml: %w", err)
	}
	query := param + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed))
	if relayState != "" {
		query += "&" + RelayParam + "=" + url.QueryEscape(relayState)
	}
	if s != nil {
		if query, err = s.SignQuery(query); err != nil {
			return "", err
		}
	}
	separator := "?"
	if strings.Contains(location, "?") {
		separator = "&"
	}
	return location + separator + query, nil
}

// PostForm returns the fields of a form that carries the message, which is signed inside.
func PostForm(param string, message []byte, relayState string) (url.Values, error) {
	if len(relayState) > MaxRelay {
		return nil, errors.New("saml: relay state: too long")
	}
	form := url.Values{param: {base64.StdEncoding.EncodeToString(message)}}
	if relayState != "" {
		form.Set(RelayParam, relayState)
	}
	return form, nil
}

func deflate(message []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(message); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
