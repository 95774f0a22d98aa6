package activities

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// episodesKept is how many episodes' coded sound a worker keeps, at most some
// megabytes each.
const episodesKept = 64

// parts is the coded sound of an episode's latest cut in the scratch folder: most
// of the next one's is the same. It is only a shortcut: every failure of it means
// that sound is encoded again.
type parts struct {
	kept string // "": there is no scratch folder
	lent string // in the job's folder
}

// lendParts gives the parts of an episode, or of its version that of names, to a job that
// works in dir.
func (m *Media) lendParts(id drama.EpisodeID, of, dir string) parts {
	p := parts{lent: filepath.Join(dir, "parts")}
	if m.Scratch == "" || os.Mkdir(p.lent, 0o700) != nil {
		return parts{}
	}
	p.kept = filepath.Join(m.Scratch, "sound", strings.ReplaceAll(id.String(), "/", "-")+of)
	entries, err := os.ReadDir(p.kept)
	if err != nil {
		return p
	}
	for _, e := range entries {
		_ = os.Link(filepath.Join(p.kept, e.Name()), filepath.Join(p.lent, e.Name()))
	}
	return p
}

// borrowed are parts of which nothing is taken back: whoever uses fewer of them, as a
// version does of its cut's, must not have the others forgotten.
func (p parts) borrowed() parts { return parts{lent: p.lent} }

// keep takes back what the job has left.
func (p parts) keep() {
	if p.kept == "" || os.MkdirAll(filepath.Dir(p.kept), 0o700) != nil || os.RemoveAll(p.kept) != nil {
		return
	}
	_ = os.Rename(p.lent, p.kept)
	all := filepath.Dir(p.kept)
	entries, err := os.ReadDir(all)
	if err != nil || len(entries) <= episodesKept {
		return
	}
	age := func(e os.DirEntry) int64 {
		info, err := e.Info()
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return int(max(-1, min(1, age(a)-age(b)))) })
	for _, e := range entries[:len(entries)-episodesKept] {
		_ = os.RemoveAll(filepath.Join(all, e.Name()))
	}
}
