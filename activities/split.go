package activities

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// packPlans are what a run needs of a plan's packs.
func packPlans(made plan.Plan) (all []PackPlan) {
	for _, k := range made.Packs {
		all = append(all, PackPlan{Slates: k.Slates(), Route: k.Routes[0].Route, Final: k.Final != nil})
	}
	return all
}

// Split cuts a clip of several shots apart where it cuts, if that is where it was asked to.
// It may be repeated: the same clip gives the same pieces.
func (m *Media) Split(ctx context.Context, in SplitInput) (Split, error) {
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return Split{}, err
	}
	if len(in.Pack) == 0 {
		return Split{}, damaged("cut a clip apart: it is not said into what")
	}
	k, err := findPack(p, in.Pack[0].Slate)
	if err == nil && len(k.Members) != len(in.Pack) {
		err = damaged("cut a clip of %s apart: the plan has %d shots in it, and the run %d", in.Pack[0].Slate, len(k.Members), len(in.Pack))
	}
	if err != nil {
		return Split{}, err
	}
	out := Split{}
	for i, share := range in.Clip.Price.Shares(k.Weights()) {
		c := in.Clip
		c.Media, c.Price, c.Cues, c.Notes = drama.Object{}, share, nil, nil
		c.Pack = &drama.Pack{Job: in.Pack[0], Windows: k.Windows, Index: k.Members[i].Index}
		if s, err := findShot(p, k.Members[i].Slate); err == nil && s.Final != nil {
			of := s.Final.Of
			c.FinalOf = &of
		}
		out.Pieces = append(out.Pieces, c)
	}
	dir, done, err := m.folder("split")
	if err != nil {
		return Split{}, err
	}
	defer done()
	job := media.SplitJob{In: filepath.Join(dir, "clip"), Windows: k.Windows, Outs: make([]string, len(k.Windows))}
	for i, s := range k.Members {
		job.Outs[s.Index] = filepath.Join(dir, fmt.Sprintf("piece%d.mp4", i))
	}
	if !m.cache().give(job.In, in.Clip.Media.SHA256) {
		if err := m.download(ctx, in.Clip.Media, job.In); err != nil {
			return Split{}, err
		}
	}
	r, err := m.run(ctx, media.Job{Split: &job})
	var clip *media.ClipError
	switch {
	case errors.As(err, &clip):
		out.Why = clip.Reason
	case err != nil:
		return Split{}, fmt.Errorf("cut take %s apart: %w", in.Pack[0], err)
	default:
		out.Why = r.Split.Why
	}
	if out.Why != "" {
		out.Why = fmt.Sprintf("the clip of %s: %s", strings.Join(k.Slates(), ", "), out.Why)
		out.Pieces[0].Media = in.Clip.Media
		return out, nil
	}
	for i, s := range k.Members {
		id, path := in.Pack[i], job.Outs[s.Index]
		ref, err := m.upload(ctx, path, store.Keys{Show: id.Episode.Show}.TakePiece(id), "video/mp4", fileSum{})
		if err != nil {
			return Split{}, err
		}
		m.cache().keep(path, ref.SHA256)
		out.Pieces[i].Media = ref
	}
	return out, nil
}

// filePack keeps the clip of shots that are not made together any more: whole, with the
// first of them that has no take, and each has its share of the price. Nobody cuts it apart.
func (l *Library) filePack(ctx context.Context, in FileInput) error {
	shares := in.Clip.Price.Shares(ledger.Weights(in.Pack))
	whole := in.Clip.Media
	var slates []string
	for _, p := range in.Pack {
		slates = append(slates, p.Take.Slate)
	}
	for i, p := range in.Pack {
		if !slices.Contains(in.Left, p) {
			continue
		}
		t := in.take(shares[i], in.Clip.VendorJob, l.now())
		t.ID, t.Digest = p.Take, p.Digest
		t.Media, t.Draft, t.FinalOf = whole, in.Clip.Draft, in.Clip.FinalOf
		t.Verdict.Reasons = []string{fmt.Sprintf("the clip of %s is not cut apart: it was bought for shots that were to be made together then", strings.Join(slates, ", "))}
		if _, err := l.library().WriteTake(ctx, t); err != nil {
			return err
		}
		whole = drama.Object{}
	}
	return nil
}
