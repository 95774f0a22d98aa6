package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// absent says why nobody can be asked for anything at an instance: its model has ended,
// or it is parked where nobody can wait for it. Empty: it can be asked.
func (b *builder) absent(f provider.Facts) string {
	if f.Model.Ended(b.in.Now) {
		return f.End(b.in.Now)
	}
	if !f.Waits {
		return parked(f)
	}
	return ""
}

// warnEnds says once of every instance that the plan buys from by a model whose end is
// near: when that is, and where its shots can go instead.
func (b *builder) warnEnds() {
	for _, f := range b.in.Providers {
		if !f.Model.Ending(b.in.Now) {
			continue
		}
		var slates, others []string
		var at drama.Position
		for _, p := range b.plan.Shots {
			for _, s := range p.made() {
				if s.Provider != f.Instance {
					continue
				}
				at = cmp.Or(at, p.Position)
				slates = append(slates, s.Slate)
				for _, r := range s.Routes {
					if o, ok := b.facts(r.Instance); ok && o.Model.Until == "" && !slices.Contains(others, r.Instance) {
						others = append(others, r.Instance)
					}
				}
			}
		}
		if len(slates) == 0 {
			continue
		}
		instead := "nobody else of its routes can make it; add one whose model goes on"
		if len(others) > 0 {
			instead = "route to " + strings.Join(others, " or ") + " instead"
		}
		b.warn(at, "", fmt.Sprintf("%s, who makes %s, %s: %s", f.Instance, some(slates), f.End(b.in.Now), instead))
	}
}

// made are the shot and its still as far as somebody makes them.
func (p Shot) made() (all []Shot) {
	if p.Still != nil && p.Still.Action == Make {
		all = append(all, p.Still.Shot)
	}
	if p.Action == Make {
		all = append(all, p)
	}
	return all
}

// some names a few slates of many.
func some(slates []string) string {
	const few = 5
	if len(slates) <= few {
		return strings.Join(slates, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(slates[:few], ", "), len(slates)-few)
}
