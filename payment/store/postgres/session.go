package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// durable makes a new connection wait for the disk when it commits, if it would not.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	return err
}

// suits says why a database cannot be used.
func (d *db) suits(ctx context.Context) error {
	return d.outside(ctx, func(_ context.Context, conn *pgxpool.Conn) error {
		if conn.Conn().PgConn().ParameterStatus("server_encoding") != "UTF8" {
			return scanned{errors.New("postgres: the encoding of the database is not UTF8")}
		}
		if conn.Conn().PgConn().ParameterStatus("client_encoding") != "UTF8" {
			return scanned{errors.New("postgres: the encoding of the connection is not UTF8")}
		}
		return nil
	})
}
