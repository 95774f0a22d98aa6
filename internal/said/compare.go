package said

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func normal(s string) string { return norm.NFKC.String(s) }

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// inventions are what models that learned from subtitled videos write where there is
// silence or music, as those who run them report again and again.
var inventions = []string{
	"thank you for watching", "thanks for watching", "please subscribe", "like and subscribe", "subtitles by the amara org community",
	"请不吝点赞订阅转发打赏支持明镜与点点栏目", "谢谢观看", "感谢观看", "谢谢大家", "字幕志愿者", "字幕by索兰娅",
	"ご視聴ありがとうございました", "チャンネル登録をお願いします",
	"subtitulos realizados por la comunidad de amara org", "gracias por ver el video",
}

// trim drops an invention at the end of what was heard, and all of what was heard where
// it is nothing else, unless a line ends so.
func (l *listening) trim(w scripted) {
	for _, s := range inventions {
		said := read(s, "").units
		n := len(said)
		if n == 0 || n > len(l.units) || !equal(said, l.units[len(l.units)-n:]) {
			continue
		}
		if n <= len(w.units) && equal(said, w.units[len(w.units)-n:]) {
			return
		}
		l.units = l.units[:len(l.units)-n]
	}
}

func equal(a, b []unit) bool {
	for i := range a {
		if a[i].key != b[i].key {
			return false
		}
	}
	return true
}

type comparison struct {
	want  scripted
	got   listening
	steps []step
}

// stretch is a run of steps that are not as wanted, of one line.
type stretch struct {
	line             int
	wantFrom, wantTo int
	gotFrom, gotTo   int
	want, got        int // syllables that differ
	negation, word   bool
}

// lineOf is the line that a step belongs to: what is added belongs to what was said
// before it.
func (c comparison) lineOf(s step) int {
	if len(c.want.line) == 0 {
		return 0
	}
	if s.wantFrom < s.wantTo {
		return c.want.line[s.wantFrom]
	}
	return c.want.line[min(max(s.wantFrom-1, 0), len(c.want.line)-1)]
}

// stretches are the runs; one syllable that fits by chance does not part them.
func (c comparison) stretches() []stretch {
	var all []stretch
	gap := 2 // syllables that fit since the last run
	for _, s := range c.steps {
		want, got := c.want.units[s.wantFrom:s.wantTo], c.got.units[s.gotFrom:s.gotTo]
		if s.op == same || s.op == alike {
			gap += weigh(want)
			continue
		}
		line := c.lineOf(s)
		n := len(all)
		if n == 0 || all[n-1].line != line || gap > 1 {
			all = append(all, stretch{line: line, wantFrom: s.wantFrom, gotFrom: s.gotFrom, word: true})
			n++
		}
		r := &all[n-1]
		r.wantTo, r.gotTo, gap = s.wantTo, s.gotTo, 0
		r.word = r.word && areWords(want) && areWords(got)
		named := 0
		for _, u := range want {
			switch {
			case u.name && s.op == swap:
				named += u.weight
			case !filler(u):
				r.want += u.weight
			}
			r.negation = r.negation || negation(u) && (len(got) == 0 || !negation(got[0]))
		}
		for _, u := range got {
			if !filler(u) {
				r.got += u.weight
			}
			r.negation = r.negation || negation(u) && (len(want) == 0 || !negation(want[0]))
		}
		r.got = max(r.got-2*named, 0)
	}
	for i := range all {
		if r := &all[i]; sameReading(c.want.units[r.wantFrom:r.wantTo], c.got.units[r.gotFrom:r.gotTo]) {
			r.want, r.got, r.word, r.negation = 0, 0, false, false
		}
	}
	return all
}

// maxReading is how many kana a Japanese character is read as, at most, mostly.
const maxReading = 4

// sameReading says that one side may be the other's reading: わたし of 私. Which it
// really is takes a dictionary.
func sameReading(a, b []unit) bool {
	kana := func(units []unit) (n int, all bool) {
		for _, u := range units {
			if kindOf(first(u.key)) == kindKana {
				n++
			}
		}
		return n, n == len(units) && n > 0
	}
	of := func(read, written []unit) bool {
		n, all := kana(read)
		own, only := kana(written)
		chars := 0
		for _, u := range written {
			if kindOf(first(u.key)) == kindHan {
				chars++
			}
		}
		return all && !only && chars+own == len(written) && n-own >= chars && n-own <= maxReading*chars
	}
	return of(a, b) || of(b, a)
}

