package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/pagonline/pagonline/receipt"
)

// Bytes returns the message as it goes over the wire (RFC 5322, MIME): lines of at most
// 998 bytes that end with CR LF, ASCII only. Equal messages have equal bytes. Its error is
// that of [Message.Check].
func (m Message) Bytes() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	header("Date", m.Date.Format(time.RFC1123Z))
	header("From", m.From.header())
	header("To", m.To.header())
	if m.ReplyTo.Email != "" {
		header("Reply-To", m.ReplyTo.header())
	}
	header("Message-ID", "<"+receipt.Line(m.ID, 200)+">")
	header("Subject", encoded(receipt.Line(m.Subject, 200)))
	header("Content-Language", receipt.Line(m.Lang, 10))
	header("Auto-Submitted", "auto-generated")
	header("MIME-Version", "1.0")
	outer, inner := boundary(m.boundary, 1), boundary(m.boundary, 2)
	header("Content-Type", "multipart/mixed;\r\n boundary=\""+outer+"\"")
	b.WriteString("\r\n--" + outer + "\r\n")
	header("Content-Type", "multipart/alternative;\r\n boundary=\""+inner+"\"")
	for _, part := range []struct{ kind, content string }{{"plain", m.Text}, {"html", m.HTML}} {
		b.WriteString("\r\n--" + inner + "\r\n")
		header("Content-Type", "text/"+part.kind+"; charset=utf-8")
		header("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		quoted(&b, part.content)
	}
	b.WriteString("\r\n--" + inner + "--\r\n")
	for _, f := range m.Files {
		name := fileName(f.Name)
		b.WriteString("\r\n--" + outer + "\r\n")
		header("Content-Type", mediaType(f.MediaType)+";\r\n name=\""+name+"\"")
		header("Content-Disposition", "attachment;\r\n filename=\""+name+"\"")
		header("Content-Transfer-Encoding", "base64")
		b.WriteString("\r\n")
		base64Lines(&b, f.Content)
	}
	b.WriteString("\r\n--" + outer + "--\r\n")
	return b.Bytes(), nil
}

// boundary returns a boundary. "=_" stands in no line of base64 or quoted-printable
// (RFC 2045 6.7), so no content can hold it.
func boundary(digest string, n int) string { return fmt.Sprintf("=_%s_%d", digest, n) }

// header writes the address as a header has it.
func (a Address) header() string {
	name := receipt.Line(a.Name, 70)
	if name == "" {
		return "<" + a.Email + ">"
	}
	if !plain(name) {
		return encoded(name) + "\r\n <" + a.Email + ">"
	}
	return fold((&netmail.Address{Name: name, Address: a.Email}).String())
}

// plain reports whether a text may stand in a header as it is.
func plain(s string) bool {
	return !strings.Contains(s, "=?") && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// encoded writes a header's text: as it is, or in encoded words (RFC 2047), one a line.
func encoded(s string) string {
	if plain(s) {
		return fold(s)
	}
	const open, most, end = "=?utf-8?q?", 64, "?=" // with the header's name before, 76 are not passed
	var b, word strings.Builder
	for _, r := range s {
		char := "_"
		switch {
		case '0' <= r && r <= '9', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
			char = string(r)
		case r != ' ':
			hex := fmt.Sprintf("% X", string(r)) // its bytes, with blanks between
			char = "=" + strings.ReplaceAll(hex, " ", "=")
		}
		if len(open)+word.Len()+len(char)+len(end) > most {
			b.WriteString(open + word.String() + end + "\r\n ")
			word.Reset()
		}
		word.WriteString(char)
	}
	return b.String() + open + word.String() + end
}

// fold breaks a header's value between its words, so that no line is too long.
func fold(s string) string {
	const most = 76
	var b strings.Builder
	width := len("Reply-To: ")
	for i, word := range strings.Split(s, " ") {
		switch {
		case i > 0 && width+1+len(word) > most:
			b.WriteString("\r\n ")
			width = 1
		case i > 0:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String()
}

// quoted writes text in quoted-printable.
func quoted(b *bytes.Buffer, text string) {
	w := quotedprintable.NewWriter(b)
	_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))) // a buffer takes all
	_ = w.Close()
}

// base64Lines writes content in lines of 76 characters.
func base64Lines(b *bytes.Buffer, content []byte) {
	const bytesOfLine = 57
	for len(content) > 0 {
		n := min(bytesOfLine, len(content))
		b.WriteString(base64.StdEncoding.EncodeToString(content[:n]) + "\r\n")
		content = content[n:]
	}
}

// fileName makes a name that every mailbox and every disk takes.
func fileName(s string) string {
	const most = 80
	if len(s) > most {
		s = s[:most]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', r == '.', r == '-':
			return r
		default:
			return '-'
		}
	}, s)
	if s = strings.TrimLeft(s, ".-"); s == "" {
		return "file"
	}
	return s
}

// mediaType returns s if it is a plain media type, else that of any bytes.
func mediaType(s string) string {
	t, parameters, err := mime.ParseMediaType(s)
	if err != nil || len(parameters) > 0 || t != s || strings.Count(t, "/") != 1 || len(t) > 80 || strings.HasPrefix(t, "multipart/") {
		return "application/octet-stream"
	}
	return t
}
