package datamatrix

// placer walks over the mapping matrix (annex F).
type placer struct {
	dark, seen [mapping][mapping]bool
	words      []byte
	next       int
}

// place puts the codewords on the mapping matrix.
func place(words []byte) *[mapping][mapping]bool {
	p := placer{words: words}
	row, column := 4, 0
	for row < mapping || column < mapping {
		p.corners(row, column)
		for ; row >= 0 && column < mapping; row, column = row-2, column+2 {
			if row < mapping && column >= 0 && !p.seen[row][column] {
				p.utah(row, column)
			}
		}
		row, column = row+1, column+3
		for ; row < mapping && column >= 0; row, column = row+2, column-2 {
			if row >= 0 && column < mapping && !p.seen[row][column] {
				p.utah(row, column)
			}
		}
		row, column = row+3, column+1
	}
	if !p.seen[mapping-1][mapping-1] {
		p.dark[mapping-1][mapping-1], p.dark[mapping-2][mapping-2] = true, true
	}
	return &p.dark
}

// utah places a codeword in the shape of that state, its last bit at row, column.
func (p *placer) utah(row, column int) {
	p.word([8][2]int{
		{row - 2, column - 2},
		{row - 2, column - 1},
		{row - 1, column - 2},
		{row - 1, column - 1},
		{row - 1, column},
		{row, column - 2},
		{row, column - 1},
		{row, column},
	})
}

// corners places a codeword at the corners, where the walk comes to one. Of the four
// cases of the annex, a matrix of this size knows the first two.
func (p *placer) corners(row, column int) {
	const n = mapping
	switch {
	case row == n && column == 0:
		p.word([8][2]int{{n - 1, 0}, {n - 1, 1}, {n - 1, 2}, {0, n - 2}, {0, n - 1}, {1, n - 1}, {2, n - 1}, {3, n - 1}})
	case row == n-2 && column == 0 && n%4 != 0:
		p.word([8][2]int{{n - 3, 0}, {n - 2, 0}, {n - 1, 0}, {0, n - 4}, {0, n - 3}, {0, n - 2}, {0, n - 1}, {1, n - 1}})
	}
}

func (p *placer) word(at [8][2]int) {
	if p.next >= len(p.words) {
		return
	}
	w := p.words[p.next]
	p.next++
	for i, a := range at {
		row, column := a[0], a[1]
		if row < 0 {
			row, column = row+mapping, column+4-(mapping+4)%8
		}
		if column < 0 {
			row, column = row+4-(mapping+4)%8, column+mapping
		}
		p.seen[row][column] = true
		p.dark[row][column] = w>>(7-i)&1 != 0
	}
}
