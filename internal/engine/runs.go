package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func runsFile(data string) string { return filepath.Join(data, "temporal", "temporal.db") }

// CopyRuns copies the record of runs of a data folder into a new file, as it is at one moment, while an engine may be at work. There is
// none where no engine ever ran: fs.ErrNotExist.
func CopyRuns(ctx context.Context, data, to string) (err error) {
	file := runsFile(data)
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("copy the record of runs: %w", err)
	}
	// The copy is made in one read transaction. busy_timeout: a checkpoint may be running.
	db, err := sql.Open("sqlite", "file:"+databaseURI(file)+"?mode=rw&_pragma=busy_timeout=5000")
	if err != nil {
		return fmt.Errorf("copy the record of runs: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	part := to + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy the record of runs: %w", err)
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return errors.Join(fmt.Errorf("copy the record of runs: %w", err), os.Remove(part))
	}
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(part, to)
	}
	if err != nil {
		return fmt.Errorf("copy the record of runs: %w", err)
	}
	return nil
}

// HasRuns says whether a data folder has a record of runs.
func HasRuns(data string) bool {
	_, err := os.Lstat(runsFile(data))
	return !errors.Is(err, fs.ErrNotExist)
}

// PutRuns gives a data folder a record of runs, which CopyRuns made. It has to have none, and no engine may run on it. Who starts one next
// brings the file up to their release, or says that a newer one made it.
func PutRuns(data, from string) (err error) {
	if HasRuns(data) {
		return fmt.Errorf("restore runs: %s is there: move it away first; it knows of other runs", runsFile(data))
	}
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("restore runs: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	file := runsFile(data)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("restore runs: %w", err)
	}
	part := file + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("restore runs: %w", err)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore runs: %w", err), os.Remove(part))
	}
	return nil
}
