package animatic

import "math"

// actor is a person on the stage: where, how and what for.
type actor struct {
	p     *person
	x, z  float64 // metres; z behind the subject plane
	face  float64 // -1 looks left .. 1 looks right
	pose  pose
	brow  brows
	seed  uint64
	walk  float64 // metres over the whole shot, signed
	index int
	lines []int // indexes into shot.spoken
	gaze  float64
	bed   float64 // height of what a lying one lies on
	fore  float64 // foreshortening seen from above or below: 1 is none
}

// pose is what the body does.
type pose struct {
	kind  string // stand sit walk run lie
	ride  bool   // sits on a vehicle
	away  bool   // seen from behind
	near  arm    // the arm on the side that the figure faces away from … drawn in front
	far   arm
	bow   float64 // lean of the torso, radians towards the face
	head  float64 // tilt of the head, radians
	look  float64 // -1 down .. 1 up
	prop  string  // held in the near hand
	propC rgb
}

// arm is an elbow and a hand, relative to the shoulder, for a figure facing right.
type arm struct{ ex, ey, hx, hy float64 }

// brows are how the face feels.
type brows struct {
	raise, anger float64 // -1..1
	mouth        float64 // -1 sad .. 1 smile
	lid          float64 // 0 open .. 1 closed at rest
}

// Anatomy of the reference figure, 1.70 m, in metres.
const (
	hipY      = 0.90
	kneeY     = 0.47
	shoulderY = 1.385
	neckY     = 1.44
	headY     = 1.565 // middle of the face
	eyeY      = 1.578
	headScale = 1.10
)

func (a *actor) sitDrop() float64 {
	switch {
	case a.pose.ride:
		return 0.16
	case a.pose.kind == "sit":
		return 0.40
	}
	return 0
}

// bedHeight is how high those lie who lie, in metres.
const bedHeight = 0.66

// lying is the figure on its back: its head towards the side it would face.
func (a *actor) lying() xf {
	s, side := a.p.tall, a.side()
	return xf{b: s, c: -side * s, a: 0, d: 0, e: a.x + side*0.9*s, f: a.bed}
}

// eyeLine is the height of the eyes in the world.
func (a *actor) eyeLine() float64 {
	if a.pose.kind == "lie" {
		return a.bed + 0.04
	}
	return a.upright()
}

func (a *actor) upright() float64 { return ((eyeY+0.012)*a.p.tall - a.sitDrop()*a.p.tall) * a.fore }

func (a *actor) shoulderHalf() float64 {
	w := 0.205
	if a.p.female {
		w = 0.172
	}
	if a.p.child {
		w = 0.165
	}
	return w * a.p.broad
}

// headK is how big the head is: children have large ones.
func (a *actor) headK() float64 {
	if a.p.child {
		return headScale * 1.22
	}
	return headScale
}

// root places the figure: metres of the reference figure to metres of the world.
func (a *actor) root(in instant) xf {
	if a.pose.kind == "lie" {
		return a.lying()
	}
	x := a.x
	bob := 0.0
	if a.walk != 0 {
		x += a.walk * (in.u - 0.5)
		ph := a.stride(in)
		bob = 0.018 * math.Abs(math.Cos(ph))
		if a.pose.kind == "run" {
			bob *= 2
		}
	}
	s := a.p.tall
	return xf{a: s, d: s * a.fore, e: x, f: (-a.sitDrop()*s + bob*s) * a.fore}
}

// stride is the phase of the walk.
func (a *actor) stride(in instant) float64 {
	f := 0.95
	if a.pose.kind == "run" {
		f = 1.55
	}
	return 2*math.Pi*f*in.sec + at(a.seed, 3, 3)*6
}

// body is the torso's idle motion: breath and balance.
func (a *actor) body(in instant) xf {
	breath := math.Sin(2*math.Pi*in.sec*(0.24+0.05*at(a.seed, 1, 1)) + 6*at(a.seed, 2, 1))
	sway := 0.009 * wander(a.seed+2, in.sec*0.32)
	lean := 0.0
	switch a.pose.kind {
	case "run":
		lean = -0.16 * a.side()
	case "walk":
		lean = -0.03*a.side() + 0.012*math.Sin(a.stride(in))
	}
	lean -= a.pose.bow * a.side()
	m := about(turn(sway+lean), 0, hipY)
	m = m.after(about(stretch(1+0.004*breath, 1+0.0055*breath), 0, hipY))
	return a.root(in).after(m)
}

