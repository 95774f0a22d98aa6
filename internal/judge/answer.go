package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

const (
	maxAnswer  = 64 << 10 // bytes of an answer that are read
	maxObjects = 64       // beginnings of objects that are tried
	maxReasons = 6
	maxReason  = 200 // characters of a reason
)

// endOfThought is how models that reason aloud end that.
const endOfThought = "</think>"

// Parse reads a model's answer. Models wrap what they are asked for in code
// fences, prose and their own thoughts: the one JSON object with a score counts.
// It errs when there is none, when there are two that differ, when the score is
// no number from 0 to 1 and when the answer is over 64 KiB. What it was told is
// not repeated in the error.
func Parse(answer string) (Opinion, error) {
	if len(answer) > maxAnswer {
		return Opinion{}, fmt.Errorf("the answer is %d bytes long; the limit is %d", len(answer), maxAnswer)
	}
	if i := strings.LastIndex(answer, endOfThought); i >= 0 {
		answer = answer[i+len(endOfThought):]
	}
	var found []Opinion
	for range maxObjects {
		i := strings.IndexByte(answer, '{')
		if i < 0 {
			break
		}
		answer = answer[i:]
		var a struct {
			Score   json.RawMessage `json:"score"`
			Reasons json.RawMessage `json:"reasons"`
		}
		dec := json.NewDecoder(strings.NewReader(answer))
		if err := dec.Decode(&a); err != nil || a.Score == nil {
			answer = answer[1:] // not this one; perhaps one inside
			continue
		}
		score, err := readScore(a.Score)
		if err != nil {
			return Opinion{}, err
		}
		found = append(found, Opinion{Score: score, Reasons: readReasons(a.Reasons)})
		answer = answer[dec.InputOffset():]
	}
	switch {
	case len(found) == 0:
		return Opinion{}, errors.New("the answer holds no JSON object with a score")
	case len(found) > 1 && found[0].Score != found[len(found)-1].Score:
		return Opinion{}, errors.New("the answer holds more than one score")
	}
	return found[0], nil
}

func readScore(raw json.RawMessage) (float64, error) {
	text := string(raw)
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil {
		text = strings.TrimSpace(quoted)
	}
	score, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(score) {
		return 0, errors.New("the answer's score is no number")
	}
	if score < 0 || score > 1 {
		// 8 may be of 10 or of 100: that is not for us to guess.
		return 0, fmt.Errorf("the answer's score is %.6g; it goes from 0 to 1", score)
	}
	return math.Abs(score), nil // no negative zero
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