// weightOf is how long a line is.
func (c comparison) weightOf(line int) int {
	n := 0
	for _, u := range c.want.units[c.want.first[line]:c.want.first[line+1]] {
		if !filler(u) {
			n += u.weight
		}
	}
	return n
}

func (c comparison) differences() []Difference {
	var all []Difference
	runs := c.stretches()
	for line := range c.want.lines {
		weight := c.weightOf(line)
		differs := 0
		var here []Difference
		for _, r := range runs {
			if r.line != line {
				continue
			}
			size := max(r.want, r.got)
			differs += size
			most := 2*size >= weight
			grave := size >= graveRun || size == doubtfully && most
			doubt := size >= doubtfully || most && size > 0 || r.word && size >= doubtWord || r.negation
			if !grave && !doubt {
				continue
			}
			here = append(here, Difference{
				Line: line, Want: c.want.span(r.wantFrom, r.wantTo), Got: c.got.span(r.gotFrom, r.gotTo), Grave: grave,
			})
		}
		if weight >= driftLeast && float64(differs) > drift*float64(weight) && !grave(here) {
			from, to := c.heardOf(line)
			here = []Difference{{Line: line, Want: strings.TrimSpace(c.want.lines[line]), Got: c.got.span(from, to), Grave: true}}
		}
		all = append(all, here...)
	}
	return all
}

func grave(all []Difference) bool {
	for _, d := range all {
		if d.Grave {
			return true
		}
	}
	return false
}

// heardOf are the heard units that stand for a line.
func (c comparison) heardOf(line int) (from, to int) {
	from = -1
	for _, s := range c.steps {
		if c.lineOf(s) != line || s.gotFrom == s.gotTo {
			continue
		}
		if from < 0 {
			from = s.gotFrom
		}
		to = s.gotTo
	}
	return max(from, 0), to
}

// beat is the least time that a line without times of its own gets.
const beat = 200 * time.Millisecond

// spans are when the lines are heard.
func (c comparison) spans(length time.Duration) []Span {
	if len(c.got.spans) == 0 {
		return nil
	}
	all := make([]Span, len(c.want.lines))
	any := false
	for line := range all {
		from, to, fits := -1, 0, 0
		for _, s := range c.steps {
			if s.wantFrom == s.wantTo || c.lineOf(s) != line || s.gotFrom == s.gotTo {
				continue
			}
			if s.op != swap {
				fits += weigh(c.want.units[s.wantFrom:s.wantTo])
			}
			if from < 0 {
				from = s.gotFrom
			}
			to = s.gotTo
		}
		total := weigh(c.want.units[c.want.first[line]:c.want.first[line+1]])
		if from < 0 || total == 0 || float64(fits) < recognised*float64(total) {
			continue
		}
		begin, _ := c.got.when(from)
		_, end := c.got.when(to - 1)
		if begin < end && begin < length {
			all[line], any = Span{From: begin, To: min(end, length), Matched: true}, true
		}
	}
	if !any {
		return nil
	}
	c.between(all, length)
	return all
}

// between puts the lines that were not recognised where there is room.
func (c comparison) between(all []Span, length time.Duration) {
	for i := 0; i < len(all); i++ {
		if all[i].Matched {
			continue
		}
		from, to, n := time.Duration(0), length, 1
		if i > 0 {
			from = all[i-1].To
		}
		for n < len(all)-i && !all[i+n].Matched {
			n++
		}
		if i+n < len(all) {
			to = all[i+n].From
		}
		each := max((to-from)/time.Duration(n), beat)
		for k := range n {
			begin := min(from+time.Duration(k)*each, max(length-beat, 0))
			all[i+k] = Span{From: begin, To: min(begin+each, length)}
		}
		i += n - 1
	}
}

// when is the time of a heard unit. Characters of one word share its time.
func (l listening) when(i int) (from, to time.Duration) {
	u := l.units[i]
	found := false
	for _, s := range l.spans {
		if s.to <= u.from || s.from >= u.to {
			continue
		}
		length, size := s.To-s.From, time.Duration(s.to-s.from)
		begin := s.From + length*time.Duration(max(u.from-s.from, 0))/size
		end := s.From + length*time.Duration(min(u.to-s.from, s.to-s.from))/size
		if !found {
			from, found = begin, true
		}
		to = end
	}
	return from, to
}
