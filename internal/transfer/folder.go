package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"github.com/dailies/dailies/internal/private"
	"github.com/dailies/dailies/internal/store"
)

// A backup is a folder that shows a store at one moment or at several:
//
//	dailies-backup.json      the number of its form
//	snapshots/TIME.jsonl     what the store had then: a line about it, a line for each object
//	snapshots/TIME.db        the record of runs, if there was an embedded engine
//	objects/01/0123…ef       bytes, by their SHA-256, once for all snapshots
//	incoming/                what is being copied; what a kill leaves there is gone on with
//
// A snapshot is written last and never changed, so that a backup that is broken off harms none.
const (
	formName      = "dailies-backup.json"
	snapshotsName = "snapshots"
	objectsName   = "objects"
	incomingName  = "incoming"
	lockName      = "lock"

	// folderForm grows when an older release could no longer read the folder rightly.
	folderForm = 1
)

// Errors of folders, matched with errors.Is.
var (
	// ErrNoBackup: the folder is none, or has no snapshot.
	ErrNoBackup = errors.New("no backup")
	// ErrInUse: another process works on the folder.
	ErrInUse = errors.New("another process works on this backup")
)

// Folder is a backup. One process works on it at a time.
type Folder struct {
	dir  string
	lock *flock.Flock
}

// MakeFolder opens a backup to add to it, or makes one of an empty folder. ErrInUse.
func MakeFolder(dir string) (*Folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open backup: %w", err)
	}
	if len(entries) > 0 && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == formName }) {
		return nil, fmt.Errorf("open backup %s: the folder has other things in it; name an empty one, or one that a backup was made into", dir)
	}
	if len(entries) == 0 {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make backup folder: %w", err)
		}
		if err := private.Write(filepath.Join(dir, formName), fmt.Appendf(nil, "{\"form\": %d}\n", folderForm)); err != nil {
			return nil, fmt.Errorf("make backup folder: %w", err)
		}
	}
	f, err := OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	for _, d := range []string{snapshotsName, objectsName, incomingName} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, errors.Join(fmt.Errorf("make backup folder: %w", err), f.Close())
		}
	}
	return f, nil
}

// OpenFolder opens a backup that is there. ErrNoBackup, ErrInUse.
func OpenFolder(dir string) (*Folder, error) {
	body, err := readLimited(filepath.Join(dir, formName), 4<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open backup %s: %w: there is no %s in it", dir, ErrNoBackup, formName)
	}
	var about struct {
		Form int `json:"form"`
	}
	if err == nil {
		err = json.Unmarshal(body, &about)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("open backup %s: read %s: %w", dir, formName, err)
	case about.Form > folderForm:
		return nil, fmt.Errorf("open backup %s: a newer dailies made it (form %d, this one knows %d); use that version", dir, about.Form, folderForm)
	}
	f := &Folder{dir: dir, lock: flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))}
	ok, err := f.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock backup: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("open backup %s: %w", dir, ErrInUse)
	}
	return f, nil
}

// Close gives the folder to others.
func (f *Folder) Close() error { return f.lock.Close() }

func (f *Folder) at(parts ...string) string {
	return filepath.Join(append([]string{f.dir}, parts...)...)
}

// object is where bytes lie; sum is one that validSum has passed.
func (f *Folder) object(sum string) string { return f.at(objectsName, sum[:2], sum) }

// copied is where whoever makes a backup of a store notes what was copied.
func (f *Folder) copied(from string) string {
	sum := sha256.Sum256([]byte(from))
	return f.at(incomingName, "copied-"+hex.EncodeToString(sum[:8])+".jsonl")
}

// clear removes what is in incoming under names that begin so.
func (f *Folder) clear(prefix string) error {
	left, err := os.ReadDir(f.at(incomingName))
	for _, e := range left {
		if strings.HasPrefix(e.Name(), prefix) {
			err = errors.Join(err, os.Remove(f.at(incomingName, e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("clear backup folder: %w", err)
	}
	return nil
}

// validSum says whether a text is a SHA-256, and can be part of a file's name.
func validSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

// has says whether bytes are there, by size: what they are is Check's to say.
func (f *Folder) has(e Entry) bool {
	about, err := os.Lstat(f.object(e.SHA256))
	return err == nil && about.Mode().IsRegular() && about.Size() == e.Bytes
}

// keep takes a file that fetch made.
func (f *Folder) keep(file string, e Entry) error {
	to := f.object(e.SHA256)
	err := os.MkdirAll(filepath.Dir(to), 0o700)
	if err == nil {
		err = os.Rename(file, to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep %s: %w", e.Key, err), os.Remove(file))
	}
	return nil
}

// Open opens an object's bytes. They are not checked. ErrChecksum where their number is
// another one.
func (f *Folder) Open(e Entry) (*os.File, error) {
	if !f.has(e) { // and no link, or device, is opened
		return nil, fmt.Errorf("open %s in the backup: its bytes (%s) are missing or cut off: %w", e.Key, e.SHA256, store.ErrChecksum)
	}
	file, err := os.Open(f.object(e.SHA256))
	if err != nil {
		return nil, fmt.Errorf("open %s in the backup: %w", e.Key, err)
	}
	return file, nil
}

// Check reads what a snapshot has and holds it to its checksums. told hears of the objects that
// are not as they were, one at a time.
func (f *Folder) Check(ctx context.Context, s Snapshot, told func(key string, err error)) (Totals, error) {
	sums := &count{}
	var mu sync.Mutex
	err := each(ctx, s.Entries, func(ctx context.Context, e Entry) error {
		err := f.check(ctx, e)
		if err != nil && ctx.Err() == nil {
			mu.Lock()
			defer mu.Unlock()
			told(e.Key, err)
			return nil
		}
		sums.add(e.Bytes)
		return err
	})
	return Totals{Objects: sums.sum.Copied, Bytes: sums.sum.CopiedBytes}, err
}

func (f *Folder) check(ctx context.Context, e Entry) error {
	file, err := f.Open(e)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, reader{ctx, file}); err != nil {
		return fmt.Errorf("read %s in the backup: %w", e.Key, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		return fmt.Errorf("read %s in the backup: %w", e.Key, store.ErrChecksum)
	}
	return nil
}

// reader ends when ctx does.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// Prune removes all snapshots but the newest ones, and what only they had. It tells how many
// went.
func (f *Folder) Prune(keep int) (snapshots int, err error) {
	names, err := f.Snapshots()
	if err != nil || len(names) <= keep {
		return 0, err
	}
	// A snapshot is forgotten before its bytes go: none is left that has lost some.
	for _, name := range names[keep:] {
		err := os.Remove(f.snapshot(name))
		if err == nil {
			err = os.Remove(f.Runs(name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return snapshots, fmt.Errorf("remove snapshot %s: %w", name, err)
		}
		snapshots++
	}
	needed := map[string]bool{}
	for _, name := range names[:keep] {
		s, err := f.Read(name)
		if err != nil {
			return snapshots, err // whatever it needs stays
		}
		for _, e := range s.Entries {
			needed[e.SHA256] = true
		}
	}
	err = filepath.WalkDir(f.at(objectsName), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || needed[d.Name()] {
			return err
		}
		return os.Remove(path)
	})
	if err != nil {
		return snapshots, fmt.Errorf("remove what only older snapshots had: %w", err)
	}
	return snapshots, nil
}

func readLimited(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = store.ErrTooLarge
	}
	return b, err
}
