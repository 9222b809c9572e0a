package sqlstore

// Dialect is what each database says in its own words. All other statements are the
// same for all.
type Dialect struct {
	// Migrations is the folder of its tables.
	Migrations string
	// Paid is the instant at which a receipt of the table rts was paid: an expression
	// that is indexed together with seq.
	Paid string
	// Place is where an event stands for who reads settled events: its seq, or less in
	// the transaction that wrote it. See [DB].
	Place string
}

// SQLite is the dialect of SQLite 3.
func SQLite() Dialect {
	return Dialect{
		Migrations: "sqlite",
		Paid:       `strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(json_extract(doc, '$.paidAt'), json_extract(doc, '$.receivedAt')))`,
		Place:      "seq",
	}
}

// Postgres is the dialect of PostgreSQL, 13 and later.
func Postgres() Dialect {
	return Dialect{
		Migrations: "postgres",
		Paid:       "paid",
		Place:      "CASE WHEN tx = pg_current_xact_id_if_assigned() THEN 0 ELSE seq END",
	}
}
