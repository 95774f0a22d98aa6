package retention_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/retention"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func ago(days float64) time.Time { return now.Add(-time.Duration(days * float64(24*time.Hour))) }

func TestWhatGoes(t *testing.T) {
	all := retention.Policy{TakesNG: 30, Cuts: 2, Mezzanines: 10, LookBook: 5, Scratch: 1, Answers: 1}
	for name, c := range map[string]struct {
		policy retention.Policy
		item   retention.Item
		goes   bool
	}{
		"old and needed by nothing":        {all, retention.Item{Kind: retention.TakesNG, Newest: ago(30)}, true},
		"a second too young":               {all, retention.Item{Kind: retention.TakesNG, Newest: ago(30).Add(time.Second)}, false},
		"needed":                           {all, retention.Item{Kind: retention.TakesNG, Newest: ago(99), Needed: "a note"}, false},
		"0 keeps all":                      {retention.Policy{Cuts: 2}, retention.Item{Kind: retention.TakesNG, Newest: ago(9999)}, false},
		"a cut of the last two":            {all, retention.Item{Kind: retention.Cuts, Newest: ago(99), Newer: 1}, false},
		"a cut before them":                {all, retention.Item{Kind: retention.Cuts, Newest: ago(99), Newer: 2}, true},
		"a cut before them, of today":      {all, retention.Item{Kind: retention.Cuts, Newest: ago(0.9), Newer: 9}, false},
		"a cut that is needed":             {all, retention.Item{Kind: retention.Cuts, Newest: ago(99), Newer: 9, Needed: "an approval"}, false},
		"0 keeps all cuts":                 {retention.Policy{TakesNG: 1}, retention.Item{Kind: retention.Cuts, Newest: ago(99), Newer: 9}, false},
		"nothing is younger than a day":    {all, retention.Item{Kind: retention.Scratch, Newest: now.Add(-23 * time.Hour)}, false},
		"written by a clock that is fast":  {all, retention.Item{Kind: retention.Answers, Newest: now.Add(time.Hour)}, false},
		"begun, although it is young":      {all, retention.Item{Kind: retention.Cuts, Newest: now, Begun: true}, true},
		"begun, with another policy since": {retention.Policy{}, retention.Item{Kind: retention.TakesNG, Newest: now, Begun: true}, true},
		"a mezzanine after its days":       {all, retention.Item{Kind: retention.Mezzanines, Newest: ago(11)}, true},
		"a picture of a sheet after its":   {all, retention.Item{Kind: retention.LookBook, Newest: ago(6)}, true},
		"an answer after its":              {all, retention.Item{Kind: retention.Answers, Newest: ago(2)}, true},
		"a kind that the policy knows not": {all, retention.Item{Kind: "else", Newest: ago(999)}, false},
	} {
		goes, why := c.policy.Goes(c.item, now)
		if goes != c.goes || why == "" {
			t.Errorf("%s: goes %v, because: %q", name, goes, why)
		}
		// What is called young need not be looked at, so it may not be what goes.
		if !c.item.Begun && goes && c.policy.Young(c.item.Kind, c.item.Newest, now) {
			t.Errorf("%s: it goes and is young", name)
		}
	}
}

// TestTheDefaultCostsNobodyAnything: nothing that was paid for or delivered goes unless it
// is asked for.
func TestTheDefaultCostsNobodyAnything(t *testing.T) {
	for _, k := range retention.Kinds() {
		free := slices.Contains([]retention.Kind{retention.Mezzanines, retention.Scratch, retention.Answers}, k)
		if goes, why := retention.Default().Goes(retention.Item{Kind: k, Newest: ago(36500), Newer: 1000}, now); goes != free {
			t.Errorf("%s: goes %v: %s", k, goes, why)
		}
	}
}

func TestNeeds(t *testing.T) {
	ep := drama.EpisodeID{Show: "night", Number: 1}
	take := func(n int) drama.TakeID { return drama.TakeID{Episode: ep, Slate: "1A", Number: n} }
	two := take(2)
	var n retention.Needs
	n.Manifest(drama.Manifest{ID: ep, Cut: 4, Shots: []drama.ManifestShot{{Take: take(1), FinalOf: &two, VideoDigest: "v"}}}, "cut 4")
	n.Manifest(drama.Manifest{ID: ep, Cut: 3, Dub: &drama.ManifestDub{Language: "de", Number: 1, Lips: []drama.ManifestLips{{Take: take(9)}}}}, "dub")
	n.Edit(drama.Edit{Episode: ep, Events: []drama.EditEvent{{Slate: "1A", Take: 3, Out: media.Transition{}}}, Knew: []drama.EditShot{{Slate: "1A", Take: 4}}, Circled: []drama.EditCircle{{Slate: "1A", Was: 5, Now: 6}}})
	n.Note(drama.Note{Episode: ep, Slate: "1A", Take: 7})
	n.Note(drama.Note{Episode: ep, Slate: "1A", Take: 20, Deleted: true})
	n.Note(drama.Note{Episode: ep, Cut: 2})
	n.Mark(drama.Mark{Take: take(8), State: drama.TakeHold})
	n.Mark(drama.Mark{Take: take(21), State: drama.TakeNG})
	var all retention.Needs
	all.Add(n)
	for i := 1; i <= 9; i++ {
		if all.OfTake(take(i)) == "" {
			t.Errorf("take %d is needed by nothing", i)
		}
	}
	for _, i := range []int{20, 21, 22} {
		if by := all.OfTake(take(i)); by != "" {
			t.Errorf("take %d is needed by %s", i, by)
		}
	}
	if all.OfCut(ep, 2) == "" || all.OfCut(ep, 3) == "" || all.OfCut(ep, 4) != "" {
		t.Error("cuts 2 and 3 are needed, by a note and a dub, and 4 is not")
	}
	if all.OfPictures("v") == "" || all.OfPictures("w") != "" {
		t.Error("of the pictures those are needed that a cut shows")
	}
}

func TestLifecycle(t *testing.T) {
	got, err := json.Marshal(retention.Policy{Answers: 2, Scratch: 7, TakesNG: 9, Cuts: 1}.Rules("studio/"))
	want := `{"Rules":[{"ID":"dailies-answers","Status":"Enabled","Filter":{"Prefix":"studio/_studio/acts/"},"Expiration":{"Days":2}},` +
		`{"ID":"dailies-proofs","Status":"Enabled","Filter":{"Prefix":"studio/_proof/"},"Expiration":{"Days":7}},` +
		`{"ID":"dailies-uploads","Status":"Enabled","Filter":{"Prefix":"studio/"},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v)\nwant %s", got, err, want)
	}
}
