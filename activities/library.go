package activities

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

const (
	manifestName = "manifest.json"
	masterName   = "master.mp4"
)

// Library keeps takes, circles and cuts.
type Library struct {
	Store store.Store
	Now   func() time.Time // nil: time.Now
}

func (l *Library) now() time.Time {
	if l.Now != nil {
		return l.Now().UTC()
	}
	return time.Now().UTC()
}

// RecordNG records a take that no clip came of.
func (l *Library) RecordNG(ctx context.Context, in NGInput) error {
	seed := in.Seed
	_, err := writeTake(ctx, l.Store, drama.Take{
		ID: in.Take, Digest: in.Digest, Origin: OriginGenerated, Provider: in.Provider, Model: in.Model, VendorJob: in.VendorJob, Seed: &seed,
		Price: in.Price, Verdict: drama.Verdict{Reasons: []string{in.Reason}}, Remedies: remedyNames(in.Remedies), MadeAt: l.now(),
	})
	return err
}

// KeepStill makes a picture the still of its digest, and says where it lies. A
// later one, or a later approval, takes its place.
func (l *Library) KeepStill(ctx context.Context, in drama.Still) (string, error) {
	if in.MadeAt.IsZero() {
		in.MadeAt = l.now()
	}
	if _, err := putJSON(ctx, l.Store, store.Keys{Show: in.Take.Episode.Show}.StillRecord(in.Digest), in); err != nil {
		return "", err
	}
	return l.Store.URI(in.Image.Key), nil
}

// CircleTake circles a take by a person's wish, also for a digest that it was not
// made for: it is then kept for the changed shot. ErrRecord when there is no such
// take, or no clip came of it.
func (l *Library) CircleTake(ctx context.Context, in CircleInput) error {
	t, err := readTake(ctx, l.Store, in.Take)
	if err != nil {
		return err
	}
	if t.Media.Key == "" {
		return damaged("circle %s: nothing was delivered for this take", in.Take)
	}
	return writeCircle(ctx, l.Store, drama.Circle{Digest: in.Digest, Take: in.Take, By: in.By, At: l.now()}, true)
}

// latest is the record under store.Keys.Latest.
type latest struct {
	Cut      int       `json:"cut"`
	Digest   string    `json:"digest"`
	Manifest store.Ref `json:"manifest"`
}

// Deliver writes the cut's manifest, which is what makes it exist, and moves
// latest to it. Both may be repeated.
func (l *Library) Deliver(ctx context.Context, in DeliverInput) (Delivered, error) {
	var man drama.Manifest
	if _, err := readRecord(ctx, l.Store, in.Manifest.Key, &man); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return Delivered{}, damaged("deliver cut %d of %s: its draft is gone", in.Cut, in.ID)
		}
		return Delivered{}, err
	}
	keys := store.Keys{Show: in.ID.Show}
	key := keys.Cut(in.ID, in.Cut) + manifestName
	body, err := json.MarshalIndent(man, "", "  ")
	if err != nil {
		return Delivered{}, fmt.Errorf("deliver cut %d of %s: %w", in.Cut, in.ID, err)
	}
	ref, err := l.Store.PutNew(ctx, key, body, jsonType)
	if errors.Is(err, store.ErrExists) {
		var old drama.Manifest
		info, err := readRecord(ctx, l.Store, key, &old)
		if err != nil {
			return Delivered{}, err
		}
		if old.Digest != man.Digest {
			return Delivered{}, damaged("deliver cut %d of %s: another cut has this number already; render again", in.Cut, in.ID)
		}
		ref, man = store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}, old
	} else if err != nil {
		return Delivered{}, fmt.Errorf("deliver cut %d of %s: %w", in.Cut, in.ID, err)
	}
	if err := l.moveLatest(ctx, in.ID, latest{Cut: in.Cut, Digest: man.Digest, Manifest: ref}); err != nil {
		return Delivered{}, err
	}
	return delivered(l.Store, man, ref), nil
}

// moveLatest points latest at the cut unless it points at a later one.
func (l *Library) moveLatest(ctx context.Context, id drama.EpisodeID, to latest) error {
	key := store.Keys{Show: id.Show}.Latest(id)
	for range circleTries {
		var at latest
		info, err := readRecord(ctx, l.Store, key, &at)
		switch {
		case errors.Is(err, store.ErrNotFound):
			info.Version = ""
		case err != nil:
			return err
		case at.Cut >= to.Cut:
			return nil
		}
		body, err := json.Marshal(to)
		if err != nil {
			return fmt.Errorf("move latest of %s: %w", id, err)
		}
		err = l.Store.PutIf(ctx, key, body, jsonType, info.Version)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("move latest of %s: %w", id, err)
		}
	}
	return fmt.Errorf("move latest of %s: somebody else keeps moving it", id)
}

// delivered is what a run says of a cut.
func delivered(s store.Store, man drama.Manifest, ref store.Ref) Delivered {
	prefix := store.Keys{Show: man.ID.Show}.Cut(man.ID, man.Cut)
	d := Delivered{
		Cut: man.Cut, Notes: few(man.Notes),
		Manifest: drama.Deliverable{URI: s.URI(prefix + manifestName), SHA256: ref.SHA256, Bytes: ref.Bytes},
		Master:   drama.Deliverable{URI: s.URI(prefix + masterName), Frames: man.Frames, FPS: man.FPS},
	}
	for _, f := range man.Files {
		if f.Name == masterName {
			d.Master.SHA256, d.Master.Bytes = f.SHA256, f.Bytes
		}
	}
	d.Master.Duration = seconds(man)
	return d
}

func putJSON(ctx context.Context, s store.Store, key string, v any) (store.Ref, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", key, err)
	}
	ref, err := s.Put(ctx, key, bytes.NewReader(body), jsonType)
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", key, err)
	}
	return ref, nil
}
