package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/webhook"
)

// Planner plans a run.
type Planner struct {
	Store  store.Store
	Ledger ledger.Ledger
	// Facts are the configured instances with their models, as of now.
	Facts    func(ctx context.Context) ([]provider.Facts, error)
	Exchange drama.Exchange
	// Account knows the caps that persons have set; nil: nobody has.
	Account *account.Account

	Now func() time.Time // nil: time.Now

	// Look is what the judge's look at a take costs, Lines what voices cost.
	Look  drama.Money
	Lines Lines
	// Judge is who looks at takes; nil: nobody.
	Judge *plan.Judge
	// Listener is who listens to takes; nil: nobody.
	Listener *plan.Listener
	// Hooks are the webhooks that runs tell of themselves.
	Hooks []webhook.Hook

	scripts library.Recent[drama.Production]
}

// Plan decides what is made and what is used again, with today's takes and
// prices, and stores the whole plan. What a person must change first is in the
// result's Problems. ErrRecord when the script is gone or damaged;
// ErrStore.
func (p *Planner) Plan(ctx context.Context, in PlanInput) (PlanResult, error) {
	res, err := p.plan(ctx, in)
	return res, ends(err)
}

func (p *Planner) plan(ctx context.Context, in PlanInput) (PlanResult, error) {
	prod, err := p.scripts.Load(ctx, p.library(), in.Script)
	if err != nil {
		return PlanResult{}, err
	}
	money, err := p.money(ctx, *prod, in)
	if err != nil {
		return PlanResult{}, err
	}
	made, err := p.build(ctx, *prod, in, money)
	if err != nil {
		return PlanResult{}, err
	}
	res := PlanResult{Currency: money.currency, Caps: money.caps, Spent: money.spent, Cap: money.tighter()}
	if res.Plan, err = p.library().KeepPlan(ctx, made); err != nil {
		return PlanResult{}, err
	}
	// From its first run on a show keeps its templates: a newer dailies has others.
	if err := p.library().PinTemplates(ctx, in.ID.Show, made.Templates); err != nil {
		return PlanResult{}, err
	}
	res.Shots = shotPlans(p.Store, made, prod)
	for i := range res.Shots {
		if s := &res.Shots[i]; in.Dub != "" {
			s.Speak = dubs(prod, s.Slate)
		}
	}
	res.Packs = packPlans(made)
	res.Table = made.Table
	res.Problems, res.Warnings = problems(made.Problems), problems(made.Warnings)
	strays, adopted, err := p.adopt(ctx, in.ID, res.Shots, res.Packs, res.Currency)
	if err != nil {
		return PlanResult{}, err
	}
	if in.Try == nil && in.Dub == "" { // other shots' jobs are the next render's
		res.Strays, res.Told = strays, adopted
	}
	res.Stop = prod.Season.Budget != nil && prod.Season.Budget.OnExceed == "stop"
	if res.Look, err = p.Exchange.Convert(p.Look, res.Currency); err != nil {
		res.Problems = append(res.Problems, "the judge: "+err.Error())
	}
	res.Tell = webhook.Of(p.Hooks, in.ID.Show, p.Exchange, res.Currency)
	res.FailedAfter = prod.Season.Takes.FailedAfter
	if res.NextCut, err = p.nextCut(ctx, in.ID); err != nil {
		return PlanResult{}, err
	}
	return res, nil
}

// Digest is the digest that a run would look for under a slate of the script.
func (p *Planner) Digest(ctx context.Context, prod drama.Production, slate string) (string, error) {
	made, err := p.build(ctx, prod, PlanInput{ID: prod.ID()}, purse{})
	if err != nil {
		return "", err
	}
	s, err := findShot(&made, slate)
	return s.Digest, err
}

func (p *Planner) build(ctx context.Context, prod drama.Production, in PlanInput, money purse) (plan.Plan, error) {
	facts, err := p.Facts(ctx)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("ask for the configured providers: %w", err)
	}
	lines, err := p.Lines.Unspoken(ctx, p.Store, &prod)
	if in.Dub != "" {
		lines, err = p.Lines.Undubbed(ctx, p.Store, &prod, in.Dub)
	}
	if err != nil {
		return plan.Plan{}, err
	}
	samples, err := p.Lines.Sampling(ctx, p.Store, &prod)
	if err != nil {
		return plan.Plan{}, err
	}
	covers, err := p.Lines.Covers(ctx, p.Store, &prod)
	if err != nil {
		return plan.Plan{}, err
	}
	if in.Dub != "" { // nothing is made that they would be for
		samples, covers = nil, nil
	}
	ground, err := p.ballots(facts).Ground(ctx, prod.Season, in.Table)
	if err != nil {
		return plan.Plan{}, err
	}
	if in.Try != nil && ground.Compared == nil {
		if ground.Compared, err = p.ballots(facts).Filed(ctx, prod.Season.Show); err != nil {
			return plan.Plan{}, err
		}
	}
	lips, err := p.Lines.LipSync(ctx, p.Store, &prod, in.Dub, in.LipSync)
	if err != nil {
		return plan.Plan{}, err
	}
	made, err := p.library().Plan(ctx, plan.Input{
		LipSync: lips, Production: prod, Providers: facts, Exchange: p.Exchange, Only: in.Only, Retake: in.Retake, Try: in.Try, Dub: in.Dub, MaxCost: money.caps.Run, Caps: money.states(), Look: p.Look, Judge: p.Judge, Listener: p.Listener, Lines: lines, Covers: covers, Samples: samples, NoURLs: p.Lines.NoURLs,
		Compared: ground.Compared, Table: ground.Table, Now: p.now(),
	}, nil)
	if ground.Warning != "" {
		made.Warnings = append(made.Warnings, plan.Problem{Message: ground.Warning})
	}
	return made, err
}

