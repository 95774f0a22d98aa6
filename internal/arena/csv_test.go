package arena_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
)

// voted is a file of some votes of every sort.
func voted(t testing.TB) (*league, string) {
	t.Helper()
	l := newLeague(9, 900, 1000, 1100)
	l.kinds = arena.Kinds()
	l.season(10, 2)
	l.vote(l.pairs[0], "=cmd|' /C calc'!A1", arena.BothBad, arena.SideB)
	l.votes[3].Reasons = []arena.Reason{arena.Temporal, arena.Coherence}
	l.votes[4].Void, l.votes[5].Mirror = arena.WhyOpened, true
	l.votes[6].By = "小野, \"ono\""
	l.pairs[1].Void = "'model-01' was NG"
	var file bytes.Buffer
	if err := arena.WriteCSV(&file, arena.Count(l.pairs, l.votes)); err != nil {
		t.Fatal(err)
	}
	return l, file.String()
}

func TestCSVThereAndBack(t *testing.T) {
	l, file := voted(t)
	if strings.Contains(file, ",=cmd") {
		t.Error("a spreadsheet would run a voter's name")
	}
	pairs, votes, err := arena.ReadCSV(strings.NewReader("\ufeff"+file), "votes.csv")
	if err != nil {
		t.Fatal(err)
	}
	if want, got := arena.Rank(l.pairs, l.votes, today, nil), arena.Rank(pairs, votes, today, nil); want.Digest() != got.Digest() {
		t.Error(cmp.Diff(want, got))
	}
	for i := range votes {
		if votes[i].Source != "votes.csv" {
			t.Errorf("vote %s does not say where it is from", votes[i].ID)
		}
		votes[i].Source = ""
	}
	if diff := cmp.Diff(l.votes, votes); diff != "" {
		t.Error(diff)
	}
}

func TestCSVRefuses(t *testing.T) {
	_, file := voted(t)
	lines := strings.SplitAfter(file, "\n")
	first := lines[1]
	for name, bad := range map[string]string{
		"nothing":                      "",
		"no votes file":                "a,b,c\n1,2,3\n",
		"a web page":                   "<html><body>Sign in</body></html>",
		"a row that is cut off":        strings.TrimSuffix(file, "\n")[:len(file)-20],
		"the same vote twice":          file + first,
		"a show that climbs out":       strings.Replace(file, "night-shift", "../../etc", 1),
		"a choice that does not exist": strings.Replace(file, "both_bad", "best", 1),
		"a digest that is a path":      strings.Replace(file, strings.Repeat("0", 64), "../../../../passwd", 1),
		"a mark that turns the text":   strings.Replace(file, "ono", "\u202eono", 1),
		"a long name":                  strings.Replace(file, "ono", strings.Repeat("o", 300), 1),
		"two stories of one pair":      strings.Replace(file, "the-model-00", "the-model-99", 1),
		"another year":                 strings.Replace(file, "2026-11", "0001-11", 1),
	} {
		if bad == file {
			t.Fatalf("%s: nothing was changed", name)
		}
		if pairs, _, err := arena.ReadCSV(strings.NewReader(bad), "x"); !errors.Is(err, arena.ErrFile) || pairs != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCSVIsBounded: a file without an end is refused, not read until memory is gone.
func TestCSVIsBounded(t *testing.T) {
	_, file := voted(t)
	head, _, _ := strings.Cut(file, "\n")
	for name, r := range map[string]io.Reader{
		"one field without end": io.MultiReader(strings.NewReader(head+"\n\""), endless('x')),
		"lines without end":     io.MultiReader(strings.NewReader(head+"\n"), endless('\n')),
	} {
		if _, _, err := arena.ReadCSV(r, "x"); !errors.Is(err, arena.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte{byte(e)}, len(p))), nil
}

func FuzzReadCSV(f *testing.F) {
	_, file := voted(f)
	f.Add(file)
	f.Add("vote,at\n")
	f.Fuzz(func(t *testing.T, text string) {
		pairs, votes, err := arena.ReadCSV(strings.NewReader(text), "x")
		if err != nil {
			return
		}
		// What is read can be written, and is then read as the same.
		var out bytes.Buffer
		if err := arena.WriteCSV(&out, arena.Count(pairs, votes)); err != nil {
			t.Fatal(err)
		}
		again, same, err := arena.ReadCSV(&out, "x")
		if err != nil || len(again) != len(pairs) || len(same) != len(votes) {
			t.Fatalf("%d pairs and %d votes came back as %d and %d: %v", len(pairs), len(votes), len(again), len(same), err)
		}
	})
}
