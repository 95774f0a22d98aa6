package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

type dubFlags struct {
	language, lipSync, maxCost, out string
	plan                            bool
}

func (a *cli) dubCmd() *cobra.Command {
	var f dubFlags
	cmd := &cobra.Command{
		Use: "dub SHOW[/epNN] --language LANGUAGE", Short: "Speak the lines of a delivered cut in another language",
		Long: `Dub has the translated lines of an episode's newest cut spoken by the cast's voices, each
within the time that the original has for it, over the cut's own music and effects. The
pictures are the cut's, bit for bit. Of a show all episodes with a cut are dubbed. A line
that does not fit, not even a quarter faster, is named, and nothing is made: shorten its
translation, render, and dub again. What was spoken is kept.

With --lip-sync a provider changes the lips of each shot in which one person who is seen
speaks; what it made is kept too, and bought again only where the line or the take changes.
Lips that cannot be changed stay as they are, and are named. --plan prints what that and
the lines would cost, and begins nothing.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.language == "" {
				return usagef("--language names the language to dub into")
			}
			return a.dubAll(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().StringVar(&f.language, "language", "", "the language to dub into, one of the script's subtitles")
	cmd.Flags().StringVar(&f.lipSync, "lip-sync", "", "the provider that changes lips to go with the lines, one of the config's")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of each episode's voices and lips, for example 2.50 or "2.50 CNY"`)
	cmd.Flags().BoolVar(&f.plan, "plan", false, "only print what would be bought, and for how much")
	cmd.Flags().StringVar(&f.out, "out", "", "also write everything delivered to this folder")
	a.jsonFlag(cmd)
	return cmd
}

// dubbedShow is what dub --json prints.
type dubbedShow struct {
	Show     string         `json:"show"`
	Language string         `json:"language"`
	Episodes []dubbedResult `json:"episodes"`
}

type dubbedResult struct {
	Episode  int             `json:"episode"`
	State    string          `json:"state"` // dubbed, planned, refused, or how the run ended else
	Dub      *drama.Dub      `json:"dub,omitempty"`
	Lines    []drama.DubLine `json:"lines,omitempty"`
	Lips     []dubbedLips    `json:"lips,omitempty"` // with --lip-sync: what would be, or was, bought
	Price    drama.Money     `json:"price,omitzero"` // what it may cost, as planned
	Spent    drama.Money     `json:"spent,omitzero"`
	Problems []string        `json:"problems,omitempty"`
}

// dubbedLips is a shot whose lips are changed.
type dubbedLips struct {
	Slate string      `json:"slate"`
	Who   string      `json:"who"`
	By    string      `json:"by"`
	Model string      `json:"model"`
	Price drama.Money `json:"price"` // nothing where they are there already
}

