package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"strings"
)

// DecodePost returns the message in the form field of the POST binding. Its error is
// [identity.ErrAnswer] for what is no base64, in the standard alphabet with its padding,
// or longer than 256 KiB. Line breaks may be in it.
func DecodePost(field string) ([]byte, error) {
	if len(field) > messageLimits.bytes*3/2 {
		return nil, refused(reason("message too long"))
	}
	message, err := base64.StdEncoding.Strict().DecodeString(strings.NewReplacer("\r", "", "\n", "").Replace(field))
	switch {
	case err != nil || len(message) == 0:
		return nil, refused(reason("not base64"))
	case len(message) > messageLimits.bytes:
		return nil, refused(reason("message too long"))
	}
	return message, nil
}

// DecodeRedirect returns the message in the query parameter of the Redirect binding, as
// net/url decodes it: base64 of DEFLATE. It stops to inflate at 256 KiB. Its error is
// [identity.ErrAnswer].
func DecodeRedirect(value string) ([]byte, error) {
	deflated, err := DecodePost(value)
	if err != nil {
		return nil, err
	}
	in := flate.NewReader(bytes.NewReader(deflated))
	message, err := io.ReadAll(io.LimitReader(in, int64(messageLimits.bytes)+1))
	switch {
	case err != nil:
		return nil, refused(reason("not deflated"))
	case len(message) > messageLimits.bytes:
		return nil, refused(reason("message too long"))
	}
	return message, nil
}
