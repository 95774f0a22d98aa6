package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

func (a *app) planCmd() *cobra.Command {
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
	Problems  []problem     `json:"problems"`
	Warnings  []problem     `json:"warnings"`
	Episodes  []planned     `json:"episodes,omitempty"`
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

func (a *app) plan(ctx context.Context, path string, only []string, maxCost string) error {
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
	return a.withStudio(ctx, toLook, func(ctx context.Context, st *studio.Studio) error {
		var plans []planned
		all := problems
		for i := range subs {
			subs[i].Only = only
			if maxCost != "" {
				m, err := parseMoney(maxCost, currencyOf(subs[i].Production.Season))
				if err != nil {
					return usage(err)
				}
				subs[i].MaxCost = &m
			}
		}
		made, err := st.Plans(ctx, subs)
		if err != nil {
			return err
		}
		for _, p := range made {
			found := planProblems(s, p)
			all = append(all, found...)
			plans = append(plans, toJSON(p, found))
		}
		return a.showPlans(s, plans, all)
	})
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
		Show: p.Episode.Show, Episode: p.Episode.Number, Shots: []plannedShot{}, TotalLow: p.TotalLow, TotalHigh: p.TotalHigh,
		Problems: problemsOf(found.Errors()), Warnings: problemsOf(found.Warnings()),
	}
	for _, s := range p.Shots {
		out.Shots = append(out.Shots, plannedShot{
			Slate: s.Slate, Action: s.Action, Provider: s.Provider, Model: s.Model, Digest: s.Digest, Frames: s.Frames,
			PriceLow: s.PriceLow, PriceHigh: s.PriceHigh, Reason: s.Reason, Rejected: s.Rejected,
		})
	}
	return out
}

func (a *app) showPlans(s *script.Script, plans []planned, problems script.Problems) error {
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
	}
	return a.showProblems(problems)
}

// span is a price from low to high.
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

func (a *app) promptsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "prompts PATH [SLATE]", Short: "Exactly what would be sent to whom", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			slate := ""
			if len(args) > 1 {
				slate = args[1]
			}
			return a.prompts(cmd.Context(), args[0], slate)
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

// prompted is a shot of prompts --json.
type prompted struct {
	Episode    int              `json:"episode"`
	Slate      string           `json:"slate"`
	Prompt     string           `json:"prompt"` // what all routes are told; what one is told is the route's
	References []plan.Reference `json:"references,omitempty"`
	From       *drama.From      `json:"from,omitempty"`
	Footage    string           `json:"footage,omitempty"`
	Routes     []toldRoute      `json:"routes"`
	Rejected   []plan.Rejection `json:"rejected,omitempty"`
	Still      *plan.Still      `json:"still,omitempty"`
}

// toldRoute is a route with the request's text, to the letter.
type toldRoute struct {
	plan.Route
	Told plan.Told `json:"told"`
}

func told(s plan.Shot) []toldRoute {
	out := []toldRoute{}
	for _, r := range s.Routes {
		out = append(out, toldRoute{Route: r, Told: s.Told(r, nil)})
	}
	return out
}

func (a *app) prompts(ctx context.Context, path, slate string) error {
	s, err := a.mustScript(path)
	if err != nil {
		return err
	}
	// Prompts do not depend on takes: no engine is needed.
	var shots []prompted
	var unknown error
	for i := range s.Episodes {
		p := s.Production(i)
		want := ""
		if slate != "" {
			found, err := studio.Slates(p.Episode, []string{slate})
			if err != nil {
				unknown = err
				continue
			}
			want = found[0]
		}
		made, err := plan.Build(plan.Input{Production: p, Providers: a.facts(), Exchange: a.config.Exchange})
		if err != nil {
			return &exitError{code: exitScript, err: err}
		}
		footage := map[string]string{}
		for _, shot := range p.Episode.Shots() {
			if shot.Footage != nil {
				footage[shot.Slate] = shot.Footage.Path
			}
		}
		for _, shot := range made.Shots {
			if want == "" || shot.Slate == want || shot.Scene == want {
				shots = append(shots, prompted{
					Episode: p.Episode.Number, Slate: shot.Slate, Prompt: shot.Prompt.Text, References: shot.References,
					From: shot.From, Footage: footage[shot.Slate], Routes: told(shot), Rejected: shot.Rejected, Still: shot.Still,
				})
			}
		}
	}
	if len(shots) == 0 && unknown != nil {
		return usage(unknown)
	}
	if a.ui.json {
		return a.ui.object(map[string]any{"show": s.Season.Show, "shots": shots})
	}
	for _, shot := range shots {
		a.showPrompt(s.Season.Show, shot)
	}
	return nil
}

func (a *app) showPrompt(show string, shot prompted) {
	a.ui.result("── %s %s", drama.EpisodeID{Show: show, Number: shot.Episode}, shot.Slate)
	if shot.Footage != "" {
		a.ui.result("to nobody: footage %s\n", shot.Footage)
		return
	}
	for _, r := range shot.Rejected {
		a.ui.result("not %s: %s", r.Instance, r.Why)
	}
	if st := shot.Still; st != nil {
		a.showTold(told(st.Shot), "first frame: a still by", func(plan.Route) {})
	}
	a.showTold(shot.Routes, "to", func(r plan.Route) {
		if shot.From != nil && r.Mode == provider.ModeFirstFrame {
			a.ui.result("  first frame: the %s frame of %s", shot.From.Frame, shot.From.Slate)
		}
		if r.Mode == provider.ModeReferences {
			for i, ref := range shot.References {
				a.ui.result("  picture %d, %s (%s): %s", i+1, ref.Name, ref.Kind, ref.File.Path)
			}
		}
	})
	a.ui.result("")
}

// showTold shows routes, each with what it is told unless that is what the one
// before is told.
func (a *app) showTold(routes []toldRoute, to string, pictures func(plan.Route)) {
	var before plan.Told
	for i, r := range routes {
		word, length := to, ""
		if i > 0 {
			word = "else"
		}
		if r.MakeMS > 0 {
			length = fmt.Sprintf(", %.4g s", float64(r.MakeMS)/1000)
		}
		a.ui.result("%s %s (%s), %s, %s%s, %s a take", word, r.Instance, r.Model, r.Mode, r.Raster, length, span(r.Price, r.Price))
		pictures(r.Route)
		if r.Told == before {
			a.ui.result("  the same words")
			continue
		}
		before = r.Told
		a.ui.result("  %s", strings.ReplaceAll(r.Told.Prompt, "\n", "\n  "))
		if r.Told.Negative != "" {
			a.ui.result("  negative prompt: %s", strings.ReplaceAll(r.Told.Negative, "\n", "\n  "))
		}
	}
}

// asScriptError is exit code 1 for what only the script's author can change.
func asScriptError(err error) error {
	var e *exitError
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &exitError{code: exitScript, err: err}
}
