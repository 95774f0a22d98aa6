package aigc

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// keys are the seven that an implicit label has.
var keys = []string{"Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"}

// mayBeEmpty are those that may be left empty: the codes of integrity.
var mayBeEmpty = []string{"ReservedCode1", "ReservedCode2"}

// Read reads an implicit label in either form that is written, bare or wrapped in a key
// AIGC (Annex E b and its guides), and says what is wrong with it.
func Read(text string) (Label, []string) {
	var l Label
	fields, err := object(text)
	if wrapped, ok := fields[Key]; err == nil && ok && len(fields) == 1 {
		fields, err = object(string(wrapped))
	}
	if err != nil {
		return l, []string{fmt.Sprintf("%.100q is no JSON object of the seven keys", text)}
	}
	said := map[string]*string{
		"Label": &l.Label, "ContentProducer": &l.ContentProducer, "ProduceID": &l.ProduceID, "ReservedCode1": &l.ReservedCode1,
		"ContentPropagator": &l.ContentPropagator, "PropagateID": &l.PropagateID, "ReservedCode2": &l.ReservedCode2,
	}
	var problems []string
	for _, k := range keys {
		raw, ok := fields[k]
		if !ok {
			problems = append(problems, k+" is missing")
			continue
		}
		if err := json.Unmarshal(raw, said[k]); err != nil {
			problems = append(problems, k+" is no string")
			continue
		}
		switch v := *said[k]; {
		case v == "" && slices.Contains(mayBeEmpty, k):
		case v == "":
			problems = append(problems, k+" is empty")
		case !Code(v):
			problems = append(problems, fmt.Sprintf("%s is %.60q: only printable ASCII without blanks, quotes and backslashes may stand there", k, v))
		}
	}
	if l.Label != "" && !slices.Contains([]string{"1", "2", "3"}, l.Label) {
		problems = append(problems, fmt.Sprintf("Label is %.20q, not 1, 2 or 3", l.Label))
	}
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(keys, k) {
			problems = append(problems, fmt.Sprintf("%.40q is none of its keys", k))
		}
	}
	return l, problems
}

func object(text string) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	var fields map[string]json.RawMessage
	if err := dec.Decode(&fields); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, fmt.Errorf("something follows")
	}
	return fields, nil
}

// providerCode is the form of a service provider's code: 00, kind and binding, the
// organisation's credit code of 18 characters, then the service, 1 for generation and 2
// for propagation, and four of one's own; or 00000 (TC260-PG-20252A).
var providerCode = regexp.MustCompile(`^00[0-9][0-9][0-9A-Z]{18}(?:[12][0-9A-Z]{4}|00000)$`)

// WrongProviderCode says why a text is no provider's code; empty: it is one, as far as
// its form says. Whether it is registered the program cannot know.
func WrongProviderCode(s string) string {
	const length, from, to = 27, 4, 22
	switch {
	case len(s) != length:
		return fmt.Sprintf("it has %d characters, not %d", len([]rune(s)), length)
	case !providerCode.MatchString(s):
		return "it is not 00, two digits, the credit code of 18 digits and capitals, and five more that begin with 1 (generation), 2 (propagation), or are 00000"
	case s[2:4] == "11" && !creditCode(s[from:to]):
		return fmt.Sprintf("%s in it is no social credit code: its check character is another", s[from:to])
	}
	return ""
}

// creditCode checks the last character of a unified social credit code (GB 32100-2015,
// 5.6: weights are powers of 3, modulo 31).
func creditCode(s string) bool {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, weight := 0, 1
	for i := range len(s) - 1 {
		v := strings.IndexByte(letters, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return letters[(31-sum%31)%31] == s[len(s)-1]
}
