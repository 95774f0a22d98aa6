package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) planCmd() *cobra.Command {
	var only []string
	var maxCost string
	cmd := &cobra.Command{
		Use: "plan PATH", Short: "What a render would make, use again and cost; spends nothing", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd.Context(), args[0], only, maxCost) },
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "only these slates or scenes: 1A,3")
	cmd.Flags().StringVar(&maxCost, "max-cost", "", "plan under this cap")
	a.jsonFlag(cmd)
	return cmd
}

// planned is what plan --json prints: an episode's, or a season's in Episodes.
type planned struct {
	Show      string        `json:"show,omitempty"`
	Episode   int           `json:"episode,omitempty"`
	Shots     []plannedShot `json:"shots"`
	TotalLow  drama.Money   `json:"total_low"`
	TotalHigh drama.Money   `json:"total_high"`
	Samples   *drama.Money  `json:"samples,omitempty"` // of both, what goes into samples of voices, made once
	Caps      []plannedCap  `json:"caps,omitempty"`
	Drafts    *plan.Drafts  `json:"drafts,omitempty"`  // the sums with drafts and without
	Packing   *plan.Packing `json:"packing,omitempty"` // the sums with neighbours made in one call and without
	Table     string        `json:"table,omitempty"`   // digest of the leaderboard's that routes were ordered by
	*studio.Ahead
	Problems []problem `json:"problems"`
	Warnings []problem `json:"warnings"`
	Episodes []planned `json:"episodes,omitempty"`
}

// plannedCap is a cap with what is left of it.
type plannedCap struct {
	drama.CapState
	Left drama.Money `json:"left"`
}

type plannedShot struct {
	Slate     string           `json:"slate"`
	Action    plan.Action      `json:"action"`
	Provider  string           `json:"provider"`
	Model     string           `json:"model"`
	Digest    string           `json:"digest"`
	Frames    media.Frames     `json:"frames"`
	PriceLow  drama.Money      `json:"price_low"`
	PriceHigh drama.Money      `json:"price_high"`
	Reason    string           `json:"reason"`
	Rejected  []plan.Rejection `json:"rejected,omitempty"`
	Ordered   string           `json:"ordered,omitempty"` // why the leaderboard put the providers as it did
	Compare   *plannedCompare  `json:"compare,omitempty"`
	// Draft is the draft that is used again, and Final what the final of one costs that is
	// made.
	Draft *drama.Draft `json:"draft,omitempty"`
	// Packed is the first shot of the pack in which it is made, in one call.
	Packed string       `json:"packed,omitempty"`
	Final  *drama.Money `json:"final,omitempty"`
}

// plannedCompare is a shot's bake-off: who may make the other take, in the order drawn.
type plannedCompare struct {
	With      []string    `json:"with"`
	PriceLow  drama.Money `json:"price_low"`
	PriceHigh drama.Money `json:"price_high"`
}

// problem is a problem as JSON shows it.
type problem struct {
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func problemsOf(all script.Problems) []problem {
	out := []problem{}
	for _, p := range all {
		out = append(out, problem{File: p.File, Line: p.Line, Col: p.Col, Severity: p.Severity.String(), Message: p.Message, Hint: p.Hint})
	}
	return out
}

func (a *cli) plan(ctx context.Context, path string, only []string, most string) error {
	s, problems := a.readScript(path)
	if s == nil || problems.HasErrors() {
		if a.ui.json {
			if err := a.ui.object(planned{Shots: []plannedShot{}, Problems: problemsOf(problems.Errors()), Warnings: problemsOf(problems.Warnings())}); err != nil {
				return err
			}
			return &exitError{code: exitScript}
		}
		return a.showProblems(problems)
	}
	subs, root, err := submissions(s)
	if err != nil {
		return err
	}
	defer root.Close()
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		var plans []planned
		all := problems
		limit, err := maxCost(most, s.Season)
		if err != nil {
			return err
		}
		for i := range subs {
			subs[i].Only = only
			if len(subs) == 1 {
				subs[i].MaxCost = limit
			}
		}
		made, err := st.Plans(ctx, subs)
		if err != nil {
			return err
		}
		if len(subs) > 1 {
			for _, text := range together(made, limit) {
				all = append(all, s.ProblemAt(drama.Position{}, script.Warning, "", "%s", text))
			}
		}
		for i, p := range made {
			found := planProblems(s, p)
			all = append(all, found...)
			one := toJSON(p, found)
			if len(p.Problems) == 0 {
				ahead, err := st.Ahead(ctx, subs[i].Production, p)
				if err != nil {
					return err
				}
				one.Ahead = &ahead
			}
			plans = append(plans, one)
		}
		return a.showPlans(s, plans, all)
	})
}

