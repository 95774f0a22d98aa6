package activities

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store"
)

// animatic is the type of the built-in drawings: they show no actors to look at.
const animatic = "animatic"

const (
	// lookPictures are taken a second, evenly spaced over what the cut uses: two are usual
	// (Video-Bench, arXiv 2504.04907). leastPictures and mostPictures bound them.
	lookPictures  = 2
	leastPictures = 4
	mostPictures  = 24
	lookSide      = 768     // pixels of a picture's longer side
	lookBytes     = 4 << 20 // of one picture

	lookReferences = 6   // pictures of people, things and the place, at most
	referenceSide  = 512 // pixels of their longer side
)

const (
	// lookAtMost is how long a take waits for the judge, with all tries: its clip is
	// conformed and holds a media slot.
	lookAtMost = 3 * time.Minute
	// lookTries is how often a judge or listener that is busy or cannot be reached is asked.
	lookTries = 3
	lookPause = 2 * time.Second  // before the second try; longer before the third
	lookWait  = 30 * time.Second // the longest wish to wait that is granted
	// lookURL is how long the judge may read the clip.
	lookURL = 15 * time.Minute
)

// verdict is QC's and, where that passes, the listener's, with what was heard, and the
// judge's. Those who cannot be asked cost no take: it is a warning. clip is where the
// clip lies on disk; empty: it is not here. It errs when the worker is stopped or the
// store fails; the step is then tried again.
func (m *Media) verdict(ctx context.Context, w shotWork, mz library.Mezzanine, clip string) (drama.Verdict, *drama.Heard, error) {
	r := mz.Result
	v := m.measured(w, r)
	hears, looks := m.Listener != nil && w.speaks(), m.looksAt(w)
	if !v.Pass || !hears && !looks {
		return v, nil, nil
	}
	// A try before this one may have recorded the take when somebody was away.
	old, err := m.library().Take(ctx, w.take.ID)
	switch {
	case err == nil && library.SameTake(old, w.take):
		return old.Verdict, old.Heard, nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return v, nil, err
	}
	sound := m.soundIn(mz)
	if clip != "" {
		sound = soundBeside(clip)
	}
	v, heard, err := m.listened(ctx, w, v, r, sound)
	if err != nil || !v.Pass || !looks {
		return v, heard, err
	}
	v, err = m.judged(ctx, w, v, r, clip)
	return v, heard, err
}

// judged adds the judge's opinion to a verdict that passes.
func (m *Media) judged(ctx context.Context, w shotWork, v drama.Verdict, r media.ConformResult, clip string) (drama.Verdict, error) {
	o, err := m.opinion(ctx, w, r.Measurements, clip)
	if ctx.Err() != nil {
		return v, fmt.Errorf("look at take %s: %w", w.take.ID, ctx.Err())
	}
	var none noOpinion
	switch {
	case errors.As(err, &none):
		m.log().Warn("the judge could not be asked", "take", w.take.ID.String(), "provider", w.take.Provider, "error", err)
		v.Warnings = append(v.Warnings, "judge: could not be asked: "+none.Error())
		return v, nil
	case err != nil:
		return v, err
	}
	v = weigh(v, o, holds{least: w.script.Season.Takes.MinScore, floors: w.floors, ordersOnly: w.ordersOnly})
	v.Judge = judge.ModelOf(m.Judge)
	return v, nil
}

// looksAt says whether the judge is asked about a take: what a person chose and
// what is drawn here is not its business.
func (m *Media) looksAt(w shotWork) bool {
	if m.Judge == nil || w.take.Origin != drama.OriginGenerated {
		return false
	}
	if route := w.plan.RouteOf(w.take.Provider); route != nil {
		return route.Type != animatic
	}
	return w.take.Provider != animatic
}

// holds is what the judge's opinion is held against.
type holds struct {
	least  float64 // score
	floors bool    // a grade under its floor is NG
	// ordersOnly: the judge is known not to agree with people, so that it makes nothing NG.
	ordersOnly bool
}

