package script

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Limits of QC: a value from which on something is a finding, what comes of it, or both.

// Remarks are what may come of a finding.
func Remarks() []string {
	return []string{string(drama.RemarkOff), string(drama.RemarkWarn), string(drama.RemarkNG)}
}

// limit is a value of some kind, one of Remarks, or a value and warn or ng.
type limit[T any] struct {
	mark
	Value T // zero: none is written
	Does  drama.Remark
}

// measured is a kind of values that limits have.
type measured interface {
	leaf
	described
}

// remark is a limit's word at the end of a text; what is before it is the value.
func remark(s string) (value string, does drama.Remark) {
	fields := strings.Fields(s)
	if len(fields) == 0 {
		return s, ""
	}
	last := fields[len(fields)-1]
	w, ok := canonical(last, Remarks())
	if !ok || w == string(drama.RemarkOff) && len(fields) > 1 {
		return s, ""
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), last)), drama.Remark(w)
}

func (l *limit[T]) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a limit")
	if !m.set() {
		return
	}
	value, does := remark(s)
	if value == "" {
		l.Does, l.mark = does, m
		return
	}
	v, ok := any(&l.Value).(measured)
	if !ok {
		return
	}
	if !strings.ContainsAny(value[:1], "-0123456789.") {
		// A word that is none of ours, with or without a value before it.
		d.hintf(m, d.didYouMean(value, Remarks()), "%s is %s; %s", f.key, quote(s), wantsLimit(v, f))
		return
	}
	if i := strings.LastIndexAny(value, " \t"); i > 0 && does == "" && !strings.HasSuffix(value, "%") {
		d.hintf(m, d.didYouMean(strings.TrimSpace(value[i:]), Remarks()[1:]), "%s is %s; %s", f.key, quote(s), wantsLimit(v, f))
		return
	}
	one := *n
	one.Value = value
	v.decode(d, &one, f)
	if at, ok := any(l.Value).(length); ok && at.set() && at.Time == 0 && at.Frames == 0 {
		d.hintf(m, "write off for none", "%s is %s; a limit is longer than nothing", f.key, quote(s))
		return
	}
	l.Does, l.mark = does, m
	if does == "" {
		l.Does = drama.RemarkNG
	}
}

func wantsLimit(v measured, f *field) string {
	return "off, warn, ng or a limit (" + v.words(f) + ") with or without warn or ng behind it is wanted"
}

func (l *limit[T]) schema(g *generator, f *field) object {
	v, ok := any(&l.Value).(measured)
	if !ok {
		return nil
	}
	return object{{"anyOf", []object{
		listed(Remarks()),
		v.schema(g, f),
		pattern("string", `^\S+ *%?\s+([Ww][Aa][Rr][Nn]|[Nn][Gg])$`),
	}}}
}

func (l *limit[T]) words(f *field) string {
	v, ok := any(&l.Value).(measured)
	if !ok {
		return ""
	}
	return "`" + strings.Join(Remarks(), "` `") + "`, " + v.words(f) + ", or both: `… warn`"
}

// limits is takes.qc; nil where the season has none.
func (s *takesSyntax) limits(fps media.Rational) *drama.QC {
	q := s.QC
	if q == nil {
		return nil
	}
	frames := func(l limit[length]) drama.Limit {
		return drama.Limit{At: float64(l.Value.at(fps)), Does: l.Does}
	}
	number := func(l limit[number]) drama.Limit { return drama.Limit{At: l.Value.V, Does: l.Does} }
	share := func(l limit[percent]) drama.Limit { return drama.Limit{At: float64(l.Value.PPM) / 1e6, Does: l.Does} }
	word := func(c choice) drama.Limit { return drama.Limit{Does: drama.Remark(c.Text)} }
	out := &drama.QC{
		Black: frames(q.Black), Freeze: frames(q.Freeze), Flicker: number(q.Flicker), Cuts: word(q.Cuts), Bars: share(q.Bars),
		Sharpness: number(q.Sharpness), Clipping: share(q.Clipping), Silence: word(q.Silence), BurnedText: word(q.BurnedText), Music: word(q.Music),
		AVLength: drama.Limit{At: q.AVLength.Value.at(fps).Duration(fps).Seconds(), Does: q.AVLength.Does},
	}
	if *out == (drama.QC{}) {
		return nil
	}
	return out
}
