package activities

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/store"
)

// LipFit conforms what was delivered to the shot, looks whether it can be used, and writes
// that down.
func (m *Media) LipFit(ctx context.Context, in LipInput) (drama.Verdict, error) {
	v, err := m.lipFit(ctx, in)
	return v, ends(err)
}

func (m *Media) lipFit(ctx context.Context, in LipInput) (drama.Verdict, error) {
	w, err := m.lipWork(ctx, in)
	if err != nil {
		return drama.Verdict{}, err
	}
	c := in.Clip
	before, err := m.library().Synced(ctx, in.ID.Show, in.Digest)
	if err != nil && !lost(err) {
		return drama.Verdict{}, err
	}
	w.synced = drama.Synced{Digest: in.Digest, Take: in.Take, Media: c.Media, Provider: c.Provider, Model: c.Model, Price: c.Price, MadeAt: m.now(), NG: before.NG}
	verdict := drama.Verdict{Pass: true}
	if _, err = m.relipped(ctx, &w, &verdict); err != nil {
		return verdict, err
	}
	s := &w.synced
	if s.Pass = verdict.Pass; !s.Pass {
		s.Reasons = verdict.Reasons
		if !slices.Contains(s.NG, s.Take) {
			s.NG = append(slices.Clip(s.NG), s.Take)
		}
	}
	verdict.Reasons, verdict.Warnings = few(verdict.Reasons), few(verdict.Warnings)
	return verdict, m.library().WriteSynced(ctx, *s, w.plan.Digest)
}

// relipped is the mezzanine that is made of what was delivered: its pictures, and the
// sound of the shot's own. Where it has to be made verdict is told what QC says of it; one
// that is no good is not kept.
func (m *Media) relipped(ctx context.Context, w *lipWork, verdict *drama.Verdict) (library.Mezzanine, error) {
	own := w.ownIs
	job := w.own.job
	job.Start, job.Frames, job.Focus, job.Like, job.Base, job.Grade, job.Mute = 0, own.Result.Frames, nil, "", media.Tone{}, media.Tone{}, true
	job.MaxHold = m.policy().MaxHold
	w.rebuilt = digestOf(struct {
		V    int              `json:"v"`
		Lips string           `json:"lips"`
		Own  string           `json:"own"`
		Job  media.ConformJob `json:"job"`
	}{1, w.synced.Media.SHA256, w.own.digest, job})
	show := w.own.take.ID.Episode.Show
	mz, err := m.library().Mezzanine(ctx, show, w.rebuilt)
	if !lost(err) {
		return mz, err
	}
	dir, done, err := m.folder("lips")
	if err != nil {
		return mz, err
	}
	defer done()
	job.In, job.OutVideo, job.OutAudio = filepath.Join(dir, "clip"), filepath.Join(dir, "video.mp4"), filepath.Join(dir, conformedSound)
	if !m.cache().give(job.In, w.synced.Media.SHA256) {
		if err := m.download(ctx, w.synced.Media, job.In); err != nil {
			return mz, err
		}
	}
	if verdict != nil {
		if job.Like, err = m.sentPicture(ctx, *w, dir); err != nil {
			return mz, err
		}
	}
	r, err := m.run(ctx, media.Job{Conform: &job})
	if clip, ok := errors.AsType[*media.ClipError](err); ok && verdict != nil {
		*verdict = drama.Verdict{Reasons: []string{clip.Reason}}
		return mz, nil
	}
	if err != nil {
		return mz, fmt.Errorf("conform the lips of %s: %w", w.synced.Take, err)
	}
	if verdict != nil {
		*verdict = m.lipVerdict(*w, r.Conform.Measurements)
		if job.Like != "" && r.Conform.Drift == nil {
			verdict.Pass, verdict.Reasons = false, append(verdict.Reasons, "it does not begin with the picture that was sent")
		}
		if !verdict.Pass {
			return mz, nil
		}
	}
	mz = own
	mz.Result.Frames, mz.Result.VideoDigest, mz.Result.Drift = r.Conform.Frames, r.Conform.VideoDigest, nil
	mz.Result.Runs, mz.Result.Inked, mz.Result.Marks = r.Conform.Runs, r.Conform.Inked, r.Conform.Marks
	prefix := store.Keys{Show: show}.Mezzanine(w.rebuilt)
	if mz.Video, err = m.upload(ctx, job.OutVideo, prefix+"video.mp4", "video/mp4", fileSum{}); err != nil {
		return mz, err
	}
	if err := m.library().WriteMezzanine(ctx, show, w.rebuilt, mz); err != nil {
		return mz, err
	}
	m.cache().keep(job.OutVideo, mz.Video.SHA256)
	return mz, nil
}

