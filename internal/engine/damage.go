package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// checkTimeout bounds the look at a database under which a start failed.
const checkTimeout = 20 * time.Second

// damage turns the error of a start into one that says that the database is damaged, if it is, and what may be done: nothing in it is
// needed to go on with takes, cuts and money.
func damage(ctx context.Context, file string, err error) error {
	if err == nil || !damaged(err) && !broken(ctx, file) {
		return err
	}
	return fmt.Errorf("open %s: the database is damaged. Restore the folder %s from a backup, or move it away: it holds only work in progress; takes, cuts, scripts, jobs and money are in s3, and the next render goes on from them: %w",
		file, filepath.Dir(file), err)
}

// damaged says whether SQLite itself said so.
func damaged(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	const kind = 0xff // of an extended code
	switch {
	case e.Code()&kind == sqlite3.SQLITE_CORRUPT, e.Code()&kind == sqlite3.SQLITE_NOTADB, e.Code() == sqlite3.SQLITE_IOERR_SHORT_READ: // cut off
		return true
	}
	return false
}

// broken reads the whole file for inner contradictions; only after a start failed, for it takes time on a large one.
func broken(ctx context.Context, file string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
	defer cancel()
	db, err := sql.Open("sqlite", "file:"+databaseURI(file)+"?mode=ro")
	if err != nil {
		return false
	}
	defer db.Close()
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		return damaged(err)
	}
	return said != "ok"
}
