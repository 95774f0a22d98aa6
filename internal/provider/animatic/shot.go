package animatic

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// shot is a request ready to be drawn: every layer is painted, a frame is a pure
// function of its number.
type shot struct {
	raster media.Raster
	fps    media.Rational
	frames int
	sec    float64 // length
	seed   uint64
	brief  drama.Brief
	act    words // the action, its names taken for names
	fonts  *fonts
	scene  *scene
	view   *view
	stage  *stage
	actors []*actor
	spoken []spokenLine
	env    [][]float32 // loudness a frame, by spoken line
	sky    *weather
	over   []overlay
	grain  []int8
	first  *sprite // plate to open on
	last   *sprite // plate to end on
}

// newShot lays out and paints a shot.
func newShot(r provider.Request, spoken []spokenLine, f *fonts) *shot {
	s := &shot{raster: r.Raster, fps: r.FPS, frames: int(r.Frames), brief: r.Brief, spoken: spoken}
	s.sec = float64(s.frames) / r.FPS.Float()
	s.seed = hash("shot", r.Brief.Show, r.Brief.Action, r.Brief.Size, r.Brief.Move, r.Take.Slate)
	if r.Seed != nil {
		s.seed = scramble(s.seed ^ uint64(*r.Seed))
	}
	s.scene, s.fonts = sceneOf(r.Brief), f
	var names []string
	for _, c := range r.Brief.Cast {
		names = append(names, callings(c)...)
	}
	s.act = wordsOf(r.Brief.Action).named(names...)
	for _, l := range spoken {
		s.env = append(s.env, l.envelope(s.frames, s.fps))
	}
	s.block()
	st := &stage{view: s.view, scene: s.scene, rack: s.view.rig.move == "rack-focus"}
	s.stage = st
	st.aperture = s.aperture()
	s.build()
	st.sortItems()
	s.sky = weatherOf(s)
	s.grain = grainTile(s.seed)
	if !r.Overlay.Off {
		s.over = s.overlays(r, f)
	}
	return s
}

// aperture is how shallow the focus is, in metres of the lens's opening.
func (s *shot) aperture() float64 {
	a := framingOf(s.brief.Size).aperture
	w := wordsOf(s.brief.Look, s.brief.Lens)
	if w.has("shallow", "bokeh", "anamorphic") {
		a *= 1.3
	}
	if s.view.rig.move == "rack-focus" {
		a = math.Max(a, 0.016)
	}
	return a
}

// loudness is how loud an actor speaks at a frame, 0..1; 0 for lines whose
// speaker is not seen to speak.
func (s *shot) loudness(a *actor, n int) float64 {
	v := float32(0)
	for _, i := range a.lines {
		if e := s.env[i]; n >= 0 && n < len(e) && e[n] > v {
			v = e[n]
		}
	}
	return float64(v)
}

func (s *shot) instant(n int) instant {
	in := instant{n: n, shot: s}
	in.sec = float64(n) / s.fps.Float()
	if s.frames > 1 {
		in.u = float64(n) / float64(s.frames-1)
	}
	in.cam = s.view.rig.at(in.u, in.sec, s.sec)
	return in
}

// draw paints frame n.
func (s *shot) draw(f *frame, n int, buf []node) []node {
	in := s.instant(n)
	buf = s.stage.nodes(in, buf[:0])
	buf = s.withPlates(in, buf)
	compose(f, buf)
	if in.cam.blur > 0.004 {
		whip(f, in.cam.blur)
	}
	if s.sky != nil {
		s.sky.draw(f, in)
	}
	s.finish(f, in)
	s.drawOverlays(f, in)
	return buf
}

// withPlates dissolves from the picture that the shot opens on, and into the one
// it ends on. The plate drifts with the camera's zoom so that the join breathes.
func (s *shot) withPlates(in instant, buf []node) []node {
	hold := math.Min(1.0, s.sec*0.4)
	if s.first != nil && in.sec < hold {
		t := in.sec / hold
		z := 1 + 0.05*t
		m := about(stretch(z, z), float64(s.raster.Width)/2, float64(s.raster.Height)/2)
		buf = append(buf, node{s: s.first, to: m.after(move(-2, -2)), alpha: 1 - ease((t-0.12)/0.88)})
	}
	if s.last != nil && s.sec-in.sec < hold {
		t := 1 - (s.sec-in.sec)/hold
		z := 1.05 - 0.05*t
		m := about(stretch(z, z), float64(s.raster.Width)/2, float64(s.raster.Height)/2)
		buf = append(buf, node{s: s.last, to: m.after(move(-2, -2)), alpha: ease(t / 0.9)})
	}
	return buf
}

