// Package attempts is the policy of what follows the attempts at a shot so far:
// another take, another provider, a person, or the end. It is pure, and runs ask
// it inside of their workflow, so its rules are versioned: a run that began by one
// version goes on by it.
package attempts

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Shot is what the policy needs of a planned shot.
type Shot struct {
	Digest string `json:"digest"`
	// Routes may make the shot, best first.
	Routes []Route `json:"routes,omitempty"`
	// NextTake is the number of the first new take.
	NextTake int `json:"next_take"`
	// Seed is what the first new take uses; nil: SeedFor(Digest, NextTake).
	Seed *int64 `json:"seed,omitempty"`
	// MaxTakes is how many new takes may be made.
	MaxTakes int `json:"max_takes"`
}

// Route is one way to make a shot.
type Route struct {
	Instance string      `json:"instance"`
	Model    string      `json:"model"`
	Price    drama.Money `json:"price"` // of one take, in the season's currency
	// Still says that the route starts from the shot's still; Text is the price of
	// doing without it, nil where that is not possible.
	Still bool         `json:"still,omitempty"`
	Text  *drama.Money `json:"text,omitempty"`
	// Remedies are what to change, one more each time, when the vendor's moderation
	// refuses the shot, before another vendor is asked.
	Remedies []Remedy `json:"remedies,omitempty"`
}

// Remedy is a change to a request that was refused.
type Remedy string

// Remedies, in the order in which they are applied.
const (
	RemedySilent       Remedy = "silent"             // without sound
	RemedyNoReferences Remedy = "without references" // from the text, or the first frame, alone
	RemedySoftened     Remedy = "softened"           // told with restraint
)

// ngPerRoute is how many takes of one route may be NG before the next route is
// tried: once may be the seed, twice is the model.
const ngPerRoute = 2

// Attempt is a finished attempt at a shot in this run, in the order made.
type Attempt struct {
	Instance string `json:"instance"`
	// Take is the number it was given.
	Take int  `json:"take"`
	Pass bool `json:"pass"`
	// Kind is why no clip came; empty when one came and QC judged it.
	Kind    provider.Kind `json:"kind,omitempty"`
	Reasons []string      `json:"reasons,omitempty"`
	// Remedies were applied because the vendor refused the shot before.
	Remedies []Remedy `json:"remedies,omitempty"`
}

// Do is what to do next.
type Do string

// What to do next: nothing more, make another take, ask a person, wait until a
// parked provider may be asked again, or give the shot up as NG.
const (
	DoDone   Do = "done"
	DoTake   Do = "take"
	DoHold   Do = "hold"
	DoWait   Do = "wait"
	DoGiveUp Do = "give-up"
)

// Rules are versions of the policy. A run names the one that it began by.
const (
	// RulesFirst are those of the first release, also of runs that name none: where
	// every route is parked, the shot is given up.
	RulesFirst = 1
	// RulesWait: where only parked routes are left the shot waits for them; a key or
	// a balance is mended without another take.
	RulesWait = 2
)

// Step is the next thing to do for a shot. Route, Seed and Take are set for
// DoTake; Reasons say why not for the others.
type Step struct {
	Do      Do       `json:"do"`
	Route   Route    `json:"route"`
	Take    int      `json:"take"`
	Seed    int64    `json:"seed"`
	Reasons []string `json:"reasons,omitempty"`
	// Remedies are the changes to make to the request.
	Remedies []Remedy `json:"remedies,omitempty"`
}

