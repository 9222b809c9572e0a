package pdf

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the formats of logos
	_ "image/png"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// Logo is a creditor's logo, prepared once and used by many notices.
type Logo struct{ picture *tagged.Picture }

// The bounds of a logo: 30 mm at 300 dots an inch are 354 dots.
const (
	maxLogoFile = 1 << 20
	maxLogoSide = 1200
	logoSide    = 3000
)

// NewLogo reads a PNG or JPEG file of up to 1 MB and 1200 by 1200 dots; 354 dots for the
// 30 mm that a logo has are 300 dpi. What is transparent becomes white.
func NewLogo(file []byte) (*Logo, error) {
	if len(file) > maxLogoFile {
		return nil, fmt.Errorf("pdf: logo of more than %d bytes", maxLogoFile)
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("pdf: logo: %w", err)
	}
	if size.Width > maxLogoSide || size.Height > maxLogoSide || size.Width == 0 || size.Height == 0 {
		return nil, fmt.Errorf("pdf: logo of %d by %d dots", size.Width, size.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("pdf: logo: %w", err)
	}
	return &Logo{tagged.NewPicture(img)}, nil
}

// place returns the box of the logo: as large as 30 mm allow, at the upper right corner.
func (l *Logo) place() tagged.Box {
	w, h := logoSide, logoSide
	if l.picture.Width > l.picture.Height {
		h = logoSide * l.picture.Height / l.picture.Width
	} else {
		w = logoSide * l.picture.Width / l.picture.Height
	}
	return tagged.Box{X: mm(20000 - w), Y: mm(1000), W: mm(w), H: mm(h)}
}

// within returns the largest box of the logo in another one, at its upper left corner.
func (l *Logo) within(box tagged.Box) tagged.Box {
	w, h := tagged.Unit(l.picture.Width), tagged.Unit(l.picture.Height)
	if w*box.H > h*box.W {
		box.H = box.W * h / w
	} else {
		box.W = box.H * w / h
	}
	return box
}