// together holds the plans of a season's episodes against the caps that they share:
// the season's, and the run's where there is one.
func together(plans []plan.Plan, most *drama.Money) []string {
	low := drama.Money{}
	var caps []drama.CapState
	for _, p := range plans {
		low = sum(low, p.TotalLow)
	}
	for _, c := range plans[0].Caps {
		if c.Name == drama.CapSeason {
			caps = append(caps, c)
		}
	}
	if most != nil {
		most.Currency = orElse(most.Currency, low.Currency)
		caps = append(caps, drama.CapState{Name: drama.CapRun, Limit: *most})
	}
	var all []string
	for _, c := range caps {
		if c.Left().Less(low) {
			all = append(all, fmt.Sprintf("%s is %s, of which %s is left, but the cheapest that all episodes can be is %s: earlier ones are paid first", c.Name.Words(), c.Limit, c.Left(), low))
		}
	}
	return all
}

// planProblems gives a plan's problems their place in the script.
func planProblems(s *script.Script, p plan.Plan) script.Problems {
	var out script.Problems
	for _, q := range p.Problems {
		out = append(out, s.ProblemAt(q.Position, script.Error, "", "%s", q.Message))
	}
	for _, q := range p.Warnings {
		out = append(out, s.ProblemAt(q.Position, script.Warning, "", "%s", q.Message))
	}
	return out
}

func toJSON(p plan.Plan, found script.Problems) planned {
	out := planned{
		Show: p.Episode.Show, Episode: p.Episode.Number, Shots: []plannedShot{}, TotalLow: p.TotalLow, TotalHigh: p.TotalHigh, Table: p.Table, Drafts: p.Drafts, Packing: p.Packing,
		Problems: problemsOf(found.Errors()), Warnings: problemsOf(found.Warnings()),
	}
	if p.Samples.Micros > 0 {
		out.Samples = &p.Samples
	}
	for _, c := range p.Caps {
		out.Caps = append(out.Caps, plannedCap{c, c.Left()})
	}
	for _, s := range p.Shots {
		shot := plannedShot{
			Slate: s.Slate, Action: s.Action, Provider: s.Provider, Model: s.Model, Digest: s.Digest, Frames: s.Frames,
			PriceLow: s.PriceLow, PriceHigh: s.PriceHigh, Reason: s.Reason, Rejected: s.Rejected, Ordered: s.Ordered,
			Draft: s.Draft, Packed: s.Packed,
		}
		if s.Action == plan.Make && len(s.Routes) > 0 && s.Routes[0].Draft != nil {
			shot.Final = &s.Routes[0].Draft.Final
		}
		if c := s.Compare; c != nil {
			shot.Compare = &plannedCompare{PriceLow: c.PriceLow, PriceHigh: c.PriceHigh}
			for _, r := range c.Routes {
				shot.Compare.With = append(shot.Compare.With, r.Instance)
			}
		}
		out.Shots = append(out.Shots, shot)
	}
	return out
}

func (a *cli) showPlans(s *script.Script, plans []planned, problems script.Problems) error {
	if a.ui.json {
		out := plans[0]
		if len(plans) > 1 {
			out = planned{Show: s.Season.Show, Shots: []plannedShot{}, Problems: problemsOf(problems.Errors()), Warnings: problemsOf(problems.Warnings()), Episodes: plans}
			for _, p := range plans {
				out.TotalLow, out.TotalHigh = sum(out.TotalLow, p.TotalLow), sum(out.TotalHigh, p.TotalHigh)
			}
		}
		if err := a.ui.object(out); err != nil {
			return err
		}
		if problems.HasErrors() {
			return &exitError{code: exitScript}
		}
		return nil
	}
	for _, p := range plans {
		a.ui.result("%s", drama.EpisodeID{Show: p.Show, Number: p.Episode})
		err := a.ui.table("SLATE\tACTION\tPROVIDER\tMODEL\tFRAMES\tPRICE\tREASON", func(row func(string, ...any)) {
			for _, s := range p.Shots {
				row("%s\t%s\t%s\t%s\t%d\t%s\t%s", s.Slate, s.Action, orElse(s.Provider, "-"), orElse(s.Model, "-"), s.Frames, span(s.PriceLow, s.PriceHigh), s.Reason)
			}
		})
		if err != nil {
			return err
		}
		a.ui.result("total %s", span(p.TotalLow, p.TotalHigh))
		if p.Drafts != nil {
			a.ui.result("%s", draftSums(*p.Drafts))
		}
		if p.Packing != nil {
			a.ui.result("%s", packSums(*p.Packing))
		}
		if p.Samples != nil {
			a.ui.result("of that %s for samples of voices, which are made once", *p.Samples)
		}
		for _, c := range p.Caps {
			a.ui.result("%s %s: %s", c.Name.Words(), c.Limit, standing(c.CapState))
		}
		if p.Ahead != nil {
			a.ui.result("%s", outcome(*p.Ahead))
		}
	}
	return a.showProblems(problems)
}