// sentPicture is the first picture that was sent, as a file in dir; empty where it is none
// that another can be told from: black, or of one colour.
func (m *Media) sentPicture(ctx context.Context, w lipWork, dir string) (string, error) {
	sent, picture := filepath.Join(dir, "sent"), filepath.Join(dir, "sent.png")
	key := store.Keys{Show: w.own.take.ID.Episode.Show}.SyncedFile(w.digest, sentClipName)
	if err := m.download(ctx, store.Ref{Key: key}, sent); err != nil {
		return "", err
	}
	if _, err := m.run(ctx, media.Job{Frame: &media.FrameJob{In: sent, Out: picture}}); err != nil {
		return "", fmt.Errorf("take the first picture of what was sent of %s: %w", w.own.take.ID, err)
	}
	same := w.send
	same.In, same.Like, same.Start, same.Frames, same.MaxHold = sent, picture, 0, 1, 0
	same.OutVideo, same.OutAudio = filepath.Join(dir, "same.mp4"), filepath.Join(dir, "same.wav")
	r, err := m.run(ctx, media.Job{Conform: &same})
	if err != nil {
		return "", fmt.Errorf("compare what was sent of %s with itself: %w", w.own.take.ID, err)
	}
	if r.Conform.Drift == nil {
		return "", nil
	}
	return picture, nil
}

// lipVerdict is QC's on what was delivered. Of a take that QC would not pass either, which
// a person chose, looks are no fault of other lips.
func (m *Media) lipVerdict(w lipWork, is media.Measurements) drama.Verdict {
	was := w.ownIs.Result.Measurements
	want := qc.Want{Frames: w.ownIs.Result.Frames, FPS: w.own.job.Spec.FPS, Raster: w.own.job.Spec.Raster, Asked: qc.AskedBy(w.own.plan.Brief), Drawn: w.own.take.Provider == animatic}
	if r := was.Info.Raster; r.ShortSide() > 0 && r.ShortSide() < want.Raster.ShortSide() {
		want.Raster = r
	}
	is.HasAudio, was.HasAudio = false, false // only pictures are used
	want.Footage = w.own.take.Origin == drama.OriginFootage || !qc.Judge(was, want, m.policy()).Pass
	return qc.Judge(is, want, m.policy())
}

// syncAll puts the pictures with other lips that can be used into a dub.
func (m *Media) syncAll(ctx context.Context, in DubInput, d *cut.Cut, works map[string]shotWork) error {
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return err
	}
	for _, w := range m.lipWorks(p, d, works) {
		w.synced, err = m.library().Synced(ctx, in.ID.Show, w.digest)
		if lost(err) || err == nil && !w.synced.Pass {
			continue
		}
		if err != nil {
			return err
		}
		mz, err := m.relipped(ctx, &w, nil)
		if f, ok := AsFailure(err); ok && f.Type == ErrRecord {
			d.KeepLips(w.lip.Use, err.Error()) // what was delivered is gone
			continue
		}
		if err != nil {
			return err
		}
		d.Sync(w.lip.Use, w.rebuilt, mz, drama.ManifestLips{Take: w.synced.Take, Provider: w.synced.Provider, Model: w.synced.Model, Price: w.synced.Price, Rehearsal: w.plan.Rehearsal})
		of := works[w.lip.Use]
		of.lips = &w
		works[w.lip.Use] = of
	}
	return nil
}

// lipsAgain makes a mezzanine of other lips whose files are not what their record says.
func (m *Media) lipsAgain(ctx context.Context, w shotWork) (library.Mezzanine, error) {
	l := w.lips
	w.lips = nil
	var err error
	if l.ownIs, err = m.makeAgain(ctx, w); err != nil {
		return l.ownIs, err
	}
	prefix := store.Keys{Show: w.take.ID.Episode.Show}.Mezzanine(l.rebuilt)
	for _, name := range []string{"video.mp4", "conform.json"} {
		if _, err := m.Store.Put(ctx, prefix+name, strings.NewReader(""), ""); err != nil {
			return l.ownIs, fmt.Errorf("make room for the lips of %s: %w", w.take.ID, err)
		}
	}
	return m.relipped(ctx, l, nil)
}
