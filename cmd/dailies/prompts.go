package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) promptsCmd() *cobra.Command {
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
	Prompt     string           `json:"prompt"` // the neutral one, which decides what is reused; what one is told is the route's
	References []plan.Reference `json:"references,omitempty"`
	From       *drama.From      `json:"from,omitempty"`
	To         *drama.From      `json:"to,omitempty"`
	Footage    string           `json:"footage,omitempty"`
	Routes     []toldRoute      `json:"routes"`
	Rejected   []plan.Rejection `json:"rejected,omitempty"`
	Still      *plan.Still      `json:"still,omitempty"`
	// Pack is what is asked for first where the shot is made in one call with others; the
	// routes are how it is made by itself.
	Pack *toldPack `json:"pack,omitempty"`
}

// toldPack is a call for several shots.
type toldPack struct {
	Slates     []string         `json:"slates"`
	Windows    []int64          `json:"windows_ms"` // how long each is asked for
	References []plan.Reference `json:"references,omitempty"`
	toldRoute
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

// packOf is the call in which a shot is made with others; nil: it is made by itself.
func packOf(made plan.Plan, s plan.Shot) *toldPack {
	k, ok := made.PackOf(s.Packed)
	if !ok {
		return nil
	}
	return &toldPack{Slates: k.Slates(), Windows: k.Windows, References: k.References, toldRoute: told(k.Shot)[0]}
}

func (a *cli) prompts(ctx context.Context, path, slate string) error {
	s, err := a.mustScript(path)
	if err != nil {
		return err
	}
	version := ""
	var book drama.LookBook
	var known []provider.Facts
	err = a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) (err error) {
		if version, err = st.Templates(ctx, s.Season.Show); err != nil {
			return err
		}
		if known, err = st.Providers(ctx); err != nil {
			return err
		}
		book, err = st.Approved(ctx, s.Season.Show)
		return err
	})
	if err != nil {
		return err
	}
	var shots []prompted
	var unknown error
	for i := range s.Episodes {
		p := s.Production(i)
		p.Season = lookbook.Dress(p.Season, book)
		want := ""
		if slate != "" {
			found, err := studio.Slates(p.Episode, []string{slate})
			if err != nil {
				unknown = err
				continue
			}
			want = found[0]
		}
		made, err := a.planAlone(ctx, p, version, known)
		if err != nil {
			return err
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
					From: shot.From, To: shot.To, Footage: footage[shot.Slate], Routes: told(shot), Rejected: shot.Rejected, Still: shot.Still, Pack: packOf(made, shot),
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

// planAlone is the plan of an episode as if nothing of it were made; templates is the
// version of the show's, empty: the newest. known are who can make takes.
func (a *cli) planAlone(ctx context.Context, p drama.Production, templates string, known []provider.Facts) (plan.Plan, error) {
	samples, noURLs, err := a.Sampling(ctx, p)
	if err != nil {
		return plan.Plan{}, err
	}
	made, err := plan.Build(plan.Input{Production: p, Providers: known, Exchange: a.Config.Exchange, Templates: templates, Samples: samples, NoURLs: noURLs, Now: a.now()})
	if err != nil {
		return made, &exitError{code: exitScript, err: err}
	}
	return made, nil
}

func (a *cli) showPrompt(show string, shot prompted) {
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
	to := "to"
	if k := shot.Pack; k != nil {
		a.showTold([]toldRoute{k.toldRoute}, "in one call with "+strings.Join(slices.DeleteFunc(slices.Clone(k.Slates), func(s string) bool { return s == shot.Slate }), ", ")+", to", func(r plan.Route) {
			for i, ref := range (plan.Shot{References: k.References}).Sent(r) {
				a.ui.result("  picture %d, %s (%s): %s", i+1, ref.Name, ref.Kind, ref.File.Path)
			}
		})
		to = "by itself, should that not be cut as asked, to"
	}
	sent := plan.Shot{References: shot.References}
	a.showTold(shot.Routes, to, func(r plan.Route) {
		if shot.From != nil && r.Mode.Framed() {
			a.ui.result("  first frame: the %s frame of %s", shot.From.Frame, shot.From.Slate)
		}
		if shot.To != nil && r.Mode == provider.ModeFirstLast {
			a.ui.result("  last frame: the %s frame of %s", shot.To.Frame, shot.To.Slate)
		}
		if r.Mode.Shown() {
			for i, ref := range sent.Sent(r) {
				a.ui.result("  picture %d, %s (%s): %s", i+1, ref.Name, ref.Kind, ref.File.Path)
			}
		}
		for i, v := range r.Voices {
			what := "a sample that its voice provider speaks"
			switch {
			case v.ID != "":
				what = "the vendor's id " + v.ID
			case v.Sample != nil:
				what = v.Sample.Path
			}
			a.ui.result("  voice %d, %s: %s", i+1, v.Who, what)
		}
	})
	a.ui.result("")
}

// showTold shows routes, each with what it is told unless that is what the one
// before is told.
func (a *cli) showTold(routes []toldRoute, to string, pictures func(plan.Route)) {
	var before plan.Told
	for i, r := range routes {
		word, length := to, ""
		if i > 0 {
			word = "else"
		}
		if r.MakeMS > 0 {
			length = fmt.Sprintf(", %.4g s", float64(r.MakeMS)/1000)
		}
		told := ""
		if r.Dialect != "" {
			told = ", told as " + r.Dialect
		}
		a.ui.result("%s %s (%s), %s, %s%s, %s a take%s", word, r.Instance, r.Model, r.Mode, r.Raster, length, span(r.Price, r.Price), told)
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
