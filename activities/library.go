package activities

import (
	"context"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// Library keeps takes, circles and cuts.
type Library struct {
	Store store.Store
	Now   func() time.Time // nil: time.Now

	plans library.Recent[plan.Plan]
}

func (l *Library) library() library.Library { return library.Library{Store: l.Store} }

func (l *Library) now() time.Time {
	if l.Now != nil {
		return l.Now().UTC()
	}
	return time.Now().UTC()
}

// RecordNG records a take that no clip came of.
func (l *Library) RecordNG(ctx context.Context, in NGInput) error {
	seed := in.Seed
	kept, err := l.library().WriteTake(ctx, drama.Take{
		ID: in.Take, Digest: in.Digest, Origin: drama.OriginGenerated, Provider: in.Provider, Model: in.Model, VendorJob: in.VendorJob, Seed: &seed,
		Price: in.Price, Verdict: drama.Verdict{Reasons: []string{in.Reason}}, Remedies: remedyNames(in.Remedies), MadeAt: l.now(), FinalOf: in.FinalOf,
		Media: in.Media, Pack: in.Pack, Draft: in.Draft,
	})
	if err != nil || in.Against == nil {
		return err
	}
	return ends(fileBakeoff(ctx, l.Store, *in.Against, kept))
}

// KeepStill makes a picture the still of its digest, with what was asked for, and says
// where it lies. A later one, or a later approval, takes its place. ErrRecord.
func (l *Library) KeepStill(ctx context.Context, in StillInput) (string, error) {
	s := in.Still
	if s.MadeAt.IsZero() {
		s.MadeAt = l.now()
	}
	if in.Plan.Key != "" {
		planned, err := l.plans.Load(ctx, l.library(), in.Plan)
		if err != nil {
			return "", ends(err)
		}
		s = library.AskedFor(s, planned)
	}
	keep := l.library().WriteStill
	if s.Take.Episode.Number == drama.LookBookNumber {
		keep = l.library().WriteCandidate
	}
	if err := keep(ctx, s); err != nil {
		return "", err
	}
	return l.Store.URI(s.Image.Key), nil
}

// CircleTake circles a take by a person's wish, also for a digest that it was not
// made for: it is then kept for the changed shot. ErrRecord when there is no such
// take, or no clip came of it.
func (l *Library) CircleTake(ctx context.Context, in CircleInput) error {
	t, err := readTake(ctx, l.library(), in.Take)
	if err != nil {
		return err
	}
	if t.Media.Key == "" {
		return damaged("circle %s: nothing was delivered for this take", in.Take)
	}
	return l.library().WriteCircle(ctx, drama.Circle{Digest: in.Digest, Take: in.Take, By: in.By, At: l.now(), Draft: t.Draft != nil}, true)
}

// Deliver writes the cut's manifest, which is what makes it exist, and moves
// latest to it, or says that it waits for an approval. Both may be repeated.
func (l *Library) Deliver(ctx context.Context, in DeliverInput) (Delivered, error) {
	man, err := l.library().Draft(ctx, in.Manifest)
	if err != nil {
		return Delivered{}, ends(err)
	}
	man, ref, err := l.library().Deliver(ctx, in.ID, in.Cut, man)
	if err != nil {
		return Delivered{}, ends(err)
	}
	d := DeliveredCut(l.Store, man, ref)
	d.Waits, err = l.library().Waits(ctx, man)
	return d, ends(err)
}

// DeliveredCut is what is said of a cut.
func DeliveredCut(s store.Store, man drama.Manifest, ref store.Ref) Delivered {
	prefix := library.Prefix(man)
	d := Delivered{
		Cut: man.Cut, Notes: few(man.Notes),
		Manifest: drama.Deliverable{URI: s.URI(prefix + library.ManifestName), SHA256: ref.SHA256, Bytes: ref.Bytes},
		Master:   drama.Deliverable{URI: s.URI(prefix + library.MasterName), Frames: man.Frames, FPS: man.FPS},
	}
	for _, f := range man.Files {
		if f.Name == library.MasterName {
			d.Master.SHA256, d.Master.Bytes = f.SHA256, f.Bytes
		}
	}
	d.Master.Duration = cut.Seconds(man)
	return d
}

func remedyNames(remedies []attempts.Remedy) (names []string) {
	for _, m := range remedies {
		names = append(names, string(m))
	}
	return names
}
