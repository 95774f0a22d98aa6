package library

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

// A look book is what was approved last of each sheet; its candidates are found by slate,
// a damaged one is told and hides no other, and one that is recorded is no job that a run
// left.
func TestLookBook(t *testing.T) {
	s := mem.New()
	l := Library{Store: s}
	id := drama.LookBookID("tiny")
	jobs := ledger.Objects{Store: s}
	for n := 1; n <= 3; n++ {
		take := drama.TakeID{Episode: id, Slate: "0-mara-face-still", Number: n}
		job := ledger.ID{Take: take, Attempt: 1}
		for _, err := range []error{
			jobs.Intend(t.Context(), ledger.Intent{ID: job}),
			jobs.Receive(t.Context(), job, ledger.Receipt{Job: provider.Job{ID: job.String()}}),
			jobs.Settle(t.Context(), job, ledger.Outcome{State: "succeeded"}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n < 3 {
			if err := l.WriteCandidate(t.Context(), drama.Still{Take: take, Digest: "d"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Put(t.Context(), store.Keys{Show: "tiny"}.Candidate("0-bo-face", 1), strings.NewReader("{"), jsonType); err != nil {
		t.Fatal(err)
	}
	found, damaged, err := l.Candidates(t.Context(), "tiny")
	if err != nil || len(damaged) != 1 || len(found["0-mara-face"]) != 2 || found["0-mara-face"][1].Take.Number != 2 {
		t.Errorf("candidates %v, damaged %v: %v", found, damaged, err)
	}
	if left, err := l.Unfinished(t.Context(), jobs, id); err != nil || len(left) != 1 || left[0].Take.Number != 3 {
		t.Errorf("unfinished %v: %v", left, err)
	}
	if b, err := l.LookBook(t.Context(), "tiny"); err != nil || len(b.Sheets) != 0 {
		t.Errorf("before anything is approved: %v, %v", b, err)
	}
	face := drama.Sheet{Kind: "cast", ID: "mara", As: drama.RoleFace}
	for n := 1; n <= 2; n++ {
		a := drama.Approved{Sheet: face, Take: drama.TakeID{Episode: id, Slate: "0-mara-face-still", Number: n}, File: drama.File{SHA256: "x"}}
		if err := l.Approve(t.Context(), "tiny", a); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := l.LookBook(t.Context(), "tiny"); err != nil || len(b.Sheets) != 1 || b.Sheets["mara:face"].Take.Number != 2 {
		t.Errorf("the look book is %v: %v", b, err)
	}
}
