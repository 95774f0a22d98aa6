package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// progress shows runs: a block that is redrawn on a terminal, else a line
// whenever something changed. One goroutine uses it.
type progress struct {
	ui    *ui
	now   func() time.Time
	width int // of the terminal, in columns

	order []drama.EpisodeID
	last  map[drama.EpisodeID]drama.EpisodeStatus
	begun map[drama.EpisodeID]time.Time // when it was first seen
}

func newProgress(u *ui, now func() time.Time, width int) *progress {
	return &progress{ui: u, now: now, width: width, last: map[drama.EpisodeID]drama.EpisodeStatus{}, begun: map[drama.EpisodeID]time.Time{}}
}

// show takes a new status of one run.
func (p *progress) show(st drama.EpisodeStatus) {
	before, seen := p.last[st.ID]
	if !seen {
		p.order = append(p.order, st.ID)
		p.begun[st.ID] = p.now()
	}
	p.last[st.ID] = st
	if p.ui.quiet {
		return
	}
	if !p.ui.terminal {
		for _, line := range changes(before, st, seen) {
			p.ui.say("%s", line)
		}
		return
	}
	var lines []string
	for _, id := range p.order {
		lines = append(lines, p.block(p.last[id], p.now().Sub(p.begun[id]))...)
	}
	p.ui.redraw(lines)
}

// changes says in plain lines what is different now.
func changes(before, now drama.EpisodeStatus, seen bool) []string {
	var lines []string
	say := func(format string, args ...any) {
		lines = append(lines, now.ID.String()+" "+fmt.Sprintf(format, args...))
	}
	old := map[string]drama.ShotStatus{}
	for _, s := range before.Shots {
		old[s.Slate] = s
	}
	for _, s := range now.Shots {
		was, known := old[s.Slate]
		if known && was.State == s.State && was.Attempts == s.Attempts || !known && s.State == drama.ShotWaiting {
			continue
		}
		for _, reason := range s.Reasons[min(len(was.Reasons), len(s.Reasons)):] {
			say("%s: %s", s.Slate, reason)
		}
		if s.State != drama.ShotWaiting {
			say("%s %s", s.Slate, shotNote(s))
		}
	}
	if !seen || before.State != now.State || before.Waiting != now.Waiting {
		say("%s", headline(now))
	}
	return lines
}

// headline is the run in one line, without what only a redrawn block can show.
func headline(st drama.EpisodeStatus) string {
	s := fmt.Sprintf("%s, %d of %d shots, %s", st.State, done(st), len(st.Shots), spent(st))
	if st.Waiting != "" {
		s += ": " + st.Waiting
	}
	return s
}

// shotNote is a shot's state with who works on it.
func shotNote(s drama.ShotStatus) string {
	switch {
	case s.State == drama.ShotCircle && s.Reused:
		return "circle, take used again"
	case s.State == drama.ShotCircle:
		if s.Take == "" {
			return "pictures are there" // of a sheet, which has no take
		}
		return fmt.Sprintf("circle, take %d by %s", s.Attempts, orElse(s.Provider, "footage"))
	case s.Provider != "" && s.Attempts > 0:
		return fmt.Sprintf("%s, take %d by %s", s.State, s.Attempts, s.Provider)
	}
	return string(s.State)
}

// busyShots is how many shots in work a block lists.
const busyShots = 6

func (p *progress) block(st drama.EpisodeStatus, elapsed time.Duration) []string {
	if st.EndedAt != nil {
		return []string{p.cut(fmt.Sprintf("%s  %s  %s", st.ID, headline(st), clock(elapsed)))}
	}
	attempts := 0
	var busy []string
	for _, s := range st.Shots {
		attempts += s.Attempts
		switch s.State {
		case drama.ShotGenerating, drama.ShotConforming, drama.ShotHeld, drama.ShotNG, drama.ShotPaused:
			busy = append(busy, p.cut(fmt.Sprintf("  %-6s %s", s.Slate, shotNote(s))))
		default: // waiting and finished shots are only counted
		}
	}
	if len(busy) > busyShots {
		busy = append(busy[:busyShots], fmt.Sprintf("  and %d more", len(busy)-busyShots))
	}
	lines := append([]string{p.cut(p.head(st, attempts, elapsed))}, busy...)
	if st.Waiting != "" {
		lines = append(lines, p.cut("  waiting: "+st.Waiting))
	}
	return lines
}

// head is a run in one line. What matters least goes first where the terminal is
// narrow; how far it is and how long it will take stay.
func (p *progress) head(st drama.EpisodeStatus, attempts int, elapsed time.Duration) string {
	parts := []struct {
		text string
		rank int // 0: never left out; the highest goes first
	}{
		{st.ID.String(), 0},
		{bar(done(st), len(st.Shots)), 5},
		{fmt.Sprintf("%d/%d shots", done(st), len(st.Shots)), 0},
		{fmt.Sprintf("%d takes", attempts), 4},
		{string(st.State), 2},
		{spent(st), 1},
		{clock(elapsed), 3},
	}
	if left, ok := eta(st, elapsed); ok {
		parts = append(parts, struct {
			text string
			rank int
		}{"ETA " + clock(left), 0})
	}
	for most := 5; ; most-- {
		var kept []string
		for _, part := range parts {
			if part.rank <= most {
				kept = append(kept, part.text)
			}
		}
		if line := strings.Join(kept, "  "); most == 0 || p.width <= 1 || len([]rune(line)) < p.width {
			return line
		}
	}
}

// cut keeps a line from wrapping, which would break the redrawing.
func (p *progress) cut(s string) string {
	r := []rune(s)
	if p.width > 1 && len(r) >= p.width {
		return string(r[:p.width-2]) + "…"
	}
	return s
}

func bar(done, all int) string {
	const cells = 20
	n := 0
	if all > 0 {
		n = cells * done / all
	}
	return "[" + strings.Repeat("#", n) + strings.Repeat(".", cells-n) + "]"
}

func done(st drama.EpisodeStatus) int {
	n := 0
	for _, s := range st.Shots {
		if s.State == drama.ShotCircle {
			n++
		}
	}
	return n
}

// eta judges by the shots that were made in the time seen so far.
func eta(st drama.EpisodeStatus, elapsed time.Duration) (time.Duration, bool) {
	made, left := 0, 0
	for _, s := range st.Shots {
		switch {
		case s.Reused:
		case s.State == drama.ShotCircle:
			made++
		case s.State != drama.ShotNG && s.State != drama.ShotCancelled:
			left++
		}
	}
	if made == 0 || left == 0 {
		return 0, false
	}
	return elapsed / time.Duration(made) * time.Duration(left), true
}

func spent(st drama.EpisodeStatus) string {
	s := "spent " + st.Spent.String()
	if st.Cap != nil {
		s += " of " + st.Cap.String()
	}
	if st.Reserved.Micros > 0 {
		s += " (reserved " + st.Reserved.String() + ")"
	}
	return s
}

// clock is 1:02:03 or 2:03.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
