package conform

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// picker decides which source picture each output frame shows. Output frame n
// shows the last picture that has begun a quarter of a frame after n's time: the
// quarter keeps a container's rounded time stamps from repeating one picture and
// dropping the next.
type picker struct {
	fps   media.Rational
	start media.Frames // frames of the clip that are skipped
	next  media.Frames // output frame to come
}

// Until returns how many output frames, counted from the shot's first, show
// pictures that came before one that begins at t after the clip's first.
func (p *picker) Until(t time.Duration) media.Frames {
	// n shows an earlier picture while (n+start+1/4)/fps < t.
	unit := 4 * int64(time.Second) * p.fps.Den
	n := int64(t)*4*p.fps.Num - int64(time.Second)*p.fps.Den
	if n <= 0 {
		return 0
	}
	return max(0, media.Frames((n+unit-1)/unit)-p.start)
}

// Take returns the span [from, to) of output frames that show the picture before
// the one that begins at t, at most limit of them (0: no limit), and moves on.
func (p *picker) Take(t time.Duration, limit media.Frames) (from, to media.Frames) {
	from, to = p.next, p.Until(t)
	if limit > 0 {
		to = min(to, limit)
	}
	to = max(from, to)
	p.next = to
	return from, to
}
