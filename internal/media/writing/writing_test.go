package writing

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
)

const wide, high = 180, 320

// scene is a picture of blotches that move by so many pixels from picture to picture.
type scene struct {
	wall  [1024][1024]byte
	speed float64
}

func newScene(speed float64) *scene {
	s, r := &scene{speed: speed}, rand.New(rand.NewPCG(1, 2))
	for y := 0; y < 1024; y += 8 {
		for x := 0; x < 1024; x += 8 {
			v := byte(70 + r.IntN(90))
			for i := range 64 {
				s.wall[y+i/8][x+i%8] = v
			}
		}
	}
	return s
}

func (s *scene) at(n int) []byte {
	b, by := make([]byte, wide*high), int(s.speed*float64(n))
	for y := range high {
		copy(b[y*wide:], s.wall[(y+by)%1024][by:by+wide])
	}
	return b
}

// letters paints strokes of letters into a box, the same for the same seed.
func letters(b []byte, x0, y0, w, h int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	for x := x0; x+7 < x0+w; x += 8 {
		for range 5 {
			if r.IntN(2) == 0 { // an upright, of a part of the height
				at, from := x+r.IntN(5), r.IntN(h/2)
				for y := from; y < from+h/2; y++ {
					copy(b[(y0+y)*wide+at:], []byte{16, 235, 16})
				}
			} else {
				y := r.IntN(h)
				for i := range 5 {
					b[(y0+y)*wide+x+i] = 235
				}
			}
		}
	}
}

func TestTextsThatStandWhileThePictureMoves(t *testing.T) {
	for name, c := range map[string]struct {
		speed float64
		paint func(b []byte, n int)
		want  []Text
	}{
		"nothing":             {speed: 1},
		"a caption":           {speed: 1, paint: func(b []byte, _ int) { letters(b, 30, 260, 120, 10, 1) }, want: []Text{{30, 260, 150, 270, 0, 72, [2]int{}}}},
		"one that comes":      {speed: 1, paint: func(b []byte, n int) { when(n >= 20 && n < 50, func() { letters(b, 30, 260, 120, 10, 1) }) }, want: []Text{{30, 260, 150, 270, 20, 50, [2]int{}}}},
		"one after the other": {speed: 1, paint: func(b []byte, n int) { letters(b, 30, 260, 120, 10, uint64(1+n/36)) }, want: []Text{{30, 260, 150, 270, 0, 36, [2]int{}}, {30, 260, 150, 270, 36, 72, [2]int{}}}},
		"over what stands":    {paint: func(b []byte, n int) { when(n >= 30, func() { letters(b, 30, 260, 120, 10, 1) }) }, want: []Text{{30, 260, 150, 270, 30, 72, [2]int{}}}},
		"a sign on a wall":    {paint: func(b []byte, _ int) { letters(b, 30, 200, 120, 10, 1) }},
		"a sign that passes":  {speed: 1, paint: func(b []byte, n int) { letters(b, 30, 260-n, 120, 10, 1) }},
		"too short":           {speed: 1, paint: func(b []byte, n int) { when(n >= 20 && n < 32, func() { letters(b, 30, 260, 120, 10, 1) }) }},
		"bars": {speed: 1, paint: func(b []byte, _ int) {
			for y := 100; y < 110; y++ {
				for x := 10; x < 170; x += 6 {
					b[y*wide+x], b[y*wide+x+1] = 235, 235
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var f Finder
			s := newScene(c.speed)
			for n := range 72 {
				b := s.at(n)
				if c.paint != nil {
					c.paint(b, n)
				}
				f.Add(time.Duration(n)*time.Second/24, b, wide, wide, high)
			}
			got := f.Texts()
			if len(got) != len(c.want) {
				t.Fatalf("found %+v, want %+v", got, c.want)
			}
			for i, w := range c.want {
				g := got[i]
				for _, off := range []int{g.X0 - w.X0, g.X1 - w.X1, g.Y0 - w.Y0, g.Y1 - w.Y1} {
					if off > 6 || off < -6 {
						t.Errorf("found %+v, want %+v", g, w)
					}
				}
				if d, e := g.From-w.From, g.To-w.To; d > 1 || d < -1 || e > 1 || e < -1 {
					t.Errorf("it stands from %d to %d, want %d to %d", g.From, g.To, w.From, w.To)
				}
			}
		})
	}
}

func when(is bool, do func()) {
	if is {
		do()
	}
}

// FuzzFinder: pictures of any size, and of another one in mid-clip, are looked at.
func FuzzFinder(f *testing.F) {
	f.Add([]byte("some bytes of pictures"), 20, 10, 7)
	f.Add([]byte{0, 255, 0, 255, 9}, 1, 1, 2)
	f.Add([]byte{0, 255, 255, 0}, 64, 5, 40)
	f.Fuzz(func(t *testing.T, b []byte, w, h, change int) {
		w, h = 1+(w&63), 1+(h&63)
		if len(b) == 0 {
			return
		}
		var finder Finder
		for n := range 60 {
			if n == change {
				w, h = h, w
			}
			luma := make([]byte, w*h)
			for i := range luma {
				luma[i] = b[(i+n/7)%len(b)]
			}
			finder.Add(time.Duration(n)*time.Second/24, luma, w, w, h)
		}
		for _, x := range finder.Report(media.Rational{Num: 24, Den: 1}) {
			if x.Left < 0 || x.Top < 0 || x.Right > 1 || x.Bottom > 1 || x.Left >= x.Right || x.Top >= x.Bottom || x.From < 0 || x.To <= x.From || x.To > 60 {
				t.Errorf("found %+v", x)
			}
		}
	})
}
