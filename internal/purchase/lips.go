package purchase

import (
	"context"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// lips makes the request for a clip with other lips.
func (j *job) lips(s plan.Shot, route plan.Route) {
	fps := s.Brief.FPS
	j.request = provider.Request{
		Take: j.order.Take, Model: route.Model, Mode: route.Mode, Frames: max(s.Frames, media.Frames(route.MakeMS*fps.Num/(1000*fps.Den))), MakeMS: route.MakeMS, FPS: fps, Raster: route.Raster,
		Clip: j.material(j.order.Lips.Clip), Speech: j.material(j.order.Lips.Speech), Brief: s.Brief,
		Overlay: provider.Overlay{Slate: fmt.Sprintf("%s take %d", s.Slate, j.order.Take.Number)},
	}
	keys := store.Keys{Show: j.order.Take.Episode.Show}
	for _, ref := range s.References {
		j.request.References = append(j.request.References, j.picture(ref.Name, ref.Kind, drama.Object{Key: keys.Blob(ref.File.SHA256), SHA256: ref.File.SHA256, Bytes: ref.File.Bytes, Type: ref.File.Type}))
	}
}

func (j *job) material(o store.Ref) *provider.Material {
	return &provider.Material{Object: o, Open: func(ctx context.Context) (io.ReadCloser, error) { return j.Store.Get(ctx, o) }}
}

// reachable is a material with a fresh URL, where there is one.
func (j *job) reachable(ctx context.Context, m *provider.Material) *provider.Material {
	if m == nil {
		return nil
	}
	with := *m
	if u, err := j.Store.Presign(ctx, m.Object.Key, pictureTTL); err == nil {
		with.URL = u
	}
	return &with
}

// wanted is the digest of what is bought, by which a later run finds its job.
func (o Order) wanted() string {
	if o.Lips != nil {
		return o.Lips.Digest
	}
	return o.Shot.Digest
}
