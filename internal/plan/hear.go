package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// Listener is who listens to takes whose model speaks their lines.
type Listener struct {
	Minute drama.Money // what a minute of sound costs
}

// animatic is the type of the built-in provider: it knows what it says, and when.
const animatic = "animatic"

// Speaks says that a take by the route speaks the lines of the shot's brief, so that it
// can be heard whether it does.
func (s Shot) Speaks(r Route) bool {
	return r.Audio && r.Type != animatic && slices.ContainsFunc(s.Brief.Lines, audible)
}

func audible(l drama.BriefLine) bool { return drama.Audible(l.Say) }

// hear prices listening to the takes of a shot.
func (b *builder) hear(s *Shot) {
	var routes []Route
	if s.Action == Make {
		routes = s.Routes
	}
	if s.Compare != nil {
		routes = slices.Concat(routes, s.Compare.Routes)
	}
	if !slices.ContainsFunc(routes, s.Speaks) {
		return
	}
	b.unheard++
	if b.in.Listener == nil {
		return
	}
	price, err := b.in.Exchange.Convert(b.in.Listener.Minute.PerMinute(s.Frames.Duration(b.season.Format.FPS)), b.currency)
	if err != nil {
		b.problem(drama.Position{}, "", fmt.Sprintf("the listener: %v", err))
		return
	}
	if price.Micros > 0 {
		s.Hear = price
	}
}

// tellUnheard says, once, that nobody listens though the script asks for it.
func (b *builder) tellUnheard() {
	if b.in.Listener == nil && b.unheard > 0 && b.season.Listen != "" {
		b.warn(drama.Position{}, "", fmt.Sprintf("the season says listen: %s, but nobody listens, so that no take is held against its lines; configure listen, see dailies.example.yaml", b.season.Listen))
	}
}
