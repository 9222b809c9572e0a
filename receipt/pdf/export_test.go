package pdf

import "github.com/pagonline/pagonline/receipt"

// Forge draws a receipt and a proof around a genuine one, as a forger does.
func (p *Printer) Forge(r receipt.Receipt, shown, genuine receipt.Proof) ([]byte, error) {
	return p.draw(r, ReceiptOptions{Lang: r.Rendering.Language, Proof: &shown}, genuine.SignedJSON())
}

// Named returns a printer that calls itself otherwise: one of another version.
func (p *Printer) Named(name string) *Printer {
	return &Printer{cfg: p.cfg, set: p.set, fonts: p.fonts, version: name}
}

// Later returns the printer as one of another version.
func (p *Printer) Later(version string) *Printer {
	other := *p
	other.version = version
	return &other
}

// Alike compares what is shown with what it should be.
func Alike(shown, own string) bool { return alike(shown, own) }
