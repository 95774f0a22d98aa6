package purchase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// pictureTTL is how long a vendor may take to read a picture by its URL.
const pictureTTL = 6 * time.Hour

// prepare makes the request that the shot's plan and the route ask for.
func (j *job) prepare(ctx context.Context, s plan.Shot) (err error) {
	route := s.RouteOf(j.order.Instance)
	if route == nil {
		return &Failure{Type: Record, Final: true, Err: fmt.Errorf("make shot %s with %s: the plan has no such route", s.Slate, j.order.Instance)}
	}
	if len(j.order.Pack) != len(s.Members) {
		return &Failure{Type: Record, Final: true, Err: fmt.Errorf("make shot %s with %s: the plan has %d shots in one call, and the order %d", s.Slate, j.order.Instance, len(s.Members), len(j.order.Pack))}
	}
	if s.Final != nil {
		j.final(s, *route)
		return j.identify()
	}
	if (j.order.Lips != nil) != (route.Mode == provider.ModeLipSync) {
		return &Failure{Type: Record, Final: true, Err: fmt.Errorf("make shot %s with %s: a clip and its speech belong to a job that changes lips", s.Slate, j.order.Instance)}
	}
	if j.order.Lips != nil {
		j.lips(s, *route)
		return j.identify()
	}
	if j.order.FirstFrame == nil && route.Mode.Framed() && route.Text != nil {
		text := route.WithoutStill() // no still came
		route = &text
	}
	if err := route.Tellable(); err != nil {
		return &Failure{Type: Record, Final: true, Err: fmt.Errorf("make shot %s with %s: %w", s.Slate, j.order.Instance, err)}
	}
	told := s.Told(*route, j.order.Remedies)
	r := provider.Request{
		Take: j.order.Take, Model: route.Model, Mode: route.Mode, Prompt: told.Prompt, Negative: told.Negative,
		Frames: s.Frames, MakeMS: route.MakeMS, FPS: s.Brief.FPS, Raster: route.Raster, Audio: route.Audio, Brief: s.Brief, Draft: route.Draft != nil,
		Overlay: provider.Overlay{Slate: fmt.Sprintf("%s take %d", s.Slate, j.order.Take.Number)},
	}
	r.ShotsMS = s.Weights()
	remedy(&r, j.order.Remedies)
	if route.Seed {
		seed := j.order.Seed
		r.Seed = &seed
	}
	if j.order.FirstFrame != nil && r.Mode.Framed() {
		p := j.picture("first frame", "frame", *j.order.FirstFrame)
		r.FirstFrame = &p
	}
	if j.order.LastFrame != nil && r.Mode == provider.ModeFirstLast {
		p := j.picture("last frame", "frame", *j.order.LastFrame)
		r.LastFrame = &p
	}
	if r.Mode.Shown() {
		keys := store.Keys{Show: j.order.Take.Episode.Show}
		for i, ref := range s.Sent(*route) {
			if ref.Kind == "cast" && ref.Consent != "" {
				j.signed = append(j.signed, signed{picture: i, consent: ref.Consent})
			}
			r.References = append(r.References, j.picture(ref.Name, ref.Kind, drama.Object{
				Key: keys.Blob(ref.File.SHA256), SHA256: ref.File.SHA256, Bytes: ref.File.Bytes, Type: ref.File.Type,
			}))
		}
	}
	if r.Mode == route.Mode {
		if r.Voices, err = j.voices(ctx, route.Voices); err != nil {
			return err
		}
	}
	j.request = r
	return j.identify()
}

// identify hashes the request: without its key, so that it is the same for every attempt.
func (j *job) identify() error {
	raw, err := json.Marshal(j.request)
	if err != nil {
		return fmt.Errorf("hash the request for %s: %w", j.order.Take, err)
	}
	sum := sha256.Sum256(raw)
	j.hash = hex.EncodeToString(sum[:])
	return nil
}

// remedy changes a request that a vendor's moderation refused; its words are
// plan's (Shot.Told).
func remedy(r *provider.Request, remedies []attempts.Remedy) {
	for _, m := range remedies {
		switch m {
		case attempts.RemedySilent:
			r.Audio = false
		case attempts.RemedyNoReferences:
			r.Mode = r.Mode.Bare()
		case attempts.RemedySoftened: // the words
		}
	}
}

func (j *job) picture(name, kind string, o store.Ref) provider.Picture {
	return provider.Picture{
		Name: name, Kind: kind, Object: o,
		Open: func(ctx context.Context) (io.ReadCloser, error) { return j.Store.Get(ctx, o) },
	}
}

// withPictures adds fresh URLs to the pictures where vendors can read them.
func (j *job) withPictures(r provider.Request) provider.Request {
	if !j.URLs {
		return r
	}
	ctx, stop := context.WithTimeout(context.Background(), pollTimeout)
	defer stop()
	sign := func(p *provider.Picture) {
		// Without a URL the bytes are sent.
		if u, err := j.Store.Presign(ctx, p.Object.Key, pictureTTL); err == nil {
			p.URL = u
		}
	}
	r.Clip, r.Speech = j.reachable(ctx, r.Clip), j.reachable(ctx, r.Speech)
	if r.FirstFrame != nil {
		p := *r.FirstFrame
		sign(&p)
		r.FirstFrame = &p
	}
	if r.LastFrame != nil {
		p := *r.LastFrame
		sign(&p)
		r.LastFrame = &p
	}
	pictures := append([]provider.Picture(nil), r.References...)
	for i := range pictures {
		sign(&pictures[i])
	}
	r.References = pictures
	voices := append([]provider.Voice(nil), r.Voices...)
	for i := range voices {
		if voices[i].ID != "" {
			continue
		}
		if u, err := j.Store.Presign(ctx, voices[i].Object.Key, pictureTTL); err == nil {
			voices[i].URL = u
		}
	}
	r.Voices = voices
	return r
}

// calls is where the vendor may call; nil: it cannot, or nobody is there to hear it.
func (j *job) calls() *callback.Desk {
	if _, hears := j.provider.(provider.Hearer); !hears {
		return nil
	}
	return j.Calls
}

// withCallback adds the address at which the vendor may say that the job has moved on,
// where it can. Without one the job is polled, so nothing that is wrong with it matters.
func (j *job) withCallback(ctx context.Context, r provider.Request) provider.Request {
	u, err := j.calls().URL(ctx, j.order.Instance, r.Key)
	if err != nil {
		j.log.Warn("make the address of a vendor's callback; the job is only polled", "error", err)
		return r
	}
	r.Callback = u
	return r
}

func remedyNames(remedies []attempts.Remedy) (names []string) {
	for _, m := range remedies {
		names = append(names, string(m))
	}
	return names
}
