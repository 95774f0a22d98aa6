package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// renderFlags are what render and retake have in common, and then some.
type renderFlags struct {
	only    []string
	out     string
	maxCost string
	detach  bool
	window  int
}

func (a *cli) renderCmd() *cobra.Command {
	var f renderFlags
	cmd := &cobra.Command{
		Use: "render PATH", Short: "Render an episode, or all episodes of a season",
		Long: `Render makes what is missing, uses every circled take again, and delivers the next
cut. Run it again after a change: only what changed is made. Interrupt it at any
moment: the same command goes on where it was. A season that is in work already is
joined: what has changed in its file, or is new, is taken into the run.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.render(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringSliceVar(&f.only, "only", nil, "only these slates or scenes: 1A,3")
	cmd.Flags().StringVar(&f.out, "out", "", "also write everything delivered to this folder")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of this run, for example 12.50 or "12.50 CNY"`)
	cmd.Flags().IntVar(&f.window, "window", 0, "of a season: so many episodes in work at once (default 4)")
	cmd.Flags().BoolVar(&f.detach, "detach", false, "hand the work to a running `dailies up` and return")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) render(ctx context.Context, path string, f renderFlags) error {
	s, err := a.mustScript(path)
	if err != nil {
		return err
	}
	subs, root, err := submissions(s)
	if err != nil {
		return err
	}
	defer root.Close()
	if len(subs) == 0 {
		return usagef("%s lists no episodes", path)
	}
	limit, err := maxCost(f.maxCost, subs[0].Production.Season)
	if err != nil {
		return err
	}
	alone := len(subs) == 1 && len(s.Season.Episodes) <= 1 || isEpisode(s)
	for i := range subs {
		subs[i].Only = f.only
		if alone {
			subs[i].MaxCost = limit
		}
	}
	if len(subs) > 1 && len(f.only) > 0 {
		return usagef("--only names shots of one episode; %s has %d", path, len(subs))
	}
	switch {
	case f.window < 0 || f.window > workflows.MaxWindow:
		return usagef("--window %d: it is from 1 to %d", f.window, workflows.MaxWindow)
	case f.window > 0 && alone:
		return usagef("--window is how many episodes of a season are in work at once; %s is one episode", path)
	}
	return a.WithSession(ctx, app.ForRun(f.detach), func(ctx context.Context, session *app.Session) error {
		st := session.Studio
		if err := a.checkPlans(ctx, session, s, subs); err != nil {
			return err
		}
		if alone {
			run, err := st.Submit(ctx, subs[0])
			if err != nil {
				return err
			}
			return a.follow(ctx, st, run, f)
		}
		run, err := st.SubmitSeason(ctx, s.Season.Show, subs, limit, f.window)
		if err != nil {
			return err
		}
		return a.followSeason(ctx, st, run, subs, f)
	})
}

// isEpisode says whether the path was an episode's file.
func isEpisode(s *script.Script) bool { return len(s.Episodes) == 1 }

