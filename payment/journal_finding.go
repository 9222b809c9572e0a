package payment

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// JournalFinding is one thing that is wrong in the journal.
type JournalFinding struct {
	Kind JournalFindingKind `json:"kind"`
	// Seal is where: the seal's number. Through is the last one if several are missing.
	Seal    int64 `json:"seal"`
	Through int64 `json:"through,omitempty"`
	// Entry is the ID of the entry, 0 if the seal itself is wrong.
	Entry int64 `json:"entry,omitempty"`
}

// JournalFindingKind says what is wrong.
type JournalFindingKind string

// The kinds of findings. An entry that took another's place shows as both changed.
const (
	EntryChanged  JournalFindingKind = "entry_changed"
	EntryRemoved  JournalFindingKind = "entry_removed" // gone, or no longer where its seal has it
	EntryInserted JournalFindingKind = "entry_inserted"
	SealChanged   JournalFindingKind = "seal_changed" // its entries cannot be judged
	SealRemoved   JournalFindingKind = "seal_removed"
	SealReplaced  JournalFindingKind = "seal_replaced" // this one or the one before
	PrunedEarly   JournalFindingKind = "pruned_early"
	AnchorLost    JournalFindingKind = "anchor_lost" // not the seal that was shown
)

// findingTexts say what is wrong.
var findingTexts = map[JournalFindingKind]pagonline.Text{
	EntryChanged:  {It: "L'evento {entry}, del sigillo {seal}, è stato modificato.", En: "Entry {entry}, of seal {seal}, was changed."},
	EntryRemoved:  {It: "L'evento {entry}, del sigillo {seal}, è stato tolto.", En: "Entry {entry}, of seal {seal}, was removed."},
	EntryInserted: {It: "L'evento {entry} è stato inserito tra quelli del sigillo {seal}.", En: "Entry {entry} was inserted among those of seal {seal}."},
	SealChanged:   {It: "Il sigillo {seal} è stato modificato.", En: "Seal {seal} was changed."},
	SealRemoved:   {It: "Mancano i sigilli da {seal} a {through}.", En: "The seals from {seal} to {through} are missing."},
	SealReplaced:  {It: "Il sigillo {seal} non segue quello precedente: uno dei due è stato sostituito.", En: "Seal {seal} does not follow the one before: one of them was replaced."},
	PrunedEarly:   {It: "Gli eventi del sigillo {seal} sono stati eliminati prima di 24 mesi.", En: "The entries of seal {seal} were deleted before 24 months."},
	AnchorLost:    {It: "Il sigillo {seal} non è quello conservato altrove.", En: "Seal {seal} is not the one that was kept elsewhere."},
}

// Text says what is wrong in a sentence.
func (f JournalFinding) Text() pagonline.Text {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	fill := strings.NewReplacer("{seal}", number(f.Seal), "{through}", number(f.Through), "{entry}", number(f.Entry))
	t := findingTexts[f.Kind]
	return pagonline.Text{It: fill.Replace(t.It), En: fill.Replace(t.En)}
}
