package activities

import (
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
)

// findShot is the planned shot of a slate, or the still of a still's.
func findShot(p *plan.Plan, slate string) (plan.Shot, error) {
	s, ok := library.PlannedShot(p, slate)
	if !ok {
		return s, damaged("find shot %s in the plan of %s: it is not there", slate, p.Episode)
	}
	return s, nil
}

// findPack is what is made in one call under the slate of its first shot.
func findPack(p *plan.Plan, slate string) (plan.Shot, error) {
	k, ok := p.PackOf(slate)
	if !ok {
		return plan.Shot{}, damaged("find what is made in one call with shot %s in the plan of %s: nothing is", slate, p.Episode)
	}
	return k.Shot, nil
}

// scriptShot is the written shot of a slate.
func scriptShot(p *drama.Production, slate string) (drama.Shot, error) {
	s, ok := library.ScriptShot(p, slate)
	if !ok {
		return s, damaged("find shot %s in the script of %s: it is not there", slate, p.ID())
	}
	return s, nil
}
