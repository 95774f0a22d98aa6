package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/said"
	"github.com/dailies/dailies/internal/store"
)

// Voices over takes: where a take is good and says the wrong words, the season may have its
// lines spoken by their voices instead of buying another (listen: voice_over).

// mouthed says that a line is on the lips alone: no voice speaks it.
func mouthed(l drama.Line) bool {
	return drama.Audible(l.Say) && !qc.Speaks([]drama.BriefLine{{Say: l.Say, Tone: l.Tone}})
}

// Covers says of each shot whether its lines can be spoken over a take of it, and what that
// costs; nil where the season does not ask for that.
func (l Lines) Covers(ctx context.Context, st store.Store, script *drama.Production) (map[string]plan.Cover, error) {
	if script.Season.Listen != drama.ListenVoiceOver {
		return nil, nil
	}
	covers := make(map[string]plan.Cover)
	for _, shot := range script.Episode.Shots() {
		if script.Season.Spoken(shot) {
			continue
		}
		if why, speaks := l.uncovered(script, shot); speaks {
			covers[shot.Slate] = plan.Cover{Why: why}
		}
	}
	if l.Speech == nil {
		return covers, nil
	}
	prices, err := stillUnspoken(ctx, st, script, false, func(_ drama.Shot, line drama.Line) (wanted, bool) {
		return l.want(script, line, drama.DialogueVoice), true
	})
	if err != nil {
		return nil, err
	}
	for slate, p := range prices {
		if c, ok := covers[slate]; ok {
			c.Prices = p
			covers[slate] = c
		}
	}
	return covers, nil
}

// uncovered says why a shot's lines cannot be spoken by voices; empty: they can. speaks is
// false where there is nothing to speak.
func (l Lines) uncovered(script *drama.Production, shot drama.Shot) (why string, speaks bool) {
	for _, line := range shot.Lines {
		if !drama.Audible(line.Say) || mouthed(line) {
			continue
		}
		speaks = true
		v := script.Season.Cast[line.Who].Voice
		switch {
		case v == nil || v.Provider == "":
			return fmt.Sprintf("the cast names no voice provider for %s", line.Who), true
		case l.Known != nil && !l.Known(v.Provider):
			return fmt.Sprintf("no voice provider %q is configured", v.Provider), true
		}
	}
	return "", speaks
}

// unseen says that nobody who is seen speaks in the shot.
func unseen(lines []drama.BriefLine) bool {
	for _, l := range lines {
		if qc.Speaks([]drama.BriefLine{l}) && (l.Kind == drama.LineDialogue || l.Kind == "") {
			return false
		}
	}
	return true
}

// coverable says that a voice may take the place of what is not said as written. Words that
// are added on somebody's lips stay on them.
func coverable(d said.Difference, lines []drama.BriefLine) bool {
	return d.Want != "" || d.Nothing() || unseen(lines)
}

// overWords says what becomes of a take whose lines are spoken over it.
func overWords(lines []drama.BriefLine) string {
	var seen []string
	for _, l := range lines {
		if !unseen([]drama.BriefLine{l}) && !slices.Contains(seen, l.Who) {
			seen = append(seen, l.Who)
		}
	}
	text := "the lines are spoken over the take by their voices"
	if len(seen) > 0 {
		text += ", and the lips of " + strings.Join(seen, " and ") + " will not match"
	}
	return text
}

// over has the lines of a shot that take the place of a take's own, or finds them.
func (m *Media) over(ctx context.Context, id drama.TakeID, script *drama.Production, shot drama.Shot, spoken drama.Speech) (drama.Speech, error) {
	take, err := readTake(ctx, m.library(), id)
	if err != nil {
		return spoken, err
	}
	return take.LayOver(spoken, shot.Frames, script.Season.Format.FPS), nil
}

// overBefore is what Speak would find of the lines that are spoken over a take.
// store.ErrNotFound where one of them has still to be spoken.
func (m *Media) overBefore(ctx context.Context, script *drama.Production, shot drama.Shot, take drama.Take) (drama.Speech, error) {
	spoken, err := m.saidBefore(ctx, script, shot, drama.DialogueVoice, true)
	if err != nil {
		return spoken, err
	}
	return take.LayOver(spoken, shot.Frames, script.Season.Format.FPS), nil
}
