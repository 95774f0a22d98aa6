// Package submission is the pack that a season is handed in with: which files of its cuts a
// receiver is given and under what names, the documents that go with them, and what is
// missing with what to do about it. It is pure: others read and verify the cuts, and write
// the ZIP. The same input gives the same pack, byte for byte.
package submission

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/zipped"
)

// Files of every pack.
const (
	ManifestName = "pack.json"
	SumsName     = "SHA256SUMS" // of all files but itself
	ReadmeName   = "README.txt"

	documents = "documents/"
	verified  = "verify/"
)

// Episode is a delivered episode.
type Episode struct {
	Manifest drama.Manifest
	SHA256   string           // of the manifest as it is stored
	Script   drama.Production // that the cut was made of
	Newest   drama.Production // as it was submitted last, for what no cut shows
	// Takes are the episode's by their id, Circles and Stills by their digest.
	Takes   map[drama.TakeID]drama.Take
	Circles map[string]drama.Circle
	Stills  map[string]drama.Still
	// Picked is what each receiver is given, by its profile; one that is not in it is given
	// nothing of the episode.
	Picked map[string]Picked
	CRC32  map[string]uint32 // of the picked files, by their name in the cut
}

// Picked is what a receiver is given of an episode.
type Picked struct {
	Items  []Item
	Film   Film
	Report json.RawMessage // of verify; see Studio
}

// Missing is an episode that is not in the pack, or not for one of its receivers.
type Missing struct {
	Episode int    `json:"episode,omitempty"` // 0: File says which
	File    string `json:"file,omitempty"`    // as the season lists it, where it was never rendered
	Profile string `json:"profile,omitempty"` // empty: for all of them
	// Why is one line a reason; Do is what to do about it.
	Why []string `json:"why"`
	Do  string   `json:"do"`
	// Waits says that a person has to approve it.
	Waits bool `json:"waits,omitempty"`
}

// Gap is something that a receiver asks for beside the episodes, and that there is not.
type Gap struct {
	Profile  string `json:"profile,omitempty"`  // empty: for all of them
	Episodes []int  `json:"episodes,omitempty"` // none: of the season
	What     string `json:"what"`
	Do       string `json:"do"`
}

// Cost is what one maker has cost in one episode.
type Cost struct {
	Episode          drama.EpisodeID
	Provider, Model  string
	Jobs, Estimated  int
	Settled, Pending drama.Money
}

// Paper is a file of the script that goes with the pack: a consent, a licence, a picture of
// the cast.
type Paper struct {
	Kind  string // a word below
	Of    string // the character's id, or the file that is licensed
	File  drama.File
	CRC32 uint32
	Key   string // in the store
}

// What papers are.
const (
	KindConsent = "consent"
	KindLicence = "licence"
	KindPicture = "picture"
)

// ByName is the order of papers.
func ByName(a, b Paper) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Of, b.Of)) }

// Input is what a pack is made of.
type Input struct {
	Season   drama.Season // as the newest script has it
	Profiles []profile.Profile
	Episodes []Episode // that are in it, by their numbers
	Missing  []Missing
	Gaps     []Gap
	Costs    []Cost // nil: the pack has no costs
	Papers   []Paper
	Partial  bool
	Tool     string // dailies' version
}

// Entry is a file of the pack: an object of the store, or a body.
type Entry struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	CRC32  uint32 `json:"crc32"`
	SHA256 string `json:"sha256"`
	Key    string `json:"key,omitempty"`
	Body   []byte `json:"body,omitempty"`
}

// Pack says what a pack holds: pack.json.
type Pack struct {
	Show     string     `json:"show"`
	Title    drama.Text `json:"title,omitempty"`
	Language string     `json:"language"`
	// Partial says that the pack has not all episodes, as whoever packed it wanted: Missing
	// names them.
	Partial  bool       `json:"partial"`
	For      []Receiver `json:"for"`
	Episodes []Told     `json:"episodes"`
	Missing  []Missing  `json:"missing"`
	Gaps     []Gap      `json:"gaps"`
	Tool     string     `json:"tool"`
	Files    []FileLine `json:"files"` // but this one and SHA256SUMS
}

// Receiver is a profile that the pack is for.
type Receiver struct {
	Profile string `json:"profile"`
	Title   string `json:"title"`
	Folder  string `json:"folder"`
	// Published says whether the receiver has a public page on what it wants.
	Published bool              `json:"published"`
	Declare   map[string]string `json:"declare,omitempty"` // at the upload
}

// Told is an episode of the pack.
type Told struct {
	Episode  int                 `json:"episode"`
	Title    drama.Text          `json:"title,omitempty"`
	Cut      int                 `json:"cut"`
	Digest   string              `json:"digest"`
	Manifest string              `json:"manifest_sha256"`
	MadeAt   time.Time           `json:"made_at"`
	Frames   int64               `json:"frames"`
	FPS      string              `json:"fps"`
	Label    drama.ManifestLabel `json:"label"`
	Filing   *drama.Filing       `json:"filing,omitempty"`
	Films    []ToldFilm          `json:"films"`
}

