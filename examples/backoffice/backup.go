package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

var backupCommand = command{
	name: "backup",
	about: pagonline.Text{
		It: "copia la base dati, anche mentre è in uso, in un file nuovo; le chiavi delle ricevute vanno copiate a parte",
		En: "copies the database, in use or not, into a new file; the keys of receipts are to be copied apart",
	},
	flags: func(c *call) func(context.Context) error {
		at := c.withData()
		c.isFile(at)
		file := c.fs.String("o", "", "file da scrivere / file to write")
		c.needs("-o FILE", file)
		c.takes(0, 0)
		return func(ctx context.Context) error {
			c.in = *file
			return c.open(ctx, at, func(b *books) error {
				if st, ok := b.store.(*sqlite.Store); !ok {
					return errors.New("backup: not SQLite") // see isFile
				} else if err := st.Backup(ctx, *file); err != nil {
					return err
				}
				info, err := os.Stat(*file)
				if err != nil {
					return fmt.Errorf("backup: %w", err)
				}
				c.write(struct {
					File  string `json:"file"`
					Bytes int64  `json:"bytes"`
				}{*file, info.Size()})
				return nil
			})
		}
	},
}

var restoreCommand = command{
	name: "restore", args: "FILE",
	about: pagonline.Text{
		It: "fa di una copia la base dati di DIR, dove non ce n'è; i contatori saltano avanti, gli accessi finiscono",
		En: "makes of a copy the database of DIR, where there is none; counters jump ahead, sessions end",
	},
	flags: func(c *call) func(context.Context) error {
		c.creates = true
		at := c.withData()
		c.isFile(at)
		c.takes(1, 1)
		return func(ctx context.Context) error {
			done, err := at.restore(ctx, c.args[0])
			if err != nil {
				return err
			}
			c.write(struct {
				In        string    `json:"in"`
				Data      string    `json:"data"`
				LastEvent time.Time `json:"lastEvent,omitzero"`
			}{c.args[0], cmp.Or(at.named, at.dir), done.LastEvent})
			return nil
		}
	},
}

func (p *place) restore(ctx context.Context, backup string) (sqlite.Restored, error) {
	cfg := sqlite.Config{Environment: payment.Sandbox}
	if p.named == "" {
		return sqlite.Restore(ctx, backup, p.dir, cfg)
	}
	return sqlite.RestoreFile(ctx, backup, p.database.File(), cfg)
}

// needs demands a flag's value.
func (c *call) needs(what string, value *string) {
	c.checks = append(c.checks, func() string {
		if *value == "" {
			return what
		}
		return ""
	})
}
