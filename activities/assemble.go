package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// posterName is beside the master.
const posterName = "poster.jpg"

// assembly is a cut on its way.
type assembly struct {
	in     AssembleInput
	plan   *plan.Plan
	script *drama.Production
	shots  map[string]CutShot
	mezz   map[string]library.Mezzanine
	takes  map[string]drama.Take
	spoken map[string][]drama.SpokenCue
	list   timeline.CutList
	digest string
	spec   media.Spec
}

// Assemble joins the circled takes to the cut's master and stores it with what
// lies beside it. If the latest cut is the same nothing is made. The cut is
// delivered by Deliver only.
func (m *Media) Assemble(ctx context.Context, in AssembleInput) (Assembled, error) {
	made, err := m.assemble(ctx, in)
	return made, ends(err)
}

func (m *Media) assemble(ctx context.Context, in AssembleInput) (Assembled, error) {
	a, err := m.assembly(ctx, in)
	if err != nil {
		return Assembled{}, err
	}
	if existing, ok, err := m.same(ctx, a); err != nil || ok {
		return Assembled{Existing: existing}, err
	}
	job, done, err := m.material(ctx, a)
	if err != nil {
		return Assembled{}, err
	}
	defer done()
	r, err := m.run(ctx, media.Job{Assemble: &job})
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return Assembled{}, damaged("assemble %s: %w", in.ID, err)
	}
	if err != nil {
		return Assembled{}, fmt.Errorf("assemble %s: %w", in.ID, err)
	}
	files, err := m.storeCut(ctx, a, job)
	if err != nil {
		return Assembled{}, err
	}
	draft, err := m.library().KeepDraft(ctx, m.manifest(a, *r.Assemble, files))
	return Assembled{Manifest: draft}, err
}

