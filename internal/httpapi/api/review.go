package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/store"
)

func (s *Server) registerReviews() {
	add(s, "get-take-review", s.takeReview)
	add(s, "get-take-thumb", func(ctx context.Context, in *InTake) (*huma.StreamResponse, error) {
		return s.picture(ctx, in, func(p sheet.Sheet) []byte { return p.Thumb })
	})
	add(s, "get-take-strip", func(ctx context.Context, in *InTake) (*huma.StreamResponse, error) {
		return s.picture(ctx, in, func(p sheet.Sheet) []byte { return p.Strip })
	})
}

// takeReview streams what a browser plays of a take.
func (s *Server) takeReview(ctx context.Context, in *InTake) (*huma.StreamResponse, error) {
	info, err := s.made(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	o := drama.Object{Key: info.Key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}
	return s.file(ctx, o, fmt.Sprintf("%s-%s-%d.mp4", in.ID().Episode.Code(), in.Slate, in.Take), "")
}

// made is a take's review; one that is missing is made now, one at a time: each is a
// whole decode.
func (s *Server) made(ctx context.Context, id drama.TakeID) (store.Info, error) {
	shelf := library.Library{Store: s.Studio.Store}
	info, err := shelf.Review(ctx, id)
	if !errors.Is(err, store.ErrNotFound) || s.Steps == nil {
		return info, err
	}
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-ctx.Done():
		return info, ctx.Err()
	}
	steps, err := s.Steps()
	if err != nil {
		return info, err
	}
	info, err = s.Studio.Review(ctx, steps, id)
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return info, ProblemUnknown.With(fmt.Sprintf("take %s cannot be shown: %s; its clip can be downloaded as it was delivered", id, clip.Reason))
	}
	return info, err
}

// pictureFor is how long a browser keeps a picture of a take: it does not change.
const pictureFor = 24 * time.Hour

func (s *Server) picture(ctx context.Context, in *InTake, which func(sheet.Sheet) []byte) (*huma.StreamResponse, error) {
	shelf := library.Library{Store: s.Studio.Store}
	p, err := shelf.Sheet(ctx, in.ID())
	if errors.Is(err, store.ErrNotFound) {
		if _, err = s.made(ctx, in.ID()); err == nil {
			p, err = shelf.Sheet(ctx, in.ID())
		}
	}
	if err != nil {
		return nil, err
	}
	b := which(p)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", "image/jpeg")
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(pictureFor/time.Second)))
		http.ServeContent(paced{w, http.NewResponseController(w)}, r, "", time.Time{}, bytes.NewReader(b))
	}}, nil
}