func (a *cli) dubAll(ctx context.Context, what string, f dubFlags) error {
	out := dubbedShow{Language: f.language, Episodes: []dubbedResult{}}
	done := map[drama.EpisodeID]bool{} // also when the engine changes hands
	code := exitDone
	err := a.WithStudio(ctx, app.ToRender, func(ctx context.Context, st *studio.Studio) error {
		ids, err := a.dubIDs(ctx, st, what)
		if err != nil {
			return err
		}
		out.Show = ids[0].Show
		for _, id := range ids {
			if done[id] {
				continue
			}
			r, err := a.dub(ctx, st, id, f)
			if waiting, ok := errors.AsType[*studio.WaitingError](err); ok {
				return &exitError{code: exitWaiting, err: waiting}
			}
			if err != nil {
				return err
			}
			if r.Dub != nil && f.out != "" {
				if err := a.exportDub(ctx, st, id, r.Dub, filepath.Join(f.out, folderOf(id, len(ids)))); err != nil {
					return err
				}
			}
			if !f.plan || r.State == "refused" {
				a.tellDub(id, r)
			}
			if r.Dub == nil && r.State != "planned" {
				code = exitNoCut
			}
			done[id], out.Episodes = true, append(out.Episodes, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.ui.json {
		if err := a.ui.object(out); err != nil {
			return err
		}
	}
	if code != exitDone {
		return &exitError{code: code, err: nil}
	}
	return nil
}

// folderOf is an episode's folder in an export: none where there is one episode only.
func folderOf(id drama.EpisodeID, of int) string {
	if of == 1 {
		return ""
	}
	return id.Code()
}

// dubIDs are the episodes that are meant: one, or all of a show that have a cut.
func (a *cli) dubIDs(ctx context.Context, st *studio.Studio, what string) ([]drama.EpisodeID, error) {
	if !drama.ValidID(what) {
		id, err := a.episodeArg(what)
		return []drama.EpisodeID{id}, err
	}
	all, err := st.Episodes(ctx, what)
	if err != nil {
		return nil, err
	}
	var ids []drama.EpisodeID
	for _, id := range all {
		cut, err := st.NewestCut(ctx, id)
		if err != nil {
			return nil, err
		}
		if cut > 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, usagef("no episode of %s has a cut that could be dubbed: render it first", what)
	}
	return ids, nil
}

// dub dubs one episode.
func (a *cli) dub(ctx context.Context, st *studio.Studio, id drama.EpisodeID, f dubFlags) (dubbedResult, error) {
	r := dubbedResult{Episode: id.Number, State: "refused"}
	p, _, err := st.LatestScript(ctx, id)
	if err != nil {
		return r, usageOf(err)
	}
	limit, err := maxCost(f.maxCost, p.Season)
	if err != nil {
		return r, err
	}
	d := studio.Dubbing{Language: f.language, LipSync: f.lipSync, MaxCost: limit}
	made, err := st.PlanDub(ctx, id, d)
	if err != nil {
		return r, usageOf(err)
	}
	if len(made.Problems) > 0 {
		for _, q := range made.Problems {
			text := q.Message
			if q.Position.Line > 0 {
				text = fmt.Sprintf("%s:%d:%d: %s", q.Position.File, q.Position.Line, q.Position.Col, text)
			}
			r.Problems = append(r.Problems, text)
		}
		return r, nil
	}
	r.Price, r.Lips = made.TotalHigh, lipsOf(made)
	a.tellDubPlan(id, made, r.Lips, f)
	if f.plan {
		r.State = "planned"
		return r, nil
	}
	run, err := st.Dub(ctx, id, d)
	if err != nil {
		return r, unknownIsUsage(err)
	}
	done, err := st.Wait(ctx, run, newProgress(a.ui, a.now, a.columns()).show)
	if err != nil {
		return r, err
	}
	r.State, r.Dub, r.Spent, r.Problems = string(done.State), done.Dub, done.Spent, done.Problems
	if r.Dub != nil {
		m, err := st.DubManifest(ctx, id, f.language, r.Dub.Number)
		if err != nil {
			return r, err
		}
		r.Lines = m.Dub.Lines
	}
	return r, nil
}

// lipsOf are the shots of a plan whose lips are changed.
func lipsOf(p plan.Plan) (all []dubbedLips) {
	for _, s := range p.Shots {
		if l := s.Lips; l != nil {
			all = append(all, dubbedLips{Slate: s.Slate, Who: l.Who, By: l.Provider, Model: l.Model, Price: l.PriceLow})
		}
	}
	return all
}

// tellDubPlan says what a dub costs before it begins.
func (a *cli) tellDubPlan(id drama.EpisodeID, p plan.Plan, lips []dubbedLips, f dubFlags) {
	say := a.ui.say
	if f.plan && !a.ui.json {
		say = a.ui.result
	}
	var lines int64
	for _, s := range p.Shots {
		lines += s.Lines.Micros
	}
	if lines > 0 || f.plan {
		say("%s: the lines that nobody has spoken yet cost %s", id, drama.Money{Micros: lines, Currency: p.TotalHigh.Currency})
	}
	if f.lipSync != "" {
		again := p.TotalHigh
		again.Micros -= lines
		least := p.TotalLow
		least.Micros -= lines
		say("%s: the lips of %s by %s cost %s, at most %s where they have to be made again", id, count(len(lips), "shot"), f.lipSync, least, again)
	}
	for _, l := range lips {
		if f.plan {
			say("  %s: %s, %s %s, %s", l.Slate, l.Who, l.By, l.Model, l.Price)
		}
	}
	for _, w := range p.Warnings {
		say("%s: %s", id, w.Message)
	}
}

func (a *cli) exportDub(ctx context.Context, st *studio.Studio, id drama.EpisodeID, d *drama.Dub, dir string) error {
	if _, err := st.ExportDub(ctx, id, d.Language, d.Number, dir); err != nil {
		return err
	}
	d.Master.Path, d.Manifest.Path = filepath.Join(dir, "master.mp4"), filepath.Join(dir, "manifest.json")
	return nil
}

func (a *cli) tellDub(id drama.EpisodeID, r dubbedResult) {
	for _, p := range r.Problems {
		a.ui.say("%s: %s", id, p)
	}
	if r.Dub == nil {
		a.ui.say("%s is not dubbed", id)
		return
	}
	for _, n := range r.Dub.Notes {
		a.ui.say("note: %s", n)
	}
	fast := 1.0
	for _, l := range r.Lines {
		fast = max(fast, l.Rate)
	}
	if r.Dub.Lips > 0 {
		a.ui.say("%s with other lips", count(r.Dub.Lips, "shot"))
	}
	a.ui.say("%s, every one within its time, at most %.2f times as fast as spoken", count(len(r.Lines), "line"), fast)
	a.ui.result("%s dub %d into %s, of cut %d", id, r.Dub.Number, r.Dub.Language, r.Dub.Cut)
	a.ui.result("%s", r.Dub.Master.URI)
	if path := orElse(r.Dub.Master.Path, a.LocalPath(r.Dub.Master.URI)); path != "" {
		a.ui.result("%s", path)
	}
}
