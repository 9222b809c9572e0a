package tagged

import (
	"encoding/binary"
	"math"
)

// srgb returns an ICC profile, version 2, of the colour space sRGB: the primaries and
// the curve of IEC 61966-2-1, adapted to the white D50 as ICC.1 asks.
func srgb() []byte {
	fixed := func(values ...float64) []byte { // s15Fixed16
		b := append([]byte("XYZ "), 0, 0, 0, 0)
		for _, v := range values {
			b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
		}
		return b
	}
	const text = "sRGB IEC61966-2.1"
	desc := append([]byte("desc\x00\x00\x00\x00\x00\x00\x00"), byte(len(text)+1))
	desc = append(desc, text...)
	desc = append(desc, make([]byte, 1+4+4+2+1+67)...) // end of text; no Unicode, no Macintosh form
	const curvePoints = 1024
	curve := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), curvePoints)
	for i := range curvePoints {
		v := float64(i) / (curvePoints - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = binary.BigEndian.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", desc},
		{"cprt", []byte("text\x00\x00\x00\x00No copyright, use freely\x00")},
		{"wtpt", fixed(0.9642, 1, 0.8249)},
		{"rXYZ", fixed(0.43607, 0.22249, 0.01392)},
		{"gXYZ", fixed(0.38515, 0.71687, 0.09708)},
		{"bXYZ", fixed(0.14307, 0.06061, 0.71410)},
		{"rTRC", curve},
		{"gTRC", nil}, // the same curve
		{"bTRC", nil},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	first := 128 + 4 + 12*len(tags)
	var at, size int
	for _, t := range tags {
		if t.data != nil {
			at, size = first+len(data), len(t.data)
			data = append(data, t.data...)
			data = append(data, make([]byte, -len(data)&3)...)
		}
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(table, uint32(at)), uint32(size))
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head, uint32(first+len(data)))
	copy(head[8:], "\x02\x10\x00\x00mntrRGB XYZ ")
	copy(head[24:], "\x07\xd0\x00\x01\x00\x01") // 1 January 2000: the numbers do not age
	copy(head[36:], "acsp")
	copy(head[68:], fixed(0.9642, 1, 0.8249)[8:])
	return append(append(head, table...), data...)
}
