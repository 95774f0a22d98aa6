package eta_test

import (
	"testing"
	"time"

	"github.com/dailies/dailies/internal/eta"
)

func seconds(all ...int) []time.Duration {
	var d []time.Duration
	for _, s := range all {
		d = append(d, time.Duration(s)*time.Second)
	}
	return d
}

func TestWhatIsLeftBySlots(t *testing.T) {
	// Ten slots, a hundred jobs of exactly a minute: ten minutes, and no doubt about it.
	span, ok := eta.Of([]eta.Vendor{{Slots: 10, Left: 100, Took: seconds(60, 60, 60)}})
	if !ok || span.Low != 10*time.Minute || span.High != 10*time.Minute {
		t.Errorf("%v, %+v", ok, span)
	}
	// The slower of two vendors decides; one that has nothing left need not be known.
	span, ok = eta.Of([]eta.Vendor{{Slots: 10, Left: 100, Took: seconds(60)}, {Slots: 1, Left: 20, Took: seconds(60)}, {Slots: 3}})
	if !ok || span.Mid != 20*time.Minute {
		t.Errorf("%v, %+v", ok, span)
	}
	// Jobs that are under way are not begun again.
	span, ok = eta.Of([]eta.Vendor{{Slots: 2, Left: 2, Running: seconds(30, 50), Took: seconds(60)}})
	if !ok || span.Mid != 90*time.Second {
		t.Errorf("%v, %+v", ok, span)
	}
	if _, ok = eta.Of([]eta.Vendor{{Slots: 2, Left: 2}}); ok {
		t.Error("a vendor that nobody has seen work is foreseen")
	}
}

// The span is as wide as what was seen differs, and narrows as more is seen.
func TestTheSpread(t *testing.T) {
	few, _ := eta.Of([]eta.Vendor{{Slots: 5, Left: 200, Took: seconds(40, 120)}})
	var many []time.Duration
	for range 50 {
		many = append(many, seconds(40, 120)...)
	}
	more, _ := eta.Of([]eta.Vendor{{Slots: 5, Left: 200, Took: many}})
	if more.Low >= more.Mid || more.Mid >= more.High || few.High-few.Low <= 2*(more.High-more.Low) {
		t.Errorf("of two sightings %+v, of a hundred %+v", few, more)
	}
	if mean := 200 / 5 * 80 * time.Second; more.Mid < mean*9/10 || more.Mid > mean*11/10 {
		t.Errorf("the middle is %s, the mean %s", more.Mid, mean)
	}
	// More than are followed one by one: the scale is right.
	far, _ := eta.Of([]eta.Vendor{{Slots: 10, Left: 30_000, Took: seconds(60)}})
	if want := 30_000 / 10 * time.Minute; far.Mid < want*95/100 || far.Mid > want*105/100 {
		t.Errorf("thirty thousand take %s, want %s", far.Mid, want)
	}
}