// weigh adds the judge's opinion to a verdict that passes. Without a minimum, and floors
// that hold, it is a warning only.
func weigh(v drama.Verdict, o judge.Opinion, h holds) drama.Verdict {
	v.Score, v.Grades = &o.Score, o.Grades
	if o.Score < h.least && !h.ordersOnly {
		v.Pass = false
		score := phrase.Say("judge.score", fmt.Sprintf("%.2f", o.Score), fmt.Sprintf("%.2f", h.least))
		v.Reasons, v.Said = append(v.Reasons, score.String()), append(v.Said, score)
	}
	for _, g := range o.Under() {
		floor := phrase.Say("judge.floor", g.Question, fmt.Sprint(g.Grade), fmt.Sprint(judge.Best), fmt.Sprint(g.Floor))
		why := floor.String()
		v.Said = append(v.Said, floor)
		if h.floors && !h.ordersOnly {
			v.Pass = false
			v.Reasons = append(v.Reasons, why)
		} else {
			v.Warnings = append(v.Warnings, why)
		}
	}
	for _, why := range o.Reasons {
		if v.Pass {
			v.Warnings = append(v.Warnings, "judge: "+why)
		} else {
			v.Reasons = append(v.Reasons, "judge: "+why)
		}
	}
	return v
}

// noOpinion is why there is none, where trying the step again would not help.
type noOpinion struct{ error }

func (n noOpinion) Unwrap() error { return n.error }

// opinion is what the judge says of a clip as this shot's take. It is written
// down before it is used, so that a clip is asked about once. Errors are noOpinion, or the store's.
func (m *Media) opinion(ctx context.Context, w shotWork, measured media.Measurements, clip string) (judge.Opinion, error) {
	show, key := w.take.ID.Episode.Show, digestOf(struct {
		V     int    `json:"v"`
		Media string `json:"media"`
		Shot  string `json:"shot"`
		Note  string `json:"note"`
	}{opinionForm, w.take.Media.SHA256, w.take.Digest, w.take.Note})
	o, err := m.library().Opinion(ctx, show, key)
	if !errors.Is(err, store.ErrNotFound) {
		return o, lasting(err)
	}
	r, err := m.request(ctx, w, measured, clip)
	if err != nil {
		return o, lasting(err)
	}
	if m.URLs {
		if r.ClipURL, err = m.Store.Presign(ctx, w.take.Media.Key, lookURL); err != nil {
			r.ClipURL = "" // the pictures will do
		}
	}
	return asked(ctx, m, question[judge.Opinion]{
		booked: judgedID(w.take.ID), seller: "judge", price: m.lookPrice(),
		ask: func() (judge.Opinion, error) { return m.ask(ctx, r) },
		write: func(o judge.Opinion) (judge.Opinion, error) {
			m.log().Info("looked at take", "take", w.take.ID.String(), "provider", w.take.Provider, "score", o.Score)
			return m.library().WriteOpinion(ctx, show, key, o)
		},
	})
}

// opinionForm counts the changes of what is asked. 1: one score; 2: graded questions.
const opinionForm = 2

// request is a take as a judge is shown it, without its clip.
func (m *Media) request(ctx context.Context, w shotWork, measured media.Measurements, clip string) (judge.Request, error) {
	r := judge.Request{Brief: w.plan.Brief, Note: w.take.Note, Length: measured.Duration}
	r.Shown = measured.Duration
	if wanted := w.shot.Frames.Duration(w.job.Spec.FPS); wanted > 0 {
		r.Shown = min(r.Shown, wanted)
	}
	dir, done, err := m.folder("look")
	if err != nil {
		return r, err
	}
	defer done()
	if clip == "" {
		clip = filepath.Join(dir, "clip")
		if err := m.download(ctx, w.take.Media, clip); err != nil {
			return r, err
		}
	}
	if r.Frames, err = m.pictures(ctx, w, measured, r.Shown, clip); err != nil {
		return r, err
	}
	r.References, err = m.references(ctx, w, dir)
	return r, err
}

// lasting marks an error that would come again: a record or clip that is gone or
// damaged.
func lasting(err error) error {
	if f, ok := AsFailure(err); ok && f.Final {
		return noOpinion{err}
	}
	return err
}

// ask asks the judge, and with pictures alone if it cannot take the clip.
func (m *Media) ask(ctx context.Context, r judge.Request) (judge.Opinion, error) {
	ctx, done := context.WithTimeout(ctx, lookAtMost)
	defer done()
	look := func() (judge.Opinion, error) { return m.Judge.Look(ctx, r) }
	o, err := patiently(ctx, look)
	if provider.KindOf(err, "") == provider.KindInvalid && r.ClipURL != "" {
		r.ClipURL = ""
		return patiently(ctx, look)
	}
	return o, err
}

