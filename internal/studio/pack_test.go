package studio

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/submission"
)

// measurer is a media child for which every master is right and bears its manifest's label,
// but those of the cuts that are spoilt.
type measurer struct {
	t      *testing.T
	spoilt map[int]bool // by episode
	runs   int
}

func (m *measurer) Run(ctx context.Context, job media.Job, in io.Reader, tell func(media.Progress)) (media.Result, error) {
	m.runs++
	body, err := os.ReadFile(filepath.Join(filepath.Dir(job.Verify.In), library.ManifestName))
	if err != nil {
		m.t.Error(err)
	}
	var cut drama.Manifest
	if err := json.Unmarshal(body, &cut); err != nil {
		m.t.Error(err)
	}
	label := aigc.Value("studio-7", cut.ID.Show, aigc.ProduceID(cut.ID, cut.Cut))
	if m.spoilt[cut.ID.Number] {
		label = "none"
	}
	return bears{aigc.Key: label}.Run(ctx, job, in, tell)
}

// season is a studio with so many delivered episodes.
func season(t *testing.T, episodes int) (*Studio, *measurer) {
	t.Helper()
	s, m := shelf(t), &measurer{t: t, spoilt: map[int]bool{}}
	s.Media = m
	for n := 1; n <= episodes; n++ {
		deliver(t, s, n, false)
	}
	return s, m
}

// deliver delivers the first cut of an episode, or has it wait for an approval.
func deliver(t *testing.T, s *Studio, n int, review bool) drama.EpisodeID {
	t.Helper()
	id := drama.EpisodeID{Show: ep.Show, Number: n}
	p := drama.Production{
		Season:  drama.Season{Show: ep.Show, Title: drama.Text{"en": "Night Shift"}, Language: "en", Format: drama.Format{FPS: media.Rational{Num: 24, Den: 1}}},
		Episode: drama.Episode{Number: n, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{{Slate: "1A", Scene: "1"}}}}},
	}
	ref, err := s.library().SubmitScript(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	m := drama.Manifest{
		ID: id, Cut: 1, Digest: "d", Script: ref, Frames: 96, FPS: "24/1", Raster: media.Raster{Width: 180, Height: 320}, Review: review, MadeAt: s.now(),
		Label: drama.ManifestLabel{Shown: true, Text: "AI-generated", Producer: "studio-7"},
		Shots: []drama.ManifestShot{{Slate: "1A", Scene: "1", Frames: 96, Take: drama.TakeID{Episode: id, Slate: "1A", Number: 1}, Digest: "of 1A", Runs: &media.Runs{}}},
	}
	for name, text := range map[string]string{"master.mp4": strings.Repeat("film of "+id.Code(), 1000), "poster.jpg": "poster", "timeline.otio": "{}"} {
		put(t, s, keys(id).Cut(id, 1)+name, []byte(text))
		m.Files = append(m.Files, drama.ManifestFile{Name: name, SHA256: sha(text), Bytes: int64(len(text))})
	}
	slices.SortFunc(m.Files, func(a, b drama.ManifestFile) int { return strings.Compare(a.Name, b.Name) })
	if _, _, err := s.library().Deliver(t.Context(), id, 1, m); err != nil {
		t.Fatal(err)
	}
	return id
}

// unpacked are a pack's files by name.
func unpacked(t *testing.T, s *Studio, p *Packed) map[string]string {
	t.Helper()
	if p.Layout == nil {
		t.Fatalf("there is no pack: %v", p.Missing)
	}
	r := p.Layout.Reader(p.Open(t.Context(), s))
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = string(text)
	}
	return all
}

var toArchive = PackOptions{Profiles: []string{"master", "archive"}, Tool: "test"}