func (p *Planner) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

func (p *Planner) ballots(facts []provider.Facts) ballots.Ballots {
	return ballots.Ballots{Store: p.Store, Ledger: p.Ledger, Exchange: p.Exchange, Currency: plan.Currency(drama.Season{}, facts), Keep: true}
}

// compared is a shot's bake-off: its other take is numbered after the shot's own.
func compared(shot ShotPlan, c plan.Compare) *ComparePlan {
	out := &ComparePlan{ShotPlan: shot, Pair: c.Pair, Kind: c.Kind, Origin: c.Origin}
	if c.Origin == arena.Try && shot.Still != nil && shot.Still.Made != nil {
		first := shot.Still.Made.Image
		out.First = &first
	}
	out.Routes, out.Seed, out.Open, out.Still, out.Lines, out.BestOf = nil, nil, nil, nil, drama.Money{}, 0
	for _, r := range c.Routes {
		out.Routes = append(out.Routes, r.Route)
	}
	return out
}

func (p *Planner) library() library.Library { return library.Library{Store: p.Store} }

func (p *Planner) nextCut(ctx context.Context, id drama.EpisodeID) (int, error) {
	// A cut without a manifest was never delivered; its number is free.
	newest, err := p.library().NewestCut(ctx, id)
	return newest + 1, err
}

// shotPlans are what a run needs of a plan's shots.
func shotPlans(st store.Store, made plan.Plan, prod *drama.Production) (all []ShotPlan) {
	for _, s := range made.Shots {
		shot := summary(s, prod)
		if s.Still != nil {
			shot.Still = &StillPlan{ShotPlan: summary(s.Still.Shot, prod), Approve: s.Still.Approve}
			if s.Still.Made != nil {
				made := *s.Still.Made
				made.Asked = nil // the plan has it
				shot.Still.Made, shot.Still.URI = &made, st.URI(made.Image.Key)
			}
		}
		if s.Lips != nil {
			lips := summary(s.Lips.Shot, prod)
			shot.Lips = &lips
		}
		if s.Compare != nil {
			shot.Compare = compared(shot, *s.Compare)
		}
		all = append(all, shot)
	}
	return all
}

func summary(s plan.Shot, prod *drama.Production) ShotPlan {
	sp := ShotPlan{
		Shot:  attempts.Shot{Digest: s.Digest, NextTake: s.NextTake, Seed: s.Seed, MaxTakes: s.MaxTakes},
		Slate: s.Slate, Scene: s.Scene, Action: string(s.Action), Frames: s.Frames, From: s.From, To: s.To, Reuse: s.Reuse, Lines: s.Lines, Over: s.OverPrice, Hear: s.Hear, Samples: s.Samples, Sample: s.Sample, BestOf: s.BestOf,
	}
	if s.Final != nil {
		sp.FinalOf = &s.Final.Of
	}
	if shot, err := scriptShot(prod, s.Slate); err == nil {
		sp.Speak = prod.Season.Spoken(shot) && len(shot.Lines) > 0
	}
	sp.Draw = s.Draw
	for _, r := range s.Routes {
		route := r.Route
		route.Still = s.Still != nil && r.Mode.Framed()
		sp.Routes = append(sp.Routes, route)
	}
	return sp
}

// maxProblems is how many problems travel in a result.
const maxProblems = 100

func problems(all []plan.Problem) []string {
	var out []string
	for i, p := range all {
		if i == maxProblems {
			return append(out, fmt.Sprintf("and %d more", len(all)-i))
		}
		text := p.Message
		if p.Position.Line > 0 {
			text = fmt.Sprintf("%s:%d:%d: %s", p.Position.File, p.Position.Line, p.Position.Col, text)
		}
		out = append(out, text)
	}
	return slices.Clip(out)
}
