package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/studio"
)

type inDub struct {
	InEpisode
	Body struct {
		Language string `json:"language" minLength:"2" maxLength:"35" doc:"Into which language, BCP 47; every line has to have a translation into it"`
		Quote    string `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// dub has an episode's lines spoken in another language.
func (s *Server) dub(ctx context.Context, in *inDub) (*Out[Run], error) {
	a := Act{Op: "dub", Show: in.Show, Number: in.Number, Language: in.Body.Language}
	q, _, err := s.honour(ctx, a, in.Body.Quote)
	if err != nil {
		return nil, err
	}
	run, err := s.by(ctx).Dub(ctx, in.ID(), in.Body.Language, nil)
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	return out(Run{in.Show, in.Number, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}

// DubList are an episode's dubs.
type DubList struct {
	Items []CutAnswer `json:"items" doc:"The newest into each language"`
}

func (s *Server) dubs(ctx context.Context, in *InEpisode) (*Out[DubList], error) {
	all, err := s.Studio.Dubs(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	list := DubList{Items: []CutAnswer{}}
	for _, m := range all {
		for i := range m.Shots {
			m.Shots[i].Model = names.Of(m.Shots[i].Model)
		}
		list.Items = append(list.Items, CutAnswer{Manifest: m, URLs: s.DubURLs(m)})
	}
	return out(list), nil
}

// DubURLs are where the files of a dub are read, by their names.
func (s *Server) DubURLs(m drama.Manifest) map[string]string {
	urls := map[string]string{}
	for _, f := range m.Files {
		urls[f.Name] = s.mediaURL("get-dub-file", drama.Object{SHA256: f.SHA256}, m.ID.Show, fmt.Sprint(m.ID.Number), m.Dub.Language, fmt.Sprint(m.Dub.Number), f.Name)
	}
	return urls
}

// InDubNumber names a dub.
type InDubNumber struct {
	InEpisode
	Language string `path:"language" minLength:"2" maxLength:"35" pattern:"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"`
	Dub      int    `path:"dub" minimum:"1" maximum:"999999" doc:"The dub's number"`
}

type inDubFile struct {
	InDubNumber
	InVersion
	Name string `path:"name" maxLength:"200" doc:"As the manifest lists it"`
}

type inVerifyDub struct {
	InDubNumber
	Profiles []string `query:"profile" maxItems:"32" doc:"Whose rules to hold it to, from list-profiles; none: the dub's own, else every master's"`
}

func (s *Server) verifyDub(ctx context.Context, in *inVerifyDub) (*Out[studio.Verified], error) {
	v, err := s.Studio.VerifyDub(ctx, in.ID(), in.Language, in.Dub, in.Profiles...)
	if err != nil {
		return nil, err
	}
	v.Subject = fmt.Sprintf("%s dub %s %d", in.ID(), in.Language, in.Dub) // where the store keeps it is nothing for browsers
	return out(v), nil
}

// dubFile reads what the manifest lists and nothing else: a name is never a path.
func (s *Server) dubFile(ctx context.Context, in *inDubFile) (*huma.StreamResponse, error) {
	m, err := s.Studio.DubManifest(ctx, in.ID(), in.Language, in.Dub)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Files, func(f drama.ManifestFile) bool { return f.Name == in.Name })
	if i < 0 {
		return nil, fmt.Errorf("file %q of dub %d of %s is %w", in.Name, in.Dub, in.ID(), studio.ErrUnknown)
	}
	f := m.Files[i]
	return s.file(ctx, drama.Object{Key: library.Prefix(m) + f.Name, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}, f.Name, in.Version)
}
