package engine

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func openDB(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+databaseURI(file))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// schemaOf gives the file's schema in a form that does not depend on how it came about.
func schemaOf(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	all, err := readSchema(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	m := make(map[string]string)
	for _, o := range all {
		m[o.kind+" "+o.name] = normal(o.sql)
	}
	return m
}

func TestOlderDatabaseIsMigratedWithItsRows(t *testing.T) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "temporal", "t.db")
	if err := prepareDatabase(ctx, file); err != nil {
		t.Fatal(err)
	}
	db := openDB(t, file)
	want := schemaOf(t, db)

	// Make of it what an older server would have left: a table and an index less, one table without a column, another with one more,
	// a visibility table without a generated column, and rows.
	for _, stmt := range []string{
		"PRAGMA legacy_alter_table=on",
		"DROP TABLE nexus_endpoints",
		"DROP INDEX by_workflow_id",
		"ALTER TABLE current_executions DROP COLUMN data_encoding",
		"ALTER TABLE shards ADD COLUMN forgotten INT",
		"INSERT INTO shards(shard_id, range_id, data, data_encoding, forgotten) VALUES(1, 7, x'aa', 'Proto3', 5)",
		"INSERT INTO executions_visibility(namespace_id, run_id, start_time, execution_time, workflow_id, workflow_type_name, status, encoding, search_attributes) " +
			`VALUES('n', 'r', '2026-01-01', '2026-01-01', 'ep01', 'Episode', 1, 'Proto3', '{"Keyword01":"night-shift","Text01":"harbour"}')`,
		"DROP TRIGGER executions_visibility_au",
		"PRAGMA user_version=1000000",
	} {
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := prepareDatabase(ctx, file); err != nil {
		t.Fatal(err)
	}
	db = openDB(t, file)
	if d := cmp.Diff(want, schemaOf(t, db)); d != "" {
		t.Errorf("schema after migration (-fresh +migrated):\n%s", d)
	}
	var rangeID int
	if err := db.QueryRowContext(ctx, "SELECT range_id FROM shards WHERE shard_id=1").Scan(&rangeID); err != nil || rangeID != 7 {
		t.Errorf("row of shards: range_id %d, %v; want 7", rangeID, err)
	}
	var workflow string
	err := db.QueryRowContext(ctx, "SELECT workflow_id FROM executions_visibility WHERE Keyword01='night-shift'").Scan(&workflow)
	if err != nil || workflow != "ep01" {
		t.Errorf("row of visibility by search attribute: %q, %v", workflow, err)
	}
	var hits int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM executions_visibility_fts_text WHERE executions_visibility_fts_text MATCH 'harbour'").Scan(&hits)
	if err != nil || hits != 1 {
		t.Errorf("full-text search after migration: %d hits, %v; want 1", hits, err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.db")
	db := openDB(t, file)
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version=999000000"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if err := prepareDatabase(t.Context(), file); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("a newer server's file: got %v", err)
	}
}

func TestSchemaVersionGrowsWithReleases(t *testing.T) {
	last := 0
	for _, release := range []string{"1.29.0", "1.32.1", "1.32.10-rc1", "1.33.0", "2.0.0"} {
		v, err := schemaVersion(release)
		if err != nil || v <= last {
			t.Errorf("%s: %d, %v; want more than %d", release, v, err, last)
		}
		last = v
	}
	for _, release := range []string{"", "1.2", "1.2.x", "1.2.1000"} {
		if _, err := schemaVersion(release); err == nil {
			t.Errorf("%q: no error", release)
		}
	}
}
