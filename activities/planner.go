package activities

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// Planner plans a run.
type Planner struct {
	Store  store.Store
	Ledger ledger.Ledger
	// Facts are the configured instances with their models, as of now.
	Facts    func(ctx context.Context) ([]provider.Facts, error)
	Exchange drama.Exchange

	scripts recent[drama.Production]
}

// Plan decides what is made and what is used again, with today's takes and
// prices, and stores the whole plan. What a person must change first is in the
// result's Problems. ErrRecord when the script is gone or damaged.
func (p *Planner) Plan(ctx context.Context, in PlanInput) (PlanResult, error) {
	prod, err := p.scripts.load(ctx, p.Store, in.Script)
	if err != nil {
		return PlanResult{}, err
	}
	made, err := p.build(ctx, *prod, in)
	if err != nil {
		return PlanResult{}, err
	}
	body, err := json.Marshal(made)
	if err != nil {
		return PlanResult{}, fmt.Errorf("store the plan of %s: %w", in.ID, err)
	}
	keys := store.Keys{Show: in.ID.Show}
	sum := sha256.Sum256(body)
	res := PlanResult{Currency: made.TotalLow.Currency}
	res.Plan, err = p.Store.Put(ctx, keys.Plan(in.ID, hex.EncodeToString(sum[:])), bytes.NewReader(body), jsonType)
	if err != nil {
		return PlanResult{}, fmt.Errorf("store the plan of %s: %w", in.ID, err)
	}
	for _, s := range made.Shots {
		shot := summary(s, prod)
		if s.Still != nil {
			shot.Still = &StillPlan{ShotPlan: summary(s.Still.Shot, prod), Approve: s.Still.Approve, Made: s.Still.Made}
			if s.Still.Made != nil {
				shot.Still.URI = p.Store.URI(s.Still.Made.Image.Key)
			}
		}
		res.Shots = append(res.Shots, shot)
	}
	res.Problems, res.Warnings = problems(made.Problems), problems(made.Warnings)
	if res.Cap, err = p.limit(prod.Season.Budget, in.MaxCost, res.Currency); err != nil {
		res.Problems = append(res.Problems, err.Error())
	}
	res.Stop = prod.Season.Budget != nil && prod.Season.Budget.OnExceed == "stop"
	res.FailedAfter = prod.Season.Takes.FailedAfter
	if res.Spent, err = p.spent(ctx, in.ID, res.Currency); err != nil {
		return PlanResult{}, err
	}
	if res.NextCut, err = p.nextCut(ctx, in.ID); err != nil {
		return PlanResult{}, err
	}
	return res, nil
}

// Digest is the digest that a run would look for under a slate of the script.
func (p *Planner) Digest(ctx context.Context, prod drama.Production, slate string) (string, error) {
	made, err := p.build(ctx, prod, PlanInput{ID: prod.ID()})
	if err != nil {
		return "", err
	}
	s, err := findShot(&made, slate)
	return s.Digest, err
}

// build plans twice: which takes are circled is asked by digest, and the digests
// are the plan's.
func (p *Planner) build(ctx context.Context, prod drama.Production, in PlanInput) (plan.Plan, error) {
	facts, err := p.Facts(ctx)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("ask for the configured providers: %w", err)
	}
	pin := plan.Input{
		Production: prod, Providers: facts, Exchange: p.Exchange, Only: in.Only, Retake: in.Retake, MaxCost: in.MaxCost,
		Circles: make(map[string]drama.Circle), TakeCounts: make(map[string]int), Tried: make(map[string]int),
	}
	if err := p.countTakes(ctx, &pin); err != nil {
		return plan.Plan{}, err
	}
	bare, err := plan.Build(pin)
	if err != nil {
		return plan.Plan{}, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	keys := store.Keys{Show: in.ID.Show}
	if err := p.findStills(ctx, keys, bare, &pin); err != nil {
		return plan.Plan{}, err
	}
	for _, s := range bare.Shots {
		var c drama.Circle
		_, err := readRecord(ctx, p.Store, keys.Circle(s.Digest), &c)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return plan.Plan{}, err
		}
		pin.Circles[s.Digest] = c
	}
	if len(pin.Circles) == 0 && len(pin.Stills) == 0 {
		return bare, nil
	}
	made, err := plan.Build(pin)
	if err != nil {
		return plan.Plan{}, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	return made, nil
}

// findStills reads the stills that were made before, by the bare plan's digests.
func (p *Planner) findStills(ctx context.Context, keys store.Keys, bare plan.Plan, in *plan.Input) error {
	in.Stills = make(map[string]drama.Still)
	for _, s := range bare.Shots {
		if s.Still == nil {
			continue
		}
		var still drama.Still
		_, err := readRecord(ctx, p.Store, keys.StillRecord(s.Still.Digest), &still)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		in.Stills[still.Digest] = still
	}
	return nil
}

