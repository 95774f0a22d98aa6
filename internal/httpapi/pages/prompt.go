package pages

import (
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/httpapi/api"
)

// promptData is what a take's maker was asked for, against the circled take's.
type promptData struct {
	Take, Against int // Against 0: there is nothing to compare with
	Words         []word
	Negative      string // as far as the model reads it
	Mode          string
	Size          string
	Seconds       string
	Model         string
	Dialect       string // in whose words that was told
	Seed          *int64
	Remedies      []string
}

// word is a part of a text: new, gone, or in both.
type word struct {
	Text      string
	New, Gone bool
}

// promptOf is nil where nothing was noted, as for footage.
func promptOf(t api.Take, circled *api.Take) *promptData {
	if t.Asked == nil {
		return nil
	}
	a := t.Asked
	d := &promptData{Take: t.Number, Mode: a.Mode, Size: a.Raster.String(), Model: t.Model, Dialect: a.Dialect, Seed: t.Seed, Remedies: t.Remedies}
	d.Seconds = strings.TrimSuffix(seconds(a.MakeMS), ".0")
	if a.Reads.Negative {
		d.Negative = a.Negative
	}
	d.Words = []word{{Text: a.Prompt}}
	if circled != nil && circled.Number != t.Number && circled.Asked != nil {
		d.Against = circled.Number
		d.Words = changed(circled.Asked.Prompt, a.Prompt)
	}
	return d
}

// changed compares two texts word by word: the longest common run of words stays.
func changed(old, now string) []word {
	a, b := split(old), split(now)
	const most = 2000 // words of each; a prompt has a few hundred
	if len(a) > most || len(b) > most {
		return []word{{Text: now, New: true}}
	}
	// rest[i][j] is how many words a[i:] and b[j:] have in common, in order.
	rest := make([][]uint16, len(a)+1)
	for i := range rest {
		rest[i] = make([]uint16, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				rest[i][j] = rest[i+1][j+1] + 1
			} else {
				rest[i][j] = max(rest[i+1][j], rest[i][j+1])
			}
		}
	}
	var out []word
	put := func(w word) {
		if n := len(out); n > 0 && out[n-1].New == w.New && out[n-1].Gone == w.Gone {
			out[n-1].Text += w.Text
			return
		}
		out = append(out, w)
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			put(word{Text: b[j]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && rest[i+1][j] >= rest[i][j+1]:
			put(word{Text: a[i], Gone: true})
			i++
		default:
			put(word{Text: b[j], New: true})
			j++
		}
	}
	return out
}

// split cuts a text into words with the space after them; Chinese has a word a letter.
func split(s string) []string {
	var out []string
	begin := 0
	inside := false
	for i, r := range s {
		wide := r >= 0x2e80
		space := r == ' ' || r == '\n' || r == '\t'
		if (!space && !inside || wide) && i > begin {
			out = append(out, s[begin:i])
			begin = i
		}
		inside = !space && !wide
	}
	if begin < len(s) {
		out = append(out, s[begin:])
	}
	return out
}
