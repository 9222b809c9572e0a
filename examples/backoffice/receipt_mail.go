package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// The bounds of a mail, which anybody may have written.
const (
	maxMailDepth = 8
	maxMailParts = 100
)

// mail verifies the PDF and JSON files of a mail. Files of one receipt give one object,
// unless one of them is not authentic.
func (v *verification) mail(ctx context.Context, name string, file []byte) error {
	var r mailReader
	r.message(bytes.NewReader(file), 0)
	if len(r.found) == 0 {
		return v.tell(ctx, name, receipt.Verdict{Word: receipt.Unsigned, Checks: []receipt.Check{{
			Name: receipt.CheckSignature,
			Text: pagonline.Text{It: "Nel messaggio non ci sono ricevute.", En: "There is no receipt in the mail."},
		}}})
	}
	var told []receipt.UseKey
	for _, f := range r.found {
		said := v.verdict(f.name, f.content)
		key, signed := said.UseKey()
		if signed && slices.Contains(told, key) {
			continue
		}
		told = append(told, key)
		if err := v.tell(ctx, name, said); err != nil {
			return err
		}
	}
	return nil
}

// mailReader looks for receipts in the parts of a mail. What it cannot read is none.
type mailReader struct {
	parts int
	found []attachment
}

type attachment struct {
	name    string
	content []byte
}

func (r *mailReader) message(text io.Reader, depth int) {
	if m, err := mail.ReadMessage(text); err == nil {
		r.part(textproto.MIMEHeader(m.Header), m.Body, depth)
	}
}

func (r *mailReader) part(h textproto.MIMEHeader, body io.Reader, depth int) {
	if r.parts++; r.parts > maxMailParts || depth > maxMailDepth {
		return
	}
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type")) // "" is no receipt, unless its name says so
	switch body = decoded(h.Get("Content-Transfer-Encoding"), body); {
	case strings.HasPrefix(kind, "multipart/"):
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err != nil || r.parts > maxMailParts {
				return
			}
			r.part(p.Header, p, depth+1)
		}
	case kind == "message/rfc822": // forwarded
		r.message(body, depth+1)
	default:
		name := params["name"]
		if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil && params["filename"] != "" {
			name = params["filename"]
		}
		if plain, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
			name = plain
		}
		if kind == "application/pdf" && extension(name) != ".pdf" {
			name += ".pdf"
		}
		if kind == "application/json" || isReceiptFile(name) {
			content, _ := io.ReadAll(body) // of what breaks off, the beginning is judged
			r.found = append(r.found, attachment{name, content})
		}
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	default:
		return body
	}
}