// countTakes finds the highest take number by slate: of recorded takes and of
// jobs, so that a number is never used again.
func (p *Planner) countTakes(ctx context.Context, in *plan.Input) error {
	id := in.Production.ID()
	keys := store.Keys{Show: id.Show}
	seeded := make(map[string]bool)
	for _, s := range in.Production.Episode.Shots() {
		seeded[s.Slate] = s.Seed != nil
	}
	count := func(prefix, key string) (slate string, number int) {
		slate, rest, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
		digits := rest
		if i := strings.IndexAny(rest, "./"); i >= 0 {
			digits = rest[:i]
		}
		number, err := strconv.Atoi(digits)
		if err != nil {
			return slate, 0 // not one of ours
		}
		in.TakeCounts[slate] = max(in.TakeCounts[slate], number)
		return slate, number
	}
	takes := keys.Takes(id, "")
	err := p.Store.List(ctx, takes, func(i store.Info) error {
		slate, number := count(takes, i.Key)
		if !seeded[slate] || number == 0 || !strings.HasSuffix(i.Key, ".json") {
			return nil
		}
		var t drama.Take
		if _, err := readRecord(ctx, p.Store, i.Key, &t); err != nil {
			return err
		}
		in.Tried[t.Digest]++
		return nil
	})
	if err != nil {
		return fmt.Errorf("count the takes of %s: %w", id, err)
	}
	jobs := keys.Jobs(id.Number)
	err = p.Store.List(ctx, jobs, func(i store.Info) error { count(jobs, i.Key); return nil })
	if err != nil {
		return fmt.Errorf("count the jobs of %s: %w", id, err)
	}
	return nil
}

// spent sums the episode's ledger; a job that has not ended counts with its
// estimate, because it may be billed.
func (p *Planner) spent(ctx context.Context, id drama.EpisodeID, currency string) (drama.Money, error) {
	total := drama.Money{Currency: currency}
	err := p.Ledger.List(ctx, id.Show, id.Number, func(e ledger.Entry) error {
		price := e.Intent.Estimate
		if e.Outcome != nil {
			price = e.Outcome.Price
		}
		price, err := p.Exchange.Convert(price, currency)
		if err != nil {
			return damaged("sum what %s has cost: %w", id, err)
		}
		total, err = total.Add(price)
		return err
	})
	return total, err
}

func (p *Planner) nextCut(ctx context.Context, id drama.EpisodeID) (int, error) {
	prefix := store.Keys{Show: id.Show}.Cuts(id)
	next := 1
	err := p.Store.List(ctx, prefix, func(i store.Info) error {
		number, name, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		// A cut without a manifest was never delivered; its number is free.
		if n, err := strconv.Atoi(number); err == nil && name == manifestName {
			next = max(next, n+1)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count the cuts of %s: %w", id, err)
	}
	return next, nil
}

func summary(s plan.Shot, prod *drama.Production) ShotPlan {
	sp := ShotPlan{
		Shot:  attempts.Shot{Digest: s.Digest, NextTake: s.NextTake, Seed: s.Seed, MaxTakes: s.MaxTakes},
		Slate: s.Slate, Scene: s.Scene, Action: string(s.Action), Frames: s.Frames, From: s.From, Reuse: s.Reuse,
	}
	if prod.Season.Dialogue != drama.DialogueNative && prod.Season.Dialogue != "" {
		if shot, err := scriptShot(prod, s.Slate); err == nil {
			sp.Speak = len(shot.Lines) > 0
		}
	}
	for _, r := range s.Routes {
		route := r.Route
		route.Still = s.Still != nil && r.Mode == provider.ModeFirstFrame
		sp.Routes = append(sp.Routes, route)
	}
	return sp
}

// limit is the tighter of the script's cap and the caller's, in the run's
// currency; nil when neither says anything.
func (p *Planner) limit(b *drama.Budget, most *drama.Money, currency string) (*drama.Money, error) {
	caps := []*drama.Money{most}
	if b != nil {
		caps = append(caps, b.Episode)
	}
	var least *drama.Money
	for _, c := range caps {
		if c == nil {
			continue
		}
		m, err := p.Exchange.Convert(*c, currency)
		if err != nil {
			return nil, fmt.Errorf("cap the cost at %s: %w", c, err)
		}
		if least == nil || m.Less(*least) {
			least = &m
		}
	}
	return least, nil
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
