// Package desk reads scripts that were typed in a page: their texts are in memory, and
// the files that they name lie in the store, where they were put before. A script is
// checked as one on a disk is, by the same package, and nothing outside its show can be
// named.
package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/terminal"
)

// Limits of what is typed.
const (
	MaxFiles = 4
	MaxText  = 4 << 20 // bytes of all texts together
	MaxName  = 200     // bytes of a file's path
)

// ErrText: the texts cannot be read as a script at all; the error says why.
var ErrText = errors.New("not a script's texts")

// Text is a script as typed: its files by path, and the one that is the episode.
type Text struct {
	Main  string            `json:"main" doc:"The episode's file, for example ep01.yaml"`
	Files map[string]string `json:"files" doc:"The texts by path: the episode, and season.yaml where the episode names one"`
}

// Problem says why the texts cannot be read.
func (t Text) Problem() error {
	if _, ok := t.Files[t.Main]; !ok {
		return fmt.Errorf("%w: there is no text of %q", ErrText, t.Main)
	}
	if len(t.Files) > MaxFiles {
		return fmt.Errorf("%w: %d files, at most %d are read: the episode and its season", ErrText, len(t.Files), MaxFiles)
	}
	size := 0
	for name, text := range t.Files {
		size += len(text)
		if err := ValidName(name); err != nil {
			return err
		}
		if !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") {
			return fmt.Errorf("%w: %q is no YAML file; put other files in the show's folder", ErrText, name)
		}
	}
	if size > MaxText {
		return fmt.Errorf("%w: %d bytes, at most %d are read", ErrText, size, MaxText)
	}
	return nil
}

// ValidName says whether a file of a show may have a path.
func ValidName(name string) error {
	bad := !fs.ValidPath(name) || name == "." || len(name) > MaxName || !utf8.ValidString(name)
	for _, r := range name {
		bad = bad || r == '\n' || r == '\t' || r == '\\' || terminal.Acts(r)
	}
	if bad {
		return fmt.Errorf("%w: %q is no path inside of a show's folder; write it like refs/mara.png", ErrText, name)
	}
	return nil
}

// Shelf is where the files of a show lie.
type Shelf interface {
	// Files are all that a script may name, by path.
	Files(ctx context.Context) (map[string]drama.File, error)
	// Open opens one of them.
	Open(ctx context.Context, f drama.File) (io.ReadCloser, error)
}

// Read checks typed texts. The Script is nil when a problem is an error. err is of the
// shelf, or ErrText.
func Read(ctx context.Context, t Text, shelf Shelf) (s *script.Script, problems script.Problems, err error) {
	if err := t.Problem(); err != nil {
		return nil, nil, err
	}
	files, err := shelf.Files(ctx)
	if err != nil {
		return nil, nil, err
	}
	root := &room{ctx: ctx, texts: t.Files, files: files, shelf: shelf}
	s, problems = script.Load(root, t.Main)
	return s, problems, nil
}

// room is the folder that the script lies in.
type room struct {
	ctx   context.Context //nolint:containedctx // a file system's calls have none
	texts map[string]string
	files map[string]drama.File
	shelf Shelf
}

// Abs is script.Opener's: the room is the whole world.
func (r *room) Abs(p string) (string, error) { return path.Clean("/" + p), nil }

// Open is script.Opener's.
func (r *room) Open(dir string) (fs.FS, error) {
	return sub{r, strings.TrimPrefix(path.Clean("/"+dir), "/")}, nil
}

// sub is a folder of the room.
type sub struct {
	*room
	dir string
}

func (s sub) full(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return path.Join(s.dir, name), nil
}

// Stat is fs.StatFS's.
func (s sub) Stat(name string) (fs.FileInfo, error) {
	full, err := s.full("stat", name)
	if err != nil {
		return nil, err
	}
	if text, ok := s.texts[full]; ok {
		return info{name: path.Base(full), size: int64(len(text))}, nil
	}
	if f, ok := s.files[full]; ok {
		return info{name: path.Base(full), size: f.Bytes, file: &f}, nil
	}
	if len(s.below(full)) > 0 || full == "" || full == "." {
		return info{name: path.Base(full), dir: true}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// Open is fs.FS's.
func (s sub) Open(name string) (fs.File, error) {
	i, err := s.Stat(name)
	if err != nil {
		return nil, err
	}
	full, _ := s.full("open", name)
	if text, ok := s.texts[full]; ok {
		return &file{info: i, body: io.NopCloser(strings.NewReader(text))}, nil
	}
	if f, ok := s.files[full]; ok {
		body, err := s.shelf.Open(s.ctx, f)
		if err != nil {
			return nil, err
		}
		return &file{info: i, body: body}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("is a folder")}
}

// ReadDir is fs.ReadDirFS's: it finds what a mistyped path may have meant.
func (s sub) ReadDir(name string) ([]fs.DirEntry, error) {
	full, err := s.full("readdir", name)
	if err != nil {
		return nil, err
	}
	return s.below(full), nil
}

// below lists what lies in a folder, in no order.
func (s sub) below(dir string) []fs.DirEntry {
	prefix := strings.TrimPrefix(dir+"/", "./")
	if dir == "" || dir == "." {
		prefix = ""
	}
	seen := map[string]bool{}
	var all []fs.DirEntry
	add := func(full string, f *drama.File, size int64) {
		rest, ok := strings.CutPrefix(full, prefix)
		if !ok || rest == "" {
			return
		}
		child, _, deeper := strings.Cut(rest, "/")
		if seen[child] {
			return
		}
		seen[child] = true
		all = append(all, fs.FileInfoToDirEntry(info{name: child, size: size, file: f, dir: deeper}))
	}
	for name, text := range s.texts {
		add(name, nil, int64(len(text)))
	}
	for name, f := range s.files {
		add(name, &f, f.Bytes)
	}
	return all
}

// info describes a file. Sys is the *drama.File that was found when it was stored, so
// that footage of gigabytes is not read again for each letter typed.
type info struct {
	name string
	size int64
	dir  bool
	file *drama.File
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool      { return i.dir }

func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

func (i info) Sys() any {
	if i.file == nil {
		return nil
	}
	return i.file
}

type file struct {
	info fs.FileInfo
	body io.ReadCloser
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Read(p []byte) (int, error) { return f.body.Read(p) }
func (f *file) Close() error               { return f.body.Close() }
