package provider

import (
	"slices"
	"time"
)

// notice is how long before its end a model's users are told of it.
const notice = 30 * 24 * time.Hour

// Ended says whether a model's announced end has passed: days are counted by UTC, and
// the day itself is still one.
func (m Model) Ended(now time.Time) bool {
	return m.Until != "" && now.UTC().Format(time.DateOnly) > m.Until
}

// Ending says whether a model's announced end is near, and has not passed.
func (m Model) Ending(now time.Time) bool {
	return m.Until != "" && !m.Ended(now) && now.UTC().Add(notice).Format(time.DateOnly) >= m.Until
}

// End is a model's announced end in words, of the instance that has it; empty: none is
// announced. Of a model under a code name neither the day nor what comes after it is
// told: either would give it away.
func (f Facts) End(now time.Time) string {
	m, ended := f.Model, f.Model.Ended(now)
	switch {
	case m.Until == "":
		return ""
	case f.CodeName != "" && ended:
		return "has ended: its vendor makes no more takes by its model"
	case f.CodeName != "":
		return "has a model whose end its vendor has announced"
	}
	says := "ends on " + m.Until
	if ended {
		says = "ended on " + m.Until
	}
	if m.Instead != "" {
		says += "; " + m.Instead + " takes its place"
	}
	return says
}

// WithEndOf takes over what is announced of a model's end from the model of that id
// among all: facts that were borrowed from another model do not end with it. What is in
// its place is the first in its line that goes on without an end.
func (m Model) WithEndOf(id string, all []Model) Model {
	own := find(id, all)
	m.Until, m.UntilSource, m.Instead = own.Until, own.UntilSource, own.Instead
	for range all { // a line that goes in a circle ends
		next := find(m.Instead, all)
		if next.Until == "" || next.Instead == "" {
			break
		}
		m.Instead = next.Instead
	}
	return m
}

// find is the model of an id, or one of which nothing is known.
func find(id string, all []Model) Model {
	if i := slices.IndexFunc(all, func(m Model) bool { return m.ID == id }); i >= 0 {
		return all[i]
	}
	return Model{}
}
