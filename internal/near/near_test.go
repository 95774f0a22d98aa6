package near

import (
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	for _, c := range []struct {
		word  string
		known []string
		want  string
	}{
		{"Lok", []string{"look", "avoid"}, "look"},
		{"lcoation", []string{"location", "action"}, "location"}, // neighbours swapped are one mistake
		{"1D", []string{"1", "1A", "2B"}, "1A"},                  // a wrong letter before a missing one
		{"WS", []string{"MS", "ws"}, "ws"},
		{"x", []string{"y", "xy"}, ""}, // one letter is near to nothing
		{"夜斑", []string{"夜班", "白班"}, "夜班"},
		{"", []string{"a"}, ""},
		{"seedance", nil, ""},
		{"seedance", []string{"animatic"}, ""},
		{strings.Repeat("a", 1000), []string{strings.Repeat("a", 999)}, ""},
	} {
		if got := Word(c.word, c.known); got != c.want {
			t.Errorf("Word(%.20q, %q) = %q, want %q", c.word, c.known, got, c.want)
		}
	}
}

func TestAnyIsNearestHoweverFar(t *testing.T) {
	if got := Any("qqqqqq", []string{"en", "qqbbbb"}); got != "qqbbbb" {
		t.Errorf("got %q", got)
	}
	if got := Any("x", nil); got != "" {
		t.Errorf("got %q of none", got)
	}
}

func TestWithin(t *testing.T) {
	known := []string{"DAILIES_S3_BUCKET"}
	if Within("DAILIES_S3_BUKCET", known, 1) == "" || Within("DAILIES_S3_BAKIT", known, 2) != "" {
		t.Error("the number of edits does not hold")
	}
}
