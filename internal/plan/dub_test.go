package plan

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// TestADubIsPlanned: nothing is made but lines, at their price; and what stands in its way is
// said.
func TestADubIsPlanned(t *testing.T) {
	of := func(change func(*drama.Shot)) Input {
		return input(shot("1A"), shot("1B", func(s *drama.Shot) {
			s.Lines = []drama.Line{{Who: "lin", Say: "Yes.", Translation: drama.Text{"zh": "是的。"}}, {Who: "lin", Say: "……"}}
			if change != nil {
				change(s)
			}
		}))
	}
	for _, c := range []struct {
		name     string
		change   func(*drama.Shot)
		language string
		circled  []string
		problem  string
	}{
		{"as it should be", nil, "zh", []string{"1A", "1B"}, ""},
		{"a shot without a take", nil, "zh", []string{"1A"}, "shot 1B has no circled take"},
		{"a line without a translation", func(s *drama.Shot) { s.Lines = append(s.Lines, drama.Line{Who: "lin", Say: "No."}) }, "zh", []string{"1A", "1B"}, "line 3 of shot 1B has no translation into zh"},
		{"a language that nobody wrote", nil, "fr", []string{"1A", "1B"}, "translations into zh"},
		{"the language of the lines", nil, "en", []string{"1A", "1B"}, "are in en already"},
	} {
		in := of(c.change)
		in = circle(in, build(t, in), c.circled...)
		in.Dub, in.Lines = c.language, map[string][]drama.Money{"1B": {{Micros: 2000, Currency: "CNY"}}}
		p := build(t, in)
		if c.problem == "" {
			if len(p.Problems) > 0 || p.TotalHigh.Micros != 2000 || p.TotalLow.Micros != 2000 || actions(p) != "1A:reuse 1B:reuse" {
				t.Errorf("%s: %s to %s, %s, %v", c.name, p.TotalLow, p.TotalHigh, actions(p), p.Problems)
			}
			continue
		}
		if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, c.problem) {
			t.Errorf("%s: %v", c.name, p.Problems)
		}
		for _, s := range p.Shots {
			if s.Action == Make {
				t.Errorf("%s: shot %s would be made", c.name, s.Slate)
			}
		}
	}
}
