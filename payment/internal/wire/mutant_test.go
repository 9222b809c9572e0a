package wire_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// node is an element of a document to be changed, or, without a name, something else
// that is written as it is.
type node struct {
	name, attrs, text string // text is written as it is
	children          []*node
}

// tree reads a payload whose root alone is in a namespace.
func tree(t testing.TB, payload []byte) *node {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(string(payload)))
	open := []*node{{}}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			require.Len(t, open[0].children, 1)
			return open[0].children[0]
		}
		require.NoError(t, err)
		in := open[len(open)-1]
		switch v := token.(type) {
		case xml.StartElement:
			n := &node{name: v.Name.Local}
			if v.Name.Space != "" {
				n.name, n.attrs = "p:"+n.name, ` xmlns:p="`+v.Name.Space+`"`
			}
			in.children = append(in.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			var b strings.Builder
			require.NoError(t, xml.EscapeText(&b, v))
			in.text += b.String()
		}
	}
}

func (n *node) write(b *strings.Builder) {
	if n.name == "" {
		b.WriteString(n.text)
		return
	}
	fmt.Fprintf(b, "<%s%s>", n.name, n.attrs)
	if len(n.children) == 0 {
		b.WriteString(n.text)
	}
	for _, c := range n.children {
		c.write(b)
	}
	fmt.Fprintf(b, "</%s>", n.name)
}

func (n *node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) clone() *node {
	c := *n
	c.children = nil
	for _, child := range n.children {
		c.children = append(c.children, child.clone())
	}
	return &c
}

// elements appends n and what is below it.
func (n *node) elements(all []*node) []*node {
	all = append(all, n)
	for _, c := range n.children {
		all = c.elements(all)
	}
	return all
}

// mutate changes one thing about the tree.
func (n *node) mutate(rnd *rand.Rand) {
	all := n.elements(nil)
	parents := all[:0:0]
	leaves := all[:0:0]
	for _, e := range all {
		if len(e.children) > 0 {
			parents = append(parents, e)
		} else if e.name != "" {
			leaves = append(leaves, e)
		}
	}
	if len(parents) == 0 || len(leaves) == 0 {
		return
	}
	in := parents[rnd.IntN(len(parents))]
	i := rnd.IntN(len(in.children))
	one := all[rnd.IntN(len(all))]
	leaf := leaves[rnd.IntN(len(leaves))]
	insert := func(x *node) {
		in.children = append(in.children[:i:i], append([]*node{x}, in.children[i:]...)...)
	}
	switch rnd.IntN(15) {
	case 0:
		in.children = append(in.children[:i:i], in.children[i+1:]...)
	case 1:
		insert(in.children[i].clone())
	case 2:
		j := (i + 1) % len(in.children)
		in.children[i], in.children[j] = in.children[j], in.children[i]
	case 3:
		for range []int{3, 4, 14, 15}[rnd.IntN(4)] {
			insert(in.children[i].clone())
		}
	case 4:
		one.name = pick(rnd, names)
	case 5:
		insert(all[rnd.IntN(len(all))].clone())
	case 6:
		insert(&node{name: pick(rnd, names), text: pick(rnd, values)})
	case 7:
		insert(&node{text: pick(rnd, between)})
	case 8:
		one.attrs += pick(rnd, attributes)
	case 9:
		leaf.text = pick(rnd, spliced(leaf.text))
	default:
		leaf.text = pick(rnd, values)
	}
}

func pick(rnd *rand.Rand, from []string) string { return from[rnd.IntN(len(from))] }

// names that an element may get.
var names = []string{
	"x", "idPA", "IDPA", "standIn", "standin", "IBAN", "metadata", "companyName", "officeName", "MBDAttachment", "richiestaMarcaDaBollo",
	"payer", "paymentNote", "fee", "dueDate", "amount", "p:idPA", "datiSpecificiServizio", "description", "serial", "fault", "idBundle",
	"applicationDate", "transferType", "city", "country", "e-mail", "lastPayment", "retentionDate", "originalFaultCode", "detailDescription",
}

// attributes that an element may get.
var attributes = []string{
	` a="b"`, ` xml:lang="it"`, ` xml:space="preserve"`, ` xmlns="urn:x"`, ` xmlns=""`, ` xmlns:q="urn:q"`, ` xmlns:q="urn:q" q:a="b"`, ` p:a="b"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="false"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:x="y"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="string"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"`, ` a="1" a="2"`,
}

// between is what may come between elements.
var between = []string{" ", "\n\t", "\r\n", "x", "&#32;", "&#x9;", "<!-- c -->", "<?pi x?>", "<![CDATA[ ]]>", "<![CDATA[]]>", "<![CDATA[x]]>", "&lt;", "&amp;", "&x;", "\u00a0", "\u0085", "<", "&"}

