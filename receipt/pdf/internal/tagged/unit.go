package tagged

import "strconv"

// Unit is a length on the page: a thousandth of a point. Whole numbers keep the bytes
// the same on every machine.
type Unit int

// Point is the printer's point, 1/72 inch.
const Point Unit = 1000

// MM returns n hundredths of a millimetre.
func MM(n int) Unit { return Unit((int64(n)*72_000_000/25_400 + 50) / 100) }

// The page is A4.
const (
	Width  Unit = 595_276
	Height Unit = 841_890
)

// appendUnit writes u in points, with no more digits than it needs.
func appendUnit(b []byte, u Unit) []byte {
	if u < 0 {
		b, u = append(b, '-'), -u
	}
	b = strconv.AppendInt(b, int64(u/1000), 10)
	rest := u % 1000
	if rest == 0 {
		return b
	}
	digits := [4]byte{'.', byte('0' + rest/100), byte('0' + rest/10%10), byte('0' + rest%10)}
	n := 4
	for digits[n-1] == '0' {
		n--
	}
	return append(b, digits[:n]...)
}

// appendY writes a height measured from the top edge as PDF wants it: from the bottom.
func appendY(b []byte, y Unit) []byte { return appendUnit(b, Height-y) }

// Box is a rectangle, measured from the top left corner of the page.
type Box struct{ X, Y, W, H Unit }
