package drama

import (
	"fmt"
	"time"
)

// Draft says that a take is a cheap version of itself: until a day its maker can deliver
// the very same take as a final, which is a purchase of its own.
type Draft struct {
	// ID is what its maker calls it where a final is asked for.
	ID string `json:"id"`
	// Until is when its maker forgets it; zero: no end is known.
	Until time.Time `json:"until,omitzero"`
}

// Expired says that no final can be bought of it any more. A now of zero is before
// every end.
func (d Draft) Expired(now time.Time) bool {
	return !d.Until.IsZero() && !now.IsZero() && !now.Before(d.Until)
}

// Left is how long a final can still be bought, in words: "6 days left".
func (d Draft) Left(now time.Time) string {
	const day = 24 * time.Hour
	left := d.Until.Sub(now)
	switch {
	case d.Until.IsZero():
		return "no end is known"
	case d.Expired(now):
		return "expired"
	case left >= 2*day:
		return fmt.Sprintf("%d days left", left/day)
	case left >= 2*time.Hour:
		return fmt.Sprintf("%d hours left", left/time.Hour)
	}
	return fmt.Sprintf("%d minutes left", left/time.Minute)
}
