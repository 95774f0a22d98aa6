package pages

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/studio"
)

// blindData is a pair, or the round before when one is whole, or neither.
type blindData struct {
	Pair    *api.Pair
	Round   *api.RoundAnswer
	Reasons []arena.Reason
}

// blind shows a pair. When a round is whole it first tells whose takes they were; with
// ?go=1 the next one begins.
func (p *Pages) blind(r *http.Request, v *View) (string, error) {
	v.Title, v.Blind = v.W("Blind"), true
	d := blindData{Reasons: arena.Reasons()}
	v.Data = &d
	round, err := p.api.LastRound(r.Context())
	if err != nil {
		return "", err
	}
	if round.Nth == 0 && len(round.Items) > 0 && r.URL.Query().Get("go") == "" {
		d.Round = &round
		return "blind", nil
	}
	pair, err := p.api.NextPair(r.Context())
	if errors.Is(err, studio.ErrUnknown) {
		return "blind", nil
	}
	d.Pair = &pair
	return "blind", err
}

type leaderboardData struct {
	api.Leaderboard
	Show  string
	Shows []string
	Kind  arena.Kind
	Kinds []arena.Kind
	Shown []ranked
}

// ranked is a row as it is drawn: the interval on a scale of 0 to 1,000.
type ranked struct {
	arena.Row
	Bar   *bar
	Aside *arena.Aside
}

// perSecond is the price of a circled second.
func perSecond(a *arena.Aside) drama.Money {
	return drama.Money{Micros: *a.PerSecond, Currency: a.Currency}
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

type bar struct {
	From, To, Dot int
	Label         string
}

func (p *Pages) leaderboard(r *http.Request, v *View) (string, error) {
	v.Title, v.Seq = v.W("Leaderboard"), p.api.Model.Seq()
	d := leaderboardData{Show: r.URL.Query().Get("show"), Kind: arena.Kind(r.URL.Query().Get("kind")), Kinds: arena.Kinds()}
	if d.Kind != "" && !slices.Contains(d.Kinds, d.Kind) {
		return "", fmt.Errorf("kind %q is %w", d.Kind, studio.ErrUnknown)
	}
	var err error
	if d.Shows, err = p.api.Compared(r.Context()); err != nil {
		return "", err
	}
	if d.Leaderboard, err = p.api.Leaderboard(r.Context(), d.Show); err != nil {
		return "", err
	}
	rows := d.Rows
	if d.Kind != "" {
		rows = d.Leaderboard.Kinds[d.Kind]
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range rows {
		if row.Rank > 0 {
			low, high = min(low, row.Low), max(high, row.High)
		}
	}
	for _, row := range rows {
		x := ranked{Row: row}
		if row.Rank > 0 && high > low {
			at := func(rating float64) int { return int(math.Round(1000 * (rating - low) / (high - low))) }
			x.Bar = &bar{at(row.Low), at(row.High), at(row.Rating) - 12, fmt.Sprintf("%.0f–%.0f", row.Low, row.High)}
		}
		if a, ok := d.Aside[row.Model]; ok {
			x.Aside = &a
		}
		d.Shown = append(d.Shown, x)
	}
	v.Data = d
	return "leaderboard", nil
}

// With is the page's address with another kind, or another show.
func (d leaderboardData) With(kind arena.Kind, show string) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if show != "" {
		q.Set("show", show)
	}
	if len(q) == 0 {
		return "/leaderboard"
	}
	return "/leaderboard?" + q.Encode()
}
