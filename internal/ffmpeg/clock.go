package ffmpeg

import (
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// clock gives every decoded picture its time since the first, whatever the
// container says: missing stamps are guessed, stamps that run backwards are put
// right, the last picture gets an end.
type clock struct {
	origin   time.Duration // the clip's own time of the first picture
	end      time.Duration // of the last picture, since the first
	pictures int

	last time.Duration // time of the last picture
	step time.Duration // interval to expect
}

// maxJump is the longest a picture may stand: beyond it a time stamp is damage.
const maxJump = time.Minute

func newClock(fps media.Rational) *clock {
	step := 40 * time.Millisecond
	if fps.Valid() && fps.Float() >= 1 && fps.Float() <= maxFPS {
		step = media.Frames(1).Duration(fps)
	}
	return &clock{step: step}
}

// tick takes the next picture and returns its time since the first.
func (k *clock) tick(f *astiav.Frame, dec *decoder) (time.Duration, error) {
	pts, lasts := bestPts(f), frameDuration(f)
	var at time.Duration
	switch {
	case k.pictures == 0 && pts != astiav.NoPtsValue:
		k.origin = dec.Time(pts)
	case k.pictures == 0:
	case pts == astiav.NoPtsValue:
		at = k.last + k.step
	default:
		at = dec.Time(pts) - k.origin
		if at <= k.last {
			at = k.last + time.Microsecond // shown, if at all, right after
		}
		if at-k.last > maxJump {
			return 0, clipErrorf("the pictures' time stamps jump by %v", (at - k.last).Round(time.Second))
		}
		if d := at - k.last; d > time.Millisecond {
			k.step = d
		}
	}
	if at > maxClipDuration || k.pictures >= maxClipPictures {
		return 0, clipErrorf("the clip is longer than %v", maxClipDuration)
	}
	k.pictures++
	k.last = at
	stands := k.step
	if d := dec.Time(lasts); d > 0 && d <= maxJump {
		stands = d
	}
	k.end = at + stands
	return at, nil
}