// patiently asks somebody whom a take waits for, again if he is busy or away.
func patiently[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		o, err := ask()
		if err == nil || try == lookTries {
			return o, err
		}
		switch provider.KindOf(err, provider.KindUnknown) {
		case provider.KindTransient, provider.KindThrottled:
		default: // asking again would be answered the same
			return o, err
		}
		pause := time.NewTimer(min(max(purchase.RetryAfter(err), time.Duration(try)*lookPause), lookWait))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return o, err
		}
	}
}

// pictures takes JPEGs out of the clip as it was delivered, without burned texts.
func (m *Media) pictures(ctx context.Context, w shotWork, measured media.Measurements, shown time.Duration, clip string) ([]judge.Picture, error) {
	rate := measured.Info.FPS
	if !rate.Valid() {
		rate = w.job.Spec.FPS
	}
	var all []judge.Picture
	for i, n := range spread(measured, shown, w.job.Spec.FPS) {
		out := filepath.Join(filepath.Dir(clip), fmt.Sprintf("look%d.jpg", i)) // the child sees this folder only
		body, err := m.still(ctx, clip, n, out, lookSide)
		if err != nil {
			return nil, fmt.Errorf("take picture %d of the clip: %w", n, err)
		}
		all = append(all, judge.Picture{JPEG: body, At: n.Duration(rate)})
	}
	return all, nil
}

// references are the pictures that the shot's people, things and place are known by, in
// the order of plan.References. One that cannot be read is left out: the clip is what
// is judged.
func (m *Media) references(ctx context.Context, w shotWork, dir string) ([]judge.Reference, error) {
	var all []judge.Reference
	for i, ref := range w.plan.References {
		if len(all) == lookReferences {
			break
		}
		in := filepath.Join(dir, fmt.Sprintf("ref%d", i))
		blob := store.Ref{Key: store.Keys{Show: w.take.ID.Episode.Show}.Blob(ref.File.SHA256), SHA256: ref.File.SHA256, Bytes: ref.File.Bytes, Type: ref.File.Type}
		err := m.download(ctx, blob, in)
		var body []byte
		if err == nil {
			body, err = m.still(ctx, in, 0, in+".jpg", referenceSide)
		}
		var none noOpinion
		if f, ok := AsFailure(err); ok && f.Final || errors.As(err, &none) {
			m.log().Warn("a reference picture is not shown to the judge", "take", w.take.ID.String(), "file", ref.File.Path, "error", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, judge.Reference{Name: nameOf(w.plan.Brief, ref), Kind: ref.Kind, JPEG: body})
	}
	return all, nil
}

// nameOf is what the brief calls what a reference shows.
func nameOf(b drama.Brief, ref plan.Reference) string {
	for _, c := range b.Cast {
		if ref.Kind == "cast" && c.ID == ref.Name && c.Name != "" {
			return c.Name
		}
	}
	for _, p := range b.Props {
		if ref.Kind == "prop" && p.ID == ref.Name && p.Name != "" {
			return p.Name
		}
	}
	if l := b.Location; ref.Kind == "location" && l != nil && l.Name != "" {
		return l.Name
	}
	return ref.Name
}

// still takes one picture out of a clip or picture in a folder that the child sees.
// noOpinion where it is at fault.
func (m *Media) still(ctx context.Context, in string, n media.Frames, out string, side int) ([]byte, error) {
	job := media.FrameJob{In: in, Frame: n, Out: out, Fit: media.Raster{Width: side, Height: side}}
	_, err := m.run(ctx, media.Job{Frame: &job})
	if machine.Trouble(err) {
		return nil, err
	}
	if err != nil {
		return nil, noOpinion{err}
	}
	body, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	if len(body) > lookBytes {
		return nil, noOpinion{fmt.Errorf("it is %d bytes long", len(body))}
	}
	return body, nil
}

// spread is which pictures of the clip are looked at: the middle ones of equal
// parts of what the cut uses.
func spread(measured media.Measurements, shown time.Duration, fps media.Rational) []media.Frames {
	used := measured.Decoded
	if rate := measured.Info.FPS; !measured.VariableRate && shown > 0 {
		if !rate.Valid() {
			rate = fps
		}
		used = min(used, max(media.FramesIn(shown, rate), 1))
	}
	parts := media.Frames(min(max(int(lookPictures*shown.Seconds()), leastPictures), mostPictures))
	var all []media.Frames
	for i := range parts {
		n := (2*i + 1) * used / (2 * parts)
		if len(all) == 0 || all[len(all)-1] != n {
			all = append(all, n)
		}
	}
	return all
}

func (m *Media) log() *slog.Logger {
	if m.Log != nil {
		return m.Log
	}
	return slog.New(slog.DiscardHandler)
}
