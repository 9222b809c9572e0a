package hostile

import (
	"strings"
	"unicode/utf16"
)

// bytes are documents in other encodings than UTF-8, or in none.
func bytes() []Document {
	const id = "<idPA>99999000013</idPA>"
	declared := func(declaration string) string { return declaration + verify }
	raw := func(b string) string { return strings.Replace(verify, id, "<idPA>"+b+"</idPA>", 1) }
	var all []Document
	for _, d := range []struct {
		name, body string
		want       Outcome
	}{
		{"UTF-16, little-endian", wide("\ufeff"+verify, 1), BadRequest},
		{"UTF-16, big-endian", wide("\ufeff"+verify, 0), BadRequest},
		{"UTF-16 without a mark", wide(verify, 1), BadRequest},
		{"UTF-16, declared", wide("\ufeff"+`<?xml version="1.0" encoding="UTF-16"?>`+verify, 0), BadRequest},
		{"UTF-16, only declared", declared(`<?xml version="1.0" encoding="UTF-16"?>`), BadRequest},
		{"UTF-32", strings.Join(strings.Split("\x00\x00\xfe\xff"+verify, ""), "\x00\x00\x00"), BadRequest},
		{"UTF-7", declared(`<?xml version="1.0" encoding="UTF-7"?>`), BadRequest},
		{"EBCDIC", "\x4c\x6f\xa7\x94\x93", BadRequest},
		{"Latin-1", raw("Citt\xe0"), BadRequest},
		{"Latin-1, declared", declared(`<?xml version="1.0" encoding="ISO-8859-1"?>`), BadRequest},
		{"Windows-1252, declared", declared(`<?xml version="1.0" encoding="windows-1252"?>`), BadRequest},
		{"ASCII, declared", declared(`<?xml version="1.0" encoding="US-ASCII"?>`), BadRequest},
		{"no encoding of this name", declared(`<?xml version="1.0" encoding="x"?>`), BadRequest},
		{"two encodings", declared(`<?xml version="1.0" encoding="UTF-8" encoding="UTF-16"?>`), BadRequest},
		{"UTF-8, declared", declared(`<?xml version="1.0" encoding="UTF-8"?>`), OK},
		{"UTF-8, declared in small letters", declared(`<?xml version='1.0' encoding='utf-8' standalone='yes'?>`), OK},
		{"only standalone", declared(`<?xml version="1.0" standalone="no"?>`), OK},
		{"a mark", "\ufeff" + verify, OK},
		{"a mark and a declaration", "\ufeff" + declared(`<?xml version="1.0"?>`), OK},
		{"two marks", "\ufeff\ufeff" + verify, BadRequest},
		{"a mark inside", raw("\ufeff99999000013"), OK}, // a character like others there
		{"half a mark", "\xef\xbb" + verify, BadRequest},
		{"version 1.1", declared(`<?xml version="1.1"?>`), BadRequest},
		{"version 2", declared(`<?xml version="2.0"?>`), BadRequest},
		{"no version", declared(`<?xml encoding="UTF-8"?>`), BadRequest},
		{"a blank before the declaration", " " + declared(`<?xml version="1.0"?>`), BadRequest},
		{"a declaration in capitals", declared(`<?XML version="1.0"?>`), BadRequest},
		{"a declaration not closed", declared(`<?xml version="1.0">`), BadRequest},
		{"overlong slash", raw("\xc0\xaf"), BadRequest},
		{"overlong less-than sign", strings.Replace(verify, id, "\xc0\xbcidPA>x</idPA>", 1), BadRequest},
		{"overlong NUL", raw("\xc0\x80"), BadRequest},
		{"overlong in three bytes", raw("\xe0\x80\xbc"), BadRequest},
		{"overlong in four bytes", raw("\xf0\x80\x80\xbc"), BadRequest},
		{"half a pair in UTF-8", raw("\xed\xa0\x80"), BadRequest},
		{"a pair in UTF-8", raw("\xed\xa0\xbd\xed\xb8\x80"), BadRequest},
		{"beyond Unicode", raw("\xf4\x90\x80\x80"), BadRequest},
		{"five bytes", raw("\xf8\x88\x80\x80\x80"), BadRequest},
		{"half a character", raw("9\xc3"), BadRequest},
		{"half a character at the end", verify + "\xc3", BadRequest},
		{"the second half of a character", raw("9\xa9"), BadRequest},
		{"no byte of UTF-8", raw("\xff\xfe"), BadRequest},
		{"NUL", raw("9999\x00"), BadRequest},
		{"NUL in a name", strings.Replace(verify, "<idPA>", "<id\x00PA>", 1), BadRequest},
		{"NUL at the end", verify + "\x00", BadRequest},
		{"NUL at the beginning", "\x00" + verify, BadRequest},
		{"a control character", raw("9\x1b[31m"), BadRequest},
		{"a form feed between elements", strings.Replace(verify, id, "\x0c"+id, 1), BadRequest},
		{"a bell in a comment", strings.Replace(verify, id, "<!-- \x07 -->"+id, 1), BadRequest},
		{"a control character in an attribute", strings.Replace(verify, "<e:Body>", "<e:Body e:a='\x02'>", 1), BadRequest},
		{"U+FFFE", raw("\ufffe"), BadRequest},
		{"U+FFFF", raw("\uffff"), BadRequest},
		{"U+0085", raw("9\u0085"), OK},
		{"a character beyond the first plane", raw("😀"), OK},
		{"a change of direction", raw("9\u202e31"), OK},
		{"compressed", "\x1f\x8b\x08\x00\x00\x00\x00\x00", BadRequest},
		{"an archive", "PK\x03\x04", BadRequest},
		{"noise", "\x93\x12\xfa\x00\x17\xc4", BadRequest},
	} {
		all = append(all, Document{Name: "bytes: " + d.name, Body: []byte(d.body), Want: d.want})
	}
	return all
}

// wide returns s in UTF-16; low says which byte of each unit comes first.
func wide(s string, low int) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		pair := [2]byte{byte(u >> 8), byte(u)}
		b = append(b, pair[low], pair[1-low])
	}
	return string(b)
}
