package activities_test

import (
	"errors"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

var upright = drama.Format{Raster: media.Raster{Width: 720, Height: 1280}, FPS: media.Rational{Num: 24, Den: 1}}

func TestEveryTakeThatDecodesCanBeLookedAt(t *testing.T) {
	for action, want := range map[string]bool{"plain": true, "[fake: black]": true, "[fake: garbage]": false} {
		t.Run(action, func(t *testing.T) {
			st := mem.New()
			s := rehearsal.New(t, rehearsal.Options{Store: st})
			in, out := conformed(t, s, action, "qc", 1)
			l := library.Library{Store: st}
			first, err := l.Review(t.Context(), in.Take)
			if want != (err == nil) || !want && !errors.Is(err, store.ErrNotFound) {
				t.Fatalf("the review of a take that passed %t: %v", out.Verdict.Pass, err)
			}
			// Takes of before this have none: it is made when somebody looks.
			st.Lose(store.Keys{Show: "rehearsal"}.TakeReview(in.Take))
			err = s.Media.MakeReview(t.Context(), in.Take, upright)
			if clip, bad := errors.AsType[*media.ClipError](err); want != (err == nil) || bad == want {
				t.Fatalf("made on demand: %v, clip at fault: %v", err, clip)
			}
			again, err := l.Review(t.Context(), in.Take)
			if want != (err == nil) || want && again.Type != first.Type {
				t.Errorf("made on demand: %+v, %v", again, err)
			}
		})
	}
}

// A take is shown as it was judged: conforming it for another cut leaves its review,
// and so does asking for one that is there.
func TestAReviewStays(t *testing.T) {
	st := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in, out := conformed(t, s, "plain", "qc", 1)
	put(t, st, store.Keys{Show: "rehearsal"}.TakeReview(in.Take), "as it was judged")
	st.Lose("rehearsal/mezzanines/" + out.Mezzanine + "/conform.json")
	in.Clip = nil
	if _, err := s.Media.Conform(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := s.Media.MakeReview(t.Context(), in.Take, upright); err != nil {
		t.Fatal(err)
	}
	body, _, err := st.Read(t.Context(), store.Keys{Show: "rehearsal"}.TakeReview(in.Take))
	if err != nil || string(body) != "as it was judged" {
		t.Errorf("the review is now %q, %v", body, err)
	}
	if err := s.Media.MakeReview(t.Context(), drama.TakeID{Episode: in.Take.Episode, Slate: "1A", Number: 9}, upright); failure(err) != activities.ErrRecord {
		t.Errorf("of a take that is not there: %v", err)
	}
}
