package judge

import (
	"fmt"
	"math"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// How far a judge must agree with people before it may say no to a take by itself. Models
// are near chance on fine faults and differ by model (Artifact-Bench, arXiv 2605.18984;
// JudgeFit, arXiv 2606.22918), so each is held against the studio's own picks.
const (
	// LeastAgreement is the share of picks that it must see as people did.
	LeastAgreement = 0.7
	// LeastPicks are needed to know that, and LeastEach of either kind: good ones alone
	// agree with a judge who never says no.
	LeastPicks = 20
	LeastEach  = 5
)

// Pick is a graded take about which people have decided: they circled it or marked it
// print, or they marked it NG.
type Pick struct {
	Take   drama.TakeID
	Good   bool
	Grades []drama.Grade
}

// Calibration is how far a judge agrees with people on a show's picks. A judge is for a
// take where no grade lies under its floor.
type Calibration struct {
	Judge string    `json:"judge"` // its model
	At    time.Time `json:"at"`
	Agreed
	Questions []Agreed `json:"questions"` // in the order in which they are asked
}

// Agreed counts picks by what people and the judge said of them.
type Agreed struct {
	Question string `json:"question,omitempty"` // empty: all of them together
	Good     int    `json:"good"`               // people were for it
	Passed   int    `json:"passed"`             // and so was the judge
	NG       int    `json:"ng"`                 // people were against it
	Caught   int    `json:"caught"`             // and so was the judge
}

// Picks is how many there are.
func (a Agreed) Picks() int { return a.Good + a.NG }

// Agreement is the mean of the share of good takes that it passed and that of NG ones
// that it caught, 0..1: so that whoever circles much is not agreed with by saying yes to
// all. Where there are picks of one kind only, it is that kind's share.
func (a Agreed) Agreement() float64 {
	share := func(n, of int) float64 { return float64(n) / float64(of) }
	switch {
	case a.Good == 0 && a.NG == 0:
		return 0
	case a.NG == 0:
		return share(a.Passed, a.Good)
	case a.Good == 0:
		return share(a.Caught, a.NG)
	}
	return (share(a.Passed, a.Good) + share(a.Caught, a.NG)) / 2
}

// FalseNG is the share of takes that people were for and the judge was against, 0..1;
// 0 where people were for none.
func (a Agreed) FalseNG() float64 {
	if a.Good == 0 {
		return 0
	}
	return float64(a.Good-a.Passed) / float64(a.Good)
}

// Enough says whether there are picks enough to know.
func (a Agreed) Enough() bool {
	return a.Picks() >= LeastPicks && a.Good >= LeastEach && a.NG >= LeastEach
}

// Calibrate compares the grades of a judge's model with what people decided. A question
// that a take was not graded on says nothing of it; of NG takes a question alone catches
// those that are NG for its sake, so its share of them is small for good reasons.
func Calibrate(model string, picks []Pick, at time.Time) Calibration {
	c := Calibration{Judge: model, At: at, Questions: []Agreed{}}
	index := make(map[string]int)
	for _, q := range all() {
		index[q] = len(c.Questions)
		c.Questions = append(c.Questions, Agreed{Question: q})
	}
	graded := make([]bool, len(c.Questions))
	for _, p := range picks {
		under := false
		for _, g := range p.Grades {
			under = under || g.Grade < g.Floor
			if i, ok := index[g.Question]; ok {
				graded[i] = true
				c.Questions[i].count(p.Good, g.Grade < g.Floor)
			}
		}
		c.count(p.Good, under)
	}
	var asked []Agreed
	for i, q := range c.Questions {
		if graded[i] {
			asked = append(asked, q)
		}
	}
	c.Questions = append([]Agreed{}, asked...)
	return c
}

func (a *Agreed) count(good, under bool) {
	switch {
	case good:
		a.Good++
		if !under {
			a.Passed++
		}
	default:
		a.NG++
		if under {
			a.Caught++
		}
	}
}

// all are the names of all questions, in the order in which they are asked.
func all() (names []string) {
	full := drama.Brief{
		Action: "x", Size: "x", Look: "x", Time: "x", Cast: []drama.BriefCast{{ID: "x", Wardrobe: "x"}}, Props: []drama.BriefProp{{ID: "x"}},
		Lines: []drama.BriefLine{{Kind: drama.LineDialogue}},
	}
	for _, q := range Questions(full) {
		names = append(names, q.ID)
	}
	return names
}

// Standing is what a judge may do: it may always order takes.
type Standing struct {
	// Gates: it agrees with people, so that its floors may make a take NG.
	Gates bool
	// Fails: it is known not to agree, so that nothing that it says may.
	Fails bool
	Why   string // in words, with its name
}

// Stands says what the judge of a model may do by what was found last; nil: nothing was.
func (c *Calibration) Stands(model string) Standing {
	switch {
	case c == nil:
		return Standing{Why: fmt.Sprintf("how far the judge %s agrees with people is not known", model)}
	case c.Judge != model:
		return Standing{Why: fmt.Sprintf("how far the judge %s agrees with people is not known (it is of %s)", model, c.Judge)}
	case !c.Enough():
		return Standing{Why: fmt.Sprintf("the judge %s was held against %d circled and %d NG takes of people, which is too few to know how far it agrees: %d are needed, %d of each", model, c.Good, c.NG, LeastPicks, LeastEach)}
	}
	percent := math.Floor(100 * c.Agreement()) // never told better than it is
	words := fmt.Sprintf("the judge %s agrees with people on %.0f %% of %d picks", model, percent, c.Picks())
	if c.Agreement() < LeastAgreement {
		return Standing{Fails: true, Why: words + fmt.Sprintf(", which is under %.0f %%", 100*LeastAgreement)}
	}
	return Standing{Gates: true, Why: words}
}
