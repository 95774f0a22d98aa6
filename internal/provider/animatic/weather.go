package animatic

import "math"

// weather falls between the stage and the lens. It is drawn into the finished
// planes: a streak touches few pixels.
type weather struct {
	rain, snow, dust bool
	seed             uint64
}

func weatherOf(s *shot) *weather {
	outside := !s.scene.inside
	w := &weather{seed: s.seed}
	switch {
	case outside && s.scene.rain:
		w.rain = true
	case outside && s.scene.snow:
		w.snow = true
	default:
		w.dust = true
	}
	return w
}

func (w *weather) draw(f *frame, in instant) {
	short := float64(min(f.w, f.h))
	switch {
	case w.rain:
		n := int(170 * math.Sqrt(float64(f.w*f.h)) / short)
		for i := range n {
			z := at(w.seed, i, 70) // 0 far, 1 near
			speed := lerp(1.5, 3.4, z) * float64(f.h)
			length := lerp(0.030, 0.115, z*z) * float64(f.h)
			period := (float64(f.h) + 2*length) / speed
			t := in.sec/period + at(w.seed, i, 71)
			lap := int(math.Floor(t))
			x := at(w.seed, i*7919+lap, 72)*float64(f.w)*1.2 - float64(f.w)*0.1 + in.cam.pan*short*z*0.4
			y := (t-math.Floor(t))*(float64(f.h)+2*length) - length
			streak(f, x, y, -0.10*length, length, int32(lerp(14, 40, z)), 1+int(z*short/420))
		}
	case w.snow:
		n := int(240 * math.Sqrt(float64(f.w*f.h)) / short)
		for i := range n {
			z := at(w.seed, i, 70)
			r := lerp(0.0016, 0.0062, z*z) * short
			speed := lerp(0.06, 0.20, z) * float64(f.h)
			period := (float64(f.h) + 4*r) / speed
			t := in.sec/period + at(w.seed, i, 71)
			lap := int(math.Floor(t))
			x := at(w.seed, i*7919+lap, 72)*float64(f.w) + 0.03*short*math.Sin(in.sec*lerp(0.7, 1.6, z)+6*z) + in.cam.pan*short*z*0.4
			y := (t-math.Floor(t))*(float64(f.h)+4*r) - 2*r
			mote(f, x, y, r, int32(lerp(70, 190, z)), true)
		}
	case w.dust:
		// A few motes in the air: even an empty room is never a still.
		for i := range 16 {
			z := at(w.seed, i, 70)
			x := (at(w.seed, i, 71) + 0.05*math.Sin(in.sec*0.21+9*z) + 0.012*in.sec*(z-0.5)) * float64(f.w)
			y := (at(w.seed, i, 72) + 0.04*math.Sin(in.sec*0.17+5*z) - 0.008*in.sec) * float64(f.h)
			a := 0.5 + 0.5*math.Sin(in.sec*0.9+20*z)
			mote(f, x, y, lerp(0.0012, 0.0036, z)*short, int32(lerp(6, 24, z)*a), false)
		}
	}
}

// streak brightens a slanted line from (x, y) downwards.
func streak(f *frame, x, y, dx, length float64, bright int32, width int) {
	y0, y1 := max(0, int(y)), min(f.h, int(y+length))
	for yy := y0; yy < y1; yy++ {
		t := (float64(yy) - y) / length
		b := int32(float64(bright) * math.Sin(math.Pi*clamp01(t)))
		xx := int(x + dx*t)
		for k := range width {
			if q := xx + k; q >= 0 && q < f.w {
				p := &f.y[yy*f.w+q]
				*p = uint8(min(int32(*p)+b, 219))
			}
		}
	}
}

// mote is a soft round speck; cold ones also take the colour out.
func mote(f *frame, x, y, r float64, bright int32, cold bool) {
	R := r + 1.5
	for yy := max(0, int(y-R)); yy < min(f.h, int(y+R)+1); yy++ {
		for xx := max(0, int(x-R)); xx < min(f.w, int(x+R)+1); xx++ {
			d := math.Hypot(float64(xx)-x, float64(yy)-y) / R
			if d >= 1 {
				continue
			}
			k := int32(256 * (1 - d*d) * (1 - d*d))
			p := &f.y[yy*f.w+xx]
			*p = uint8(int32(*p) + (max(min(int32(*p)+bright, 219)-int32(*p), 0)*k)>>8)
			if cold {
				c := yy/2*(f.w/2) + xx/2
				f.u[c] = uint8(int32(f.u[c]) + ((128-int32(f.u[c]))*k)>>9)
				f.v[c] = uint8(int32(f.v[c]) + ((128-int32(f.v[c]))*k)>>9)
			}
		}
	}
}
