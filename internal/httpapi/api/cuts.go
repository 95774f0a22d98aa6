package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerCuts() {
	add(s, "list-cuts", s.cuts)
	add(s, "get-cut", s.cut)
	add(s, "get-cut-file", s.cutFile)
	add(s, "verify-cut", s.verifyCut)
	add(s, "list-profiles", s.profiles)
	add(s, "list-dubs", s.dubs)
	add(s, "get-dub-file", s.dubFile)
	add(s, "verify-dub", s.verifyDub)
}

// CutList are an episode's cuts.
type CutList struct {
	Items  []int `json:"items" doc:"Their numbers, ascending"`
	Newest int   `json:"newest"`
}

func (s *Server) cuts(ctx context.Context, in *InEpisode) (*Out[CutList], error) {
	cuts, err := s.Studio.Cuts(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	list := CutList{Items: append([]int{}, cuts...)}
	if len(cuts) > 0 {
		list.Newest = slices.Max(cuts)
	}
	return out(list), nil
}

// InCutNumber names a cut.
type InCutNumber struct {
	InEpisode
	Cut int `path:"cut" minimum:"1" maximum:"999999" doc:"The cut's number"`
}

// CutAnswer is a cut's manifest, with where its files are read.
type CutAnswer struct {
	drama.Manifest
	URLs map[string]string `json:"urls" doc:"Its files by name"`
}

func (s *Server) cut(ctx context.Context, in *InCutNumber) (*Out[CutAnswer], error) {
	m, err := s.Studio.Manifest(ctx, in.ID(), in.Cut)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	for i := range m.Shots {
		m.Shots[i].Model = names.Of(m.Shots[i].Model)
	}
	return out(CutAnswer{Manifest: m, URLs: s.CutURLs(m)}), nil
}

// CutURLs are where the files of a cut are read, by their names.
func (s *Server) CutURLs(m drama.Manifest) map[string]string {
	urls := map[string]string{}
	for _, f := range m.Files {
		urls[f.Name] = s.mediaURL("get-cut-file", drama.Object{SHA256: f.SHA256}, m.ID.Show, fmt.Sprint(m.ID.Number), fmt.Sprint(m.Cut), f.Name)
	}
	return urls
}

type inCutFile struct {
	InCutNumber
	InVersion
	Name string `path:"name" maxLength:"200" doc:"As the manifest lists it"`
}

// cutFile reads what the manifest lists and nothing else: a name is never a path.
func (s *Server) cutFile(ctx context.Context, in *inCutFile) (*huma.StreamResponse, error) {
	m, err := s.Studio.Manifest(ctx, in.ID(), in.Cut)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Files, func(f drama.ManifestFile) bool { return f.Name == in.Name })
	if i < 0 {
		return nil, fmt.Errorf("file %q of cut %d of %s is %w", in.Name, in.Cut, in.ID(), studio.ErrUnknown)
	}
	f := m.Files[i]
	key := store.Keys{Show: in.Show}.Cut(in.ID(), in.Cut) + f.Name
	return s.file(ctx, drama.Object{Key: key, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}, f.Name, in.Version)
}

type inVerify struct {
	InCutNumber
	Profiles []string `query:"profile" maxItems:"32" doc:"Whose rules to hold it to, from list-profiles; none: the cut's own, else every master's"`
}

func (s *Server) verifyCut(ctx context.Context, in *inVerify) (*Out[studio.Verified], error) {
	v, err := s.Studio.VerifyCut(ctx, in.ID(), in.Cut, in.Profiles...)
	if err != nil {
		return nil, err
	}
	v.Subject = fmt.Sprintf("%s cut %d", in.ID(), in.Cut) // where the store keeps it is nothing for browsers
	return out(v), nil
}

// ProfileList are the profiles that cuts can be held to.
type ProfileList struct {
	Items   []profile.Profile         `json:"items"`
	Sources map[string]profile.Source `json:"sources" doc:"By the keys that rules name"`
}

func (s *Server) profiles(context.Context, *struct{}) (*Out[ProfileList], error) {
	t := profile.Built()
	return out(ProfileList{Items: t.Profiles, Sources: t.Sources}), nil
}
