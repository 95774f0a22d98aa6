package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// shotWork is all that conforming a take needs to know.
type shotWork struct {
	currency string
	shot     drama.Shot
	script   *drama.Production
	plan     plan.Shot
	take     drama.Take // Measured, Verdict and MadeAt are still to come for new ones
	job      media.ConformJob
	digest   string       // of the mezzanine
	length   media.Frames // over which texts are placed
	// floors and ordersOnly are the plan's: what the judge may do.
	floors, ordersOnly bool
	speech             drama.Speech
	// aside: a further version of a take whose own mezzanine is there; it is shown to nobody.
	aside bool
	lips  *lipWork   // it is shown with other lips; nil: as it is
	piece *cut.Shot  // what of the take is made, where an editor says so; nil: what the script says
	like  store.Ref  // the picture that a new take starts from; without a key: none
	base  media.Tone // how the take that it is of stands to the first of its chain
}

// Conform judges a take and makes it ready for the cut. A clip that is at fault
// is a verdict, not an error. The take's record is written once; when the take
// passes it is circled as in.Circle says. Without in.Clip a take that was judged
// before is only made ready.
func (m *Media) Conform(ctx context.Context, in ConformInput) (Conformed, error) {
	w, err := m.shotWork(ctx, in)
	if err != nil {
		return Conformed{}, err
	}
	known := in.Clip == nil && !in.Footage
	record := w.take // as it is written
	var verdict drama.Verdict
	decide := func(mz library.Mezzanine, clip string) error {
		if known {
			verdict = w.take.Verdict
			if now := w.rejudged(); now != nil {
				verdict = *now
			}
			verdict.Pass = true // a person or QC said so when it was circled
			return nil
		}
		var err error
		verdict, w.take.Heard, err = m.verdict(ctx, w, mz, clip)
		w.take.Measured = &mz.Result.Measurements
		if w.take.Head = frozen(w); w.take.Head > 0 {
			head := phrase.Say("qc.head", fmt.Sprint(w.take.Head))
			warnNew(&verdict, head.String())
			verdict.Said = append(verdict.Said, head)
		}
		if w.like.Key != "" {
			w.take.Toned = toned(mz.Result.Drift)
		}
		if f := w.plan.Final; f != nil && f.Chosen && !verdict.Pass {
			// A person chose the draft as it was, and this is the same take.
			verdict.Pass, verdict.Warnings, verdict.Reasons = true, append(verdict.Warnings, verdict.Reasons...), nil
		}
		return err
	}
	mz, err := library.Mezzanine{}, store.ErrNotFound // a clip that has only just come has none
	if in.Clip == nil || in.Begun || !firstTry(ctx) {
		mz, err = m.find(ctx, w)
	}
	switch {
	case err == nil:
		err = decide(mz, "")
	case lost(err):
		mz, err = m.make(ctx, w, known, func(made library.Mezzanine, clip string) (bool, error) {
			if err := decide(made, clip); err != nil {
				return false, err
			}
			moved, err := m.moved(w)
			return verdict.Pass && !moved, err
		})
	}
	if err == nil && verdict.Pass && !known {
		mz, err = m.settle(ctx, &w, mz)
		if t := w.take.Toned; err == nil && t != nil && t.Grade != (media.Tone{}) && w.like.Key != "" {
			var words string
			mz, words, err = m.proveTone(ctx, &w, mz)
			warnNew(&verdict, words)
		}
	}
	var clip *media.ClipError
	switch {
	case errors.As(err, &clip) && known:
		return Conformed{Verdict: drama.Verdict{Reasons: []string{clip.Reason}}}, nil
	case errors.As(err, &clip):
		w.take.Verdict = drama.Verdict{Reasons: []string{clip.Reason}}
	case err != nil:
		return Conformed{}, err
	default:
		if !known {
			w.take.Measured = &mz.Result.Measurements
		}
		w.take.Verdict = verdict
	}
	if !known {
		kept, err := m.library().WriteTake(ctx, w.take)
		if err != nil {
			return Conformed{}, err
		}
		record = kept
		if (m.Judge != nil || m.Listener != nil) && kept.Verdict.Pass != w.take.Verdict.Pass {
			// A try that was thought dead was faster, and only one of the two could ask
			// the judge, or the listener. The next try finds what is recorded.
			return Conformed{}, fmt.Errorf("record take %s: another try came to another verdict", w.take.ID)
		}
	}
	if in.Against != nil {
		if err := fileBakeoff(ctx, m.Store, *in.Against, w.take); err != nil {
			return Conformed{}, err
		}
	}
	looks := drama.Money{}
	if !known {
		if looks, err = m.asideOf(ctx, w); err != nil {
			return Conformed{}, err
		}
	}
	out := Conformed{Looks: looks, Verdict: w.take.Verdict, Provider: w.take.Provider, Model: w.take.Model, Price: w.take.Price, Draft: w.take.Draft, Over: w.take.Over()}
	out.Verdict.Reasons, out.Verdict.Warnings, out.Verdict.Said = few(out.Verdict.Reasons), few(out.Verdict.Warnings), nil // codes are for who reads the take
	if !out.Verdict.Pass {
		return out, nil
	}
	out.Mezzanine, out.Frames, out.VideoDigest = w.digest, mz.Result.Frames, mz.Result.VideoDigest
	m.fresh.put(w.take.ID.Episode.Show, w.digest, freshShot{record, mz})
	if by := w.plan.Circled; by != nil && known && w.plan.Reuse != nil && *w.plan.Reuse == in.Take {
		// The same request in other words: the choice is the changed shot's too.
		c := drama.Circle{Digest: w.plan.Digest, Take: in.Take, By: by.By, At: m.now(), Draft: w.take.Draft != nil}
		if err := m.library().FollowCircle(ctx, c); err != nil {
			return Conformed{}, err
		}
	}
	if known && w.rejudged() != nil {
		c := drama.Circle{Digest: w.plan.Digest, Take: in.Take, By: drama.ByQC, At: m.now(), Draft: w.take.Draft != nil, Limits: w.script.Season.Takes.QC}
		if err := m.library().FollowCircle(ctx, c); err != nil {
			return Conformed{}, err
		}
	}
	if in.Circle != "" {
		c := drama.Circle{Digest: w.plan.Digest, Take: w.take.ID, By: in.Circle, At: m.now(), Draft: w.take.Draft != nil, Limits: w.take.Verdict.Limits}
		if err := m.library().WriteCircle(ctx, c, in.Replace); err != nil {
			return Conformed{}, err
		}
		if in.Replace && w.take.Origin == drama.OriginGenerated {
			if err := fileRetake(ctx, m.Store, w.take, w.shot); err != nil {
				return Conformed{}, err
			}
		}
	}
	return out, nil
}

