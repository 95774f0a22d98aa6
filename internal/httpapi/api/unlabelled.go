package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerUnlabelled() {
	add(s, "make-unlabelled", s.makeUnlabelled)
	add(s, "list-unlabelled", s.unlabelled)
	add(s, "get-unlabelled", s.unlabelledFile)
}

type inUnlabelled struct {
	InCutNumber
	Body struct {
		To     string `json:"to" minLength:"1" maxLength:"500" doc:"Who gets it"`
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why it is handed out without the label"`
		// Version is optional: clients of older releases know none.
		Version string `json:"version,omitempty" maxLength:"100" doc:"The name of the version to copy; left out: the master"`
	}
}

func (s *Server) makeUnlabelled(ctx context.Context, in *inUnlabelled) (*Out[drama.Manifest], error) {
	m, err := s.by(ctx).MakeUnlabelled(ctx, in.ID(), in.Cut, in.Body.Version, in.Body.To, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return out(m), nil
}

// UnlabelledList are the copies of an episode, the newest first.
type UnlabelledList struct {
	Items []drama.Manifest `json:"items"`
}

func (s *Server) unlabelled(ctx context.Context, in *InEpisode) (*Out[UnlabelledList], error) {
	all, err := s.Studio.Unlabelled(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	return out(UnlabelledList{Items: append([]drama.Manifest{}, all...)}), nil
}

type inUnlabelledFile struct {
	InCutNumber
	InVersion
	SHA string `path:"sha" minLength:"64" maxLength:"64" doc:"The digest of its master"`
}

// unlabelledFile reads what a record names and nothing else.
func (s *Server) unlabelledFile(ctx context.Context, in *inUnlabelledFile) (*huma.StreamResponse, error) {
	all, err := s.Studio.Unlabelled(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m drama.Manifest) bool { return m.Cut == in.Cut && m.Label.Unlabelled.SHA256 == in.SHA })
	if i < 0 {
		return nil, fmt.Errorf("a copy %.12s of cut %d of %s is %w", in.SHA, in.Cut, in.ID(), studio.ErrUnknown)
	}
	f := all[i].Files[0]
	key := store.Keys{Show: in.Show}.Unlabelled(in.ID(), in.Cut, f.SHA256) + f.Name
	return s.file(ctx, drama.Object{Key: key, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}, f.Name, in.Version)
}
