package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/live"
)

// Filter says which shots of a show are meant: it is part of the address, so a filtered
// board is a link, and a playlist to walk.
type Filter struct {
	Is   []string // states in small letters, "talk", "notes", "draft"; any of them
	Uses string   // a provider
	Text string   // in the slate, the vendor, a reason, or what the script says of the shot
}

// filterOf reads ?is=ng,held&uses=kling&text=rain.
func filterOf(q url.Values) Filter {
	f := Filter{Uses: q.Get("uses"), Text: strings.TrimSpace(q.Get("text"))}
	for word := range strings.SplitSeq(q.Get("is"), ",") {
		if word = strings.ToLower(strings.TrimSpace(word)); word != "" && !slices.Contains(f.Is, word) {
			f.Is = append(f.Is, word)
		}
	}
	return f
}

// Any says whether it filters at all.
func (f Filter) Any() bool { return len(f.Is) > 0 || f.Uses != "" || f.Text != "" }

// Query is the filter as an address has it, with its question mark; empty without one.
func (f Filter) Query() string {
	q := url.Values{}
	if len(f.Is) > 0 {
		q.Set("is", strings.Join(f.Is, ","))
	}
	if f.Uses != "" {
		q.Set("uses", f.Uses)
	}
	if f.Text != "" {
		q.Set("text", f.Text)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// Has says whether the filter names a word.
func (f Filter) Has(word string) bool { return slices.Contains(f.Is, word) }

// In says of an episode's shots whether they are meant.
func (f Filter) In(e *live.Episode) func(live.Cell) bool {
	words := map[string]string{}
	if f.Text != "" && e.Script != nil {
		for _, shot := range e.Script.Episode.Shots() {
			words[shot.Slate] = wordsOf(shot)
		}
	}
	return func(c live.Cell) bool { return f.meets(c, words[c.Slate]) }
}

// wordsOf is what the script says of a shot, for people who look for a word.
func wordsOf(s drama.Shot) string {
	all := append([]string{s.Size, s.Action}, s.Cast...)
	for _, l := range s.Lines {
		all = append(all, l.Who, l.Say)
		for _, t := range l.Translation {
			all = append(all, t)
		}
	}
	return strings.Join(all, "\n")
}

func (f Filter) meets(c live.Cell, script string) bool {
	if f.Uses != "" && c.Provider != f.Uses {
		return false
	}
	if f.Text != "" {
		all := strings.ToLower(c.Slate + "\n" + c.Provider + "\n" + strings.Join(c.Reasons, "\n") + "\n" + script)
		if !strings.Contains(all, strings.ToLower(f.Text)) {
			return false
		}
	}
	if len(f.Is) == 0 {
		return true
	}
	return slices.ContainsFunc(f.Is, func(word string) bool {
		switch word {
		case "talk":
			return c.Talk
		case "notes":
			return c.NotesOpen > 0
		case "draft":
			return c.Draft != nil
		}
		return strings.EqualFold(string(c.State), word)
	})
}

// place is a shot's place in a playlist.
type place struct {
	Before, After string // addresses, empty at the ends
	At, Of        int    // 3 of 7; 0 of 0: the episode itself is walked
	Next          live.Cell
	NextEpisode   drama.EpisodeID
}

// walk finds a shot's neighbours: in the playlist that the address names, over all
// episodes of the show in story order, else in its own episode.
func walk(r *http.Request, s live.Show, e *live.Episode, slate string) place {
	f := filterOf(r.URL.Query())
	type stop struct {
		id   drama.EpisodeID
		cell live.Cell
	}
	var all []stop
	at := -1
	for _, ep := range s.Episodes {
		if !f.Any() && ep.Number != e.Number {
			continue
		}
		meant := f.In(ep)
		for _, c := range ep.Cells {
			here := ep.Number == e.Number && c.Slate == slate
			if !here && !meant(c) {
				continue // the shot itself stays in the list when it is decided
			}
			if here {
				at = len(all)
			}
			all = append(all, stop{ep.ID(), c})
		}
	}
	var p place
	link := func(st stop) string { return "/s/" + st.id.Show + "/" + st.id.Code() + "/" + st.cell.Slate + f.Query() }
	if at > 0 {
		p.Before = link(all[at-1])
	}
	if at >= 0 && at+1 < len(all) {
		p.After, p.Next, p.NextEpisode = link(all[at+1]), all[at+1].cell, all[at+1].id
	}
	if f.Any() {
		p.At, p.Of = at+1, len(all)
	}
	return p
}