// spliced is a text with something in it.
func spliced(s string) []string {
	half := len(s) / 2
	for half > 0 && s[half]&0xC0 == 0x80 {
		half--
	}
	var all []string
	for _, x := range []string{"<!-- c -->", "<?pi x?>", "<![CDATA[]]>", "<![CDATA[1]]>", "<x/>", "&#49;", "&#x31;", " ", "\n", "&#13;", "&#10;", "&amp;", "\r\n", "]", "]]", "]]&gt;"} {
		all = append(all, x+s, s+x)
		if !strings.Contains(s, "&") { // or it may be split
			all = append(all, s[:half]+x+s[half:])
		}
	}
	return append(all, "<![CDATA["+s+"]]>", "<!-- a -->"+s+"<!-- b -->")
}

// values are texts at the edges of the types.
var values = func() []string {
	all := []string{
		// amounts
		"0.00", "0.01", "1.00", "00.00", "01.00", "000000000000000000000000000000.01", "999999999.99", "1000000000.00", "999999999.999", "999999999999.99",
		"1", "1.0", "1.000", ".00", "1.", "+1.00", "-1.00", "-0.00", "1e2", "1.0e1", "1,00", "1 .00", " 1.00", "1.00 ", "\n1.00\t", "１.00", "٣.00", "NaN", "INF", "0x1.00",
		// days
		"2026-01-01", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-04-31", "2026-1-1", "26-01-01", "20260101", "2026-01-01Z", "2026-01-01+01:00",
		"2026-01-01-14:00", "2026-01-01+14:00", "2026-01-01+14:01", "2026-01-01+15:00", "2026-01-01+1:00", "2026-01-01+0100", "2026-01-01z", "2026-01-01+13:60", "0001-01-01", "0000-01-01", "-0001-01-01", "10000-01-01", "02026-01-01", "9999-12-31", " 2026-01-01 ", "2026-01-01T", "2026-01-01 Z",
		// instants
		"2026-01-01T00:00:00", "2026-01-01T24:00:00", "2026-01-01T24:00:01", "2026-01-01T24:00:00.000", "2026-01-01T24:00:00.001", "2026-01-01T23:59:60", "2026-01-01T23:60:00", "2026-01-01T00:00", "2026-01-01T00:00:00.", "2026-01-01T00:00:00.1", "2026-01-01T00:00:00.123456789012",
		"2026-01-01T00:00:00,1", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00-14:00", "2026-01-01T00:00:00+14:30", "2026-01-01t00:00:00", "2026-01-01 00:00:00", "2026-01-01T0:00:00", "2026-02-29T00:00:00", "9999-12-31T23:59:59", "9999-12-31T24:00:00", "0001-01-01T00:00:00",
		"-0001-01-01T00:00:00", "10000-01-01T00:00:00", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00GMT", " 2026-01-01T00:00:00\n", "2026-03-29T02:30:00", "2026-10-25T02:30:00",
		// truth values and numbers
		"true", "false", "1", "0", "TRUE", "True", "yes", "2", " true ", "00", "5", "6", "05", "+5", "-5", "-0", "+05", "5.0", "4294967297", "2147483647", "2147483648", "-2147483648", "1 2",
		// enumerations
		"OK", "KO", "ok", " OK", "OK ", "EQ", "LS", "GT", "ANY", "eq", "POSTAL", "PAGOPA", "postal", "F", "G", "f", "FG", "", "01", "IT", "it", "I", "ITA", "I ", "\u00c0\u00c0", "I1",
		// digits
		"99999000013", "9999900001", "999990000130", "9999900001a", "9999900001 ", "301000000000000144", "30100000000000014", "3010000000000001440", "٣٠١٠٠٠٠٠٠٠٠٠٠٠٠١٤٤", "30100000000000014４",
		// addresses
		"a@b", "a.b+c@example.org", "a@b@c", "@b", "a@", "a@b.", "a@.b", "a@b..c", "a b@c", "a@b_c", "à@b.it", "a@b.c-d", ".@-", strings.Repeat("a", 250) + "@b.org", strings.Repeat("a", 252) + "@b.org",
		// base64
		"aGFzaA==", "aGFzaA=", "aGFzaA", "aGFz", "aGF zaA ==", "aGFzaB==", "aGFzaGE=", "aGFzaGF=", "====", "aGFz!", "aGF-", "aGF_", "a", "ab", "aGFzaA==aGFz", strings.Repeat("aGFz", 18), strings.Repeat("aGFz", 19), strings.Repeat("aGFz ", 14) + "aGFz", strings.Repeat("aGFz ", 15), " aGFz ", "YWJj\naGVz",
	}
	for _, n := range []int{1, 2, 4, 5, 6, 15, 16, 17, 20, 21, 35, 36, 70, 71, 140, 141, 210, 211, 255, 256, 257, 1024, 1025} {
		all = append(all, strings.Repeat("x", n), strings.Repeat("è", n), strings.Repeat("&amp;", n))
	}
	return append(all, strings.Repeat(" ", 3), "\t", "&#13;", "\u00a0", "😀😀😀😀😀", "e\u0301")
}()
