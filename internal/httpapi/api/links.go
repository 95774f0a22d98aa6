package api

import (
	"context"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/review"
)

func (s *Server) registerLinks() {
	add(s, "make-link", s.makeLink)
	add(s, "list-links", s.links)
	add(s, "revoke-link", s.revokeLink)
	add(s, "list-approvals", s.approvals)
	add(s, "approve-cut", s.approveCut)
}

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
	Over    bool      `json:"over,omitempty" doc:"Its time has passed"`
	// Download says that who has it may also take what it shows along.
	Download bool `json:"download,omitempty"`
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
		Over: !s.Now().Before(l.Expires), Download: l.Download,
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
		Download   bool     `json:"download,omitempty" doc:"Offer what is shown for download too"`
		Passphrase string   `json:"passphrase,omitempty" maxLength:"200" doc:"At least 8 characters; one is made if left out"`
	}
}

// makeLink opens one cut, or a list of takes, to people outside.
func (s *Server) makeLink(ctx context.Context, in *inLink) (*Out[Link], error) {
	id := drama.EpisodeID{Show: in.Show, Number: in.Body.Number}
	l := review.Link{Episode: id, Cut: in.Body.Cut, Download: in.Body.Download}
	if in.Body.Days > 0 {
		l.Expires = s.Now().AddDate(0, 0, in.Body.Days)
	}
	for _, t := range in.Body.Takes {
		l.Takes = append(l.Takes, drama.TakeID{Episode: id, Slate: t.Slate, Number: t.Take})
	}
	l, passphrase, err := s.by(ctx).MakeLink(ctx, l, in.Body.Passphrase)
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
	all, err := s.Links(ctx, drama.EpisodeID{Show: in.Show})
	return out(LinkList{Items: all}), err
}

// Links are an episode's, or a show's where no number is given, the newest first.
func (s *Server) Links(ctx context.Context, id drama.EpisodeID) ([]Link, error) {
	all, err := s.Studio.Links(ctx, id)
	list := []Link{}
	for _, l := range all {
		list = append(list, s.linkOf(l))
	}
	return list, err
}

type inLinkID struct {
	InShow
	Link string `path:"link" maxLength:"64"`
}

func (s *Server) revokeLink(ctx context.Context, in *inLinkID) (*struct{}, error) {
	return nil, s.Studio.RevokeLink(ctx, in.Show, in.Link)
}

// ApprovalList is what was decided about a cut, the newest first.
type ApprovalList struct {
	Items []review.Approval `json:"items"`
	// Approved is what the newest says.
	Approved bool `json:"approved"`
}

func (s *Server) approvals(ctx context.Context, in *InCutNumber) (*Out[ApprovalList], error) {
	list, err := s.Approvals(ctx, in.ID(), in.Cut)
	return out(list), err
}

// Approvals are what was decided about a cut.
func (s *Server) Approvals(ctx context.Context, id drama.EpisodeID, cut int) (ApprovalList, error) {
	all, err := s.Studio.Decisions(ctx, id, cut)
	return ApprovalList{Items: append([]review.Approval{}, all...), Approved: len(all) > 0 && all[0].Approved}, err
}

type inApproveCut struct {
	InCutNumber
	Body struct {
		Approved bool   `json:"approved"`
		Why      string `json:"why,omitempty" maxLength:"2000"`
	}
}

func (s *Server) approveCut(ctx context.Context, in *inApproveCut) (*Out[review.Approval], error) {
	a, err := s.by(ctx).Decide(ctx, review.Approval{Episode: in.ID(), Cut: in.Cut, Approved: in.Body.Approved, Why: in.Body.Why})
	if err != nil {
		return nil, err
	}
	access.Changed(ctx, nil, a)
	s.Decided(ctx, a)
	return out(a), nil
}

// Decided tells open pages what somebody decided about a cut, here or by a review link.
func (s *Server) Decided(ctx context.Context, a review.Approval) {
	s.Model.Touch(ctx, a.Episode)
	s.Model.Publish(live.EventApproval, a.Episode, fmt.Sprint(a.Cut), live.Decided{
		Show: a.Episode.Show, Number: a.Episode.Number, Cut: a.Cut, Approved: a.Approved, By: a.Name,
	})
}
