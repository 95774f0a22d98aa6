package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/roster"
)

func (a *cli) providersCmd() *cobra.Command {
	var refresh bool
	cmd := &cobra.Command{
		Use: "providers", Short: "Who can make takes, and what their models can do", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if refresh {
				if err := a.Refresh(cmd.Context()); err != nil {
					return err
				}
			}
			if !a.Cluster() {
				return a.providers(a.Facts(), nil, a.KeyState)
			}
			return a.WithSession(cmd.Context(), app.ToLook, func(ctx context.Context, s *app.Session) error {
				facts, err := s.Facts(ctx)
				if err != nil {
					return err
				}
				signed, err := s.Signed(ctx)
				if err != nil {
					return err
				}
				return a.providers(facts, signed, func(name string) string {
					switch absent := app.Absent(signed, name, a.now()); {
					case absent != "":
						return "not known: " + absent
					case signed[name].Facts.Parked != "":
						return "missing"
					}
					return "with its worker"
				})
			})
		},
	}
	cmd.Flags().BoolVar(&refresh, "refresh", false, "first ask those vendors that list their models what they have now")
	a.jsonFlag(cmd)
	return cmd
}

// providers shows facts; key says whether an instance's credentials are there. signed are
// the words of the instances' workers, where they work elsewhere.
func (a *cli) providers(facts []provider.Facts, signed map[string]roster.Entry, key func(instance string) string) error {
	limits := func(name string) (slots int, rps float64) {
		if e, ok := signed[name]; ok {
			return e.Slots, e.SubmitRPS
		}
		c := a.Config.Providers[name]
		return c.Slots, c.SubmitRPS
	}
	if a.ui.json {
		var out []listedProvider
		for _, f := range facts {
			slots, rps := limits(f.Instance)
			out = append(out, listedProvider{Facts: f, Slots: slots, SubmitRPS: rps, Key: key(f.Instance)})
		}
		return a.ui.object(map[string]any{"providers": out})
	}
	return a.ui.table("NAME\tTYPE\tMODEL\tMODES\tLENGTH\tSOUND\tPRICE A SECOND\tSLOTS\tKEY\tNOTE", func(row func(string, ...any)) {
		for _, f := range facts {
			m, slots := f.Model, "by cores"
			if n, _ := limits(f.Instance); n > 0 {
				slots = strconv.Itoa(n)
			}
			row("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", f.Instance, f.Type, m.ID, modes(m), length(m), sound(m), pricePerSecond(m)+perPicture(m), slots, key(f.Instance), note(f, a.now()))
		}
	})
}

// note is what there is to know of an instance before it is asked.
func note(f provider.Facts, now time.Time) string {
	return strings.Join(slices.DeleteFunc([]string{f.Parked, f.End(now)}, func(s string) bool { return s == "" }), "; ")
}

// listedProvider is a provider of providers --json.
type listedProvider struct {
	provider.Facts
	Slots     int     `json:"slots"` // 0: by cores
	SubmitRPS float64 `json:"submit_rps"`
	Key       string  `json:"key"` // set, missing, none needed; of a cluster: with its worker, missing, not known and why
}

func modes(m provider.Model) string {
	var out []string
	for _, mode := range m.Modes {
		out = append(out, string(mode))
	}
	return strings.Join(out, " ")
}

func length(m provider.Model) string {
	if len(m.DurationsMS) > 0 {
		var out []string
		for _, ms := range m.DurationsMS {
			out = append(out, fmt.Sprintf("%g", float64(ms)/1000))
		}
		return strings.Join(out, " ") + " s"
	}
	if pictures(m) {
		return "-"
	}
	if m.MaxMS == 0 {
		return "any"
	}
	return fmt.Sprintf("%g-%g s", float64(m.MinMS)/1000, float64(m.MaxMS)/1000)
}

func sound(m provider.Model) string {
	switch {
	case m.Speech:
		return "speaks"
	case m.Audio:
		return "sound"
	}
	return "silent"
}

// pictures says whether the model makes pictures, which have no length.
func pictures(m provider.Model) bool { return m.Pictures() }

// pricePerSecond is what ten seconds cost by the second, from the cheapest way to
// make them to the dearest, or what a picture costs.
func pricePerSecond(m provider.Model) string {
	if pictures(m) {
		p, err := m.Price(provider.Bought{Mode: provider.ModeImage, Raster: rasters(m)[0]})
		if err != nil || p.Micros == 0 {
			return span(p, p)
		}
		return p.String() + " a picture"
	}
	const seconds = 10
	var low, high drama.Money
	first := true
	for _, mode := range m.Modes {
		for _, r := range rasters(m) {
			for _, audio := range []bool{false, true} {
				p, err := m.Price(provider.Bought{Mode: mode, Raster: r, Audio: audio, MS: seconds * 1000})
				if err != nil || audio && !m.Audio || !audio && m.AudioAlways {
					continue
				}
				p.Micros /= seconds
				if first || p.Less(low) {
					low = p
				}
				if first || high.Less(p) {
					high = p
				}
				first = false
			}
		}
	}
	return span(low, high)
}

// perPicture is what pictures that are sent cost on top.
func perPicture(m provider.Model) string {
	switch {
	case m.PerPicture == nil:
		return ""
	case m.FreePictures > 0:
		return fmt.Sprintf(", %s a picture sent beyond %d", m.PerPicture, m.FreePictures)
	}
	return fmt.Sprintf(", %s a picture sent", m.PerPicture)
}

// rasters are a model's, or a usual one where it makes any.
func rasters(m provider.Model) []media.Raster {
	if len(m.Rasters) > 0 {
		return m.Rasters
	}
	return []media.Raster{{Width: 1080, Height: 1920}}
}
