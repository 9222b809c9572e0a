package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// maxLogo is the largest file of a logo that is printed, in bytes.
const maxLogo = 1 << 20

// logo reads a logo from beside the catalogue, and from nowhere else; "" is none.
func (c *call) logo(name string) (*pdf.Logo, error) {
	if name == "" {
		return nil, nil
	}
	root, err := os.OpenRoot(filepath.Dir(c.catalog))
	if err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	defer root.Close()
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, pagonline.NewError(pagonline.CodeNotFound).At("logo").Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, maxLogo+1))
	if err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	logo, err := pdf.NewLogo(file)
	if err != nil {
		return nil, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
			It: "il logo dev'essere un PNG o JPEG fino a 1 MB e 1200 × 1200 punti",
			En: "the logo must be a PNG or JPEG of up to 1 MB and 1200 × 1200 dots",
		}).At("logo").Because(err)
	}
	return logo, nil
}
