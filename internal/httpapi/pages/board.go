package pages

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

// boardData is a show at a glance: a row an episode, a cell a shot.
type boardData struct {
	live.Show
	Filter  Filter
	Chips   []chip
	Vendors []string
	Zoom    string // small, empty, big
	Hits    int    // shots that the filter means
	Cap     *drama.CapState
	// Judge is how far the judge agrees with people about the show's takes; nil: nobody has
	// held it against them.
	Judge *studio.Calibrated
	query string
	hits  map[hit]bool
}

// hit is a shot that the filter means.
type hit struct {
	episode int
	slate   string
}

// chip is a word of the filter, as a link that switches it.
type chip struct {
	Word  string
	State string // the state whose shape it shows; empty: none
	On    bool
	Count int
	Link  string
}

// boardChips are the words that filter a board.
var boardChips = []struct{ word, state string }{
	{"ng", "ng"},
	{"held", "held"},
	{"paused", "paused"},
	{"generating", "generating"},
	{"conforming", "conforming"},
	{"waiting", "waiting"},
	{"circle", "circle"},
	{"draft", ""},
	{"notes", ""},
	{"talk", ""},
}

func (p *Pages) board(r *http.Request, v *View) (string, error) {
	s, err := p.show(r, v)
	if err != nil {
		return "", err
	}
	d := boardData{Show: s, Filter: filterOf(r.URL.Query()), hits: map[hit]bool{}}
	d.query = d.Filter.Query()
	if z := r.URL.Query().Get("zoom"); z == "small" || z == "big" {
		d.Zoom = z
	}
	counts, vendors := map[string]int{}, map[string]bool{}
	for _, e := range s.Episodes {
		meant := d.Filter.In(e)
		for _, c := range e.Cells {
			counts[strings.ToLower(string(c.State))]++
			if c.Talk {
				counts["talk"]++
			}
			if c.NotesOpen > 0 {
				counts["notes"]++
			}
			if c.Draft != nil {
				counts["draft"]++
			}
			if c.Provider != "" {
				vendors[c.Provider] = true
			}
			if d.Filter.Any() && meant(c) {
				d.hits[hit{e.Number, c.Slate}] = true
			}
		}
	}
	d.Hits = len(d.hits)
	for name := range vendors {
		d.Vendors = append(d.Vendors, name)
	}
	slices.Sort(d.Vendors)
	for _, w := range boardChips {
		f := d.Filter
		f.Is = slices.Clone(f.Is)
		if i := slices.Index(f.Is, w.word); i >= 0 {
			f.Is = slices.Delete(f.Is, i, i+1)
		} else {
			f.Is = append(f.Is, w.word)
		}
		d.Chips = append(d.Chips, chip{Word: w.word, State: w.state, On: d.Filter.Has(w.word), Count: counts[w.word], Link: "/s/" + s.Show + "/" + f.Query()})
	}
	for i := range s.Caps {
		if s.Caps[i].Name == drama.CapSeason {
			d.Cap = &s.Caps[i]
		}
	}
	if d.Judge, err = p.api.Studio.Standing(r.Context(), s.Show); err != nil {
		return "", err
	}
	v.Data = d
	return "board", nil
}

// Hit says whether the filter means a cell.
func (d boardData) Hit(episode int, slate string) bool { return d.hits[hit{episode, slate}] }

// Query is the filter, for links to shots: opened from a filtered board, the takes room
// walks that list.
func (d boardData) Query() string { return d.query }
