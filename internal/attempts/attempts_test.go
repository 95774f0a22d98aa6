package attempts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider"
)

func TestNext(t *testing.T) {
	three := Shot{Digest: "d", NextTake: 4, MaxTakes: 5, Routes: []Route{{Instance: "a"}, {Instance: "b"}, {Instance: "c"}}}
	one := Shot{Digest: "d", NextTake: 1, MaxTakes: 3, Routes: []Route{{Instance: "a"}}}
	ng := func(who string) Attempt { return Attempt{Instance: who, Reasons: []string{"black"}} }
	kind := func(who string, k provider.Kind) Attempt { return Attempt{Instance: who, Kind: k} }
	for name, c := range map[string]struct {
		shot   Shot
		done   []Attempt
		parked map[string]string
		want   string
	}{
		"first":                    {three, nil, nil, "take a 4"},
		"passed":                   {three, []Attempt{{Instance: "a", Pass: true}}, nil, "done"},
		"NG: new seed":             {three, []Attempt{ng("a")}, nil, "take a 5"},
		"two NG: next route":       {three, []Attempt{ng("a"), ng("a")}, nil, "take b 6"},
		"failed like NG":           {three, []Attempt{kind("a", provider.KindFailed), ng("a")}, nil, "take b 6"},
		"refused: next route":      {three, []Attempt{kind("a", provider.KindRefused)}, nil, "take b 5"},
		"auth: next route":         {three, []Attempt{kind("a", provider.KindAuth)}, nil, "take b 5, later take a 5"},
		"quota twice":              {three, []Attempt{kind("a", provider.KindQuota), kind("b", provider.KindQuota)}, nil, "take c 6, later take a 6"},
		"never accepted":           {three, []Attempt{kind("a", provider.KindTransient)}, nil, "take b 5"},
		"unknown to the deadline":  {three, []Attempt{kind("a", provider.KindUnknown)}, nil, "take b 5"},
		"a kind nobody knows":      {three, []Attempt{kind("a", "new-kind")}, nil, "take b 5"},
		"invalid: stop":            {three, []Attempt{kind("a", provider.KindInvalid)}, nil, "give-up"},
		"ambiguous: hold":          {three, []Attempt{kind("a", provider.KindAmbiguous)}, nil, "hold"},
		"parked":                   {three, nil, map[string]string{"a": "key"}, "take b 4"},
		"all parked":               {three, nil, map[string]string{"a": "key", "b": "key", "c": "balance"}, "give-up, later wait"},
		"the only one parked":      {one, []Attempt{kind("a", provider.KindAuth)}, map[string]string{"a": "key"}, "give-up, later wait"},
		"mended":                   {one, []Attempt{kind("a", provider.KindQuota)}, nil, "give-up, later take a 2"},
		"parked, but used up":      {one, []Attempt{ng("a"), ng("a"), ng("a")}, map[string]string{"a": "key"}, "give-up"},
		"parked, and it refused":   {one, []Attempt{kind("a", provider.KindRefused)}, map[string]string{"a": "key"}, "give-up"},
		"max":                      {three, []Attempt{ng("a"), ng("a"), ng("b"), ng("b"), ng("c")}, nil, "give-up"},
		"one route uses all takes": {one, []Attempt{ng("a"), ng("a")}, nil, "take a 3"},
		"one route at the end":     {one, []Attempt{ng("a"), ng("a"), ng("a")}, nil, "give-up"},
		"refused by the only one":  {one, []Attempt{kind("a", provider.KindRefused)}, nil, "give-up"},
		"auth costs no take": {
			Shot{Digest: "d", NextTake: 1, MaxTakes: 1, Routes: []Route{{Instance: "a"}, {Instance: "b"}}},
			[]Attempt{kind("a", provider.KindAuth)},
			map[string]string{"a": "key"},
			"take b 2",
		},
		"nobody": {Shot{MaxTakes: 3}, nil, nil, "give-up"},
	} {
		first, later, differ := strings.Cut(c.want, ", later ")
		if !differ {
			later = first
		}
		for i := range c.done {
			c.done[i].Take = c.shot.NextTake + i
		}
		for rules, want := range map[int]string{RulesFirst: first, RulesWait: later} {
			t.Run(fmt.Sprintf("%s by rules %d", name, rules), func(t *testing.T) {
				step := c.shot.Next(rules, c.done, c.parked)
				got := string(step.Do)
				if step.Do == DoTake {
					got = fmt.Sprintf("take %s %d", step.Route.Instance, step.Take)
					if step.Seed != SeedFor(c.shot.Digest, step.Take) {
						t.Errorf("seed %d is not the take's", step.Seed)
					}
				}
				if got != want {
					t.Errorf("%s (%v), want %s", got, step.Reasons, want)
				}
				if step.Do == DoGiveUp || step.Do == DoHold || step.Do == DoWait {
					if len(step.Reasons) == 0 {
						t.Error("no reasons")
					}
					for who := range c.parked {
						if strings.Contains(name, "used up") {
							continue // nobody asks it any more
						}
						if !strings.Contains(strings.Join(step.Reasons, "\n"), who+" is parked") {
							t.Errorf("reasons %q do not say that %s is parked", step.Reasons, who)
						}
					}
				}
			})
		}
	}
}

