package wire

import "bytes"

// Glimpse tells what a call of the node seems to be, by its first names, without reading
// it: for who has no time to. It knows messages as the node writes them; of others, and
// of what is no message, it may not know.
func Glimpse(body []byte) (operation Operation, creditor string, ok bool) {
	const near = 2 << 10 // all of it is in there
	rest := body[:min(len(body), near)]
	for _, step := range []string{"Envelope", "Body", "<"} {
		_, after, found := bytes.Cut(rest, []byte(step))
		if !found {
			return "", "", false
		}
		rest = after
	}
	root, rest, _ := bytes.Cut(rest, []byte(">"))
	if i := bytes.IndexAny(root, " \t\r\n/"); i >= 0 {
		root = root[:i]
	}
	if i := bytes.IndexByte(root, ':'); i >= 0 {
		root = root[i+1:]
	}
	for _, known := range roots {
		if known.request == string(root) || known.operation == Demand && string(root) == demandSANP {
			operation = known.operation
		}
	}
	_, rest, _ = bytes.Cut(rest, []byte("<idPA>"))
	id, _, found := bytes.Cut(rest, []byte("</idPA>"))
	return operation, string(id), operation != "" && found && len(id) == fiscalDigits
}

// fiscalDigits is how long a creditor's fiscal code is.
const fiscalDigits = 11
