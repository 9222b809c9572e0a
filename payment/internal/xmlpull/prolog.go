package xmlpull

import "bytes"

const byteOrderMark = "\ufeff"

// prolog reads a byte order mark and the XML declaration,
// <?xml version="1.0" encoding="UTF-8" standalone="yes"?>, if they are there.
func (r *Reader) prolog() bool {
	r.skip(byteOrderMark)
	if !r.has("<?xml") || len(r.src) < r.pos+6 || !isSpace(r.src[r.pos+5]) {
		return true
	}
	r.pos += 5
	for i, want := range []string{"version", "encoding", "standalone"} {
		before := r.pos
		spaced := r.spaces()
		if !r.has(want) {
			if i == 0 {
				r.fail("XML declaration without a version")
				return false
			}
			r.pos = before // the blank stands before what comes instead
			continue
		}
		r.pos += len(want)
		value, ok := r.quoted()
		if !spaced || !ok || !allowed(want, value) {
			r.fail("XML declaration")
			return false
		}
	}
	r.spaces()
	if !r.skip("?>") {
		r.fail("XML declaration")
		return false
	}
	return true
}

// allowed reports whether an XML declaration may say so.
func allowed(what string, value []byte) bool {
	switch what {
	case "version":
		return string(value) == "1.0"
	case "encoding":
		return bytes.EqualFold(value, []byte("UTF-8"))
	default:
		return string(value) == "yes" || string(value) == "no"
	}
}
