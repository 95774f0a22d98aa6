package animatic

import (
	"math"
	"strings"
)

// framing is how a shot size sees: metres visible from top to bottom at the
// subject, the height that lies in the middle of the picture relative to the
// subject's eyes, the distance of the camera, and how far out of focus the rest is
// (the aperture, in metres).
type framing struct {
	see, below, distance, aperture float64
}

func framingOf(size string) framing {
	switch strings.ToUpper(size) {
	case "ECU":
		return framing{0.27, 0.015, 1.5, 0.030}
	case "CU":
		return framing{0.56, 0.055, 1.9, 0.026}
	case "MCU", "OTS":
		return framing{0.84, 0.15, 2.3, 0.018}
	case "MS", "POV":
		return framing{1.20, 0.30, 3.0, 0.010}
	case "TWO-SHOT":
		return framing{1.36, 0.34, 3.2, 0.008}
	case "MLS":
		return framing{1.66, 0.52, 3.8, 0.005}
	case "LS":
		return framing{2.25, 0.66, 4.6, 0.003}
	case "EWS":
		return framing{8.5, -2.0, 13, 0}
	case "INSERT":
		return framing{0.46, 0, 1.2, 0.030}
	}
	return framing{3.1, 0.42, 5.6, 0.001} // WS, and where the script says nothing
}

// camera is where the camera is at an instant, relative to its first position,
// and what its head does. Metres, pixels of the frame, radians.
type camera struct {
	x, y, dolly float64 // metres: right, up, towards the subject
	zoom        float64 // lens
	pan, tilt   float64 // shift of the picture: fractions of the raster's short side
	roll        float64
	blur        float64 // horizontal motion blur, fraction of the width
	focus       float64 // 0: on the subject, 1: on the background
}

// rig moves a camera over a shot. u is 0..1 of the shot, sec its seconds.
type rig struct {
	move     string
	seed     uint64
	distance float64
	see      float64
	dir      float64 // 1 or -1, for moves without a side of their own
	handheld float64
	baseRoll float64
	// free is how far the subject may be from the middle and still be whole, metres;
	// eye is how far its eyes are above the middle, pixels of the short side; width
	// is what is seen across, metres. 0: nobody is in the shot.
	free, eye, width float64
	narrow           float64 // pixels of the short side a metre
}

// keep bounds a shift of the picture, as a share of its short side, to what keeps
// the subject whole.
func (r rig) keep(most float64) float64 {
	if r.width == 0 {
		return most
	}
	return math.Max(math.Min(most, r.free*r.narrow), most*0.3)
}

func (r rig) at(u, sec, total float64) camera {
	c := camera{zoom: 1, roll: r.baseRoll}
	e := ease(u)
	if total < 2.5 {
		e = smooth(0, 1, u)
	}
	// Travel is measured by what the shot sees, so that a move reads the same in
	// a close-up and in a wide shot.
	span := r.see
	push := r.distance * 0.22
	side := span * 0.16
	pan := r.keep(0.22)
	truck := side
	if r.width > 0 {
		truck = math.Max(math.Min(side, r.free), side*0.3)
	}
	rise := 1.0
	if r.width > 0 && span < 1.8 {
		rise = 0.5 // near the subject, half the way is as much
	}
	switch r.move {
	case "pan-left":
		c.pan = lerp(-pan, pan, e)
	case "pan-right":
		c.pan = lerp(pan, -pan, e)
	case "tilt-up":
		c.tilt = lerp(-0.26, 0.06, e)
	case "tilt-down":
		c.tilt = lerp(0.26, -0.02, e)
	case "push-in":
		c.dolly = lerp(-push*0.25, push, e)
	case "pull-out":
		c.dolly = lerp(push, -push*0.35, e)
	case "truck-left":
		c.x = lerp(truck, -truck, e)
	case "truck-right":
		c.x = lerp(-truck, truck, e)
	case "pedestal-up":
		c.y = lerp(-span*0.14*rise, span*0.08, e)
	case "pedestal-down":
		c.y = lerp(span*0.14*rise, -span*0.06, e)
	case "orbit":
		a := lerp(-0.30, 0.30, e) * r.dir
		c.x = r.distance * math.Sin(a)
		c.dolly = r.distance * (1 - math.Cos(a)) * 0.5
		c.pan = c.x / span // the head turns back to hold the subject; scaled by the stage
	case "tracking":
		c.x = lerp(-side*1.5, side*1.5, u) * r.dir
		c.y = 0.006 * span * math.Sin(2*math.Pi*1.6*sec)
	case "zoom-in":
		c.zoom = lerp(1, 1.38, e)
	case "zoom-out":
		c.zoom = lerp(1.38, 1, e)
	case "crane-up":
		c.y, c.tilt, c.dolly = lerp(-span*0.12*rise, span*0.42*rise, e), lerp(0.04, -0.16*rise, e), lerp(0, -push*0.4, e)
	case "crane-down":
		c.y, c.tilt, c.dolly = lerp(span*0.42*rise, -span*0.06, e), lerp(-0.16*rise, 0.03, e), lerp(-push*0.4, 0, e)
	case "whip-pan":
		w := ease(smooth(0.0, 1, (u-0.08)/0.30))
		c.pan = lerp(-1.25*r.dir, 0, w)
		d := 0.012
		c.blur = math.Abs(ease(smooth(0, 1, (u+d-0.08)/0.30))-ease(smooth(0, 1, (u-d-0.08)/0.30))) * 0.9
	case "rack-focus":
		c.focus = 1 - ease(smooth(0.22, 0.62, u))
		c.dolly = lerp(0, push*0.12, e)
	}
	// Nearer, the eyes stay at their height in the picture: the head is not cut off.
	if grown := c.zoom * r.distance / math.Max(r.distance-c.dolly, 0.3); grown > 1 {
		c.tilt += (grown - 1) * r.eye / c.zoom
	}
	// Nobody's tripod is a rock: a breath of drift keeps a static shot alive.
	d := 0.0035 * span
	c.x += d * noise(r.seed+11, sec*0.23)
	c.y += d * 0.6 * noise(r.seed+12, sec*0.19)
	if h := r.handheld; h > 0 {
		c.pan += h * 0.012 * wander(r.seed+21, sec*0.9)
		c.tilt += h * 0.010 * wander(r.seed+22, sec*1.05)
		c.x += h * 0.014 * span * wander(r.seed+23, sec*0.6)
		c.y += h * 0.010 * span * wander(r.seed+24, sec*0.75)
		c.roll += h * 0.010 * wander(r.seed+25, sec*0.7)
	}
	return c
}