func (m *Media) shotWork(ctx context.Context, in ConformInput) (shotWork, error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return shotWork{}, err
	}
	return m.shotWorkOf(ctx, in, script)
}

// shotWorkOf is shotWork by a script that is given.
func (m *Media) shotWorkOf(ctx context.Context, in ConformInput, script *drama.Production) (shotWork, error) {
	w := shotWork{script: script}
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return w, err
	}
	w.currency, w.floors, w.ordersOnly = p.TotalLow.Currency, p.Floors, p.OrdersOnly
	if w.plan, err = findShot(p, in.Slate); err != nil {
		return w, err
	}
	if w.shot, err = scriptShot(w.script, in.Slate); err != nil {
		return w, err
	}
	if w.take, err = m.takeOf(ctx, in, w); err != nil {
		return w, err
	}
	if err := m.chained(ctx, &w, in); err != nil {
		return w, err
	}
	w.job = m.conformJob(w)
	length := w.shot.Frames
	if length == 0 && (len(w.shot.Lines) > 0 || w.shot.Title != nil) {
		if length, err = m.length(ctx, w); err != nil {
			return w, err
		}
	}
	w.length, w.speech = length, in.Speech
	err = m.burn(&w)
	return w, err
}

// rejudged is what QC says by today's limits of a take that was NG by others, where the
// plan uses it for that; nil: it was circled before.
func (w shotWork) rejudged() *drama.Verdict {
	if r := w.plan.Reuse; w.plan.Rejudged == nil || r == nil || *r != w.take.ID {
		return nil
	}
	v := *w.plan.Rejudged
	v.Warnings = append(slices.Clone(v.Warnings), "it was NG by other limits, and has been judged again by what was measured: neither a listener nor the judge was asked")
	return &v
}

// frozen is how many of a take's first frames only repeat the picture of another shot that
// it starts from, as far as it is longer than its shot. One that stands still for longer
// than a second is meant to.
func frozen(w shotWork) media.Frames {
	t, fps := w.take, w.job.Spec.FPS
	if t.Asked == nil || t.Asked.From == nil || t.Measured == nil || t.Measured.FrozenHead > media.FramesIn(time.Second, fps) {
		return 0
	}
	t.Head = t.Measured.FrozenHead
	return t.Skips(w.shot.Frames, fps)
}

