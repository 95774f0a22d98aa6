package script

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// maxText bounds one text, in characters.
const maxText = 20_000

// scalar returns the text of n as written, or "" after saying what is wrong. YAML's
// own idea of the value (a number, a date, false) is not asked for.
func (d *decoder) scalar(n *yaml.Node, f *field, want string) (string, mark) {
	m := d.src.mark(n)
	if n.Kind != yaml.ScalarNode {
		d.wrongKind(n, f, want)
		return "", mark{}
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		if f.need || want != "a text" {
			d.errorf(m, "%s is empty; %s is wanted", f.key, want)
		}
		return "", mark{}
	}
	for _, r := range s {
		if forbidden(r) || r == '\t' {
			d.errorf(m, "%s holds the character U+%04X, which is not allowed in a text", f.key, r)
			return "", mark{}
		}
	}
	if utf8.RuneCountInString(s) > maxText {
		d.errorf(m, "%s has more than %d characters", f.key, maxText)
		return "", mark{}
	}
	return s, m
}

// text is any text; lines are kept.
type text struct {
	mark
	Text string
}

func (t *text) decode(d *decoder, n *yaml.Node, f *field) {
	t.Text, t.mark = d.scalar(n, f, "a text")
}

// ident is a name for a character, location, prop, route or provider.
type ident struct {
	mark
	Text string
}

func (i *ident) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a name")
	if !m.set() {
		return
	}
	if !drama.ValidID(s) {
		hint := ""
		if tame := tameID(s); drama.ValidID(tame) {
			hint = fmt.Sprintf("did you mean %q?", tame)
		}
		d.hintf(m, hint, "%s is not a name: small letters a-z, digits and dashes, at most 64", quote(s))
		return
	}
	i.Text, i.mark = s, m
}

// tameID turns "Lin Xia" into "lin-xia".
func tameID(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '.' {
			return '-'
		}
		return r
	}, strings.ToLower(s)), "-")
}

// slate is a scene's or shot's number.
type slate struct {
	mark
	Text string
}

func (s *slate) decode(d *decoder, n *yaml.Node, f *field) {
	v, m := d.scalar(n, f, "a slate such as 1A")
	if !m.set() {
		return
	}
	if !drama.ValidSlate(v) {
		d.errorf(m, "%s is not a slate: digits, then letters, digits or dashes (1A, 12-B), at most 32", quote(v))
		return
	}
	s.Text, s.mark = v, m
}

// fromLink is another shot's frame.
type fromLink struct {
	mark
	Slate, Frame string
}

func (l *fromLink) decode(d *decoder, n *yaml.Node, f *field) {
	v, m := d.scalar(n, f, "a shot such as 1A.last")
	if !m.set() {
		return
	}
	at, frame, dotted := strings.Cut(v, ".")
	if !dotted {
		frame = "last"
	}
	if !drama.ValidSlate(at) || frame != "last" && frame != "first" {
		d.errorf(m, "%s is not a frame of a shot; write 1A.last or 1A.first", quote(v))
		return
	}
	l.Slate, l.Frame, l.mark = at, frame, m
}

// lang is a language tag in its usual spelling (zh-Hans, pt-BR).
type lang struct {
	mark
	Text string
}

func (l *lang) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a language such as en")
	if !m.set() {
		return
	}
	tag, ok := language(s)
	if !ok {
		hint := ""
		if t, ok := language(strings.ReplaceAll(s, "_", "-")); ok {
			hint = fmt.Sprintf("did you mean %q?", t)
		}
		d.hintf(m, hint, "%s is not a language tag (BCP 47) such as en, zh or pt-BR", quote(s))
		return
	}
	l.Text, l.mark = tag, m
}

// language checks the form of a BCP 47 tag and gives its usual spelling: a primary
// language of 2 or 3 letters, then script, region and variants.
func language(s string) (string, bool) {
	parts := strings.Split(s, "-")
	if len(s) > 35 {
		return "", false
	}
	for i, p := range parts {
		letters := strings.IndexFunc(p, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
		plain := strings.IndexFunc(p, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
		}) < 0
		switch {
		case i == 0 && (!letters || len(p) < 2 || len(p) > 3), !plain, len(p) < 1, len(p) > 8:
			return "", false
		case i > 0 && letters && len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case i > 0 && letters && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-"), true
}

// burn is a language or none.
type burn struct {
	mark
	Text string // "" for none
}

func (b *burn) decode(d *decoder, n *yaml.Node, f *field) {
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		switch strings.ToLower(strings.TrimSpace(n.Value)) {
		case "no":
			d.hintf(d.src.mark(n), "write none for no subtitles in the picture, or nb for Norwegian", "burn: no may mean either")
			return
		case "off", "false", "n", "yes", "true", "on", "y":
			d.hintf(d.src.mark(n), "write none, or a language such as en", "%s is not a language", quote(n.Value))
			return
		}
	}
	if n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, "none") {
		b.mark = d.src.mark(n)
		return
	}
	var l lang
	l.decode(d, n, f)
	b.Text, b.mark = l.Text, l.mark
}