// maxCost reads --max-cost; nil when it was not given.
func maxCost(typed string, s drama.Season) (*drama.Money, error) {
	if typed == "" {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	m, err := parseMoney(typed, currencyOf(s))
	if err != nil {
		return nil, usage(err)
	}
	return &m, nil
}

func currencyOf(s drama.Season) string {
	if s.Budget != nil {
		return s.Budget.Currency
	}
	return ""
}

// checkPlans shows what stands in the way of the runs, with its place in the
// script, before anything is submitted.
func (a *cli) checkPlans(ctx context.Context, session *app.Session, s *script.Script, subs []studio.Submission) error {
	var all script.Problems
	plans, err := session.Studio.Plans(ctx, subs)
	if err != nil {
		return asScriptError(err)
	}
	for i, p := range plans {
		subs[i].Planned = &plans[i]
		all = append(all, planProblems(s, p)...)
	}
	if err := a.showProblems(all); err != nil {
		return err
	}
	return a.sayAbsent(ctx, session, plans)
}

// sayAbsent says which takes wait for a worker that is not there: where parts run
// apart, nobody else would.
func (a *cli) sayAbsent(ctx context.Context, session *app.Session, plans []plan.Plan) error {
	signed, err := session.Signed(ctx)
	if err != nil || !a.Cluster() {
		return err
	}
	said := map[string]bool{}
	for _, p := range plans {
		for _, shot := range p.Shots {
			if len(shot.Routes) == 0 {
				continue
			}
			name := shot.Routes[0].Instance
			if why := app.Absent(signed, name, a.now()); why != "" && !said[name] {
				a.ui.say("takes of %s wait for a worker: %s; where its key is, start dailies worker --roles provider:%s", name, why, name)
				said[name] = true
			}
		}
	}
	return nil
}

// follow watches an episode's run and tells how it ended.
func (a *cli) follow(ctx context.Context, st *studio.Studio, run studio.Run, f renderFlags) error {
	if run.Joined {
		a.ui.say("%s is in work already: going on with it", run.ID)
	}
	if f.detach {
		return a.detached(run)
	}
	p := newProgress(a.ui, a.now, a.columns())
	d, err := st.Wait(ctx, run, p.show)
	if waiting, ok := errors.AsType[*studio.WaitingError](err); ok {
		if a.ui.json {
			if err := a.ui.object(deliveryOf(waiting.Status)); err != nil {
				return err
			}
		}
		return &exitError{code: exitWaiting, err: err}
	}
	if err != nil {
		return err
	}
	return a.deliver(ctx, st, d, f.out)
}

// deliver exports and prints a delivery. Exit code 3 when there is no cut.
func (a *cli) deliver(ctx context.Context, st *studio.Studio, d drama.Delivery, out string) error {
	if err := a.export(ctx, st, &d, out); err != nil {
		return err
	}
	if d.State == drama.StatePartial {
		paths, err := a.circledTakes(ctx, st, d, out)
		if err != nil {
			return err
		}
		if !a.ui.json {
			a.tellPartial(d, paths)
		}
	}
	if a.ui.json {
		if err := a.ui.object(d); err != nil {
			return err
		}
	} else {
		a.tell(d)
	}
	return delivered(d)
}

func delivered(d drama.Delivery) error {
	if d.State == drama.StateDelivered || d.State == drama.StatePartial {
		return nil
	}
	id := drama.EpisodeID{Show: d.Show, Number: d.Episode}
	if d.State == drama.StateReview {
		return &exitError{code: exitWaiting, err: fmt.Errorf("%s: %s", id, waitWords(id, drama.Wait{For: drama.WaitReview, Cut: d.Review}))}
	}
	return &exitError{code: exitNoCut, err: fmt.Errorf("%s ended as %s without a cut%s", id, d.State, reasons(d))}
}

// reasons lists why there is no cut, shot by shot.
func reasons(d drama.Delivery) string {
	var b strings.Builder
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "\n  %s", p)
	}
	if w := d.Short; w != nil && w.Cap != nil && w.Price != nil {
		fmt.Fprintf(&b, "\n  %s", raising(drama.EpisodeID{Show: d.Show, Number: d.Episode}, *w.Cap, *w.Price))
	}
	for _, s := range d.Shots {
		if s.State == drama.ShotCircle {
			continue
		}
		fmt.Fprintf(&b, "\n  %s %s", s.Slate, s.State)
		for _, r := range s.Reasons {
			fmt.Fprintf(&b, "\n    %s", r)
		}
	}
	return b.String()
}

// export writes the cut to out and notes where its files lie.
func (a *cli) export(ctx context.Context, st *studio.Studio, d *drama.Delivery, out string) error {
	if out == "" || d.Cut == 0 || d.State != drama.StateDelivered {
		return nil
	}
	id := drama.EpisodeID{Show: d.Show, Number: d.Episode}
	if _, err := st.Export(ctx, id, d.Cut, out); err != nil {
		return err
	}
	if d.Master != nil {
		d.Master.Path = filepath.Join(out, "master.mp4")
	}
	if d.Manifest != nil {
		d.Manifest.Path = filepath.Join(out, "manifest.json")
	}
	return nil
}