// burn places the shot's texts over its length; with that the mezzanine's digest is
// known.
func (m *Media) burn(w *shotWork) error {
	slate := w.shot.Slate
	if w.take.Origin != drama.OriginFootage {
		w.job.Start = w.take.Skips(w.shot.Frames, w.job.Spec.FPS)
	}
	cues := w.take.Spoken(w.job.Spec.FPS)
	if len(w.speech.Lines) > 0 {
		cues = w.speech.Place(w.length, w.job.Spec.FPS)
	}
	if w.piece != nil {
		w.job.Start, cues = w.piece.Piece.In, w.piece.Cues
	}
	worded, _ := timeline.Worded(*w.script, map[string]drama.Take{slate: w.take})
	says, err := scriptShot(&worded, slate)
	if err != nil {
		return err
	}
	w.job.Burn, w.job.Safe = timeline.Burns(worded, says, w.length, cues), media.Box{}
	if len(w.job.Burn) > 0 { // a mezzanine without texts is the same wherever they would be
		w.job.Safe = worded.Season.Safe
	}
	w.job.Grade = media.Tone{}
	if w.take.Toned != nil {
		w.job.Grade = w.take.Toned.Grade
	}
	w.digest = mezzanineOf(w.take, w.job)
	return nil
}

// moved says that what was heard moves the texts that are burned in.
func (m *Media) moved(w shotWork) (bool, error) {
	before := w.digest
	err := m.burn(&w)
	return w.digest != before, err
}

// settle conforms a take again whose burned texts move with what was heard, whose first
// frames the cut leaves out, or whose colour it changes.
func (m *Media) settle(ctx context.Context, w *shotWork, mz library.Mezzanine) (library.Mezzanine, error) {
	before := w.digest
	if err := m.burn(w); err != nil || w.digest == before {
		return mz, err
	}
	found, err := m.find(ctx, *w)
	if !lost(err) {
		return found, err
	}
	return m.make(ctx, *w, true, func(library.Mezzanine, string) (bool, error) { return true, nil })
}

// asideOf is what looking at a take and listening to it have cost.
func (m *Media) asideOf(ctx context.Context, w shotWork) (drama.Money, error) {
	var total drama.Money
	for _, one := range []struct {
		price drama.Money
		id    drama.TakeID
	}{{m.lookPrice(), judgedID(w.take.ID)}, {m.hearPrice(time.Minute), heardID(w.take.ID)}} {
		if one.price.Micros == 0 {
			continue
		}
		cost, err := m.Prices.booked(ctx, one.id, w.currency, time.Time{})
		if err != nil {
			return total, err
		}
		if total, err = total.Add(cost); err != nil {
			return total, err
		}
	}
	return total, nil
}

// takeOf is the take as far as it is known before it is judged.
func (m *Media) takeOf(ctx context.Context, in ConformInput, w shotWork) (drama.Take, error) {
	t := drama.Take{ID: in.Take, Digest: w.plan.Digest, Origin: drama.OriginGenerated, MadeAt: m.now(), Note: w.plan.Note}
	switch {
	case in.Footage:
		f := w.shot.Footage
		if f == nil {
			return t, damaged("conform the footage of %s: the script has none", in.Slate)
		}
		t.Origin = drama.OriginFootage
		t.Media = store.Ref{Key: store.Keys{Show: in.Take.Episode.Show}.Blob(f.SHA256), SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}
	case in.Clip != nil:
		c := in.Clip
		t.Provider, t.Model, t.VendorJob, t.Seed, t.Price, t.Media, t.Cues = c.Provider, c.Model, c.VendorJob, c.Seed, c.Price, c.Media, c.Cues
		t.Remedies = remedyNames(c.Remedies)
		t.Draft, t.FinalOf, t.Pack = c.Draft, c.FinalOf, c.Pack
		t.Asked = w.plan.Asked(c.Provider, askedFrom(in.From, w.plan.From))
		if t.Asked != nil && w.plan.Final == nil { // a final is asked for as its draft was
			t.Asked.To = askedFrom(in.To, w.plan.To)
		}
	default:
		old, err := readTake(ctx, m.library(), in.Take)
		if err != nil {
			return t, err
		}
		if old.Media.Key == "" {
			return t, damaged("use take %s: nothing was delivered for it", in.Take)
		}
		return old, nil
	}
	return t, nil
}

// askedFrom is the frame of a take that another was asked to start from, or end on.
func askedFrom(take *FromTake, of *drama.From) *drama.AskedFrom {
	if take == nil || of == nil {
		return nil
	}
	from := drama.AskedFrom{Take: take.Take, Frame: of.Frame, Frames: take.Frames}
	if from.Frame == "" {
		from.Frame = "last"
	}
	return &from
}

// length is how long footage of its own length claims to be: its texts last so
// long. The mezzanine's own count decides about everything else.
func (m *Media) length(ctx context.Context, w shotWork) (media.Frames, error) {
	dir, done, err := m.folder("probe")
	if err != nil {
		return 0, err
	}
	defer done()
	if err := m.download(ctx, w.take.Media, filepath.Join(dir, "clip")); err != nil {
		return 0, err
	}
	r, err := m.run(ctx, media.Job{Probe: &media.ProbeJob{In: filepath.Join(dir, "clip")}})
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return 0, nil // conform says so, as a verdict
	}
	if err != nil {
		return 0, fmt.Errorf("probe take %s: %w", w.take.ID, err)
	}
	return max(media.FramesIn(r.Probe.Duration, w.job.Spec.FPS)-w.job.Start, 0), nil
}

