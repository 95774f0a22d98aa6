package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	_ "modernc.org/sqlite" // the driver that Temporal's own SQLite plugin uses, registered as "sqlite"
)

// databaseURI is the path as SQLite's URI parser wants it: a folder may be called "100% café #1?".
func databaseURI(file string) string {
	return (&url.URL{Path: file}).EscapedPath()
}

// prepareDatabase makes file hold the tables that the linked Temporal server expects.
//
// The whole of it is one SQLite transaction: a kill leaves either the old tables or the new ones. Temporal ships no SQLite
// migrations, so an older file is brought up by comparing it with the schema the server would make today and changing what differs.
// user_version records which server did that, so that an ordinary start compares one number.
//
// Errors: the file was last used by a newer server (the user's: run that newer dailies), is damaged, or cannot be read or changed.
func prepareDatabase(ctx context.Context, file string) (err error) {
	defer func() { err = damage(ctx, file, err) }()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("make Temporal folder: %w", err)
	}
	want, err := schemaVersion(headers.ServerVersion)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+databaseURI(file)+"?mode=rwc&_pragma=busy_timeout=5000&_pragma=journal_mode=wal&_pragma=synchronous=1")
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	// legacy_alter_table keeps a rename of one table from rewriting the triggers of others; it cannot be set inside a transaction.
	if _, err := db.ExecContext(ctx, "PRAGMA legacy_alter_table=on"); err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock %s: %w", file, err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing

	var have int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	switch {
	case have == want:
		return nil
	case have > want:
		return fmt.Errorf("open %s: a newer dailies (Temporal schema %d, ours is %d) wrote it; run that version, or name another data folder", file, have, want)
	case have == 0:
		err = sqliteschema.SetupSchemaOnDB(schemaTx{ctx: ctx, tx: tx})
	default:
		err = migrate(ctx, tx)
	}
	if err != nil {
		return fmt.Errorf("prepare %s for Temporal %s: %w", file, headers.ServerVersion, err)
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version="+strconv.Itoa(want)); err != nil {
		return fmt.Errorf("mark %s: %w", file, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("prepare %s: %w", file, err)
	}
	return nil
}

// schemaVersion turns "1.32.1" into 1032001, which user_version can hold and which grows with releases.
func schemaVersion(release string) (int, error) {
	core, _, _ := strings.Cut(release, "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return 0, fmt.Errorf("read Temporal version %q: want three numbers", release)
	}
	v := 0
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 999 {
			return 0, fmt.Errorf("read Temporal version %q: want three numbers below 1000", release)
		}
		v = v*1000 + n
	}
	return v, nil
}

// schemaTx lends a transaction to Temporal's schema set-up, which only ever calls Exec.
type schemaTx struct {
	sqlplugin.AdminDB
	ctx context.Context
	tx  *sql.Tx
}

func (s schemaTx) Exec(stmt string, args ...any) error {
	_, err := s.tx.ExecContext(s.ctx, stmt, args...)
	return err
}

// object is one row of sqlite_master that somebody wrote (not an automatic index, not a shadow table of full-text search).
type object struct {
	kind, name, table, sql string
}

func (o object) virtual() bool { return strings.HasPrefix(o.sql, "CREATE VIRTUAL") }