// side is the direction of the face: 1 right, -1 left.
func (a *actor) side() float64 {
	if a.face < 0 {
		return -1
	}
	return 1
}

// head is the head's motion on top of the body's; talking makes it nod.
func (a *actor) head(in instant) xf {
	talk := in.shot.loudness(a, in.n)
	nod := 0.016*wander(a.seed+3, in.sec*0.5) + 0.020*talk*noise(a.seed+4, in.sec*3.1)
	tilt := -a.pose.head*a.side() + nod
	dx := 0.004 * wander(a.seed+5, in.sec*0.4)
	dy := -0.004*talk*math.Abs(noise(a.seed+6, in.sec*2.6)) + 0.012*a.pose.look*0
	m := about(turn(tilt), 0, neckY).after(move(dx, dy))
	kx, ky := a.headK(), a.headK()
	if a.p.child {
		kx, ky = kx*1.07, ky*0.95
	}
	if a.fore != 1 {
		// The head is near the lens from above, far from it from below, and keeps
		// its shape either way.
		kx *= math.Pow(1/a.fore, 0.35)
		ky *= math.Pow(1/a.fore, 1.25)
	}
	return a.body(in).after(m).after(about(stretch(kx, ky), 0, neckY+0.01))
}

// hairSway trails the head a little.
func (a *actor) hairSway(in instant) xf {
	late := in
	late.sec -= 0.16
	amp := 0.018
	if a.walk != 0 {
		amp = 0.05
	}
	wind := 0.0
	if !in.shot.scene.inside {
		wind = 0.03 * wander(a.seed+8, in.sec*0.7)
	}
	m := about(turn(amp*wander(a.seed+7, late.sec*0.8)+wind), 0, neckY+0.22)
	return a.head(in).after(m)
}

// thigh swings about its hip.
func (a *actor) thigh(in instant, side float64) xf {
	if a.walk == 0 {
		return a.root(in)
	}
	amp, lift := 0.36, 0.02
	if a.pose.kind == "run" {
		amp, lift = 0.62, 0.22
	}
	ang := a.side() * (amp*math.Sin(a.stride(in)+math.Pi*(side+1)/2) + lift)
	return a.root(in).after(about(turn(ang), side*0.03, hipY))
}

// shin hangs from the knee and folds back while its leg comes forward.
func (a *actor) shin(in instant, side float64) xf {
	m := a.thigh(in, side)
	if a.walk == 0 {
		return m
	}
	amp := 0.55
	if a.pose.kind == "run" {
		amp = 1.35
	}
	ph := a.stride(in) + math.Pi*(side+1)/2
	bend := amp*math.Max(0, math.Cos(ph))*0.8 + 0.06
	if a.pose.kind == "run" {
		bend += 0.25
	}
	return m.after(about(turn(-a.side()*bend), side*0.045, kneeY))
}

// armSwing turns an arm about its shoulder.
func (a *actor) armSwing(in instant, side float64) xf {
	amp, ph := 0.012, wander(a.seed+9+uint64(side+2), in.sec*0.5)
	if a.walk != 0 && !(side == a.side() && a.pose.prop != "") {
		amp, ph = 0.30, -side*math.Sin(a.stride(in))
		if a.pose.kind == "run" {
			amp = 0.65
		}
	}
	if in.shot != nil {
		if t := in.shot.loudness(a, in.n); t > 0 {
			ph += 2.2 * t * noise(a.seed+31, in.sec*1.4)
		}
	}
	return a.body(in).after(about(turn(amp*ph), side*a.shoulderHalf()*0.9, shoulderY))
}

// blink is how far the lids are down: 0..1.
func (a *actor) blink(in instant) float64 {
	// A blink each 3 to 5 s, 0.2 s long, at times of the figure's own.
	period := 3.2 + 1.6*at(a.seed, 9, 9)
	t := math.Mod(in.sec+period*at(a.seed, 8, 9), period)
	b := 0.0
	if t < 0.22 {
		b = math.Sin(math.Pi * t / 0.22)
	}
	return math.Max(a.brow.lid, b)
}
