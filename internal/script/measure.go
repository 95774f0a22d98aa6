package script

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/strictyaml"
)

// Numbers, money, rasters, rates, durations and transitions: what is measured.

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

// stay is for how long something stays on the picture: so many seconds, or all of them.
type stay struct {
	number
	All bool
}

func (v *stay) decode(d *decoder, n *yaml.Node, f *field) {
	if n.Kind == yaml.ScalarNode && strings.EqualFold(strings.TrimSpace(n.Value), "all") {
		v.All, v.mark = true, d.src.mark(n)
		return
	}
	v.number.decode(d, n, f)
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

// percent is a share, in parts of a million.
type percent struct {
	mark
	PPM int
}

func (p *percent) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a share such as 5%")
	if !m.set() {
		return
	}
	body, ok := strings.CutSuffix(s, "%")
	v, err := decimal(strings.TrimSpace(body))
	if err != nil || !ok {
		hint := ""
		if err == nil && !ok && v > 0 && v <= 100 {
			hint = "write " + s + "%"
		}
		d.hintf(m, hint, "%s is %s; a share such as 5%% is wanted", f.key, quote(s))
		return
	}
	if v <= 0 || v > 100 {
		d.errorf(m, "%s is %s; it must be above 0%% and at most 100%%", f.key, quote(s))
		return
	}
	p.PPM, p.mark = max(int(math.Round(v*10_000)), 1), m
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
	code, meant, ok := currencyCode(s)
	if !ok {
		hint := ""
		if meant != "" {
			hint = fmt.Sprintf("did you mean %s?", meant)
		}
		d.hintf(m, hint, "%s is not a currency code (ISO 4217) such as CNY, USD or EUR", quote(s))
		return
	}
	c.Text, c.mark = code, m
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
	hint := "known: " + strings.Join(FrameRates(), ", ") + ", or a fraction such as 24000/1001"
	if meant := rateMeant(s); meant != "" {
		hint = "did you mean " + meant + "?"
	}
	d.hintf(m, hint, "%s is not a frame rate", quote(s))
}

// rateMeant is the rate that a rounded one, or one with its unit, stands for.
func rateMeant(s string) string {
	low := strings.NewReplacer(",", ".", "fps", "", "hz", "", "p", "", "i", "", " ", "").Replace(strings.ToLower(strictyaml.Narrow(s)))
	v, err := decimal(low)
	if err != nil {
		return ""
	}
	best, near := "", 0.06
	for _, known := range FrameRates() {
		if k, err := decimal(known); err == nil && math.Abs(k-v) < near {
			best, near = known, math.Abs(k-v)
		}
	}
	if q, ok := frameRate(best); ok && q.Den > 1 {
		return fmt.Sprintf("%s, which is %d/%d", best, q.Num, q.Den)
	}
	return best
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

// unitsOf turns units as people write them into a duration's own.
var unitsOf = strings.NewReplacer("分钟", "m", "秒钟", "s", "分", "m", "秒", "s", "帧", "f", "フレーム", "f", "초", "s", "프레임", "f",
	"seconds", "s", "second", "s", "secs", "s", "sec", "s", "minutes", "m", "minute", "m", "min", "m", "frames", "f", "frame", "f", " ", "")

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
	if plain := unitsOf.Replace(strictyaml.Narrow(low)); plain != low {
		if _, _, ok := parseLength(plain); ok {
			return length{}, fmt.Sprintf("did you mean %s?", plain), false
		}
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