// render writes all frames in order. Frames are drawn by two painters at once.
func (s *shot) render(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	painters := min(2, runtime.GOMAXPROCS(0), s.frames)
	type result struct {
		f   *frame
		err error
	}
	out := make([]chan result, painters)
	free := make([]chan *frame, painters)
	done := make(chan struct{}, painters)
	for k := range painters {
		out[k], free[k] = make(chan result, 1), make(chan *frame, 2)
		free[k] <- newFrame(s.raster.Width, s.raster.Height)
		free[k] <- newFrame(s.raster.Width, s.raster.Height)
		go func() {
			defer func() { done <- struct{}{} }()
			var buf []node
			for n := k; n < s.frames; n += painters {
				var f *frame
				select {
				case f = <-free[k]:
				case <-ctx.Done():
					return
				}
				r := result{f: f}
				buf, r.err = s.drawSafely(f, n, buf)
				select {
				case out[k] <- r:
				case <-ctx.Done():
					return
				}
				if r.err != nil {
					return
				}
			}
		}()
	}
	err := func() error {
		for n := range s.frames {
			k := n % painters
			select {
			case r := <-out[k]:
				if r.err != nil {
					return r.err
				}
				if _, err := w.Write(r.f.buf); err != nil {
					return fmt.Errorf("send frame %d: %w", n, err)
				}
				free[k] <- r.f
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}()
	cancel()
	for range painters {
		<-done
	}
	return err
}

// drawSafely turns a painter's panic into an error: one odd brief must not take
// the engine down.
func (s *shot) drawSafely(f *frame, n int, buf []node) (out []node, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = buf, fmt.Errorf("draw frame %d: %v", n, p)
		}
	}()
	return s.draw(f, n, buf), nil
}

// finish lays grain and vignette over the picture and lifts it to legal range.
func (s *shot) finish(f *frame, in instant) {
	w, h := f.w, f.h
	vig := s.scene.light.vignette
	kx := make([]int32, w)
	for x := range kx {
		d := (float64(x) - float64(w)/2) / (float64(w) / 2)
		kx[x] = int32(256 * vig * 0.5 * d * d * d * d)
	}
	g := s.grain
	off := int(scramble(s.seed^uint64(in.n)) & 0xffff)
	// exposure breathes by less than a step, so that no two frames are equal
	lift := int32(16*256 + 96 + int(60*noise(s.seed+77, in.sec*1.9)))
	for y := range h {
		d := (float64(y) - float64(h)/2) / (float64(h) / 2)
		ky := 256 - int32(256*vig*0.5*d*d)
		row := f.y[y*w : y*w+w]
		gy := g[((y+off>>8)&255)*256:]
		gy = gy[:256]
		gx := off & 255
		kx := kx[:len(row)]
		for x := range row {
			v := int32(row[x])*(ky-kx[x]) + lift + int32(gy[(x+gx)&255])*int32(24)
			v >>= 8
			if v < 16 {
				v = 16
			} else if v > 235 {
				v = 235
			}
			row[x] = uint8(v)
		}
	}
}

// grainTile is film grain, triangular, -16..16.
func grainTile(seed uint64) []int8 {
	t := make([]int8, 256*256)
	x := seed | 1
	for i := range t {
		x = x*6364136223846793005 + 1442695040888963407
		a, b := int(x>>33&15), int(x>>45&15)
		t[i] = int8(a + b - 15)
	}
	return t
}

// whip smears the picture sideways by a share of its width.
func whip(f *frame, amount float64) {
	smear := func(p []uint8, w, h, r int) {
		if r < 1 {
			return
		}
		tmp := make([]uint8, w)
		for y := range h {
			row := p[y*w : y*w+w]
			copy(tmp, row)
			sum := 0
			at := func(i int) int { return int(tmp[min(max(i, 0), w-1)]) }
			for i := -r; i <= r; i++ {
				sum += at(i)
			}
			for x := range row {
				row[x] = uint8(sum / (2*r + 1))
				sum += at(x+r+1) - at(x-r)
			}
		}
	}
	r := min(int(amount*float64(f.w)/2), f.w/3)
	smear(f.y, f.w, f.h, r)
	smear(f.u, f.w/2, f.h/2, r/2)
	smear(f.v, f.w/2, f.h/2, r/2)
}

// sizeOf is the shot's size in capitals.
func (s *shot) sizeOf() string { return strings.ToUpper(s.brief.Size) }

// wears says whether one of the cast wears something.
func (s *shot) wears(any ...string) bool {
	for _, c := range s.brief.Cast {
		if wordsOf(garments(c)).has(any...) {
			return true
		}
	}
	return false
}
