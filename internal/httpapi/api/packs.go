package api

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/submission"
)

func (s *Server) registerPacks() {
	add(s, "make-pack", s.makePack)
	add(s, "get-pack", s.packFile)
}

type inPack struct {
	InShow
	Body struct {
		Profiles []string `json:"profiles,omitempty" maxItems:"32" doc:"Whom it is for, from list-profiles; none: the season's deliver"`
		Partial  bool     `json:"partial,omitempty" doc:"Pack what is delivered and right; the pack says what is missing"`
		NoCosts  bool     `json:"no_costs,omitempty" doc:"Without what the takes have cost"`
	}
}

// PackAnswer is a pack that can be read, or what it has not got.
type PackAnswer struct {
	submission.Pack
	State  string `json:"state" enum:"packed,partial,incomplete" doc:"incomplete: there is no pack; missing says why"`
	Bytes  int64  `json:"bytes,omitempty"`
	Digest string `json:"digest,omitempty" doc:"Names the pack by what it holds"`
	URL    string `json:"url,omitempty" doc:"Where its ZIP is read, by range"`
}

// makePack verifies what is to be in the pack, and keeps what it is made of: the ZIP itself
// is nowhere stored.
func (s *Server) makePack(ctx context.Context, in *inPack) (*Out[PackAnswer], error) {
	p, err := s.by(ctx).Pack(ctx, in.Show, studio.PackOptions{Profiles: in.Body.Profiles, Partial: in.Body.Partial, NoCosts: in.Body.NoCosts, Tool: s.Version})
	if err != nil {
		return nil, err
	}
	a := PackAnswer{Pack: p.Pack, State: "packed"}
	if p.Layout == nil {
		a.State = "incomplete"
		return out(a), nil
	}
	if len(p.Missing) > 0 {
		a.State = "partial"
	}
	if err := s.Studio.KeepPack(ctx, p); err != nil {
		return nil, err
	}
	a.Bytes, a.Digest = p.Layout.Bytes(), p.Digest()
	a.URL = s.ops["get-pack"].At(in.Show, a.Digest)
	return out(a), nil
}

type inPackFile struct {
	InShow
	Digest string `path:"digest" minLength:"64" maxLength:"64" pattern:"^[0-9a-f]{64}$" doc:"The pack's digest, from make-pack"`
}

func (s *Server) packFile(ctx context.Context, in *inPackFile) (*huma.StreamResponse, error) {
	p, err := s.Studio.KeptPack(ctx, in.Show, in.Digest)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		body := p.Layout.Reader(p.Open(r.Context(), s.Studio))
		defer func() { _ = body.Close() }() // of what was read
		send(w, r, body, drama.Object{SHA256: in.Digest, Type: "application/zip"}, fmt.Sprintf("%s.zip", in.Show), false)
	}}, nil
}