// choice is a word from a closed list, kept in the list's spelling.
type choice struct {
	mark
	Text string
}

func (c *choice) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "one of "+strings.Join(f.enum, ", "))
	if !m.set() {
		return
	}
	w, ok := canonical(s, f.enum)
	if !ok {
		d.hintf(m, d.didYouMean(s, f.enum), "%s is not a known %s", quote(s), f.key)
		return
	}
	c.Text, c.mark = w, m
}

// path is a file of the show's folder, as written.
type path struct {
	mark
	Text string
}

func (p *path) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a path")
	if !m.set() {
		return
	}
	switch {
	case strings.Contains(s, "://"):
		d.errorf(m, "%s is an address; a file of the show's folder is wanted", quote(s))
	case strings.ContainsAny(s, "\\\n"):
		d.errorf(m, "%s is not a path; separate folders with /", quote(s))
	case strings.HasPrefix(s, "/") || strings.HasPrefix(s, "~"):
		d.errorf(m, "%s is not relative; name files from this one's folder", quote(s))
	case len(s) > 1024:
		d.errorf(m, "a path of more than 1024 bytes")
	default:
		p.Text, p.mark = s, m
	}
}

// whole is a decimal integer.
type whole struct {
	mark
	N int64
}

func (w *whole) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a whole number")
	if !m.set() {
		return
	}
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		d.errorf(m, "%s is %s; a whole number is wanted", f.key, quote(s))
		return
	}
	if len(digits) > 1 && digits[0] == '0' {
		hint := ""
		if t := strings.TrimLeft(digits[:len(digits)-1], "0") + digits[len(digits)-1:]; len(t) < 12 {
			hint = "write " + t
		}
		d.hintf(m, hint, "%s is %s; a number has no leading zero", f.key, quote(s))
		return
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !f.holds(float64(v)) {
		d.errorf(m, "%s is %s; it must be %s", f.key, quote(s), f.span())
		return
	}
	w.N, w.mark = v, m
}

// holds says whether v is in the key's range.
func (f *field) holds(v float64) bool { return !f.ranged || v >= f.lo && v <= f.hi }

func (f *field) span() string {
	return fmt.Sprintf("from %s to %s", strconv.FormatFloat(f.lo, 'f', -1, 64), strconv.FormatFloat(f.hi, 'f', -1, 64))
}

// number is a decimal number.
type number struct {
	mark
	V float64
}

func (v *number) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a number")
	if !m.set() {
		return
	}
	x, err := decimal(s)
	if err != nil {
		d.errorf(m, "%s is %s; a number is wanted", f.key, quote(s))
		return
	}
	if !f.holds(x) {
		d.errorf(m, "%s is %s; it must be %s", f.key, quote(s), f.span())
		return
	}
	v.V, v.mark = x, m
}

// decimal reads -16 or 0.7: no exponent, no underscore, no hex.
func decimal(s string) (float64, error) {
	body := strings.TrimPrefix(s, "-")
	whole, frac, dotted := strings.Cut(body, ".")
	if whole == "" || strings.Trim(whole, "0123456789") != "" || len(whole) > 15 || len(frac) > 15 ||
		dotted && (frac == "" || strings.Trim(frac, "0123456789") != "") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

// yesno is true or false.
type yesno struct {
	mark
	On bool
}

func (b *yesno) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "true or false")
	if !m.set() {
		return
	}
	switch strings.ToLower(s) {
	case "true":
		b.On = true
	case "false":
	default:
		d.errorf(m, "%s is %s; write true or false", f.key, quote(s))
		return
	}
	b.mark = m
}

// amount is money, exact to the micro-unit.
type amount struct {
	mark
	Micros int64
}