// tell prints a delivery for people: numbers on stderr, places on stdout.
func (a *cli) tell(d drama.Delivery) {
	if d.State != drama.StateDelivered {
		return
	}
	made := 0
	for _, s := range d.Shots {
		if !s.Reused {
			made++
		}
	}
	a.ui.say("%s, %d made, %s used again, spent %s, took %.1f s", count(len(d.Shots), "shot"), made, count(len(d.Shots)-made, "take"), d.Spent, d.Elapsed)
	for _, p := range d.Problems {
		a.ui.say("note: %s", p)
	}
	a.ui.result("%s cut %d", drama.EpisodeID{Show: d.Show, Number: d.Episode}, d.Cut)
	if d.Master != nil {
		a.ui.result("%s", d.Master.URI)
		if path := orElse(d.Master.Path, a.LocalPath(d.Master.URI)); path != "" {
			a.ui.result("%s", path)
		}
	}
}

// seasonDelivery is what render --json prints for a season.
type seasonDelivery struct {
	Show     string           `json:"show"`
	Episodes []drama.Delivery `json:"episodes"`
}

func (a *cli) followSeason(ctx context.Context, st *studio.Studio, run studio.Run, subs []studio.Submission, f renderFlags) error {
	var ids []drama.EpisodeID
	for _, s := range subs {
		ids = append(ids, s.Production.ID())
	}
	show := ids[0].Show
	if run.Joined {
		a.ui.say("%s is in work already: going on with it", show)
		if c := run.Changed; c != nil {
			a.sayChanged(show, *c)
		}
	}
	if f.detach {
		return a.detached(run)
	}
	p := newProgress(a.ui, a.now, a.columns())
	result, err := st.WaitSeason(ctx, run, p.show)
	if _, ok := errors.AsType[*studio.WaitingError](err); ok {
		if a.ui.json {
			out := seasonDelivery{Show: show, Episodes: []drama.Delivery{}}
			for _, id := range ids {
				if st, ok := p.last[id]; ok {
					out.Episodes = append(out.Episodes, deliveryOf(st))
				}
			}
			if err := a.ui.object(out); err != nil {
				return err
			}
		}
		return &exitError{code: exitWaiting, err: err}
	}
	if err != nil {
		return err
	}
	out := seasonDelivery{Show: show, Episodes: []drama.Delivery{}}
	var failed []error
	code := exitWaiting // unless one of them has no cut at all
	for _, d := range result.Episodes {
		dir := f.out
		if dir != "" {
			dir = filepath.Join(dir, drama.EpisodeID{Show: d.Show, Number: d.Episode}.Code())
		}
		if err := a.export(ctx, st, &d, dir); err != nil {
			return err
		}
		out.Episodes = append(out.Episodes, d)
		a.tell(d)
		if err := delivered(d); err != nil {
			failed = append(failed, err)
			if d.State != drama.StateReview {
				code = exitNoCut
			}
		}
	}
	if a.ui.json {
		if err := a.ui.object(out); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return &exitError{code: code, err: errors.Join(failed...)}
	}
	return nil
}

// detached is what --detach prints.
func (a *cli) detached(run studio.Run) error {
	if a.ui.json {
		return a.ui.object(map[string]string{"workflow_id": run.WorkflowID, "run_id": run.RunID, "state": string(drama.StatePlanning)})
	}
	name := strings.TrimPrefix(strings.TrimPrefix(run.WorkflowID, "episode/"), "season/")
	a.ui.result("%s", name)
	a.ui.say("the work goes on without this command; dailies status %s --watch shows it", name)
	return nil
}

// deliveryOf tells an unfinished run in the form of its end.
func deliveryOf(st drama.EpisodeStatus) drama.Delivery {
	d := drama.Delivery{Show: st.ID.Show, Episode: st.ID.Number, State: st.State, Shots: st.Shots, Spent: st.Spent, Problems: st.Problems}
	if st.Waiting != "" {
		d.Problems = append([]string{st.Waiting}, d.Problems...)
	}
	if d.Shots == nil {
		d.Shots = []drama.ShotStatus{}
	}
	return d
}

func contains(names []string, name string) bool {
	return slices.Contains(names, name)
}

// columns is the width of the terminal that progress is drawn on.
func (a *cli) columns() int {
	if f, ok := a.program.stderr.(interface{ Fd() uintptr }); ok && a.program.terminal {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 80
}
