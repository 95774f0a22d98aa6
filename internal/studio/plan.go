package studio

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// plansAtOnce is how many episodes are planned at once: planning waits for the
// store as long as it computes.
const plansAtOnce = 8

// Plan says what a run of the submission would make, use again and cost, with
// the takes there are now. It spends and writes nothing.
func (s *Studio) Plan(ctx context.Context, sub Submission) (plan.Plan, error) {
	facts, err := s.Providers(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	g, err := s.ballots(facts).Ground(ctx, sub.Production.Season, "")
	if err != nil {
		return plan.Plan{}, err
	}
	r, err := s.purse(ctx, sub.Production.Season)
	if err != nil {
		return plan.Plan{}, err
	}
	return s.plan(ctx, sub, nil, facts, g, r)
}

// Plans is Plan for each of several submissions of one show, in order.
func (s *Studio) Plans(ctx context.Context, subs []Submission) ([]plan.Plan, error) {
	if len(subs) == 0 {
		return nil, nil
	}
	if len(subs) == 1 {
		p, err := s.Plan(ctx, subs[0])
		return []plan.Plan{p}, err
	}
	season := subs[0].Production.Season
	there, err := s.library().Catalogue(ctx, season.Show, season.Stills != nil)
	if err != nil {
		return nil, err
	}
	facts, err := s.Providers(ctx)
	if err != nil {
		return nil, err
	}
	ground, err := s.ballots(facts).Ground(ctx, season, "")
	if err != nil {
		return nil, err
	}
	r, err := s.purse(ctx, season) // once: it is asked of the ledger of all episodes
	if err != nil {
		return nil, err
	}
	plans := make([]plan.Plan, len(subs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(plansAtOnce)
	for i, sub := range subs {
		group.Go(func() (err error) {
			plans[i], err = s.plan(ctx, sub, there, facts, ground, r)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return plans, nil
}

func (s *Studio) plan(ctx context.Context, sub Submission, there library.Catalogue, facts []provider.Facts, g ballots.Ground, r *account.Record) (plan.Plan, error) {
	caps, err := s.capsIn(ctx, r, sub.Production.Season, sub.Production.Episode.Number)
	if err != nil {
		return plan.Plan{}, err
	}
	lines, err := s.Lines.Unspoken(ctx, s.Store, &sub.Production)
	if sub.Dub != "" {
		lines, err = s.Lines.Undubbed(ctx, s.Store, &sub.Production, sub.Dub)
	}
	if err != nil {
		return plan.Plan{}, err
	}
	samples, err := s.Lines.Sampling(ctx, s.Store, &sub.Production)
	if err != nil {
		return plan.Plan{}, err
	}
	covers, err := s.Lines.Covers(ctx, s.Store, &sub.Production)
	if err != nil {
		return plan.Plan{}, err
	}
	if sub.Dub != "" { // nothing is made that they would be for
		samples, covers = nil, nil
	}
	lips, err := s.Lines.LipSync(ctx, s.Store, &sub.Production, sub.Dub, sub.LipSync)
	if err != nil {
		return plan.Plan{}, err
	}
	in := plan.Input{Dub: sub.Dub, LipSync: lips, Production: sub.Production, Providers: facts, Exchange: s.Exchange, Only: sub.Only, MaxCost: sub.MaxCost, Caps: caps, Look: s.Look, Judge: s.Judge, Listener: s.Listener, Lines: lines, Covers: covers, Samples: samples, NoURLs: s.Lines.NoURLs, Compared: g.Compared, Table: g.Table, Now: s.now()}
	if r := sub.Retake; r != nil {
		in.Retake = r
	}
	if in.Try = sub.Try; in.Try != nil && in.Compared == nil {
		if in.Compared, err = s.ballots(nil).Filed(ctx, sub.Production.Season.Show); err != nil {
			return plan.Plan{}, err
		}
	}
	made, err := s.library().Plan(ctx, in, there)
	if err != nil {
		return plan.Plan{}, err
	}
	if g.Warning != "" {
		made.Warnings = append(made.Warnings, plan.Problem{Message: g.Warning})
	}
	if in.Try != nil || in.Dub != "" {
		return made, nil // other shots' jobs are the next render's
	}
	return made, s.tellStrays(ctx, &made, &sub.Production, facts)
}

// tellStrays warns of jobs that earlier runs left and that no shot is made by any more.
func (s *Studio) tellStrays(ctx context.Context, made *plan.Plan, prod *drama.Production, facts []provider.Facts) error {
	if s.Ledger == nil {
		return nil
	}
	p := activities.Planner{
		Store: s.Store, Ledger: s.Ledger, Exchange: s.Exchange, Facts: func(context.Context) ([]provider.Facts, error) { return facts, nil },
	}
	told, err := p.Told(ctx, *made, prod)
	_, failed := activities.AsFailure(err)
	if _, damaged := errors.AsType[*ledger.DamagedError](err); failed || damaged { // a run says so too
		told, err = append(told, err.Error()), nil
	}
	if err != nil {
		return err
	}
	for _, text := range told {
		w := plan.Problem{Message: text}
		if len(made.Shots) > 0 {
			w.Position.File = made.Shots[0].Position.File
		}
		made.Warnings = append(made.Warnings, w)
	}
	return nil
}

// digest is what a run would look for under the slate.
func (s *Studio) digest(ctx context.Context, p drama.Production, slate string) (string, error) {
	made, err := s.Plan(ctx, Submission{Production: p})
	if err != nil {
		return "", err
	}
	shot, ok := library.PlannedShot(&made, slate)
	if !ok {
		return "", fmt.Errorf("slate %q is %w", slate, ErrUnknown)
	}
	return shot.Digest, nil
}

// Templates is the version of the prompt templates that a show keeps, or would begin
// with.
func (s *Studio) Templates(ctx context.Context, show string) (string, error) {
	return s.library().Templates(ctx, show)
}

// ErrVersion: the templates have no such version, or the show meanwhile has another.
var ErrVersion = library.ErrVersion

// TemplateVersions are the versions that there are, the oldest first.
func TemplateVersions() []string { return library.TemplateVersions() }

// MoveTemplates has a show go on with another version, from its next plan on; was is the
// one that the person has seen. ErrUnknown for a show that is not there; ErrVersion.
func (s *Studio) MoveTemplates(ctx context.Context, show, was, version string) error {
	episodes, err := s.Episodes(ctx, show)
	if err != nil {
		return err
	}
	if len(episodes) == 0 {
		return fmt.Errorf("show %s is %w", show, ErrUnknown)
	}
	return s.library().MoveTemplates(ctx, show, was, version)
}