func (a *amount) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "an amount such as 60 or 12.50")
	if !m.set() {
		return
	}
	whole, frac, dotted := strings.Cut(s, ".")
	ok := whole != "" && strings.Trim(whole+frac, "0123456789") == "" && len(whole) <= 12 && (!dotted || frac != "" && len(frac) <= 6)
	if !ok {
		d.errorf(m, "%s is %s; an amount of money such as 60 or 12.50 is wanted, not below 0", f.key, quote(s))
		return
	}
	v, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 6-len(frac)), 10, 64)
	if err != nil {
		d.errorf(m, "%s is %s, which is too large", f.key, quote(s))
		return
	}
	a.Micros, a.mark = v, m
}

// currency is an ISO 4217 code.
type currency struct {
	mark
	Text string
}

func (c *currency) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a currency such as CNY")
	if !m.set() {
		return
	}
	if len(s) != 3 || strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		d.errorf(m, "%s is not a currency code such as CNY, USD or EUR", quote(s))
		return
	}
	c.Text, c.mark = strings.ToUpper(s), m
}

// raster is a picture size.
type raster struct {
	mark
	media.Raster
}

// maxSide bounds a raster, in pixels.
const maxSide = 8192

func (r *raster) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a size such as 1080x1920")
	if !m.set() {
		return
	}
	ws, hs, ok := strings.Cut(strings.ToLower(strings.ReplaceAll(s, "×", "x")), "x")
	w, errW := strconv.Atoi(ws)
	h, errH := strconv.Atoi(hs)
	switch {
	case !ok || errW != nil || errH != nil || ws[0] == '+' || hs[0] == '+':
		hint := ""
		switch s {
		case "9:16":
			hint = "did you mean 1080x1920?"
		case "16:9":
			hint = "did you mean 1920x1080?"
		case "1:1":
			hint = "did you mean 1080x1080?"
		case "4:5":
			hint = "did you mean 1080x1350?"
		}
		d.hintf(m, hint, "%s is not a raster; write width x height in pixels, such as 1080x1920", quote(s))
	case w < 64 || h < 64 || w > maxSide || h > maxSide:
		d.errorf(m, "raster %dx%d: each side must be from 64 to %d", w, h, maxSide)
	case w%2 != 0 || h%2 != 0:
		d.hintf(m, fmt.Sprintf("did you mean %dx%d?", w+w%2, h+h%2), "raster %dx%d: both sides must be even", w, h)
	default:
		r.Raster, r.mark = media.Raster{Width: w, Height: h}, m
	}
}

// rate is a frame rate, kept as an exact fraction.
type rate struct {
	mark
	media.Rational
}

func (r *rate) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a frame rate such as 24")
	if !m.set() {
		return
	}
	if q, ok := frameRate(s); ok {
		r.Rational, r.mark = q, m
		return
	}
	d.hintf(m, "known: "+strings.Join(FrameRates(), ", ")+", or a fraction such as 24000/1001", "%s is not a frame rate", quote(s))
}

func frameRate(s string) (media.Rational, bool) {
	switch s {
	case "23.976":
		return media.Rational{Num: 24000, Den: 1001}, true
	case "29.97":
		return media.Rational{Num: 30000, Den: 1001}, true
	case "59.94":
		return media.Rational{Num: 60000, Den: 1001}, true
	case "24", "25", "30", "48", "50", "60":
		n, _ := strconv.ParseInt(s, 10, 64)
		return media.Rational{Num: n, Den: 1}, true
	}
	num, den, ok := strings.Cut(s, "/")
	if !ok || len(num) > 7 || len(den) > 5 || strings.Trim(num+den, "0123456789") != "" {
		return media.Rational{}, false
	}
	q, err := media.ParseRational(s)
	if err != nil || q.Num < 10*q.Den || q.Num > 120*q.Den {
		return media.Rational{}, false
	}
	g := new(big.Int).GCD(nil, nil, big.NewInt(q.Num), big.NewInt(q.Den)).Int64()
	return media.Rational{Num: q.Num / g, Den: q.Den / g}, true
}

// length is a duration in seconds or frames; which, it keeps, because the frame
// rate may stand in another file.
type length struct {
	mark
	Time   time.Duration
	Frames media.Frames // when Time is 0
}

// maxLength bounds a duration.
const maxLength = time.Hour

func (l *length) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a duration such as 4s or 96f")
	if !m.set() {
		return
	}
	v, hint, ok := parseLength(s)
	if !ok {
		d.hintf(m, hint, "%s is not a duration", quote(s))
		return
	}
	*l = v
	l.mark = m
}

// at is the length in frames of a rate, seconds rounded to the nearest frame.
func (l length) at(fps media.Rational) media.Frames {
	if l.Time > 0 {
		return media.FramesIn(l.Time, fps)
	}
	return l.Frames
}

