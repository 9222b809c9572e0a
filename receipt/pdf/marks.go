package pdf

import "github.com/pagonline/pagonline/receipt/pdf/internal/tagged"

// The marks of the notice are drawings of this module. Those of pagoPA and of Poste
// Italiane are trade marks: their names stand there in the letters of the notice, unless
// [Config.PagoPA] gives the logo.
const (
	infoPath = "0 500 m 0 224 224 0 500 0 c 776 0 1000 224 1000 500 c 1000 776 776 1000 500 1000 c 224 1000 0 776 0 500 c h 80 500 m 80 " +
		"268 268 80 500 80 c 732 80 920 268 920 500 c 920 732 732 920 500 920 c 268 920 80 732 80 500 c h 434 262 m 434 226 464 " +
		"196 500 196 c 536 196 566 226 566 262 c 566 298 536 328 500 328 c 464 328 434 298 434 262 c h 456 394 88 380 re"
	scissorsPath = "1060 240 m 1060 118 1158 20 1280 20 c 1402 20 1500 118 1500 240 c 1500 362 1402 460 1280 460 c 1158 460 1060 362 1060 " +
		"240 c h 1160 240 m 1160 174 1214 120 1280 120 c 1346 120 1400 174 1400 240 c 1400 306 1346 360 1280 360 c 1214 360 1160 " +
		"306 1160 240 c h 1060 830 m 1060 708 1158 610 1280 610 c 1402 610 1500 708 1500 830 c 1500 952 1402 1050 1280 1050 c " +
		"1158 1050 1060 952 1060 830 c h 1160 830 m 1160 764 1214 710 1280 710 c 1346 710 1400 764 1400 830 c 1400 896 1346 950 " +
		"1280 950 c 1214 950 1160 896 1160 830 c h 1120 300 m 1190 400 l 60 920 l 0 900 l 40 800 l h 1120 770 m 1190 670 l 60 150 " +
		"l 0 170 l 40 270 l h"
	screenPath = "20 0 280 170 re 30 10 260 150 re 0 178 320 16 re"
	phonePath  = "200 120 64 116 re 208 130 48 96 re"
	roadPath   = "48 176 m 48 116 96 68 156 68 c 216 68 264 116 264 176 c 264 236 216 284 156 284 c 96 284 48 236 48 176 c h 58 176 m 58 " +
		"122 102 78 156 78 c 210 78 254 122 254 176 c 254 230 210 274 156 274 c 102 274 58 230 58 176 c h"
	haloPath = "108 44 m 108 15 131 -8 160 -8 c 189 -8 212 15 212 44 c 212 73 189 116 160 140 c 131 116 108 73 108 44 c h -6 150 m -6 " +
		"121 17 98 46 98 c 75 98 98 121 98 150 c 98 179 75 222 46 246 c 17 222 -6 179 -6 150 c h 216 216 m 216 187 239 164 268 " +
		"164 c 297 164 320 187 320 216 c 320 245 297 288 268 312 c 239 288 216 245 216 216 c h"
	pinsPath = "116 44 m 116 20 136 0 160 0 c 184 0 204 20 204 44 c 204 68 184 107 160 128 c 136 107 116 68 116 44 c h 126 44 m 126 25 " +
		"141 10 160 10 c 179 10 194 25 194 44 c 194 63 179 95 160 112 c 141 95 126 63 126 44 c h 145 44 m 145 36 152 29 160 29 c " +
		"168 29 175 36 175 44 c 175 52 168 59 160 59 c 152 59 145 52 145 44 c h 2 150 m 2 126 22 106 46 106 c 70 106 90 126 90 " +
		"150 c 90 174 70 213 46 234 c 22 213 2 174 2 150 c h 12 150 m 12 131 27 116 46 116 c 65 116 80 131 80 150 c 80 169 65 201 " +
		"46 218 c 27 201 12 169 12 150 c h 31 150 m 31 142 38 135 46 135 c 54 135 61 142 61 150 c 61 158 54 165 46 165 c 38 165 " +
		"31 158 31 150 c h 224 216 m 224 192 244 172 268 172 c 292 172 312 192 312 216 c 312 240 292 279 268 300 c 244 279 224 " +
		"240 224 216 c h 234 216 m 234 197 249 182 268 182 c 287 182 302 197 302 216 c 302 235 287 267 268 284 c 249 267 234 235 " +
		"234 216 c h 253 216 m 253 208 260 201 268 201 c 276 201 283 208 283 216 c 283 224 276 231 268 231 c 260 231 253 224 253 " +
		"216 c h"
)

const (
	markBlack tagged.Color = 0x0e0f13
	cutGrey   tagged.Color = 0x868686
	frameGrey tagged.Color = 0xd9d9d9
)

