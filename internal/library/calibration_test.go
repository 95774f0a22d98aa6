package library_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store/mem"
)

// TestPicks: what people circled and marked, of one judge's grades; what QC circled, what
// nobody decided about, and a take that is both for and against, say nothing.
func TestPicks(t *testing.T) {
	l := library.Library{Store: mem.New()}
	ep := drama.EpisodeID{Show: "s", Number: 1}
	id := func(n int) drama.TakeID { return drama.TakeID{Episode: ep, Slate: "1A", Number: n} }
	grades := []drama.Grade{{Question: "action", Grade: 3, Floor: 2}}
	for n, model := range map[int]string{1: "m", 2: "m", 3: "m", 4: "m", 5: "old", 6: "m", 7: "m"} {
		take := drama.Take{ID: id(n), Digest: string(rune('a' + n)), Origin: drama.OriginGenerated, Verdict: drama.Verdict{Pass: true, Grades: grades, Judge: model}, MadeAt: time.Unix(0, 0)}
		if n == 7 {
			take.Verdict.Grades, take.Verdict.Judge = nil, ""
		}
		if _, err := l.WriteTake(t.Context(), take); err != nil {
			t.Fatal(err)
		}
	}
	for n, by := range map[int]string{1: "ana", 2: library.ByQC, 5: "ana", 6: "ana", 7: "ana"} {
		if err := l.WriteCircle(t.Context(), drama.Circle{Digest: string(rune('a' + n)), Take: id(n), By: by}, true); err != nil {
			t.Fatal(err)
		}
	}
	for n, state := range map[int]drama.TakeState{3: drama.TakeNG, 4: drama.TakePrint, 6: drama.TakeNG} {
		if _, err := l.WriteMark(t.Context(), drama.Mark{Take: id(n), State: state, By: "ana", At: time.Unix(0, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	picks, damaged, err := l.Picks(t.Context(), "s", []drama.EpisodeID{ep}, "m")
	if err != nil || len(damaged) > 0 {
		t.Fatal(err, damaged)
	}
	got := make(map[int]bool)
	for _, p := range picks {
		got[p.Take.Number] = p.Good
	}
	if diff := cmp.Diff(map[int]bool{1: true, 3: false, 4: true}, got); diff != "" {
		t.Error(diff)
	}
	if c, err := l.Calibration(t.Context(), "s"); c != nil || err != nil {
		t.Errorf("before: %+v, %v", c, err)
	}
	made := judge.Calibrate("m", picks, time.Unix(5, 0).UTC())
	for range 2 {
		if err := l.WriteCalibration(t.Context(), "s", made); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := l.Calibration(t.Context(), "s"); err != nil || cmp.Diff(&made, c) != "" {
		t.Errorf("%+v, %v", c, err)
	}
}