// parseLength reads 4s, 4.5s, 1m2s or 96f.
func parseLength(s string) (l length, hint string, ok bool) {
	forms := "write 4s, 4.5s, 1m2s or 96f"
	low := strings.ToLower(s)
	if f, isFrames := strings.CutSuffix(low, "f"); isFrames {
		n, err := strconv.ParseInt(f, 10, 32)
		if err != nil || strings.Trim(f, "0123456789") != "" || n > 120*3600 {
			return length{}, forms, false
		}
		return length{Frames: media.Frames(n)}, "", true
	}
	if _, err := decimal(low); err == nil {
		return length{}, fmt.Sprintf("did you mean %ss or %sf?", low, strings.SplitN(low, ".", 2)[0]), false
	}
	if strings.Contains(low, ":") {
		return length{}, forms + ", not a timecode", false
	}
	rest, total := low, 0.0
	if mins, after, has := strings.Cut(rest, "m"); has && !strings.HasPrefix(after, "s") {
		v, err := decimal(mins)
		if err != nil || strings.Contains(mins, ".") || v < 0 {
			return length{}, forms, false
		}
		total, rest = v*60, after
	}
	if rest != "" {
		secs, has := strings.CutSuffix(rest, "s")
		v, err := decimal(secs)
		if !has || err != nil || v < 0 || math.Signbit(v) {
			return length{}, forms, false
		}
		total += v
	}
	if total > maxLength.Seconds() {
		return length{}, "at most an hour", false
	}
	return length{Time: time.Duration(math.Round(total * float64(time.Second)))}, "", true
}

// transition is how a shot goes into the next one.
type transition struct {
	mark
	Kind   media.TransitionKind
	Length length // not set: the default
}

func (t *transition) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a transition such as dissolve 12f")
	if !m.set() {
		return
	}
	words := strings.Fields(s)
	kind, ok := canonical(words[0], Cuts())
	if !ok {
		d.hintf(m, d.didYouMean(words[0], Cuts()), "%s is not a transition", quote(words[0]))
		return
	}
	v := transition{mark: m, Kind: media.TransitionKind(kind)}
	switch {
	case len(words) > 2:
		d.errorf(m, "%s is not a transition; write one word and a length, such as dissolve 12f", quote(s))
		return
	case len(words) == 2 && v.Kind == media.Cut:
		d.errorf(m, "a cut takes no time; write cut, or dissolve %s", quote(words[1]))
		return
	case len(words) == 2:
		l, hint, ok := parseLength(words[1])
		if !ok {
			d.hintf(m, hint, "%s is not the length of a transition", quote(words[1]))
			return
		}
		l.mark = m
		v.Length = l
	}
	*t = v
}

// texts is a text by language; one plain text is in the season's language.
type texts struct {
	mark
	Plain  text
	ByLang dict[text]
}

func (t *texts) decode(d *decoder, n *yaml.Node, f *field) {
	if n.Kind != yaml.MappingNode {
		t.Plain.decode(d, n, f)
		t.mark = t.Plain.mark
		return
	}
	t.mark = d.src.mark(n)
	for _, p := range d.pairs(n) {
		var l lang
		l.decode(d, p.key, f)
		if !l.set() {
			continue
		}
		var v text
		need := &field{key: p.key.Value, need: true}
		d.value(p.value, reflect.ValueOf(&v).Elem(), need)
		if v.set() {
			t.ByLang = append(t.ByLang, entry[text]{Key: ident{mark: l.mark, Text: l.Text}, Value: v})
		}
	}
}

// seasonLink is the season file's path, or the season itself.
type seasonLink struct {
	mark
	Path   path
	Inline *seasonSyntax
}

func (l *seasonLink) decode(d *decoder, n *yaml.Node, f *field) {
	l.mark = d.src.mark(n)
	if n.Kind == yaml.MappingNode {
		l.Inline = &seasonSyntax{}
		d.mapping(n, reflect.ValueOf(l.Inline).Elem(), f)
		return
	}
	l.Path.decode(d, n, f)
}

// routeSyntax is a list of providers, or a rule with a condition.
type routeSyntax struct {
	mark
	When *whenSyntax
	Use  []ident
}

func (r *routeSyntax) decode(d *decoder, n *yaml.Node, f *field) {
	r.mark = d.src.mark(n)
	if n.Kind != yaml.MappingNode {
		d.sequence(n, reflect.ValueOf(&r.Use).Elem(), f)
		return
	}
	var rule routeRule
	d.mapping(n, reflect.ValueOf(&rule).Elem(), f)
	r.When, r.Use = rule.When, rule.Use
}
