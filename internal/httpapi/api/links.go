package api

import (
	"context"
	"errors"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/review"
)

func (s *Server) registerLinks() {
	add(s, "make-link", s.makeLink)
	add(s, "list-links", s.links)
	add(s, "revoke-link", s.revokeLink)
	add(s, "list-approvals", s.approvals)
	add(s, "approve-cut", s.approveCut)
}

func (s *Server) desk() review.Desk { return review.Desk{Store: s.Studio.Store, Now: s.Now} }

// Link is a review link, without what is secret of it.
type Link struct {
	ID      string    `json:"id"`
	URL     string    `json:"url" doc:"What is sent"`
	Number  int       `json:"episode"`
	Cut     int       `json:"cut,omitempty"`
	Takes   []InList  `json:"takes,omitempty"`
	By      string    `json:"by"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
	Revoked bool      `json:"revoked,omitempty"`
	// Passphrase is told once, when the link is made.
	Passphrase string `json:"passphrase,omitempty" doc:"Only in the answer of make-link: send it by another way than the link"`
}

// InList is a take of a list.
type InList struct {
	Slate string `json:"slate" maxLength:"64"`
	Take  int    `json:"take" minimum:"1" maximum:"999999"`
}

func (s *Server) linkOf(l review.Link) Link {
	one := Link{
		ID: l.ID, URL: s.Guard.URL() + "/review/" + l.ID, Number: l.Episode.Number, Cut: l.Cut, By: l.By, Made: l.Made, Expires: l.Expires, Revoked: !l.Revoked.IsZero(),
	}
	for _, t := range l.Takes {
		one.Takes = append(one.Takes, InList{t.Slate, t.Number})
	}
	return one
}

type inLink struct {
	InShow
	Body struct {
		Number     int      `json:"episode" minimum:"1" maximum:"999999"`
		Cut        int      `json:"cut,omitempty" minimum:"1" maximum:"999999" doc:"The cut that is shown; or takes"`
		Takes      []InList `json:"takes,omitempty" maxItems:"100"`
		Days       int      `json:"days,omitempty" minimum:"1" maximum:"90" doc:"How long it lasts; 7 if left out"`
		Passphrase string   `json:"passphrase,omitempty" maxLength:"200" doc:"At least 8 characters; one is made if left out"`
	}
}

// makeLink opens one cut, or a list of takes, to people outside.
func (s *Server) makeLink(ctx context.Context, in *inLink) (*Out[Link], error) {
	id := drama.EpisodeID{Show: in.Show, Number: in.Body.Number}
	l := review.Link{Episode: id, Cut: in.Body.Cut, By: access.From(ctx).Name}
	if in.Body.Days > 0 {
		l.Expires = s.Now().AddDate(0, 0, in.Body.Days)
	}
	if l.Cut > 0 {
		if _, err := s.Studio.Manifest(ctx, id, l.Cut); err != nil {
			return nil, err
		}
	}
	for _, t := range in.Body.Takes {
		take := drama.TakeID{Episode: id, Slate: t.Slate, Number: t.Take}
		if _, err := s.Studio.Take(ctx, take); err != nil {
			return nil, err
		}
		l.Takes = append(l.Takes, take)
	}
	l, passphrase, err := s.desk().Make(ctx, l, in.Body.Passphrase)
	if err != nil {
		return nil, err
	}
	one := s.linkOf(l)
	access.Changed(ctx, nil, one) // without the passphrase
	one.Passphrase = passphrase
	return out(one), nil
}

// LinkList is the links of a show.
type LinkList struct {
	Items []Link `json:"items"`
}

func (s *Server) links(ctx context.Context, in *InShow) (*Out[LinkList], error) {
	all, err := s.desk().List(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	list := LinkList{Items: []Link{}}
	for _, l := range all {
		list.Items = append(list.Items, s.linkOf(l))
	}
	return out(list), nil
}

type inLinkID struct {
	InShow
	Link string `path:"link" maxLength:"64"`
}

func (s *Server) revokeLink(ctx context.Context, in *inLinkID) (*struct{}, error) {
	err := s.desk().Revoke(ctx, in.Show, in.Link)
	if errors.Is(err, review.ErrNoLink) {
		return nil, ProblemUnknown.With("there is no such link of " + in.Show)
	}
	return nil, err
}

// ApprovalList is what was decided about a cut, the newest first.
type ApprovalList struct {
	Items []review.Approval `json:"items"`
	// Approved is what the newest says.
	Approved bool `json:"approved"`
}

func (s *Server) approvals(ctx context.Context, in *InCutNumber) (*Out[ApprovalList], error) {
	if _, err := s.Studio.Manifest(ctx, in.ID(), in.Cut); err != nil {
		return nil, err
	}
	all, err := s.desk().Approvals(ctx, in.ID(), in.Cut)
	if err != nil {
		return nil, err
	}
	list := ApprovalList{Items: append([]review.Approval{}, all...)}
	list.Approved = len(all) > 0 && all[0].Approved
	return out(list), nil
}

type inApproveCut struct {
	InCutNumber
	Body struct {
		Approved bool   `json:"approved"`
		Why      string `json:"why,omitempty" maxLength:"2000"`
	}
}

func (s *Server) approveCut(ctx context.Context, in *inApproveCut) (*Out[review.Approval], error) {
	if _, err := s.Studio.Manifest(ctx, in.ID(), in.Cut); err != nil {
		return nil, err
	}
	name := access.From(ctx).Name
	if name == "" {
		name = "person"
	}
	a, err := s.desk().Approve(ctx, review.Approval{Episode: in.ID(), Cut: in.Cut, Approved: in.Body.Approved, Why: in.Body.Why, Name: name})
	if err != nil {
		return nil, err
	}
	access.Changed(ctx, nil, a)
	return out(a), nil
}
