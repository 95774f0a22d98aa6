package pages

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
)

// moneyData is where a show's money went.
type moneyData struct {
	Shows  []string
	Spend  api.Spend
	Cap    *drama.CapState
	By     string
	Rows   []api.SpendRow
	Chart  chart
	Vendor bool // rows are vendors, which have more to say
}

func (p *Pages) money(r *http.Request, v *View) (string, error) {
	if err := access.From(r.Context()).May(access.Producer, r.URL.Query().Get("show")); err != nil {
		return "", err
	}
	shows, err := p.api.Visible(r.Context())
	if err != nil {
		return "", err
	}
	d := moneyData{By: cmp.Or(r.URL.Query().Get("by"), "vendor")}
	for _, s := range shows {
		d.Shows = append(d.Shows, s.Show)
	}
	v.Title, v.Seq, v.Data = v.W("Money"), p.api.Model.Seq(), &d
	name := r.URL.Query().Get("show")
	if name == "" && len(d.Shows) > 0 {
		name = d.Shows[0]
	}
	if name == "" {
		return "money", nil
	}
	s, seq, err := p.api.Find(r.Context(), name)
	if err != nil {
		return "", err
	}
	v.Seq, v.Show, v.ShowTitle = seq, s.Show, v.Named(s.Title, s.Show)
	if d.Spend, err = p.api.Spend(r.Context(), s.Show); err != nil {
		return "", err
	}
	for i := range s.Caps {
		if s.Caps[i].Name == drama.CapSeason {
			d.Cap = &s.Caps[i]
		}
	}
	switch d.By {
	case "day":
		d.Rows = d.Spend.ByDay
	case "episode":
		d.Rows = d.Spend.ByEpisode
	case "kind":
		d.Rows = d.Spend.ByKind
	default:
		d.By, d.Rows, d.Vendor = "vendor", d.Spend.ByVendor, true
	}
	d.Chart = chartOf(d.Spend.ByDay)
	return "money", nil
}

// chart is a bar a day, stacked by vendor, in a picture of 720 x 120 units.
type chart struct {
	Bars    []dayBar
	Vendors []string
	Top     drama.Money // of the highest day
}

// dayBar is a part of a day.
type dayBar struct {
	X, Y, Width, Height float64
	Tone                int // of the vendor
	Title               string
}

const (
	chartWidth, chartHeight = 720, 120
	chartDays               = 60 // the newest
)

func chartOf(days []api.SpendRow) chart {
	days = days[max(0, len(days)-chartDays):]
	var c chart
	vendors := map[string]bool{}
	for _, d := range days {
		sum := int64(0)
		for name, micros := range d.Parts {
			vendors[name] = true
			sum += micros
		}
		if sum > c.Top.Micros {
			c.Top = drama.Money{Micros: sum, Currency: d.Settled.Currency}
		}
	}
	c.Vendors = slices.Sorted(maps.Keys(vendors))
	if c.Top.Micros == 0 {
		return chart{}
	}
	step := float64(chartWidth) / float64(max(len(days), 14))
	for i, d := range days {
		y := float64(chartHeight)
		for tone, name := range c.Vendors {
			micros := d.Parts[name]
			if micros == 0 {
				continue
			}
			h := float64(micros) / float64(c.Top.Micros) * chartHeight
			y -= h
			c.Bars = append(c.Bars, dayBar{
				X: float64(i) * step, Y: y, Width: step - 2, Height: h, Tone: tone % 6,
				Title: fmt.Sprintf("%s · %s · %s", d.Name, name, drama.Money{Micros: micros, Currency: d.Settled.Currency}),
			})
		}
	}
	return c
}