// draftSums are a plan's sums with drafts and without, in a line.
func draftSums(d plan.Drafts) string {
	with := drama.Money{Micros: d.Low.Micros + d.Finals.Micros, Currency: d.Low.Currency}
	most := drama.Money{Micros: d.High.Micros + d.Finals.Micros, Currency: d.High.Currency}
	if d.On {
		return fmt.Sprintf("finals of %s %s, with dailies final: in all %s; without drafts %s", count(d.Shots, "draft"), d.Finals, span(with, most), span(d.WholeLow, d.WholeHigh))
	}
	return fmt.Sprintf("with takes: {draft: true} %s, then finals of %s %s: in all %s", span(d.Low, d.High), count(d.Shots, "draft"), d.Finals, span(with, most))
}

// packSums are a plan's sums with neighbours made in one call and without, in a line.
func packSums(p plan.Packing) string {
	var all, same []string // same: where nothing is cheaper together
	for _, way := range []struct {
		name string
		sums *plan.Packed
	}{{"takes", p.Whole}, {"drafts", p.Drafts}} {
		s := way.sums
		switch {
		case s == nil:
		case s.Calls == 0:
			sum := fmt.Sprintf("%s each by itself %s", way.name, span(s.Singly, s.High))
			all, same = append(all, sum+", for none are cheaper together"), append(same, sum)
		default:
			all = append(all, fmt.Sprintf("%s of %s in %s %s, each by itself %s", way.name, count(s.Shots, "shot"), count(s.Calls, "call"), span(s.Low, s.High), span(s.Singly, s.High)))
		}
	}
	switch said := strings.Join(all, "; "); {
	case p.On:
		return said
	case len(same) == len(all):
		return "with takes: {pack: auto} the same, for no neighbours are cheaper in one call: " + strings.Join(same, "; ")
	default:
		return "with takes: {pack: auto} " + said
	}
}

// span is a price from low to high.
// outcome says how long the episode runs, and what a render would deliver.
func outcome(a studio.Ahead) string {
	s := fmt.Sprintf("running time %s (%d frames)", clock(a.Running), a.Frames)
	if a.Unknown > 0 {
		s += ", and " + count(a.Unknown, "clip") + " of footage as long as it is"
	}
	switch {
	case a.Takes > 0:
		return s + "; " + count(a.Takes, "shot") + " without a take"
	case !a.New:
		return fmt.Sprintf("%s; no new takes, and cut %d stands: nothing that it shows has changed", s, a.Cut)
	case a.Cut == 0:
		return s + "; no new takes, and the first cut"
	case len(a.Why) == 0:
		return fmt.Sprintf("%s; no new takes; cut %d is made anew if it differs", s, a.Cut)
	}
	return fmt.Sprintf("%s; no new takes, but a new cut after %d: %s", s, a.Cut, strings.Join(a.Why, ", "))
}

func span(low, high drama.Money) string {
	switch {
	case low.Micros == 0 && high.Micros == 0:
		return "free"
	case low == high:
		return low.String()
	}
	return fmt.Sprintf("%s to %s", amount(low), high)
}

// sum adds plans of one season, which has one currency.
func sum(a, b drama.Money) drama.Money {
	return drama.Money{Micros: a.Micros + b.Micros, Currency: orElse(a.Currency, b.Currency)}
}

// asScriptError is exit code 1 for what only the script's author can change, and for nothing
// else: a store that does not answer is no problem of the script's.
func asScriptError(err error) error {
	for _, theirs := range []error{library.ErrNoPlan, library.ErrRate, library.ErrVersion, studio.ErrCurrency} {
		if errors.Is(err, theirs) {
			return &exitError{code: exitScript, err: err}
		}
	}
	return err
}
