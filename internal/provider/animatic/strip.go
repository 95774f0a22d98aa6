package animatic

import (
	"fmt"
	"math"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// overlay is a label laid over the finished picture, which is in legal range
// already.
type overlay struct {
	s     *sprite
	place func(in instant) (xf, float64)
}

// overlays are the corner strip, the tags of voices that nobody on screen
// speaks, and the markers of those who do.
func (s *shot) overlays(r provider.Request, f *fonts) []overlay {
	short := float64(min(s.raster.Width, s.raster.Height))
	if short < 120 {
		return nil // nothing would be readable
	}
	u := short / 1080
	out := []overlay{s.strip(r, f, u)}
	for i, l := range s.spoken {
		if o, ok := s.voiceTag(f, u, i, l); ok {
			out = append(out, o)
		}
	}
	for _, a := range s.actors {
		if len(a.lines) > 0 && !a.pose.away {
			out = append(out, s.marker(f, u, a))
		}
	}
	return out
}

func (s *shot) strip(r provider.Request, f *fonts, u float64) overlay {
	b := s.brief
	w := int(math.Min(700*u, float64(s.raster.Width)*0.66))
	pad := 18 * u
	var head []string
	if b.Size != "" {
		head = append(head, plain(b.Size, 12))
	}
	if b.Angle != "" && !strings.EqualFold(b.Angle, "eye") {
		head = append(head, plain(b.Angle, 12))
	}
	if b.Move != "" && !strings.EqualFold(b.Move, "static") {
		head = append(head, plain(b.Move, 16))
	}
	if b.Lens != "" {
		head = append(head, plain(b.Lens, 10))
	}
	head = append(head, fmt.Sprintf("%.1fs", s.sec))
	lines, _ := f.wrap(plain(b.Action, 240), b.Language, 27*u, float64(w)-2*pad, 2)
	h := pad*1.4 + 36*u + float64(len(lines))*34*u + pad*0.4
	c := newCanvas(w&^1, (int(h)+1)&^1, xf{a: 1, d: 1}, nil)
	c.fill(roundRect(0, 0, float64(c.w), float64(c.h), 12*u), tint(hex(0x0c0d14), 0.44))
	c.fill(roundRect(0, 0, 5*u, float64(c.h), 2*u), tint(hex(0xf2b84b), 0.95))
	x, y := pad, pad*0.9+25*u
	if slate := plain(r.Overlay.Slate, 12); slate != "" {
		x = f.write(c, slate, x, y, 36*u, 300*u, true, hex(0xf7cf7a), 1) + 14*u
	}
	f.write(c, strings.Join(head, " · "), x, y, 26*u, float64(w)-x-pad, false, hex(0xe8e6df), 0.92)
	for i, l := range lines {
		f.write(c, l, pad, y+(39+34*float64(i))*u, 27*u, float64(w)-2*pad, false, hex(0xd9d7d0), 0.82)
	}
	sp := newSprite(c)
	// Clear of the corner where a master's opening label lies, and of subtitles:
	// at the foot of an upright picture, under the label in a wide one.
	at := move(28*u, 118*u)
	if s.raster.Height > s.raster.Width {
		at = move(28*u, float64(s.raster.Height)-float64(c.h)-28*u)
	}
	return overlay{s: sp, place: func(instant) (xf, float64) { return at, 1 }}
}

// voiceTag shows whose voice is heard when nobody on screen speaks it.
func (s *shot) voiceTag(f *fonts, u float64, i int, l spokenLine) (overlay, bool) {
	word := map[drama.LineKind]string{drama.LineVO: "V.O.", drama.LineOS: "O.S.", drama.LineNarration: "NARRATION", drama.LineInner: "INNER"}[l.kind]
	if word == "" {
		seen := false
		for _, a := range s.actors {
			for _, j := range a.lines {
				seen = seen || j == i && !a.pose.away
			}
		}
		if seen {
			return overlay{}, false
		}
		word = "LINE"
	}
	name := plain(l.name, 24)
	text := strings.TrimSpace(word + "  " + name)
	width := math.Min(f.width(text, 22*u, true)+64*u, float64(s.raster.Width)-60*u)
	c := newCanvas(int(width)&^1, int(44*u)&^1+2, xf{a: 1, d: 1}, nil)
	c.fill(roundRect(0, 0, float64(c.w), float64(c.h), float64(c.h)/2), tint(hex(0x0c0d14), 0.5))
	for k := range 3 {
		hh := []float64{5, 10, 6}[k] * u
		c.fill(roundRect((17+8*float64(k))*u, float64(c.h)/2-hh, (21+8*float64(k))*u, float64(c.h)/2+hh, 2*u), flat(hex(0xf2b84b)))
	}
	f.write(c, text, 48*u, float64(c.h)/2+8*u, 22*u, width-60*u, true, hex(0xf3efe6), 0.95)
	sp := newSprite(c)
	x := float64(s.raster.Width) - float64(c.w) - 28*u
	y := 28 * u
	from, to := frameSeconds(l.from), frameSeconds(l.to)
	return overlay{s: sp, place: func(in instant) (xf, float64) {
		return move(x, y), smooth(from-0.12, from+0.05, in.sec) * (1 - smooth(to, to+0.25, in.sec))
	}}, true
}

// marker is a small name plate under the chin of who speaks, on a thin line.
func (s *shot) marker(f *fonts, u float64, a *actor) overlay {
	name := plain(a.p.name, 24)
	if name == "" {
		name = a.p.id
	}
	width := math.Min(f.width(name, 24*u, true)+58*u, float64(s.raster.Width)*0.6)
	c := newCanvas(int(width)&^1, int(46*u)&^1+2, xf{a: 1, d: 1}, nil)
	c.fill(roundRect(0, 0, float64(c.w), float64(c.h), float64(c.h)/2), tint(hex(0x0c0d14), 0.50))
	c.fill(circle(24*u, float64(c.h)/2, 6*u), flat(hex(0xf2b84b)))
	f.write(c, name, 40*u, float64(c.h)/2+8.5*u, 24*u, width-52*u, true, hex(0xffffff), 0.96)
	sp := newSprite(c)
	return overlay{s: sp, place: func(in instant) (xf, float64) {
		alpha := 0.0
		for _, i := range a.lines {
			from, to := frameSeconds(s.spoken[i].from), frameSeconds(s.spoken[i].to)
			alpha = math.Max(alpha, smooth(from-0.15, from+0.08, in.sec)*(1-smooth(to+0.05, to+0.35, in.sec)))
		}
		if alpha == 0 {
			return xf{}, 0
		}
		m := s.view.plane(a.z, in.cam).after(a.root(in))
		x, y := m.at(0, shoulderY-0.11)
		W, H := float64(s.raster.Width), float64(s.raster.Height)
		x = math.Max(28*u, math.Min(W-28*u-float64(c.w), x-float64(c.w)/2))
		// Above the zone that subtitles take.
		y = math.Max(H*0.20, math.Min(H*0.74, y))
		if s.sizeOf() == "ECU" {
			x, y = 28*u, H*0.66 // there is no chest to put it on
		}
		return move(math.Round(x), math.Round(y)), alpha
	}}
}

func frameSeconds(sample int) float64 { return float64(sample) / 48000 }

// drawOverlays lays the labels over a finished frame. compose works without the
// offset of legal range; labels are small, so they are mixed here directly.
func (s *shot) drawOverlays(f *frame, in instant) {
	for _, o := range s.over {
		m, alpha := o.place(in)
		if alpha < 0.01 {
			continue
		}
		stamp(f, o.s, int(m.e)&^1, int(m.f)&^1, int32(alpha*256))
	}
}

// stamp mixes a sprite unscaled at an even place into a frame in legal range.
func stamp(f *frame, s *sprite, x0, y0 int, alpha int32) {
	for y := max(0, -y0); y < s.h && y+y0 < f.h; y++ {
		row := f.y[(y+y0)*f.w:]
		for x := max(0, -x0); x < s.w && x+x0 < f.w; x++ {
			a := int32(s.a[y*s.w+x]) * alpha >> 8
			if a == 0 {
				continue
			}
			v := int32(s.y[y*s.w+x])*alpha>>8 + (int32(row[x+x0])-16)*(255-a)/255 + 16
			row[x+x0] = uint8(min(max(v, 16), 235))
		}
	}
	cw := f.w / 2
	for y := max(0, -y0/2); y < s.ch && y+y0/2 < f.h/2; y++ {
		for x := max(0, -x0/2); x < s.cw && x+x0/2 < cw; x++ {
			i, o := y*s.cw+x, (y+y0/2)*cw+x+x0/2
			a := int32(s.ca[i]) * alpha >> 8
			su, sv := (int32(s.u[i])-128)*alpha>>8, (int32(s.v[i])-128)*alpha>>8
			f.u[o] = uint8(min(max(su+div255((int32(f.u[o])-128)*(255-a))+128, 16), 240))
			f.v[o] = uint8(min(max(sv+div255((int32(f.v[o])-128)*(255-a))+128, 16), 240))
		}
	}
}