// TestPack: the films are those of the newest delivered cuts, for each receiver; every file
// has the checksum that is said of it; what is verified once is not verified again.
func TestPack(t *testing.T) {
	s, m := season(t, 2)
	p, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, s, p)
	if got := files["archive/night-shift-ep02.mp4"]; got != strings.Repeat("film of ep02", 1000) || files["master/night-shift-ep01.mp4"] == "" {
		t.Errorf("episode 2 is %d bytes", len(got))
	}
	for line := range strings.Lines(files["SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if sha(files[name]) != sum {
			t.Errorf("%s is not what SHA256SUMS says", name)
		}
	}
	if n := strings.Count(files["SHA256SUMS"], "\n"); n != len(files)-1 {
		t.Errorf("%d checksums of %d files", n, len(files))
	}
	if m.runs != 2 {
		t.Errorf("two films were measured %d times", m.runs)
	}
	again, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil || again.Digest() != p.Digest() || m.runs != 2 {
		t.Errorf("the same pack again: %v, measured %d times: %v", again.Digest() == p.Digest(), m.runs, err)
	}
	var v Verified
	if err := json.Unmarshal([]byte(files["verify/archive/ep01.json"]), &v); err != nil || !v.OK || !slices.Equal(v.Profiles, []string{"archive"}) || strings.Contains(files["verify/archive/ep01.json"], os.TempDir()) {
		t.Errorf("the report: %+v, %v", v, err)
	}
}

// TestPackNamesWhatIsMissing: what is not delivered, waits, is wrong or is damaged is named,
// and in no pack.
func TestPackNamesWhatIsMissing(t *testing.T) {
	s, m := season(t, 5)
	m.spoilt[2] = true
	deliver(t, s, 6, true)
	if _, err := s.library().SubmitScript(t.Context(), drama.Production{Season: drama.Season{Show: ep.Show, Language: "en"}, Episode: drama.Episode{Number: 7}}); err != nil {
		t.Fatal(err)
	}
	third := drama.EpisodeID{Show: ep.Show, Number: 3}
	put(t, s, keys(third).Cut(third, 1)+"master.mp4", []byte("something else"))
	p, err := s.Pack(t.Context(), ep.Show, PackOptions{Profiles: []string{"master"}, Tool: "test"})
	if err != nil || p.Layout != nil || len(p.Entries) > 0 {
		t.Fatalf("there is a pack: %v", err)
	}
	if body, err := json.Marshal(p.Pack); err != nil || bytes.Contains(body, []byte("null")) {
		t.Errorf("%s %v", body, err)
	}
	said := map[int]string{}
	for _, miss := range p.Missing {
		said[miss.Episode] += miss.String()
	}
	for n, word := range map[int]string{2: "AIGC", 3: "damaged", 6: "approval", 7: "render"} {
		if !strings.Contains(said[n], word) {
			t.Errorf("episode %d: %q", n, said[n])
		}
	}
	if len(said) != 4 || p.Waits() {
		t.Errorf("%v", said)
	}
	o := PackOptions{Profiles: []string{"master"}, Tool: "test", Partial: true}
	if p, err = s.Pack(t.Context(), ep.Show, o); err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, s, p)
	for n, want := range map[string]bool{"1": true, "2": false, "3": false, "4": true, "5": true, "6": false, "7": false} {
		if _, got := files["master/night-shift-ep0"+n+".mp4"]; got != want {
			t.Errorf("episode %s is in the pack: %v", n, got)
		}
	}
	if !strings.Contains(files["README.txt"], "PARTIAL") || !strings.Contains(files["pack.json"], `"partial": true`) {
		t.Error("the pack does not say that it is partial")
	}
}

