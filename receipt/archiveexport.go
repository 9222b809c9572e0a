package receipt

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// Export writes what the archive holds of a period as a ZIP for preservation:
//
//	documents/2026-11-23/99999000013/c110729d….json   each document, bytes unchanged
//	index.csv                                          a row for each, with its SHA-256
//	index.json                                         the same, with the period
//
// The same documents give the same bytes: names are sorted, times are fixed (a file's is
// the noon of its day), nothing says when or where it was made. Characters of a receipt
// id that are no small ASCII letter, digit or hyphen stand in the name as %XX: names that
// differ by case alone would be one file on many disks. A receipt id that a spreadsheet
// would run stands in index.csv as [Guard] writes it. Content is written as it is read,
// one document at a time; records are kept of one day at a time.
//
// Each document is checked against its hash: one that was damaged is an error with
// [pagonline.CodeReceiptAltered]. If the archive changes meanwhile, so that index and
// documents would differ, the error has [pagonline.CodeConflict] and one may try again.
// After an error what was written is no ZIP and must be thrown away.
func Export(ctx context.Context, w io.Writer, a Archive, p Period) error {
	e := exporter{ctx: ctx, zip: zip.NewWriter(w), archive: a, period: p}
	e.pass("", time.Time{}, e.document)
	end := fixedTime(p.To)
	e.pass("index.csv", end, e.rows)
	e.pass("index.json", end, e.objects)
	if e.err == nil {
		e.err = e.zip.Close()
	}
	if e.err != nil {
		return fmt.Errorf("receipt: export: %w", e.err)
	}
	return nil
}

// exporter writes one ZIP. The archive is listed once for each pass, so that no list of
// all records is held; the passes must have seen the same.
type exporter struct {
	ctx     context.Context //nolint:containedctx // of one call of Export
	zip     *zip.Writer
	archive Archive
	period  Period
	seen    *[sha256.Size]byte // the digest of the first pass
	err     error
}

// pass writes one file, or many where name is "": write gets the records in the order of
// their names, and then none.
func (e *exporter) pass(name string, at time.Time, write func(w io.Writer, first bool, r *Record) error) {
	if e.err != nil {
		return
	}
	var w io.Writer
	if name != "" {
		if w, e.err = e.create(name, at); e.err != nil {
			return
		}
	}
	digest, first := sha256.New(), true
	day := func(records []Record) error {
		slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(a.path(), b.path()) })
		for i := range records {
			note(digest, records[i])
			if err := write(w, first, &records[i]); err != nil {
				return err
			}
			first = false
		}
		return nil
	}
	if e.err = e.days(day); e.err == nil {
		e.err = write(w, first, nil)
	}
	sum := [sha256.Size]byte(digest.Sum(nil))
	if e.err == nil && e.seen != nil && *e.seen != sum {
		e.err = pagonline.NewError(pagonline.CodeConflict)
	}
	e.seen = &sum
}

// days hands over the records of each day.
func (e *exporter) days(do func([]Record) error) error {
	var records []Record
	for r, err := range e.archive.List(e.ctx, e.period) {
		if err == nil && len(records) > 0 && records[0].Day != r.Day {
			err = do(records)
			records = records[:0]
		}
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	return do(records)
}

func (e *exporter) create(name string, at time.Time) (io.Writer, error) {
	return e.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
}

func (e *exporter) document(_ io.Writer, _ bool, r *Record) error {
	if r == nil {
		return nil
	}
	d, err := e.archive.Get(e.ctx, r.DocumentKey)
	if err == nil {
		err = d.Again(*r)
	}
	if err == nil {
		err = d.Verify()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.path(), err)
	}
	w, err := e.create(r.path(), fixedTime(r.Day))
	if err == nil {
		_, err = w.Write(d.Content)
	}
	return err
}

// rows writes index.csv.
func (e *exporter) rows(w io.Writer, first bool, r *Record) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if first {
		_ = c.Write([]string{"file", "day", "creditor", "receiptId", "kind", "size", "sha256", "archivedAt"}) // Flush keeps the error
	}
	if r != nil {
		_ = c.Write([]string{
			r.path(), r.Day.String(), r.Creditor, Guard(r.ReceiptID), string(r.Kind), strconv.Itoa(r.Size), r.SHA256.String(),
			r.At.UTC().Format(time.RFC3339Nano),
		})
	}
	c.Flush()
	return c.Error()
}

// objects writes index.json.
func (e *exporter) objects(w io.Writer, first bool, r *Record) error {
	before := ",\n"
	if first {
		period, err := json.Marshal(e.period)
		if err != nil {
			return err
		}
		before = `{"period":` + string(period) + `,"documents":[` + "\n"
	}
	if r == nil {
		if !first {
			before = ""
		}
		_, err := io.WriteString(w, before+"\n]}\n")
		return err
	}
	b, err := json.Marshal(struct {
		File string `json:"file"`
		Record
	}{r.path(), *r})
	if err == nil {
		_, err = io.WriteString(w, before+string(b))
	}
	return err
}

// fixedTime is the time that a file of the ZIP has; 1980 is the first year of the format.
func fixedTime(d pagonline.Date) time.Time {
	year, month, day := d.Date()
	if year < 1980 {
		year, month, day = 1980, time.January, 1
	}
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

// path is the name of the document's file in the ZIP.
func (r Record) path() string {
	var b strings.Builder
	for i := range len(r.ReceiptID) {
		switch c := r.ReceiptID[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', c == '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return "documents/" + r.Day.String() + "/" + r.Creditor + "/" + b.String() + "." + string(r.Kind)
}

// note adds what the index says of a document.
func note(digest hash.Hash, r Record) {
	_, _ = fmt.Fprintf(digest, "%s %d %s %s\n", r.path(), r.Size, r.SHA256, r.At.UTC().Format(time.RFC3339Nano)) // a hash takes all
}
