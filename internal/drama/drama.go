// Package drama is the vocabulary of an episode as a writer, a script
// supervisor and a producer use it: season, episode, scene, shot, line, cast;
// take, verdict, circle, cut; money. It holds plain data with exact meaning and
// the few pure rules that belong to the words themselves. It reads nothing,
// writes nothing and knows no vendor.
package drama

import (
	"cmp"
	"fmt"
	"strings"
)

// EpisodeID names an episode of a show the way people type it: night-shift/ep01.
type EpisodeID struct {
	Show   string `json:"show"`
	Number int    `json:"episode"`
}

// Code is "ep01": at least two digits; "sheets" for the look book.
func (id EpisodeID) Code() string {
	if id.Number == LookBookNumber {
		return lookBookCode
	}
	return fmt.Sprintf("ep%02d", id.Number)
}

// String is "night-shift/ep01".
func (id EpisodeID) String() string { return id.Show + "/" + id.Code() }

// ParseEpisodeID reads "night-shift/ep01".
func ParseEpisodeID(s string) (EpisodeID, error) {
	show, code, ok := strings.Cut(s, "/")
	var n int
	if ok && ValidID(show) && code == lookBookCode {
		return LookBookID(show), nil
	}
	if ok && ValidID(show) && strings.HasPrefix(code, "ep") && len(code) >= 4 && len(code) <= 8 {
		if _, err := fmt.Sscanf(code[2:], "%d", &n); err == nil {
			if id := (EpisodeID{Show: show, Number: n}); id.Code() == code {
				return id, nil
			}
		}
	}
	return EpisodeID{}, fmt.Errorf("read episode %q: want SHOW/epNN, for example night-shift/ep01", s)
}

// ValidID says whether s may name a show, cast member, location or prop:
// [a-z0-9-], 1 to 64 characters, no leading or trailing dash.
func ValidID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// CompareSlates orders slates as people count: 1A, 2B, 2B-still, 10A. Digits count as the
// number that they are, all else without regard to case.
func CompareSlates(a, b string) int {
	number := func(s string) (n, rest string) {
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i < 0 {
			i = len(s)
		}
		return strings.TrimLeft(s[:i], "0"), s[i:]
	}
	na, ra := number(a)
	nb, rb := number(b)
	return cmp.Or(cmp.Compare(len(na), len(nb)), cmp.Compare(na, nb), cmp.Compare(strings.ToUpper(ra), strings.ToUpper(rb)), cmp.Compare(a, b))
}

// ValidSlate says whether s may name a shot: a scene number, then letters,
// digits or dashes: 2, 2B, 12-A. At most 32 characters.
func ValidSlate(s string) bool {
	if s == "" || len(s) > 32 || s[0] < '0' || s[0] > '9' {
		return false
	}
	for _, r := range s {
		ok := r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-'
		if !ok {
			return false
		}
	}
	return true
}
