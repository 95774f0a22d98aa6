package footage

import (
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// Clock gives every decoded picture its time since the first, whatever the
// container says: missing stamps are guessed, stamps that run backwards are put
// right, the last picture gets an end.
type Clock struct {
	Origin   time.Duration // the clip's own time of the first picture
	End      time.Duration // of the last picture, since the first
	Pictures int
	// Stamped says that a picture with a time stamp has come: until then Origin is
	// not known.
	Stamped bool

	last time.Duration // time of the last picture
	step time.Duration // interval to expect
}

// maxStand is the longest that a last picture may claim to stand.
const maxStand = time.Minute

func NewClock(fps media.Rational) *Clock {
	step := 40 * time.Millisecond
	if fps.Valid() && fps.Float() >= 1 && fps.Float() <= MaxFPS {
		step = media.Frames(1).Duration(fps)
	}
	return &Clock{step: step}
}

// Tick takes the next picture and returns its time since the first.
func (k *Clock) Tick(f *astiav.Frame, dec *Decoder) (time.Duration, error) {
	pts, lasts := bestPts(f), frameDuration(f)
	var at time.Duration
	switch {
	case pts == astiav.NoPtsValue && k.Pictures == 0:
	case pts == astiav.NoPtsValue:
		at = k.last + k.step
	case !k.Stamped:
		if k.Pictures > 0 { // those before came without stamps
			at = k.last + k.step
		}
		k.Origin, k.Stamped = dec.Time(pts)-at, true
	default:
		at = dec.Time(pts) - k.Origin
		if at <= k.last {
			at = k.last + time.Microsecond // shown, if at all, right after
		}
		if d := at - k.last; d > time.Millisecond {
			k.step = d
		}
	}
	if at > media.MaxClipDuration || k.Pictures >= MaxClipPictures {
		return 0, media.ClipErrorf("the clip is longer than %v", media.MaxClipDuration)
	}
	k.Pictures++
	k.last = at
	stands := k.step
	if d := dec.Time(lasts); d > 0 && d <= maxStand {
		stands = d
	}
	k.End = at + stands
	return at, nil
}
