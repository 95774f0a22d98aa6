package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// waiting says what does not move in an episode, why, and what to type: one line
// each. Workflows only give the data.
func waiting(st drama.EpisodeStatus) string {
	var lines []string
	said := map[string]int{}
	for _, w := range st.Waits {
		if w.For == drama.WaitSource {
			continue // its turn comes; status tells
		}
		text := waitWords(st.ID, w)
		// Many shots may wait for the same.
		if i, ok := said[text]; ok {
			lines[i] = strings.Replace(lines[i], ":", ", "+w.Slate+":", 1)
			continue
		}
		said[text] = len(lines)
		if w.Slate != "" {
			text = "shot " + w.Slate + ": " + text
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

func waitWords(id drama.EpisodeID, w drama.Wait) string {
	text := ""
	switch w.For {
	case drama.WaitMoney:
		text = "over " + shortage(id, w)
	case drama.WaitShare:
		text = "waits for money that takes in flight hold, or that earlier episodes need"
		if w.Cap != nil {
			text += fmt.Sprintf(": %s is %s, spent %s, reserved %s", w.Cap.Name.Words(), w.Cap.Limit, w.Cap.Spent, w.Cap.Reserved)
		}
	case drama.WaitResume:
		text = "paused by a person"
		if w.Reason != "" {
			text += ": " + w.Reason
		}
		text += fmt.Sprintf("; `dailies resume %s` goes on", id)
	case drama.WaitJob:
		text = "a job may have been accepted: decide with `dailies jobs`"
	case drama.WaitStill:
		text = fmt.Sprintf("a still to look at, %s: `dailies approve %s %s`, with --redo for another", w.On, id, w.Slate)
	case drama.WaitReview:
		text = fmt.Sprintf("cut %d is whole and waits for a person's approval: `dailies review approve %s --cut %d` delivers it, `dailies review link %s --cut %d` shows it to people outside", w.Cut, id, w.Cut, id, w.Cut)
		if w.Reason != "" {
			text += "; not approved by " + w.Reason
		}
	case drama.WaitProvider:
		text = "no provider can be asked: " + w.Reason + fmt.Sprintf("; mend it, then `dailies resume %s`", id)
	case drama.WaitSource:
		text = "waits for shot " + w.On + ", which it starts from"
	case drama.WaitWorker:
		text = fmt.Sprintf("waits for a worker with role %s, and none is there: start `dailies worker --roles %s` where its keys are", w.On, w.On)
		if w.Build != "" {
			text = fmt.Sprintf("stays with build %[1]s, of which no worker is there: start `dailies worker --roles %[2]s --build-id %[1]s` with the program of that build", w.Build, w.On)
		}
	case drama.WaitDelivery:
		text = fmt.Sprintf("its clip is paid for and not delivered since %s, asked for %d times, of a fresh link each time: %s; nothing else is bought; `dailies jobs drop %s` gives it up",
			w.Since.Local().Format(time.DateTime), w.Attempt, w.Failure, w.On)
		if w.Price != nil {
			text += fmt.Sprintf(" (%s stays booked)", *w.Price)
		}
		text += " and lets another take be made"
	case drama.WaitStep:
		text = fmt.Sprintf("%s failed (try %d): %s", w.Reason, w.Attempt, w.Failure)
	}
	if w.NextTry != nil {
		text += "; asked again at " + w.NextTry.Local().Format(time.TimeOnly)
	}
	return text
}

// shortage says which cap lacks how much for what, and the command that raises it.
func shortage(id drama.EpisodeID, w drama.Wait) string {
	if w.Cap == nil || w.Price == nil {
		return "a cap"
	}
	return fmt.Sprintf("%s; %s", w.Cap.Why(w.Slate, *w.Price), raising(id, *w.Cap, *w.Price))
}

// raising is how a cap is raised so that the price fits.
func raising(id drama.EpisodeID, c drama.CapState, price drama.Money) string {
	enough := drama.Money{Micros: c.Limit.Micros + c.Missing(price).Micros, Currency: c.Limit.Currency}
	switch c.Name {
	case drama.CapSeason:
		return fmt.Sprintf("`dailies budget %s %s` or more raises it", id.Show, amount(enough))
	case drama.CapEpisode:
		return fmt.Sprintf("`dailies budget %s %s` or more raises it", id, amount(enough))
	case drama.CapRun:
		return fmt.Sprintf("the same command with --max-cost %s or more raises it", amount(enough))
	}
	return "raise it"
}
