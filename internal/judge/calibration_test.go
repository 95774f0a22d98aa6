package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// picks are good takes and NG ones, of each so many that the judge sees as people do.
func picks(good, passed, ng, caught int) (all []Pick) {
	grade := func(action int) []drama.Grade {
		return []drama.Grade{{Question: "action", Grade: action, Floor: 2}, {Question: "text", Grade: 4, Floor: 2}}
	}
	for i := range good {
		g := grade(2) // on the floor is not under it
		if i >= passed {
			g = grade(1)
		}
		all = append(all, Pick{Good: true, Grades: g})
	}
	for i := range ng {
		g := grade(3)
		if i < caught {
			g = grade(0)
		}
		all = append(all, Pick{Grades: g})
	}
	return all
}

func TestCalibrate(t *testing.T) {
	c := Calibrate("m", picks(10, 9, 10, 6), time.Unix(0, 0))
	if c.Agreed != (Agreed{Good: 10, Passed: 9, NG: 10, Caught: 6}) || c.Agreement() != 0.75 {
		t.Errorf("in all %+v, %.3f", c.Agreed, c.Agreement())
	}
	if len(c.Questions) != 2 || c.Questions[0] != (Agreed{"action", 10, 9, 10, 6}) || c.Questions[1] != (Agreed{"text", 10, 10, 10, 0}) {
		t.Errorf("by question %+v", c.Questions)
	}
}

// TestWhatAJudgeMayDo: a judge who says yes to all gates nothing, however much is circled.
func TestWhatAJudgeMayDo(t *testing.T) {
	for name, c := range map[string]struct {
		picks        []Pick
		model        string
		gates, fails bool
		words        string
	}{
		"agrees":               {picks(10, 9, 10, 6), "m", true, false, "75 % of 20"},
		"just enough":          {picks(15, 12, 5, 3), "m", true, false, "70 % of 20"},
		"just not":             {picks(10, 9, 10, 4), "m", false, true, "65 % of 20"},
		"says yes to all":      {picks(95, 95, 5, 0), "m", false, true, "50 % of 100"},
		"too few":              {picks(10, 10, 9, 9), "m", false, false, "10 circled and 9 NG"},
		"nothing was NG":       {picks(40, 40, 0, 0), "m", false, false, "40 circled and 0 NG"},
		"nobody picked":        {nil, "m", false, false, "too few"},
		"of another judge":     {picks(10, 9, 10, 9), "new", false, false, "it is of m"},
		"69.9 % is not called": {picks(1000, 998, 1000, 400), "m", false, true, "69 % of 2000"},
	} {
		cal := Calibrate("m", c.picks, time.Time{})
		got := cal.Stands(c.model)
		if got.Gates != c.gates || got.Fails != c.fails || !strings.Contains(got.Why, c.words) || !strings.Contains(got.Why, "the judge "+c.model) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var none *Calibration
	if got := none.Stands("m"); got.Gates || got.Fails || got.Why == "" {
		t.Errorf("never held against anybody: %+v", got)
	}
}