// brand draws the logo of pagoPA, or its name.
func (s *slate) brand() {
	if s.logo != nil {
		s.Draw(s.logo.picture, s.logo.within(brandBox))
		return
	}
	s.Outline(bold, mm(999), mm(1700), 11*pt, pagopaBlue, "pagoPA")
}

// brandBox is the room of the logo.
var brandBox = tagged.Box{X: tagged.MM(999), Y: tagged.MM(999), W: tagged.MM(1490), H: tagged.MM(1008)}

// info draws the sign beside what is to be known.
func (s *slate) info(x int, y tagged.Unit) {
	s.Artifact("Layout", func() { s.Shape(markBlack, tagged.Box{X: mm(x), Y: y, W: mm(397)}, 1000, infoPath) })
}

// pictograms draws how one can pay: with devices, at places.
func (s *slate) pictograms() {
	devices, places := tagged.Box{X: mm(18813), Y: mm(10524), W: mm(1194)}, tagged.Box{X: mm(18813), Y: mm(12014), W: mm(1194)}
	s.Artifact("Layout", func() {
		s.Shape(markBlack, devices, 320, screenPath)
		s.Fill(0xffffff, tagged.Box{X: mm(19540), Y: mm(10942), W: mm(280), H: mm(480)})
		s.Shape(markBlack, devices, 320, phonePath)
		s.Shape(markBlack, places, 320, roadPath)
		s.Shape(0xffffff, places, 320, haloPath)
		s.Shape(markBlack, places, 320, pinsPath)
	})
}

// scissors draws where to cut a slip off: a line above its band, and scissors on it.
func (s *slate) scissors(top int) {
	s.Artifact("Layout", func() {
		boxes := make([]tagged.Box, 0, 70)
		for x := 0; x < 19500; x += 300 {
			boxes = append(boxes, tagged.Box{X: mm(x), Y: mm(top) - mm(30), W: mm(150), H: mm(20)})
		}
		s.Fill(cutGrey, boxes...)
		s.Shape(cutGrey, tagged.Box{X: mm(19609), Y: mm(top - 271), W: mm(381)}, 1600, scissorsPath)
	})
}

// posteMarks draws what a slip says of Poste Italiane.
func (s *slate) posteMarks(top, below int) {
	s.Open(tagged.Figure, tagged.Attr{Alt: "BancoPosta", Box: tagged.Box{X: mm(5900), Y: mm(top + 250), W: mm(2000), H: mm(320)}})
	s.twoWords(5900, top+534, 10*pt, 2200, regular, "Banco", bold, "Posta")
	s.Close()
	s.Open(tagged.Figure, tagged.Attr{Alt: "Poste Italiane", Box: tagged.Box{X: mm(1000), Y: mm(below), W: mm(3860), H: mm(500)}})
	s.twoWords(1000, below+500, 19*pt, 3860, bold, "Poste", regular, "italiane")
	s.Close()
	s.Open(tagged.Figure, tagged.Attr{Alt: "Circuito bollettino postale BancoPosta", Box: tagged.Box{X: mm(1000), Y: mm(below + 1000), W: mm(2700), H: mm(800)}})
	s.Fill(0, tagged.Box{X: mm(1000), Y: mm(below + 1000), W: mm(50), H: mm(800)})
	s.Outline(bold, mm(1150), mm(below+1210), 13*pt/2, 0, "circuito")
	s.Outline(bold, mm(1150), mm(below+1480), 13*pt/2, 0, "bollettino postale")
	s.twoWords(1150, below+1750, 13*pt/2, 2600, regular, "Banco", bold, "Posta")
	s.Close()
	s.Artifact("Layout", func() {
		const side = 753
		s.Fill(0x1d1d1b, tagged.Box{X: mm(5927), Y: mm(below - 25), W: mm(side), H: mm(side)})
		size := 17 * pt
		s.Outline(bold, mm(5927)+(mm(side)-s.set.Face(bold).Width("€", size))/2, mm(below-25+590), size, 0xffffff, "€")
	})
}

// twoWords draws two words as one picture, no wider than width.
func (s *slate) twoWords(x, y int, size tagged.Unit, width, face int, word string, otherFace int, other string) {
	long := func(size tagged.Unit) tagged.Unit { return s.set.Face(face).Width(word, size) }
	for long(size)+s.set.Face(otherFace).Width(other, size) > mm(width) {
		size -= pt / 4
	}
	s.Outline(face, mm(x), mm(y), size, 0, word)
	s.Outline(otherFace, mm(x)+long(size), mm(y), size, 0, other)
}
