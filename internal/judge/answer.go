package judge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
)

const (
	maxAnswer  = 64 << 10 // bytes of an answer that are read
	maxObjects = 64       // beginnings of objects that are tried
	maxReasons = 6
	maxReason  = 200 // characters of a reason
	maxAt      = 20  // characters of a moment
)

// endOfThought is how models that reason aloud end that.
const endOfThought = "</think>"

// Parse reads a model's answer to questions. Models wrap what they are asked for in code
// fences, prose and their own thoughts: the one JSON object with grades counts.
// It errs when there is none, when there are two that differ, when a grade is no whole
// number from 0 to Best, when fewer than half of the questions are graded and when the
// answer is over 64 KiB. What it was told is not repeated in the error.
func Parse(answer string, asked []Question) (Opinion, error) {
	raw, err := object(answer, "grades")
	if err != nil {
		return Opinion{}, err
	}
	var graded map[string]json.RawMessage
	if json.Unmarshal(raw, &graded) != nil {
		return Opinion{}, errors.New("the answer's grades are no object")
	}
	var o Opinion
	sum := 0
	for _, q := range asked {
		g, ok, err := readGrade(graded[q.ID])
		if err != nil {
			return Opinion{}, fmt.Errorf("the answer's grade of %s %w", q.ID, err)
		}
		if !ok {
			continue
		}
		g.Question, g.Floor = q.ID, q.Floor
		o.Grades = append(o.Grades, g)
		sum += g.Grade
	}
	if n := len(o.Grades); n == 0 || 2*n < len(asked) {
		return Opinion{}, fmt.Errorf("the answer grades %d of %d questions", n, len(asked))
	}
	o.Score = math.Round(1000*float64(sum)/float64(Best*len(o.Grades))) / 1000
	o.Reasons = reasons(o.Grades)
	return o, nil
}

// object finds the one JSON object in an answer that has a key, and gives its value.
func object(answer, key string) (json.RawMessage, error) {
	if len(answer) > maxAnswer {
		return nil, fmt.Errorf("the answer is %d bytes long; the limit is %d", len(answer), maxAnswer)
	}
	if i := strings.LastIndex(answer, endOfThought); i >= 0 {
		answer = answer[i+len(endOfThought):]
	}
	var found []json.RawMessage
	for range maxObjects {
		i := strings.IndexByte(answer, '{')
		if i < 0 {
			break
		}
		answer = answer[i:]
		var a map[string]json.RawMessage
		dec := json.NewDecoder(strings.NewReader(answer))
		if err := dec.Decode(&a); err != nil || a[key] == nil {
			answer = answer[1:] // not this one; perhaps one inside
			continue
		}
		found = append(found, a[key])
		answer = answer[dec.InputOffset():]
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("the answer holds no JSON object with %s", key)
	case len(found) > 1 && !bytes.Equal(found[0], found[len(found)-1]):
		return nil, fmt.Errorf("the answer holds more than one set of %s", key)
	}
	return found[0], nil
}

// readGrade reads a grade with its moment and reason, or a bare one. ok is false where
// the model could not tell.
func readGrade(raw json.RawMessage) (g drama.Grade, ok bool, err error) {
	var full struct {
		Grade json.RawMessage `json:"grade"`
		At    json.RawMessage `json:"at"`
		Why   json.RawMessage `json:"why"`
	}
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		if json.Unmarshal(raw, &full) != nil {
			return g, false, errors.New("cannot be read")
		}
		raw = full.Grade
	}
	text := strings.TrimSpace(string(raw))
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil && text != "null" {
		text = strings.TrimSpace(quoted)
	}
	if text == "" || text == "null" {
		return g, false, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) {
		return g, false, errors.New("is no number")
	}
	if n != math.Trunc(n) || n < 0 || n > Best {
		// 8 may be of 10: that is not for us to guess.
		return g, false, fmt.Errorf("is %.6g; grades are 0, 1, 2, 3 and 4", n)
	}
	g.Grade = int(n)
	if why := readReasons(full.Why); len(why) > 0 && g.Grade < Best {
		g.Why = why[0]
	}
	if at := readReasons(full.At); len(at) > 0 {
		g.At = cut(at[0], maxAt)
	} else if n, err := strconv.ParseFloat(string(full.At), 64); err == nil && n >= 0 && n < 1e6 {
		g.At = fmt.Sprintf("%.2f s", n)
	}
	return g, true, nil
}

// reasons are what is wrong by the grades, the gravest first.
func reasons(grades []drama.Grade) []string {
	worst := slices.Clone(grades)
	slices.SortStableFunc(worst, func(a, b drama.Grade) int { return cmp.Compare(a.Grade, b.Grade) })
	var out []string
	for _, g := range worst {
		if g.Grade == Best || g.Why == "" || len(out) == maxReasons {
			continue
		}
		where := g.Question
		if g.At != "" {
			where += " at " + g.At
		}
		out = append(out, where+": "+g.Why)
	}
	return out
}

// readReasons takes the texts of a list, or one text; all else is left out.
func readReasons(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, one := range list {
		var text string
		if len(out) == maxReasons || json.Unmarshal(one, &text) != nil {
			continue
		}
		text = oneLine(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, text))
		if text != "" {
			out = append(out, cut(text, maxReason))
		}
	}
	return out
}
