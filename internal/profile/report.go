package profile

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// Value is something that was measured, or that somebody says: a word, or a number.
type Value struct {
	Word   string
	Number float64
	IsWord bool
	// Shown is how people are told of it; empty: the word or number itself.
	Shown string
	// Unknown is why it is neither right nor wrong, in words.
	Unknown string
	// Declared: the manifest or the script says so; nobody measured it on the file.
	Declared bool
}

func word(w string) Value    { return Value{Word: w, IsWord: true} }
func number(n float64) Value { return Value{Number: n} }
func unknown(format string, args ...any) Value {
	return Value{Unknown: fmt.Sprintf(format, args...)}
}
func (v Value) shown(format string, args ...any) Value {
	v.Shown = fmt.Sprintf(format, args...)
	return v
}
func (v Value) declared() Value { v.Declared = true; return v }

// Values are what is known of a subject, by rule.
type Values map[string][]Value

func (v Values) add(rule string, value Value) { v[rule] = append(v[rule], value) }

// Line is how one rule of one profile came out.
type Line struct {
	Profile  string   `json:"profile"`
	Rule     string   `json:"rule"`
	OK       bool     `json:"ok"`
	Advice   bool     `json:"advice,omitempty"`   // it is no failure if it is not so
	Unknown  bool     `json:"unknown,omitempty"`  // it could not be told: Measured says why
	Declared bool     `json:"declared,omitempty"` // by manifest or script; not measured on the file
	Measured string   `json:"measured"`
	Wanted   string   `json:"wanted"`
	Sources  []Source `json:"sources"`
}

func (l Line) String() string { return l.Rule + " (" + l.Profile + "): " + l.Told() }

// Told is the line without the rule's name.
func (l Line) Told() string {
	said := "measured"
	if l.Declared {
		said = "by the manifest"
	}
	var sources []string
	for _, s := range l.Sources {
		sources = append(sources, s.String())
	}
	return fmt.Sprintf("%s %s, %s wants %s; %s", said, l.Measured, l.Profile, l.Wanted, strings.Join(sources, "; "))
}

// Failed says whether the line is a failure.
func (l Line) Failed() bool { return !l.OK && !l.Advice && !l.Unknown }

// Judge holds values to profiles: each rule of each profile that there is a value for, in
// the order of the rules. A rule that several profiles take over from one and that comes
// out the same is told once, for the first of them.
func Judge(profiles []Profile, values Values) []Line {
	var out []Line
	told := map[string]bool{}
	for _, p := range profiles {
		for _, name := range slices.SortedFunc(maps.Keys(p.Rules), byOrder) {
			limit := p.Rules[name]
			for _, v := range values[name] {
				l := limit.judge(v, name)
				key := fmt.Sprint(l)
				if told[key] {
					continue
				}
				told[key] = true
				l.Profile = p.Name
				out = append(out, l)
			}
		}
	}
	return out
}

func (l Limit) judge(v Value, rule string) Line {
	r, _ := ruleOf(rule)
	line := Line{Rule: rule, Advice: l.Advice, Declared: v.Declared, Wanted: l.words(r.unit)}
	for _, s := range l.Sources {
		line.Sources = append(line.Sources, Built().Sources[s])
	}
	switch {
	case v.Unknown != "":
		line.Unknown, line.Measured = true, v.Unknown
		return line
	case v.Shown != "":
		line.Measured = v.Shown
	case v.IsWord:
		line.Measured = v.Word
	default:
		line.Measured = plain(v.Number) + r.unit
	}
	line.OK = l.allows(v)
	return line
}

// allows says whether the value is within the limit.
func (l Limit) allows(v Value) bool {
	if v.IsWord {
		return slices.Contains(l.Any, v.Word)
	}
	const hair = 1e-6
	if len(l.Any) > 0 {
		return slices.ContainsFunc(l.Any, func(w string) bool {
			n, err := strconv.ParseFloat(w, 64)
			return err == nil && math.Abs(n-v.Number) < hair
		})
	}
	return (l.Min == nil || v.Number >= *l.Min-l.Slack-hair) && (l.Max == nil || v.Number <= *l.Max+l.Slack+hair)
}

// words say what the limit wants.
func (l Limit) words(unit string) string {
	switch {
	case len(l.Any) == 1:
		return l.Any[0] + unit
	case len(l.Any) > 1:
		return strings.Join(l.Any[:len(l.Any)-1], ", ") + " or " + l.Any[len(l.Any)-1] + unit
	case l.Min != nil && l.Max != nil && *l.Min == *l.Max:
		return plain(*l.Min) + unit
	case l.Min != nil && l.Max != nil:
		return plain(*l.Min) + " to " + plain(*l.Max) + unit
	case l.Min != nil:
		return "at least " + plain(*l.Min) + unit
	}
	return "at most " + plain(*l.Max) + unit
}

// plain is a number as people write it.
func plain(n float64) string {
	if math.Abs(n) >= 1000 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(math.Round(n*1000)/1000, 'f', -1, 64)
}

// Wishes are the rules of a profile with what they want, in their order.
func Wishes(p Profile) []Line {
	var out []Line
	for _, name := range slices.SortedFunc(maps.Keys(p.Rules), byOrder) {
		l := p.Rules[name].judge(Value{}, name)
		l.Profile, l.OK, l.Measured = p.Name, false, ""
		out = append(out, l)
	}
	return out
}

// Takes says whether a rule is about what the takes of a cut did not have: it cannot be
// told of a file without a manifest.
func Takes(rule string) bool { return rule == "black" || rule == "frozen" }

// Noted is a problem as a line of advice.
func Noted(p media.Problem) Line {
	return Line{
		Profile: Master, Rule: p.Rule, Advice: true, Measured: p.Text, Wanted: "no run that the takes did not have", Sources: []Source{Built().Sources["own"]},
	}
}