// TestPackWaits: where an approval is all that is missing, that is what it waits for.
func TestPackWaits(t *testing.T) {
	s, _ := season(t, 1)
	deliver(t, s, 2, true)
	p, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil || p.Layout != nil || !p.Waits() {
		t.Errorf("%+v, %v", p, err)
	}
	// A cut that was delivered is packed, and it is said that a newer one waits.
	m, err := s.Manifest(t.Context(), ep, 1)
	if err != nil {
		t.Fatal(err)
	}
	m.Cut, m.Digest, m.Review = 2, "later", true
	if _, _, err := s.library().Deliver(t.Context(), ep, 2, m); err != nil {
		t.Fatal(err)
	}
	o := toArchive
	o.Partial = true
	p, err = s.Pack(t.Context(), ep.Show, o)
	if err != nil || len(p.Episodes) != 1 || p.Episodes[0].Cut != 1 || !slices.ContainsFunc(p.Gaps, func(g submission.Gap) bool { return strings.Contains(g.What, "cut 2") }) {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestNoUnlabelledCopyIsPacked: neither a copy that was handed out, nor a cut whose manifest
// was put in its place.
func TestNoUnlabelledCopyIsPacked(t *testing.T) {
	s, _ := season(t, 1)
	copied := strings.Repeat("without the label", 10)
	put(t, s, keys(ep).Unlabelled(ep, 1, sha(copied))+UnlabelledName, []byte(copied))
	p, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range unpacked(t, s, p) {
		if strings.Contains(name, "unlabelled") || text == copied {
			t.Errorf("%s is such a copy", name)
		}
	}
	second := drama.EpisodeID{Show: ep.Show, Number: 2}
	deliver(t, s, 2, false)
	m, err := s.Manifest(t.Context(), second, 1)
	if err != nil {
		t.Fatal(err)
	}
	m.Label.Unlabelled = &drama.Unlabelled{To: "somebody", Reason: "asked"}
	putJSON(t, s, keys(second).Cut(second, 1)+library.ManifestName, m)
	o := toArchive
	o.Partial = true
	if p, err = s.Pack(t.Context(), ep.Show, o); err != nil || len(p.Episodes) != 1 || len(p.Missing) != 2 {
		t.Errorf("%+v, %v", p.Missing, err)
	}
}

// TestPackFor: without a profile it is for those that the season names; one that is none is
// not known.
func TestPackFor(t *testing.T) {
	s, _ := season(t, 1)
	if _, err := s.Pack(t.Context(), ep.Show, PackOptions{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("for nobody: %v", err)
	}
	if _, err := s.Pack(t.Context(), ep.Show, PackOptions{Profiles: []string{"archiv"}}); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "archive") {
		t.Errorf("%v", err)
	}
	if _, err := s.Pack(t.Context(), "nobodys", toArchive); !errors.Is(err, ErrUnknown) {
		t.Errorf("%v", err)
	}
	body, _, err := s.LatestScript(t.Context(), ep)
	if err != nil {
		t.Fatal(err)
	}
	body.Season.Deliver = []string{profile.Master}
	if _, err := s.library().SubmitScript(t.Context(), body); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Pack(t.Context(), ep.Show, PackOptions{}); err != nil || len(p.For) != 1 || p.For[0].Profile != profile.Master {
		t.Errorf("%v", err)
	}
}

// TestKeptPack: a pack that is kept reads the same, and one that was changed is none.
func TestKeptPack(t *testing.T) {
	s, _ := season(t, 2)
	p, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.KeepPack(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := s.KeptPack(t.Context(), ep.Show, p.Digest())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := unpacked(t, s, p), unpacked(t, s, kept); len(a) != len(b) || a["pack.json"] != b["pack.json"] {
		t.Error("it reads otherwise")
	}
	if _, err := s.KeptPack(t.Context(), ep.Show, strings.Repeat("0", 64)); !errors.Is(err, ErrUnknown) {
		t.Errorf("%v", err)
	}
	put(t, s, keys(ep).Pack(p.Digest()), []byte("{}"))
	if _, err := s.KeptPack(t.Context(), ep.Show, p.Digest()); err == nil {
		t.Error("a damaged record is a pack")
	}
	ref, err := s.PutPack(t.Context(), p, s.Store.URI(keys(ep).Packs()+"all.zip"))
	if err != nil || ref.Bytes != p.Layout.Bytes() {
		t.Errorf("%+v, %v", ref, err)
	}
	for _, uri := range []string{s.Store.URI(keys(ep).Cut(ep, 1) + "master.mp4"), s.Store.URI(keys(ep).Packs() + "../ep01/x.zip"), s.Store.URI(keys(ep).Packs() + "x.json.gz"), "s3://elsewhere/x.zip"} {
		if _, err := s.PutPack(t.Context(), p, uri); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// TestAFilmThatChangesIsNoPack: what is not what its manifest says, once it is packed, ends
// the reading.
func TestAFilmThatChangesIsNoPack(t *testing.T) {
	s, _ := season(t, 1)
	p, err := s.Pack(t.Context(), ep.Show, toArchive)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, keys(ep).Cut(ep, 1)+"master.mp4", []byte(strings.Repeat("film of ep00", 1000)))
	if _, err := io.ReadAll(p.Layout.Reader(p.Open(t.Context(), s))); err == nil {
		t.Error("it was read to the end")
	}
}

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
