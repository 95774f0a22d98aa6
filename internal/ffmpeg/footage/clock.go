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

	last time.Duration // time of the last picture
	step time.Duration // interval to expect
}

// maxJump is the longest a picture may stand: beyond it a time stamp is damage.
const maxJump = time.Minute

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
	case k.Pictures == 0 && pts != astiav.NoPtsValue:
		k.Origin = dec.Time(pts)
	case k.Pictures == 0:
	case pts == astiav.NoPtsValue:
		at = k.last + k.step
	default:
		at = dec.Time(pts) - k.Origin
		if at <= k.last {
			at = k.last + time.Microsecond // shown, if at all, right after
		}
		if at-k.last > maxJump {
			return 0, media.ClipErrorf("the pictures' time stamps jump by %v", (at - k.last).Round(time.Second))
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
	if d := dec.Time(lasts); d > 0 && d <= maxJump {
		stands = d
	}
	k.End = at + stands
	return at, nil
}