// measured is QC's verdict.
func (m *Media) measured(w shotWork, r media.ConformResult) drama.Verdict {
	footage := w.take.Origin == drama.OriginFootage
	want := qc.Want{
		Frames: w.shot.Frames, FPS: w.job.Spec.FPS, Raster: w.job.Spec.Raster, Footage: footage,
		Drawn: !footage && w.take.Provider == animatic, Asked: qc.AskedBy(w.plan.Brief),
		Score: w.script.Season.Score != nil && !w.shot.Mute,
	}
	if route := w.plan.RouteOf(w.take.Provider); route != nil && !footage {
		want.Audio, want.Drawn = route.Audio, route.Type == animatic
		if w.take.Draft != nil && route.Raster.ShortSide() < want.Raster.ShortSide() {
			want.Raster = route.Raster // as small as it was asked for
		}
	}
	if slices.Contains(w.take.Remedies, string(attempts.RemedySilent)) {
		want.Audio = false // we asked for none
	}
	want.Lines = want.Audio && qc.Speaks(w.plan.Brief.Lines)
	return qc.Judge(r.Measurements, want, m.policy().By(w.script.Season.Takes.QC))
}

// find reads a mezzanine that was made before. store.ErrNotFound.
func (m *Media) find(ctx context.Context, w shotWork) (library.Mezzanine, error) {
	return m.library().Mezzanine(ctx, w.take.ID.Episode.Show, w.digest)
}

// conformedSound is what a mezzanine's sound is called.
const conformedSound = "audio.wav"

// make conforms the take and, if it is worth keeping, stores the mezzanine: its
// record last, so that one with a record is whole. A take is shown to people either
// way. keep is told where the clip is; known is whether the take was judged before.
func (m *Media) make(ctx context.Context, w shotWork, known bool, keep func(mz library.Mezzanine, clip string) (bool, error)) (library.Mezzanine, error) {
	var mz library.Mezzanine
	dir, done, err := m.folder("conform")
	if err != nil {
		return mz, err
	}
	defer done()
	clip := filepath.Join(dir, "clip")
	if !m.cache().give(clip, w.take.Media.SHA256) {
		if err := m.download(ctx, w.take.Media, clip); err != nil {
			return mz, err
		}
	}
	job := w.job
	job.In, job.OutVideo, job.OutAudio = clip, filepath.Join(dir, "video.mp4"), filepath.Join(dir, conformedSound)
	if !w.aside && w.piece == nil { // people look at takes, not at pieces of them
		job.OutReview = filepath.Join(dir, "review.mp4")
	}
	if err := m.likePicture(ctx, w, &job, filepath.Join(dir, "like.png")); err != nil {
		return mz, err
	}
	r, err := m.run(ctx, media.Job{Conform: &job})
	if err != nil {
		return mz, fmt.Errorf("conform take %s: %w", w.take.ID, err)
	}
	mz.Result = *r.Conform
	// What is stored does not wait for one another: a store answers when it likes.
	group, stored := errgroup.WithContext(ctx)
	if job.OutReview != "" {
		group.Go(func() error { return m.keepReview(stored, w.take.ID, job.OutReview, known) })
	}
	ok, kept := keep(mz, job.In)
	if kept == nil && ok {
		prefix := store.Keys{Show: w.take.ID.Episode.Show}.Mezzanine(w.digest)
		group.Go(func() (err error) {
			mz.Video, err = m.upload(stored, job.OutVideo, prefix+"video.mp4", "video/mp4", fileSum{})
			return err
		})
		group.Go(func() (err error) {
			mz.Audio, err = m.upload(stored, job.OutAudio, prefix+conformedSound, "audio/wav", fileSum{})
			return err
		})
	}
	if err := cmp.Or(group.Wait(), kept); err != nil || !ok {
		return mz, err
	}
	if err := m.library().WriteMezzanine(ctx, w.take.ID.Episode.Show, w.digest, mz); err != nil {
		return mz, err
	}
	m.cache().keep(job.OutVideo, mz.Video.SHA256)
	m.cache().keep(job.OutAudio, mz.Audio.SHA256)
	return mz, nil
}

// few bounds the words that travel; the take's record has them all.
func few(words []string) []string {
	const most, long = 8, 300
	var out []string
	for _, w := range words[:min(len(words), most)] {
		if len(w) > long {
			w = strings.ToValidUTF8(w[:long], "")
		}
		out = append(out, w)
	}
	return out
}
