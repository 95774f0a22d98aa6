package engine

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	persistence "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/resolver"
)

func sqlConfig(t *testing.T) *config.SQL {
	t.Helper()
	file := filepath.Join(t.TempDir(), "100% café #1?.db")
	return &config.SQL{
		PluginName: sqliteplugin.PluginName, DatabaseName: databaseURI(file),
		ConnectAttributes: map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": "1", "busy_timeout": "5000", "foreign_keys": "on"},
	}
}

// keptDatabase is a database as the server is given it.
func keptDatabase(t *testing.T) *sql.DB {
	t.Helper()
	c := sqlConfig(t)
	if err := keepStatements(c); err != nil {
		t.Fatal(err)
	}
	opened, err := persistence.NewSQLDB(sqlplugin.DbKindMain, c, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		t.Fatal(err)
	}
	shared, ok := sharedDatabase(opened)
	if !ok {
		t.Fatal("the server's library keeps its database elsewhere now")
	}
	t.Cleanup(func() {
		if err := shared.Close(); err != nil {
			t.Error(err)
		}
	})
	return shared.DB
}

func must(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, text string, args ...any,
) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// TestTheServerKeepsStatements: a newer library that hides its database elsewhere would make every step slower, and nothing else would
// tell.
func TestTheServerKeepsStatements(t *testing.T) {
	db := keptDatabase(t)
	if _, ok := db.Driver().(keeping); !ok {
		t.Errorf("the server's database is a %T", db.Driver())
	}
	var mode string
	if err := db.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
	var sync int
	if err := db.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&sync); err != nil || sync != 1 {
		t.Errorf("synchronous %d, %v", sync, err)
	}
}

func TestAnEngineOfTheSameProcessFindsItsDatabase(t *testing.T) {
	c := sqlConfig(t)
	for range 2 {
		if err := keepStatements(c); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStatementsAreUsedAgain(t *testing.T) {
	db := keptDatabase(t)
	must(t, db, "CREATE TABLE shots (slate TEXT PRIMARY KEY, takes INTEGER)")
	for i := range 2 * mostStatements { // more texts than are kept
		must(t, db, fmt.Sprintf("INSERT INTO shots VALUES (?, %d)", i), fmt.Sprint(i))
	}
	for i := range 3 {
		var takes int
		if err := db.QueryRowContext(t.Context(), "SELECT takes FROM shots WHERE slate = ?", fmt.Sprint(i)).Scan(&takes); err != nil || takes != i {
			t.Errorf("shot %d has %d takes, %v", i, takes, err)
		}
	}
	// What fails is none the worse for the next time.
	const add = "INSERT INTO shots VALUES (?, 0)"
	for _, slate := range []string{"0", "new", "1", "newer"} {
		_, err := db.ExecContext(t.Context(), add, slate)
		if taken := slate == "0" || slate == "1"; (err != nil) != taken {
			t.Errorf("add %s: %v", slate, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.ExecContext(ended, add, "late"); err == nil {
		t.Error("added under a context that had ended")
	}
	must(t, db, add, "late")
}

// TestAQueryInsideTheSameQuery: the rows of the outer one are still being read.
func TestAQueryInsideTheSameQuery(t *testing.T) {
	db := keptDatabase(t)
	must(t, db, "CREATE TABLE n (n INTEGER)")
	must(t, db, "INSERT INTO n VALUES (1), (2), (3)")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	const all = "SELECT n FROM n WHERE n >= ? ORDER BY n"
	read := func(from int, each func(int)) {
		rows, err := tx.QueryContext(t.Context(), all, from)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			each(n)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	read(1, func(outer int) {
		read(outer, func(inner int) { got = append(got, fmt.Sprint(outer, inner)) })
	})
	if want := "[1 1 1 2 1 3 2 2 2 3 3 3]"; fmt.Sprint(got) != want {
		t.Errorf("read %v, want %s", got, want)
	}
}

func TestAStatementSeesItsTableChange(t *testing.T) {
	db := keptDatabase(t)
	must(t, db, "CREATE TABLE t (a INTEGER)")
	must(t, db, "INSERT INTO t VALUES (1)")
	for columns := 1; columns <= 2; columns++ {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM t")
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil || len(names) != columns {
			t.Errorf("columns %v, %v, want %d", names, err, columns)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if columns == 1 {
			must(t, db, "ALTER TABLE t ADD COLUMN b INTEGER")
		}
	}
}

// TestACommitThatFailsLeavesNothing: the connection is used again as if there were no transaction.
func TestACommitThatFailsLeavesNothing(t *testing.T) {
	db := keptDatabase(t)
	must(t, db, "CREATE TABLE shot (id INTEGER PRIMARY KEY)")
	must(t, db, "CREATE TABLE take (shot INTEGER REFERENCES shot(id) DEFERRABLE INITIALLY DEFERRED)")
	for range 2 {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		must(t, tx, "INSERT INTO take VALUES (?)", 7)
		if err := tx.Commit(); err == nil {
			t.Error("a take of no shot was committed")
		}
	}
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM take").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d takes are there, %v", n, err)
	}
}
