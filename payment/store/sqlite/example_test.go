package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "pagonline")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, dir, sqlite.Config{Environment: payment.Sandbox})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	fmt.Println(store.Positions().Insert(ctx, storetest.Position(1)))
	p, err := store.Positions().Get(ctx, storetest.Position(1).Key)
	fmt.Println(p.Status, p.Amount(), err)
	// Output:
	// <nil>
	// open 12.50 <nil>
}

// A night's backup, and the day on which it is needed.
func ExampleRestore() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "pagonline")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "data"), sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	before, err := store.Numbers().Next(ctx, "99999000013", 1)
	fmt.Println(before, err)
	backup := filepath.Join(dir, "backup.db")
	fmt.Println(store.Backup(ctx, backup))
	fmt.Println(pagonline.CodeOf(store.Backup(ctx, backup))) // it overwrites nothing
	_ = store.Close()

	_, err = sqlite.Restore(ctx, backup, filepath.Join(dir, "new machine"), sqlite.Config{})
	fmt.Println(err)
	store, err = sqlite.Open(ctx, filepath.Join(dir, "new machine"), sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	findings, err := store.Check(ctx)
	fmt.Println(len(findings), err)
	after, err := store.Numbers().Next(ctx, "99999000013", 1)
	fmt.Println(after, err) // what was issued after the backup is not issued again
	// Output:
	// 1 <nil>
	// <nil>
	// not_allowed
	// <nil>
	// 0 <nil>
	// 1000000002 <nil>
}

func ExampleUse() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:") // the database of a program that was there before
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = sqlite.Use(ctx, db, sqlite.Config{})
	fmt.Println(err) // this one will not do
	// Output:
	// sqlite: use: the handle's database is in memory, and would not outlive it
}

func ExampleOpenFile() {
	dir, err := os.MkdirTemp("", "pagonline")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.OpenFile(context.Background(), filepath.Join(dir, "archive.sqlite"), sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Close())
	// Output:
	// <nil>
}

func ExampleRestoreFile() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "pagonline")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file, backup := filepath.Join(dir, "archive.db"), filepath.Join(dir, "backup.db")
	store, err := sqlite.OpenFile(ctx, file, sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Backup(ctx, backup))
	_ = store.Close()
	_, err = sqlite.RestoreFile(ctx, backup, file, sqlite.Config{})
	fmt.Println(pagonline.CodeOf(err)) // it overwrites nothing
	_, err = sqlite.RestoreFile(ctx, backup, filepath.Join(dir, "new.db"), sqlite.Config{})
	fmt.Println(err)
	// Output:
	// <nil>
	// not_allowed
	// <nil>
}
