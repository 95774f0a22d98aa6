package plan

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// What voices may take for speaking over a take is in the highest sum, once for each shot;
// of a take that is used with its lines spoken over it in both. Whoever has no voice is
// warned of, where somebody listens.
func TestLinesThatMayBeSpokenOver(t *testing.T) {
	two := Cover{Prices: []drama.Money{{Micros: 300, Currency: "CNY"}, {Micros: 1000, Currency: "USD"}}} // a dollar is 7.1
	speaking := func(listener bool, covers map[string]Cover) Input {
		says := shot("1B")
		says.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "We are closed."}}
		in := input(shot("1A"), says)
		in.Production.Season.Routing[0].Use, in.Production.Season.Listen = []string{"vendor"}, drama.ListenVoiceOver
		in.Providers = []provider.Facts{free(), vendor(func(m *provider.Model) { m.Audio, m.Speech = true, true })}
		in.Covers = covers
		if listener {
			in.Listener = &Listener{}
		}
		return in
	}
	before := build(t, speaking(true, nil))
	p := build(t, speaking(true, map[string]Cover{"1B": two}))
	if s := p.Shots[1]; !s.Over || s.OverPrice.Micros != 7400 || p.Shots[0].Over {
		t.Errorf("over %t for %s", s.Over, s.OverPrice)
	}
	if p.TotalLow != before.TotalLow || p.TotalHigh.Micros != before.TotalHigh.Micros+7400 {
		t.Errorf("%s to %s, before %s to %s", p.TotalLow, p.TotalHigh, before.TotalLow, before.TotalHigh)
	}
	if deaf := build(t, speaking(false, map[string]Cover{"1B": two})); deaf.TotalHigh != build(t, speaking(false, nil)).TotalHigh {
		t.Errorf("where nobody listens: %s", deaf.TotalHigh)
	}
	p = build(t, speaking(true, map[string]Cover{"1B": {Why: "the cast names no voice provider for lin"}}))
	if p.Shots[1].Over || len(p.Warnings) != len(before.Warnings)+1 || !strings.Contains(p.Warnings[0].Message, "no voice provider for lin") {
		t.Errorf("nobody can speak them: %t, %v", p.Shots[1].Over, p.Warnings)
	}
	// The take that is used is spoken over, and its lines are not paid for yet.
	in := speaking(true, map[string]Cover{"1B": two})
	id := drama.TakeID{Episode: in.Production.ID(), Slate: "1B", Number: 1}
	digest := before.Shots[1].Digest
	in.Circles = map[string]drama.Circle{digest: {Digest: digest, Take: id, By: "qc"}}
	in.Chosen = map[string]drama.Take{digest: {ID: id, Digest: digest, Heard: &drama.Heard{Over: true}}}
	used := build(t, in)
	in.Chosen[digest] = drama.Take{ID: id, Digest: digest, Heard: &drama.Heard{}}
	plain := build(t, in)
	if used.Shots[1].Action != Reuse || used.TotalLow.Micros-plain.TotalLow.Micros != 7400 || used.TotalHigh.Micros-plain.TotalHigh.Micros != 7400 {
		t.Errorf("%s: %s to %s, with a take that says its lines %s to %s", used.Shots[1].Action, used.TotalLow, used.TotalHigh, plain.TotalLow, plain.TotalHigh)
	}
}