// However attempts end, a shot comes to an end or waits for a parked provider, and
// never takes more takes than allowed that may have cost money.
func TestNextAlwaysEnds(t *testing.T) {
	kinds := []provider.Kind{"", provider.KindTransient, provider.KindThrottled, provider.KindRefused, provider.KindAuth, provider.KindQuota, provider.KindFailed, provider.KindUnknown, provider.KindNotFound}
	shot := Shot{Digest: "d", NextTake: 1, MaxTakes: 4, Routes: []Route{{Instance: "a"}, {Instance: "b"}, {Instance: "c"}}}
	for n := range 2 * 9 * 9 * 9 * 9 {
		rules := RulesFirst + n%2
		var done []Attempt
		parked := make(map[string]string)
		for i := range 20 {
			step := shot.Next(rules, done, parked)
			if step.Do != DoTake {
				break
			}
			if i > 7 {
				t.Fatalf("no end after %d attempts", i)
			}
			k := n / 2
			for range i % 4 {
				k /= 9
			}
			kind := kinds[k%9]
			if kind == provider.KindAuth || kind == provider.KindQuota {
				parked[step.Route.Instance] = "as runs do"
			}
			done = append(done, Attempt{Instance: step.Route.Instance, Take: step.Take, Kind: kind})
		}
	}
}

func TestSeeds(t *testing.T) {
	seen := make(map[int64]bool)
	for i := 1; i <= 1000; i++ {
		s := SeedFor("digest", i)
		if s < 1 || s > 1<<31-1 || seen[s] {
			t.Fatalf("seed %d of take %d", s, i)
		}
		seen[s] = true
	}
	if again := SeedFor("digest", 1); !seen[again] || again == SeedFor("other", 1) {
		t.Error("seeds do not follow digest and take")
	}
	seven := int64(7)
	s := Shot{Digest: "digest", NextTake: 2, MaxTakes: 3, Routes: []Route{{Instance: "a"}}}
	if got, want := s.Next(RulesWait, nil, nil).Seed, SeedFor("digest", 2); got != want {
		t.Errorf("first seed %d, want %d", got, want)
	}
	if s.Seed = &seven; s.Next(RulesWait, nil, nil).Seed != 7 {
		t.Errorf("first seed %d, want the script's", s.Next(RulesWait, nil, nil).Seed)
	}
}

func TestUsed(t *testing.T) {
	for kind, want := range map[provider.Kind]bool{
		"": true, provider.KindFailed: true, provider.KindRefused: true, provider.KindUnknown: true,
		provider.KindAuth: false, provider.KindQuota: false, provider.KindTransient: false, provider.KindThrottled: false,
	} {
		if (Attempt{Kind: kind}).Used() != want {
			t.Errorf("%q: used %v", kind, !want)
		}
	}
}

// A refusal is answered with one remedy more each time, then with another vendor.
// All refusals of one vendor are one take of those allowed.
func TestRefusalsAreRemedied(t *testing.T) {
	s := Shot{Digest: "d", NextTake: 1, MaxTakes: 2, Routes: []Route{
		{Instance: "ark", Remedies: []Remedy{RemedySilent, RemedySoftened}}, {Instance: "kling"},
	}}
	var done []Attempt
	for i, want := range []Step{
		{Do: DoTake, Route: s.Routes[0], Take: 1},
		{Do: DoTake, Route: s.Routes[0], Take: 2, Remedies: []Remedy{RemedySilent}},
		{Do: DoTake, Route: s.Routes[0], Take: 3, Remedies: []Remedy{RemedySilent, RemedySoftened}},
		{Do: DoTake, Route: s.Routes[1], Take: 4},
		{Do: DoGiveUp},
	} {
		got := s.Next(RulesWait, done, nil)
		got.Seed, got.Reasons = 0, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("step %d: %s", i+1, diff)
		}
		done = append(done, Attempt{Instance: got.Route.Instance, Take: got.Take, Kind: provider.KindRefused, Remedies: got.Remedies})
	}
	// A remedy that helps stays on for the takes that follow.
	after := append(done[:2:2], Attempt{Instance: "ark", Take: 3, Remedies: done[1].Remedies})
	if got := s.Next(RulesWait, after, nil); got.Route.Instance != "ark" || len(got.Remedies) == 0 {
		t.Errorf("after an NG take: %+v", got)
	}
}