// assembly reads what the cut is made of and lays it out.
func (m *Media) assembly(ctx context.Context, in AssembleInput) (*assembly, error) {
	a := &assembly{
		in: in, shots: make(map[string]CutShot), mezz: make(map[string]library.Mezzanine),
		takes: make(map[string]drama.Take), spoken: make(map[string][]drama.SpokenCue),
	}
	var err error
	if a.plan, err = m.plans.Load(ctx, m.library(), in.Plan); err != nil {
		return nil, err
	}
	if a.script, err = m.scripts.Load(ctx, m.library(), in.Script); err != nil {
		return nil, err
	}
	a.spec = m.spec(a.script.Season.Format)
	clips := make(map[string]timeline.Clip)
	for _, s := range in.Shots {
		beat.Now(ctx)
		mz, err := m.library().Mezzanine(ctx, in.ID.Show, s.Mezzanine)
		if lost(err) {
			mz, err = m.remake(ctx, in, s)
		}
		if err != nil {
			return nil, err
		}
		t, err := readTake(ctx, m.library(), s.Take)
		if err != nil {
			return nil, err
		}
		a.shots[s.Slate], a.mezz[s.Slate], a.takes[s.Slate] = s, mz, t
		a.spoken[s.Slate] = t.Cues
		if len(s.Speech.Lines) > 0 {
			a.spoken[s.Slate] = placeSpeech(s.Speech, mz.Result.Frames, a.spec.FPS)
		}
		clips[s.Slate] = timeline.Clip{Take: s.Take, Frames: mz.Result.Frames}
	}
	worded, notes := timeline.Worded(*a.script, a.takes)
	a.script = &worded
	if a.list, err = timeline.Build(worded, clips); err != nil {
		return nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	a.list.Notes = append(a.list.Notes, notes...)
	a.digest = a.identity()
	return a, nil
}

// identity is the digest of all that the cut is: pictures, sound and texts.
func (a *assembly) identity() string {
	season := a.script.Season
	d := struct {
		V          int               `json:"v"`
		List       string            `json:"list"`
		Mezzanines []string          `json:"mezzanines"`
		Speech     []Speech          `json:"speech"`
		Score      *drama.Score      `json:"score"`
		Loudness   media.Loudness    `json:"loudness"`
		Label      drama.Label       `json:"label"`
		Title      drama.Text        `json:"title"`
		Cues       [][]media.Cue     `json:"cues"`
		Chapters   []media.Chapter   `json:"chapters"`
		Speaking   [][2]media.Frames `json:"speaking"`
		AIGC       int               `json:"aigc,omitempty"` // the form of the implicit label, where there is one
	}{V: 1, List: timeline.Digest(a.list), Score: season.Score, Loudness: season.Loudness, Label: season.Label, Title: a.script.Episode.Title}
	for _, e := range a.list.Events {
		d.Mezzanines = append(d.Mezzanines, a.shots[e.Slate].Mezzanine)
		d.Speech = append(d.Speech, a.shots[e.Slate].Speech)
	}
	for _, language := range season.Subtitles.Sidecar {
		d.Cues = append(d.Cues, timeline.Cues(a.list, *a.script, a.spoken, language))
	}
	if a.labelled() {
		d.AIGC = aigc.Form
	}
	d.Chapters = timeline.Chapters(a.list, *a.script)
	d.Speaking = timeline.Speech(a.list, *a.script, a.spoken)
	return digestOf(d)
}

// same finds the latest cut if it is this one.
func (m *Media) same(ctx context.Context, a *assembly) (*Delivered, bool, error) {
	at, err := m.library().Latest(ctx, a.in.ID)
	if lost(err) || err == nil && at.Digest != a.digest {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	man, ref, err := m.library().Manifest(ctx, a.in.ID, at.Cut)
	if lost(err) {
		return nil, false, nil // latest without its manifest: make the cut anew
	}
	if err != nil {
		return nil, false, err
	}
	if whole, err := m.whole(ctx, man); err != nil || !whole {
		return nil, false, err
	}
	d := delivered(m.Store, man, ref)
	return &d, true, nil
}

// lost says that a record is gone or damaged: what it was of is made anew.
func lost(err error) bool { return errors.Is(err, store.ErrNotFound) || library.Damaged(err) != nil }

// assembleJob brings everything the child needs into its folder.
func (m *Media) assembleJob(ctx context.Context, a *assembly, dir string) (media.AssembleJob, error) {
	season := a.script.Season
	job := media.AssembleJob{
		Spec: a.spec, Loudness: season.Loudness, Chapters: timeline.Chapters(a.list, *a.script),
		Out: filepath.Join(dir, library.MasterName), Poster: filepath.Join(dir, posterName), PosterAt: timeline.Poster(a.list, *a.script),
	}
	keys := store.Keys{Show: season.Show}
	files := fetching{ctx: ctx, slots: make(chan struct{}, filesAtOnce)}
	for i, e := range a.list.Events {
		mz := a.mezz[e.Slate]
		seg := media.Segment{
			Video: filepath.Join(dir, fmt.Sprintf("%04d.mp4", i)), Audio: filepath.Join(dir, fmt.Sprintf("%04d.wav", i)),
			Frames: e.Frames, Out: e.Out,
		}
		segment := func(ctx context.Context, ref store.Ref, path string) error {
			return ofMezzanine(e.Slate, m.file(ctx, ref, path))
		}
		files.get(segment, mz.Video, seg.Video)
		files.get(segment, mz.Audio, seg.Audio)
		job.Segments = append(job.Segments, seg)
		cues := a.spoken[e.Slate]
		for n, l := range a.shots[e.Slate].Speech.Lines {
			s := media.Sound{Path: filepath.Join(dir, fmt.Sprintf("%04d-%02d.wav", i, n)), At: e.Start}
			if n < len(cues) {
				s.At += cues[n].From
			}
			files.get(m.download, l.Sound, s.Path)
			job.Dialogue = append(job.Dialogue, s)
		}
	}
	if sc := season.Score; sc != nil {
		job.Score = &media.Score{Path: filepath.Join(dir, "score"), Level: sc.Level, Speech: timeline.Speech(a.list, *a.script, a.spoken)}
		ref := store.Ref{Key: keys.Blob(sc.File.SHA256), SHA256: sc.File.SHA256, Bytes: sc.File.Bytes, Type: sc.File.Type}
		files.get(m.download, ref, job.Score.Path)
	}
	if err := files.wait(); err != nil {
		return job, err
	}
	for _, language := range season.Subtitles.Sidecar {
		if cues := timeline.Cues(a.list, *a.script, a.spoken, language); len(cues) > 0 {
			job.Subtitles = append(job.Subtitles, media.SubtitleTrack{Language: language, Cues: cues})
		}
	}
	if a.labelled() {
		l := season.Label
		job.Label = &media.LabelMark{Text: l.Text, Position: l.Position, Frames: min(l.Frames, a.list.Frames), Language: season.Language}
		job.Metadata = map[string]string{"AIGC": aigc.Value(l.Producer, season.Show, a.produceID())}
	}
	return job, nil
}

// labelled says whether the cut must carry the AI-content label: when anything in
// it was generated, unless the script turned it off and said why.
func (a *assembly) labelled() bool {
	if a.script.Season.Label.Off {
		return false
	}
	for _, t := range a.takes {
		if t.Origin == OriginGenerated {
			return true
		}
	}
	return false
}

// produceID names the cut in its implicit label.
func (a *assembly) produceID() string { return fmt.Sprintf("%s/cut%d", a.in.ID, a.in.Cut) }

// storeCut uploads the cut's files.
func (m *Media) storeCut(ctx context.Context, a *assembly, job media.AssembleJob) ([]drama.ManifestFile, error) {
	prefix := store.Keys{Show: a.in.ID.Show}.Cut(a.in.ID, a.in.Cut)
	var files []drama.ManifestFile
	put := func(path, name, mediaType string) error {
		ref, err := m.upload(ctx, path, prefix+name, mediaType)
		if err != nil {
			return err
		}
		files = append(files, drama.ManifestFile{Name: name, SHA256: ref.SHA256, Bytes: ref.Bytes, Type: mediaType})
		return nil
	}
	if err := put(job.Out, library.MasterName, "video/mp4"); err != nil {
		return nil, err
	}
	if err := put(job.Poster, posterName, "image/jpeg"); err != nil {
		return nil, err
	}
	dir := filepath.Dir(job.Out)
	for _, t := range job.Subtitles {
		for _, f := range []struct {
			ext, kind string
			body      []byte
		}{
			{"srt", "application/x-subrip", timeline.SRT(t.Cues, a.spec.FPS)},
			{"vtt", "text/vtt", timeline.VTT(t.Cues, a.spec.FPS)},
		} {
			name := fmt.Sprintf("%s-%s.%s.%s", a.in.ID.Show, a.in.ID.Code(), t.Language, f.ext)
			path := filepath.Join(dir, fmt.Sprintf("subtitles-%d.%s", len(files), f.ext))
			if err := os.WriteFile(path, f.body, 0o600); err != nil {
				return nil, fmt.Errorf("write subtitles: %w", err)
			}
			if err := put(path, "subs/"+name, f.kind); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func (m *Media) manifest(a *assembly, r media.AssembleResult, files []drama.ManifestFile) drama.Manifest {
	man := drama.Manifest{
		ID: a.in.ID, Cut: a.in.Cut, Digest: a.digest, Title: a.script.Episode.Title, Script: a.in.Script,
		Frames: r.Frames, FPS: a.spec.FPS.String(), Raster: a.spec.Raster, Files: files, Spent: a.in.Spent,
		Loudness: media.Loudness{Integrated: r.Integrated, TruePeak: r.TruePeak},
		Season:   a.script.Season.Title, Label: aigc.OfLabel(a.script.Season.Label, a.labelled()), Consents: a.consents(),
		Notes: append(slices.Clone(a.list.Notes), r.Notes...), Tool: m.Tool, MadeAt: m.now(),
	}
	man.PerMinute = perMinute(a.in.Spent, man)
	for _, e := range a.list.Events {
		t, s := a.takes[e.Slate], a.shots[e.Slate]
		shot := drama.ManifestShot{
			Slate: e.Slate, Scene: e.Scene, Start: e.Start, Frames: e.Frames, Cut: e.Out, Take: e.Take, Origin: t.Origin,
			Provider: t.Provider, Model: t.Model, Seed: t.Seed, Price: t.Price, Attempts: s.Attempts,
			VideoDigest: a.mezz[e.Slate].Result.VideoDigest, Verdict: t.Verdict, Reasons: s.Reasons, Digest: t.Digest,
		}
		if p, err := findShot(a.plan, e.Slate); err == nil {
			shot.Digest = p.Digest
		}
		man.Shots = append(man.Shots, shot)
	}
	return man
}

// consents are the papers of the characters that the cut shows or lets speak, in the
// order of their ids.
func (a *assembly) consents() []drama.Consent {
	seen := map[string]bool{}
	var out []drama.Consent
	for _, s := range a.script.Episode.Shots() {
		if _, cut := a.shots[s.Slate]; !cut {
			continue
		}
		for _, l := range s.Lines {
			seen[l.Who] = true
		}
		for _, id := range s.Cast {
			seen[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		if f := a.script.Season.Cast[id].Consent; f != nil {
			out = append(out, drama.Consent{Character: id, File: *f})
		}
	}
	return out
}

// perMinute is what a finished minute has cost, rounded up to the micro-unit.
func perMinute(spent drama.Money, man drama.Manifest) drama.Money {
	fps, err := media.ParseRational(man.FPS)
	if err != nil || man.Frames <= 0 {
		return drama.Money{Currency: spent.Currency}
	}
	ms := man.Frames.Duration(fps).Milliseconds()
	if ms <= 0 {
		return drama.Money{Currency: spent.Currency}
	}
	const minute = 60_000
	return drama.Money{Micros: spent.Micros/ms*minute + (spent.Micros%ms*minute+ms-1)/ms, Currency: spent.Currency}
}

func seconds(man drama.Manifest) float64 {
	fps, err := media.ParseRational(man.FPS)
	if err != nil {
		return 0
	}
	return man.Frames.Duration(fps).Seconds()
}
