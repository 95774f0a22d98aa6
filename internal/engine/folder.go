package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/private"
)

// folderFormat is the form of the data folder as this release writes it. It grows when an older release could no longer read the folder
// rightly, and then PrepareFolder learns to bring an older one up. Folders of releases before 1 bear no number and are like 1.
//
//	2: what S3 knows of objects is in a few files (attributes.go); what 1 had is read where it is, until the object is written again
const folderFormat = 2

// formatFile holds the number of the folder's form, alone on a line.
func formatFile(data string) string { return filepath.Join(data, "format") }

// ErrFolderGone means that the data folder was removed, or replaced, under a running engine.
var ErrFolderGone = errors.New("the data folder was removed or replaced while dailies ran on it: put it back (from a backup, or from where it was moved) and start again; in a new one nothing of it is known")

// CheckFolder says whether this release can work with a data folder, without touching it. One that is not there is fine.
//
// Errors are the user's: it is no folder, or a newer dailies wrote it.
func CheckFolder(data string) error {
	info, err := os.Stat(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return folderError(data, err)
	case !info.IsDir():
		return fmt.Errorf("open data folder %s: it is a file; name a folder with --data, or move the file away", data)
	}
	b, err := os.ReadFile(formatFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return folderError(data, err)
	}
	format, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || format < 1 {
		return fmt.Errorf("open data folder %s: the file format in it is damaged; restore it, or write the number %d into it if no newer dailies ever used the folder", data, folderFormat)
	}
	if format > folderFormat {
		return fmt.Errorf("open data folder %s: a newer dailies wrote it (format %d, this one knows %d); run that version, or name another folder with --data", data, format, folderFormat)
	}
	return nil
}

// PrepareFolder makes the data folder, or brings one of an older release up to this one's form.
//
// Errors are the user's: see CheckFolder; or the folder cannot be written.
func PrepareFolder(data string) error {
	if err := CheckFolder(data); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return folderError(data, err)
	}
	// The folder often lies in somebody's repository; it holds keys and gigabytes.
	ignore := filepath.Join(data, ".gitignore")
	if _, err := os.Stat(ignore); errors.Is(err, fs.ErrNotExist) {
		if err := private.Write(ignore, []byte("*\n")); err != nil {
			return folderError(data, err)
		}
	}
	number := strconv.Itoa(folderFormat) + "\n"
	if b, err := os.ReadFile(formatFile(data)); err == nil && string(b) == number {
		return nil
	}
	if err := private.Write(formatFile(data), []byte(number)); err != nil {
		return folderError(data, err)
	}
	return nil
}

// folderError says what a person can do about a folder that cannot be used.
func folderError(data string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("open data folder %s: this user may not write there: change that, or name another folder with --data: %w", data, err)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("open data folder %s: what should be a folder on its path is a file: %w", data, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("open data folder %s: the disk is full: make room, or name a folder on another disk with --data: %w", data, err)
	}
	return fmt.Errorf("open data folder %s: %w", data, err)
}

// checkObjects refuses an S3 folder of which a half is missing. Started on, it would answer that nothing was ever made, or forget what
// the rest is.
func checkObjects(cfg gatewayConfig) error {
	objects, meta := holds(cfg.objects()), holds(cfg.metadata())
	switch {
	case objects && !meta && holdsFile(cfg.objects()):
		return fmt.Errorf("open S3 folder: %s is missing or empty although %s is not: restore it from the backup that the other is from: it holds whose the objects are, their types and their checksums. To begin anew, move %s away as a whole; the media in it stay readable as files",
			cfg.metadata(), cfg.objects(), cfg.Folder)
	case meta && !objects:
		return fmt.Errorf("open S3 folder: %s is missing or empty although %s is not: restore it: it holds every take, cut and job record. To begin anew, move %s away as a whole",
			cfg.objects(), cfg.metadata(), cfg.Folder)
	}
	return nil
}

// holds says whether there is anything in a folder. One that cannot be read has something: whoever opens it says what is wrong.
func holds(dir string) bool {
	entries, err := os.ReadDir(dir)
	return len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist)
}

// holdsFile says whether there is a file at any depth. The first one found ends the search.
func holdsFile(dir string) bool {
	found := false
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		found = true
		return filepath.SkipAll
	})
	return found
}

// watchEvery is how often an owner looks whether its data folder is still there.
const watchEvery = time.Second

// keepFolder loses the engine when the folder under it is gone: what it wrote on would never be found again.
func (e *Engine) keepFolder(held fs.FileInfo) {
	defer e.running.Done()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.background.Done():
			return
		case <-tick.C:
		}
		now, err := os.Stat(lockFile(e.opts.Data))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(held, now) {
			e.lose(fmt.Errorf("%s: %w", e.opts.Data, ErrFolderGone))
			return
		}
	}
}

func lockFile(data string) string { return filepath.Join(data, "engine.lock") }
