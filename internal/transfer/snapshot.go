package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/private"
	"github.com/dailies/dailies/internal/store"
)

const (
	// stampForm is how snapshots are called: they sort by time.
	stampForm = "20060102T150405Z"
	maxLine   = 16 << 10 // bytes of a snapshot's line
)

// About is what a snapshot says of itself.
type About struct {
	From string `json:"from"` // the place that it is of, as people call it
	Host string `json:"host"`
	// As is the moment that it shows: what was written by then is in it, and nothing
	// that names what is not.
	As      time.Time `json:"as"`
	Ended   time.Time `json:"ended"`
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
	Runs    bool      `json:"runs,omitempty"` // the record of runs is beside it
}

// Entry is an object of a snapshot.
type Entry struct {
	Key     string `json:"key"`
	Bytes   int64  `json:"bytes,omitempty"`
	SHA256  string `json:"sha256"`
	Type    string `json:"type,omitempty"`
	Version string `json:"version,omitempty"` // in the store that it was copied from
}

// Snapshot is what a store had at a moment.
type Snapshot struct {
	Name    string
	About   About
	Entries []Entry // by key
}

func (f *Folder) snapshot(name string) string { return f.at(snapshotsName, name+".jsonl") }

// Runs is where a snapshot's record of runs is, or will be.
func (f *Folder) Runs(name string) string { return f.at(snapshotsName, name+".db") }

// Snapshots are the names of the backup's snapshots, the newest first.
func (f *Folder) Snapshots() ([]string, error) {
	entries, err := os.ReadDir(f.at(snapshotsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".jsonl")
		if _, err := time.Parse(stampForm, name); ok && err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// Read reads a snapshot; the newest, if name is empty. ErrNoBackup.
func (f *Folder) Read(name string) (Snapshot, error) {
	names, err := f.Snapshots()
	if err != nil {
		return Snapshot{}, err
	}
	switch {
	case len(names) == 0:
		return Snapshot{}, fmt.Errorf("read backup %s: %w: it has no snapshot, the first one was broken off; make the backup again", f.dir, ErrNoBackup)
	case name == "":
		name = names[0]
	case !slices.Contains(names, name):
		return Snapshot{}, fmt.Errorf("read backup %s: it has no snapshot %q; it has %s", f.dir, name, strings.Join(names, ", "))
	}
	s := Snapshot{Name: name}
	if s.Entries, err = readEntries(f.snapshot(name), &s.About); err != nil {
		return s, fmt.Errorf("read snapshot %s: %w", name, err)
	}
	if len(s.Entries) != s.About.Objects {
		return s, fmt.Errorf("read snapshot %s: it names %d objects and says that it has %d: the file is damaged; use another snapshot", name, len(s.Entries), s.About.Objects)
	}
	return s, nil
}

// finish writes a snapshot, from when on it is one.
func (f *Folder) finish(s Snapshot) error {
	var b bytes.Buffer
	for _, v := range append([]any{s.About}, anys(s.Entries)...) {
		line, err := json.Marshal(v)
		if err == nil && len(line) >= maxLine {
			err = errors.New("a line of it is too long")
		}
		if err != nil {
			return fmt.Errorf("write snapshot %s: %w", s.Name, err)
		}
		b.Write(append(line, '\n'))
	}
	if err := private.Write(f.snapshot(s.Name), b.Bytes()); err != nil {
		return fmt.Errorf("write snapshot %s: %w", s.Name, err)
	}
	return nil
}

func anys(entries []Entry) []any {
	all := make([]any, len(entries))
	for i, e := range entries {
		all[i] = e
	}
	return all
}

// readEntries reads lines of objects; about, if it is not nil, is the first line. Of a line that
// a kill cut off nothing is known.
func readEntries(name string, about *About) (entries []Entry, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	for first := about != nil; lines.Scan(); first = false {
		if first {
			if err := json.Unmarshal(lines.Bytes(), about); err != nil {
				return nil, fmt.Errorf("its first line is damaged: %w", err)
			}
			continue
		}
		var e Entry
		if json.Unmarshal(lines.Bytes(), &e) == nil && store.CheckKey(e.Key) == nil && validSum(e.SHA256) && e.Bytes >= 0 {
			entries = append(entries, e)
		}
	}
	if about != nil && about.As.IsZero() && lines.Err() == nil {
		return nil, errors.New("it says nothing of itself")
	}
	return entries, lines.Err()
}