// ToldFilm is an episode as one receiver gets it.
type ToldFilm struct {
	Profile string `json:"profile"`
	File    string `json:"file"`              // in the pack
	Version string `json:"version,omitempty"` // of the cut; empty: the master
	Raster  string `json:"raster"`
	Texts   string `json:"texts"` // burned, none or not known
	Report  string `json:"report"`
}

// FileLine is a file of the pack.
type FileLine struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// builder collects the entries of a pack.
type builder struct {
	in      Input
	pack    Pack
	entries []Entry
}

// Head is what is said of a pack before it has any files; no list of it is nil.
func Head(in Input) Pack {
	p := Pack{
		Show: in.Season.Show, Title: in.Season.Title, Language: in.Season.Language, Partial: in.Partial, Tool: in.Tool,
		Missing: append([]Missing{}, in.Missing...), Gaps: Merge(in.Gaps), For: []Receiver{}, Episodes: []Told{}, Files: []FileLine{},
	}
	for _, r := range in.Profiles {
		p.For = append(p.For, Receiver{Profile: r.Name, Title: r.Title, Folder: r.Name, Published: r.Published, Declare: r.Sheet})
	}
	return p
}

// Build makes the pack: what it says of itself, and its files in their order. Media come
// first: so a pack that was cut off keeps them when a document has changed.
func Build(in Input) (Pack, []Entry, error) {
	b := &builder{in: in, pack: Head(in)}
	b.films()
	b.papers()
	b.tables()
	b.reports()
	b.add(ReadmeName, b.readme())
	if err := b.manifest(); err != nil {
		return Pack{}, nil, err
	}
	return b.pack, b.entries, nil
}

// films are the files of the cuts, receiver by receiver.
func (b *builder) films() {
	for _, e := range b.in.Episodes {
		m := e.Manifest
		t := Told{
			Episode: m.ID.Number, Title: m.Title, Cut: m.Cut, Digest: m.Digest, Manifest: e.SHA256, MadeAt: m.MadeAt, Frames: int64(m.Frames), FPS: m.FPS,
			Label: m.Label, Filing: m.Filing, Films: []ToldFilm{},
		}
		for _, p := range b.in.Profiles {
			picked, ok := e.Picked[p.Name]
			if !ok {
				continue
			}
			t.Films = append(t.Films, ToldFilm{
				Profile: p.Name, File: p.Name + "/" + picked.Items[0].To, Version: picked.Film.Version, Raster: picked.Film.Raster.String(), Texts: picked.Film.Texts, Report: reportName(p.Name, m.ID),
			})
		}
		b.pack.Episodes = append(b.pack.Episodes, t)
	}
	for _, p := range b.in.Profiles {
		for _, e := range b.in.Episodes {
			for _, i := range e.Picked[p.Name].Items {
				b.entries = append(b.entries, Entry{Name: p.Name + "/" + i.To, Bytes: i.File.Bytes, SHA256: i.File.SHA256, CRC32: e.CRC32[i.File.Name], Key: i.Key})
			}
		}
	}
}

// add adds a document.
func (b *builder) add(name string, body []byte) {
	b.entries = append(b.entries, document(name, body))
}

func reportName(profile string, id drama.EpisodeID) string {
	return fmt.Sprintf("%s%s/%s.json", verified, profile, id.Code())
}

// reports are those of verify.
func (b *builder) reports() {
	for _, p := range b.in.Profiles {
		for _, e := range b.in.Episodes {
			if picked, ok := e.Picked[p.Name]; ok {
				b.add(reportName(p.Name, e.Manifest.ID), append(picked.Report, '\n'))
			}
		}
	}
}

// manifest adds pack.json and the checksums.
func (b *builder) manifest() error {
	for _, e := range b.entries {
		b.pack.Files = append(b.pack.Files, FileLine{e.Name, e.Bytes, e.SHA256})
	}
	body, err := encode(b.pack)
	if err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	b.add(ManifestName, body)
	var sums []byte
	for _, e := range b.entries {
		sums = fmt.Appendf(sums, "%s  %s\n", e.SHA256, e.Name)
	}
	b.add(SumsName, sums)
	return nil
}

// Zip lays the entries of a pack out, as of the newest of its cuts.
func Zip(p Pack, entries []Entry) (*zipped.Layout, error) {
	var at time.Time
	for _, e := range p.Episodes {
		if e.MadeAt.After(at) {
			at = e.MadeAt
		}
	}
	var files []zipped.File
	for _, e := range entries {
		files = append(files, zipped.File{Name: e.Name, Bytes: e.Bytes, CRC32: e.CRC32, SHA256: e.SHA256})
	}
	return zipped.Lay(files, at)
}

// titled is a text in the season's language, or in the first of those that it is in.
func titled(t drama.Text, language string) string {
	if s := t[language]; s != "" {
		return s
	}
	for _, l := range languages(t, language) {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// ShowTitle is what the show is called in files' names.
func ShowTitle(s drama.Season) string {
	return cmp.Or(FileName(titled(s.Title, s.Language)), s.Show)
}