// Next decides what follows the attempts so far: the same route with a new seed
// after an NG or failed take; the same route with one remedy more after a refusal;
// the next route after two takes, after the last remedy, and where a provider is parked (by instance: the reason); a person where it is
// not known whether money was spent; the end after MaxTakes takes, an invalid
// request, or when no route is left. It is a pure function of its arguments; rules
// is the version.
func (s Shot) Next(rules int, done []Attempt, parked map[string]string) Step {
	var reasons []string
	spent := 0 // takes that count against MaxTakes
	take := s.NextTake
	tries := make(map[string]int)
	closed := make(map[string]bool)
	remedied := make(map[string]int) // remedies that an instance's next take needs
	for _, a := range done {
		if a.Pass {
			return Step{Do: DoDone}
		}
		reasons = append(reasons, a.why())
		take = max(take, a.Take+1)
		if !a.Used() {
			// A key or a balance parks the provider for all shots; the rest is this
			// shot's alone.
			mended := rules >= RulesWait && (a.Kind == provider.KindAuth || a.Kind == provider.KindQuota)
			closed[a.Instance] = closed[a.Instance] || !mended
			continue
		}
		switch a.Kind {
		case provider.KindAmbiguous:
			return Step{Do: DoHold, Reasons: reasons}
		case provider.KindInvalid:
			return Step{Do: DoGiveUp, Reasons: reasons}
		case provider.KindRefused:
			remedied[a.Instance] = len(a.Remedies) + 1
			if remedied[a.Instance] > s.remedies(a.Instance) {
				closed[a.Instance] = true
				spent++ // the refusals of one vendor count as one take
			}
		case provider.KindUnknown, provider.KindNotFound:
			closed[a.Instance] = true
			spent++
		case provider.KindFailed, "":
			tries[a.Instance]++
			spent++
		default:
			closed[a.Instance] = true
			spent++
		}
	}
	if spent >= max(s.MaxTakes, 1) {
		return Step{Do: DoGiveUp, Reasons: append(reasons, fmt.Sprintf("%d of %d takes used; raise takes.max, change the shot or retake it", spent, max(s.MaxTakes, 1)))}
	}
	open := func(least int) (Route, bool) {
		for _, r := range s.Routes {
			if _, p := parked[r.Instance]; !p && !closed[r.Instance] && tries[r.Instance] < least {
				return r, true
			}
		}
		return Route{}, false
	}
	route, ok := open(ngPerRoute)
	if !ok {
		// Every route had its chances; those that merely made NG takes may use
		// up the rest.
		route, ok = open(max(s.MaxTakes, 1))
	}
	if !ok {
		waits := false
		for _, r := range s.Routes {
			if why, p := parked[r.Instance]; p {
				reasons = append(reasons, fmt.Sprintf("%s is parked: %s", r.Instance, why))
				waits = waits || !closed[r.Instance] && tries[r.Instance] < max(s.MaxTakes, 1)
			}
		}
		if waits && rules >= RulesWait {
			return Step{Do: DoWait, Reasons: reasons}
		}
		return Step{Do: DoGiveUp, Reasons: append(reasons, "no provider is left to try; add one to the routing")}
	}
	step := Step{Do: DoTake, Route: route, Take: take, Seed: SeedFor(s.Digest, take)}
	if n := remedied[route.Instance]; n > 0 {
		step.Remedies = route.Remedies[:min(n, len(route.Remedies))]
	}
	if s.Seed != nil && len(done) == 0 {
		step.Seed = *s.Seed
	}
	return step
}

// remedies is how many there are for an instance's route.
func (s Shot) remedies(instance string) int {
	for _, r := range s.Routes {
		if r.Instance == instance {
			return len(r.Remedies)
		}
	}
	return 0
}

// SeedFor is the seed of a take of a shot: 1 to 2^31-1, the same for the same
// take everywhere, so that a run that is repeated asks for the same pictures.
func SeedFor(digest string, take int) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "seed/%s/%d", digest, take))
	seed := int64(binary.BigEndian.Uint32(sum[:]) & 0x7fffffff)
	return max(seed, 1)
}

// Used says whether the attempt used a take up: not where nothing was accepted.
func (a Attempt) Used() bool {
	switch a.Kind {
	case provider.KindAuth, provider.KindQuota, provider.KindTransient, provider.KindThrottled:
		return false
	case "", provider.KindAmbiguous, provider.KindRefused, provider.KindInvalid, provider.KindFailed, provider.KindUnknown, provider.KindNotFound:
	}
	return true
}

func (a Attempt) why() string {
	// Sprintf and + only: a workflow calls this, and the check of its determinism
	// knows nothing better of the rest of fmt.
	what := "NG"
	if a.Kind != "" {
		what = string(a.Kind)
	}
	text := fmt.Sprintf("take %d by %s %s", a.Take, a.Instance, what)
	if len(a.Reasons) > 0 {
		text += ": " + strings.Join(a.Reasons, "; ")
	}
	return text
}