// view projects the world onto the frame. The world is in metres: X right of the
// subject, Y up from the floor, Z behind the subject. Lenses shift rather than
// tilt, so verticals stay upright, as they do in a drawing.
type view struct {
	w, h    int
	scale   float64 // pixels a metre at the subject
	dist    float64 // camera to subject
	camX    float64
	camY    float64 // height of the lens
	horizon float64 // pixels of the horizon below the middle
	rig     rig
	seconds float64
}

// plane is the map from metres (Y up) at depth z to the frame, at instant u.
func (v *view) plane(z float64, c camera) xf {
	depth := math.Max(v.dist+z-c.dolly, 0.12)
	k := v.scale * v.dist / depth * c.zoom
	short := float64(min(v.w, v.h))
	pan, tilt := c.pan*short, c.tilt*short
	if v.rig.move == "orbit" {
		pan = c.pan * v.rig.see * v.scale
	}
	cx, cy := float64(v.w)/2, float64(v.h)/2
	m := xf{
		a: k, d: -k,
		e: cx + c.zoom*pan - (v.camX+c.x)*k,
		f: cy + c.zoom*(v.horizon+tilt) + (v.camY+c.y)*k,
	}
	return v.rolled(m, c)
}

// rolled turns the picture about its middle and grows it so that no corner is bare.
func (v *view) rolled(m xf, c camera) xf {
	if c.roll == 0 {
		return m
	}
	return about(turn(c.roll), float64(v.w)/2, float64(v.h)/2).after(m)
}

// ground is how the floor, painted as the neutral camera sees it, is to be
// drawn at another instant: a shear for a truck, a stretch for a rise. It is in
// frame pixels.
func (v *view) ground(c camera) xf {
	short := float64(min(v.w, v.h))
	pan, tilt := c.pan*short, c.tilt*short
	if v.rig.move == "orbit" {
		pan = c.pan * v.rig.see * v.scale
	}
	cx, cy := float64(v.w)/2, float64(v.h)/2
	h0 := cy + v.horizon
	grow := v.dist / math.Max(v.dist-c.dolly, 0.3) * c.zoom
	rise := math.Max(v.camY+c.y, 0.03) / math.Max(v.camY, 0.03)
	shear := -c.x / math.Max(v.camY, 0.03)
	// pixels right of the middle and below the horizon
	m := xf{a: grow, c: shear * c.zoom, d: grow * rise, e: cx + c.zoom*pan, f: cy + c.zoom*(v.horizon+tilt)}
	return v.rolled(m.after(move(-cx, -h0)), c)
}

// sampled are the camera's positions over the shot, for finding what it sees.
func (v *view) sampled() []camera {
	const n = 24
	out := make([]camera, 0, n+1)
	for i := 0; i <= n; i++ {
		u := float64(i) / n
		out = append(out, v.rig.at(u, u*v.seconds, v.seconds))
	}
	return out
}

// seen is the rectangle of metres at depth z that the shot ever shows, and the
// largest scale at which it shows it.
func (v *view) seen(z float64) (x0, y0, x1, y1, k float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range v.sampled() {
		m := v.plane(z, c)
		inv := m.inverse()
		for _, q := range [4]point{{0, 0}, {float64(v.w), 0}, {0, float64(v.h)}, {float64(v.w), float64(v.h)}} {
			x, y := inv.at(q.x, q.y)
			x0, x1 = math.Min(x0, x), math.Max(x1, x)
			y0, y1 = math.Min(y0, y), math.Max(y1, y)
		}
		k = math.Max(k, math.Hypot(m.a, m.b))
	}
	mx, my := (x1-x0)*0.04, (y1-y0)*0.04
	return x0 - mx, y0 - my, x1 + mx, y1 + my, k
}
