package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/review"
)

func (s *Studio) desk() review.Desk { return review.Desk{Store: s.Store, Now: s.Now} }

// MakeLink opens one cut, or a list of takes, to people outside, and tells the link's
// passphrase, once. ErrUnknown for what it is to show; review.ErrAsked.
func (s *Studio) MakeLink(ctx context.Context, l review.Link, passphrase string) (review.Link, string, error) {
	l.By = s.by()
	if l.Cut > 0 {
		if _, err := s.Manifest(ctx, l.Episode, l.Cut); err != nil {
			return l, "", err
		}
	}
	for _, t := range l.Takes {
		if _, err := s.Take(ctx, t); err != nil {
			return l, "", err
		}
	}
	return s.desk().Make(ctx, l, passphrase)
}

// Links are an episode's, or a show's where no number is given, the newest first, without
// what is secret of them.
func (s *Studio) Links(ctx context.Context, id drama.EpisodeID) ([]review.Link, error) {
	return s.desk().List(ctx, id)
}

// RevokeLink takes a link of a show back; a second time changes nothing. ErrUnknown.
func (s *Studio) RevokeLink(ctx context.Context, show, id string) error {
	err := s.desk().Revoke(ctx, show, id)
	if errors.Is(err, review.ErrNoLink) {
		return fmt.Errorf("a review link %s of %s is %w", id, show, ErrUnknown)
	}
	return err
}

// Decide keeps what somebody decided about a cut; the newest decision counts. A cut that
// waited to be approved is delivered then. Without a name it is this studio's actor who
// decides. ErrUnknown, review.ErrAsked.
func (s *Studio) Decide(ctx context.Context, a review.Approval) (review.Approval, error) {
	if a.Name == "" {
		a.Name = s.by()
	}
	waits := false
	if a.Cut > 0 {
		m, err := s.Manifest(ctx, a.Episode, a.Cut)
		if err != nil {
			return a, err
		}
		waits = m.Review
	}
	a, err := s.desk().Approve(ctx, a)
	if err == nil && a.Approved && waits {
		if err = s.library().Release(ctx, a.Episode, a.Cut); err == nil {
			err = s.tellApproved(ctx, a.Episode, a.Cut)
		}
	}
	return a, err
}

// Decisions are those about a cut, the newest first. ErrUnknown.
func (s *Studio) Decisions(ctx context.Context, id drama.EpisodeID, cut int) ([]review.Approval, error) {
	if _, err := s.Manifest(ctx, id, cut); err != nil {
		return nil, err
	}
	return s.desk().Approvals(ctx, id, cut)
}
