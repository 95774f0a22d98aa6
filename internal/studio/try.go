package studio

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/workflows"
)

// ErrModel: nobody who is configured makes takes by the model, or by it alone.
var ErrModel = errors.New("this model cannot be tried")

// ErrTry: a shot cannot be tried as it is.
var ErrTry = errors.New("this cannot be tried")

// Trial is a wish to see what a model makes of shots that have their takes.
type Trial struct {
	Model string // as its vendor calls it, or the name of an instance
	Use   string // the instance that asks for it; empty: the one that knows it
	// Like is the known model whose facts hold for one that this release does not know.
	Like   string
	Slates []string // or scene numbers
}

// Wish is the trial with who would make it. ErrModel, ErrUnknown.
func (s *Studio) Wish(ctx context.Context, ep drama.Episode, t Trial) (plan.Try, error) {
	slates, err := Slates(ep, t.Slates)
	if err != nil {
		return plan.Try{}, err
	}
	if s.Candidate == nil {
		return plan.Try{}, fmt.Errorf("%w: nobody here knows who could make it", ErrModel)
	}
	facts, err := s.Candidate(ctx, t)
	return plan.Try{Facts: facts, Slates: slates}, err
}

// MayTry errs where a trial by a plan is not begun: something is in its way, or the takes
// beside which it would stand are not what a person would compare with. ErrTry.
func (s *Studio) MayTry(ctx context.Context, made plan.Plan) error {
	if len(made.Problems) > 0 {
		var all []string
		for _, q := range made.Problems {
			all = append(all, q.Message)
		}
		return fmt.Errorf("%w: %s", ErrTry, strings.Join(all, "; "))
	}
	for _, p := range made.Shots {
		if p.Compare == nil || p.Reuse == nil {
			continue
		}
		t, err := s.Take(ctx, *p.Reuse)
		if err != nil {
			return err
		}
		route, why := p.Compare.Routes[0], ""
		switch {
		case t.Origin != drama.OriginGenerated || t.Model == "":
			why = "was not made by a model"
		case !t.Verdict.Pass:
			why = "is NG"
		case t.Digest != p.Digest:
			why = "was made before the shot changed: retake it first"
		case t.Model == route.Model:
			why = "is by " + route.Model + " already"
		}
		if why != "" {
			return fmt.Errorf("%w: shot %s: its circled take %d %s", ErrTry, p.Slate, t.ID.Number, why)
		}
	}
	return nil
}

// PlanTry says what a trial would make and cost, of the script that was submitted last.
// ErrUnknown, ErrModel, ErrTry.
func (s *Studio) PlanTry(ctx context.Context, id drama.EpisodeID, t Trial, maxCost *drama.Money) (plan.Plan, plan.Try, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return plan.Plan{}, plan.Try{}, err
	}
	wish, err := s.Wish(ctx, p.Episode, t)
	if err != nil {
		return plan.Plan{}, wish, err
	}
	made, err := s.Plan(ctx, Submission{Production: p, Try: &wish, MaxCost: maxCost})
	if err == nil {
		err = s.MayTry(ctx, made)
	}
	return made, wish, err
}

// Try begins a trial: a take by the model beside each shot's circled one, which stays
// circled, within the caps; both are filed for blind comparison. A trial that runs
// already is gone on with. ErrBusy where something else is made of the episode;
// PlanTry's errors.
func (s *Studio) Try(ctx context.Context, id drama.EpisodeID, t Trial, maxCost *drama.Money) (Run, error) {
	p, ref, err := s.LatestScript(ctx, id)
	if err != nil {
		return Run{}, err
	}
	wish, err := s.Wish(ctx, p.Episode, t)
	if err != nil {
		return Run{}, err
	}
	_, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return Run{}, err
	}
	if !open { // of one that is open its own plan counts
		made, err := s.Plan(ctx, Submission{Production: p, Try: &wish, MaxCost: maxCost})
		if err == nil {
			err = s.MayTry(ctx, made)
		}
		if err != nil {
			return Run{}, err
		}
	}
	print, err := fingerprint(p, append([]string{"try", wish.Facts.Instance, wish.Facts.Model.ID}, wish.Slates...))
	if err != nil {
		return Run{}, err
	}
	run, err := s.startEpisode(ctx, workflows.EpisodeInput{ID: id, Script: ref, Try: &wish, MaxCost: maxCost}, print)
	if errors.Is(err, ErrBusy) {
		return run, fmt.Errorf("%s %w, and a model is tried when nothing else is made of it: wait for it, then try again", id, ErrBusy)
	}
	return run, err
}

// Tried is what a model made of a shot.
type Tried struct {
	Slate string `json:"slate"`
	// Pair is what is filed for blind comparison; empty: nothing is.
	Pair    string      `json:"pair,omitempty"`
	Void    string      `json:"void,omitempty"` // why nobody is asked about it
	Take    int         `json:"take,omitempty"` // the model's
	Circled int         `json:"circled,omitempty"`
	Price   drama.Money `json:"price,omitzero"` // of the model's take
	URI     string      `json:"uri,omitempty"`  // of its clip
}

// Tried tells what came of a trial, by shot in the script's order, now or from before.
func (s *Studio) Tried(ctx context.Context, id drama.EpisodeID, wish plan.Try) ([]Tried, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return nil, err
	}
	made, err := s.Plan(ctx, Submission{Production: p, Try: &wish})
	if err != nil {
		return nil, err
	}
	var all []Tried
	for _, shot := range made.Shots {
		if !slices.Contains(wish.Slates, shot.Slate) && !slices.Contains(wish.Slates, shot.Scene) {
			continue
		}
		one := Tried{Slate: shot.Slate}
		pair, err := s.ballots(nil).Pair(ctx, id.Show, arena.TryID(id.Show, shot.Digest, wish.Facts.Model.ID))
		switch {
		case errors.Is(err, ballots.ErrUnknown):
		case err != nil:
			return nil, err
		default:
			one.Pair, one.Void, one.Circled, one.Take = pair.ID, pair.Void, pair.A.Take.Number, pair.B.Take.Number
			t, err := s.Take(ctx, pair.B.Take)
			if err != nil {
				return nil, err
			}
			one.Price = t.Price
			if t.Media.Key != "" {
				one.URI = s.Store.URI(t.Media.Key)
			}
		}
		all = append(all, one)
	}
	return all, nil
}