// migrate changes the tables to those that the linked server would make in an empty file. Rows survive in every column that both know.
func migrate(ctx context.Context, tx *sql.Tx) error {
	want, err := referenceSchema(ctx)
	if err != nil {
		return err
	}
	have, err := readSchema(ctx, tx)
	if err != nil {
		return err
	}
	current := make(map[string]string, len(have))
	for _, o := range have {
		current[o.kind+" "+o.name] = normal(o.sql)
	}
	run := func(stmt string) error {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("%s: %w", strings.SplitN(stmt, "(", 2)[0], err)
		}
		return nil
	}
	// Triggers and indexes hold no rows: drop them all, so that tables can be rebuilt under them, and make them again at the end.
	for _, o := range have {
		if o.kind == "trigger" || o.kind == "index" {
			if err := run("DROP " + o.kind + " " + quote(o.name)); err != nil {
				return err
			}
		}
	}
	rebuilt := make(map[string]bool)
	for _, o := range want {
		if o.kind != "table" || o.virtual() || current["table "+o.name] == normal(o.sql) {
			continue
		}
		if err := rebuildTable(ctx, tx, o, current["table "+o.name] != ""); err != nil {
			return err
		}
		rebuilt[o.name] = true
	}
	for _, o := range want {
		if !o.virtual() {
			continue
		}
		was := current["table "+o.name]
		if was != normal(o.sql) {
			if was != "" {
				if err := run("DROP TABLE " + quote(o.name)); err != nil {
					return err
				}
			}
			if err := run(o.sql); err != nil {
				return err
			}
		}
		// The full-text indexes point into visibility by rowid, which a rebuilt table numbers anew.
		if was != normal(o.sql) || len(rebuilt) > 0 {
			if err := run("INSERT INTO " + quote(o.name) + "(" + quote(o.name) + ") VALUES('rebuild')"); err != nil {
				return err
			}
		}
	}
	for _, kind := range []string{"index", "trigger"} {
		for _, o := range want {
			if o.kind == kind {
				if err := run(o.sql); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func rebuildTable(ctx context.Context, tx *sql.Tx, o object, exists bool) error {
	old := o.name + "__before"
	steps := []string{o.sql}
	if exists {
		steps = []string{"ALTER TABLE " + quote(o.name) + " RENAME TO " + quote(old), o.sql}
	}
	for _, s := range steps {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("rebuild table %s: %w", o.name, err)
		}
	}
	if !exists {
		return nil
	}
	before, err := columns(ctx, tx, old)
	if err != nil {
		return err
	}
	now, err := columns(ctx, tx, o.name)
	if err != nil {
		return err
	}
	var shared []string
	for c := range now {
		if before[c] {
			shared = append(shared, quote(c))
		}
	}
	list := strings.Join(shared, ",")
	for _, s := range []string{
		"INSERT INTO " + quote(o.name) + "(" + list + ") SELECT " + list + " FROM " + quote(old),
		"DROP TABLE " + quote(old),
	} {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("rebuild table %s: %w", o.name, err)
		}
	}
	return nil
}

// columns lists the columns that hold values of their own; generated ones are computed again.
func columns(ctx context.Context, tx *sql.Tx, table string) (_ map[string]bool, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT name FROM pragma_table_xinfo(?) WHERE hidden=0", table)
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	set := make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read columns of %s: %w", table, err)
		}
		set[name] = true
	}
	return set, rows.Err()
}

// referenceSchema is what the linked server makes in an empty database.
func referenceSchema(ctx context.Context) ([]object, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("open reference schema: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // every connection to :memory: is a database of its own
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("open reference schema: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := sqliteschema.SetupSchemaOnDB(schemaTx{ctx: ctx, tx: tx}); err != nil {
		return nil, fmt.Errorf("make reference schema: %w", err)
	}
	return readSchema(ctx, tx)
}

func readSchema(ctx context.Context, tx *sql.Tx) (_ []object, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []object
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.kind, &o.name, &o.table, &o.sql); err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		all = append(all, o)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	return withoutShadows(all), nil
}

// withoutShadows leaves out the tables that FTS5 keeps beside each virtual table under its name: they come and go with it.
func withoutShadows(all []object) []object {
	var kept []object
	for _, o := range all {
		shadow := false
		for _, v := range all {
			if v.virtual() && strings.HasPrefix(o.table, v.name+"_") {
				shadow = true
			}
		}
		if !shadow {
			kept = append(kept, o)
		}
	}
	return kept
}

// normal makes two spellings of a statement comparable: ALTER TABLE RENAME quotes names, and layout means nothing.
func normal(stmt string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(stmt, `"`, "")), " ")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
