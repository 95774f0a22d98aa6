package plan

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
)

// Judge is the configured judge.
type Judge struct {
	Model string
	// Known is how far it was found to agree with people on the show's takes; nil: nobody
	// has looked. Only read where the season lets the judge decide.
	Known *judge.Calibration
}

// Decides says whether the season lets a judge make takes NG.
func Decides(t drama.TakePolicy) bool { return t.Floors || t.MinScore > 0 }

// standing decides what the judge may do with the takes of this plan, and says so.
func (b *builder) standing() {
	t := b.season.Takes
	if b.in.Judge == nil {
		if t.Floors {
			b.warn(drama.Position{}, "", "the season says takes.floors, but nobody judges, so that no take is held against them; configure judge, see dailies.example.yaml")
		}
		if t.BestOf > 1 {
			b.warn(drama.Position{}, "", fmt.Sprintf("the season says takes.best_of: %d, but nobody judges: of the takes the one with the fewest warnings is circled; configure judge, see dailies.example.yaml", t.BestOf))
		}
		return
	}
	if !Decides(t) {
		return
	}
	s := b.in.Judge.Known.Stands(b.in.Judge.Model)
	b.plan.Floors, b.plan.OrdersOnly = t.Floors && s.Gates, s.Fails
	const how = "dailies judge SHOW --calibrate finds out"
	switch {
	case s.Fails:
		b.warn(drama.Position{}, "", s.Why+": it may order takes and makes none NG, whatever takes.min_score and takes.floors say; take another model, or mark more takes and calibrate again")
	case s.Gates:
	case t.Floors && t.MinScore > 0:
		b.warn(drama.Position{}, "", s.Why+": it may order takes, takes.floors are warnings, and takes.min_score is held because the season says so; "+how)
	case t.Floors:
		b.warn(drama.Position{}, "", s.Why+": it may order takes, and takes.floors are warnings; "+how)
	default:
		b.warn(drama.Position{}, "", s.Why+": takes.min_score is held because the season says so; "+how)
	}
}

// bestOf is how many passing takes are made of a shot whose routes are known. Drawings are
// the same each time.
func (b *builder) bestOf(p Shot) int {
	n := min(b.season.Takes.BestOf, p.MaxTakes)
	if n < 2 || p.Routes[0].Type == animatic {
		return 0
	}
	return n
}
