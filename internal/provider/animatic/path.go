package animatic

import "math"

// xf is an affine map: x' = a x + c y + e, y' = b x + d y + f.
type xf struct{ a, b, c, d, e, f float64 }

func (m xf) at(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// after is m applied after n.
func (m xf) after(n xf) xf {
	return xf{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

// inverse is the zero map where m has none.
func (m xf) inverse() xf {
	det := m.a*m.d - m.b*m.c
	if math.Abs(det) < 1e-12 {
		return xf{}
	}
	i := xf{a: m.d / det, b: -m.b / det, c: -m.c / det, d: m.a / det}
	i.e = -(i.a*m.e + i.c*m.f)
	i.f = -(i.b*m.e + i.d*m.f)
	return i
}

func move(x, y float64) xf        { return xf{1, 0, 0, 1, x, y} }
func stretch(x, y float64) xf     { return xf{x, 0, 0, y, 0, 0} }
func turn(a float64) xf           { s, c := math.Sincos(a); return xf{c, s, -s, c, 0, 0} }
func about(m xf, x, y float64) xf { return move(x, y).after(m).after(move(-x, -y)) }

// point is a place in a painter's own units (metres in sets and figures).
type point struct{ x, y float64 }

// path is a set of closed outlines, already flattened to points.
type path [][]point

func (p path) and(q path) path { return append(append(path{}, p...), q...) }

// minus is the first outline with the others cut out of it.
func (p path) minus(q path) path {
	out := path{p[0]}
	for _, o := range q {
		if (area(o) > 0) == (area(p[0]) > 0) {
			r := make([]point, len(o))
			for i := range o {
				r[i] = o[len(o)-1-i]
			}
			o = r
		}
		out = append(out, o)
	}
	return out
}

// area is positive for an outline that runs counter-clockwise with y up.
func area(o []point) float64 {
	a := 0.0
	for i := range o {
		j := (i + 1) % len(o)
		a += o[i].x*o[j].y - o[j].x*o[i].y
	}
	return a / 2
}

// moved is the path under a map.
func (p path) moved(m xf) path {
	out := make(path, len(p))
	for i, o := range p {
		out[i] = make([]point, len(o))
		for j, q := range o {
			out[i][j].x, out[i][j].y = m.at(q.x, q.y)
		}
	}
	return out
}

func poly(xy ...float64) path {
	o := make([]point, 0, len(xy)/2)
	for i := 0; i+1 < len(xy); i += 2 {
		o = append(o, point{xy[i], xy[i+1]})
	}
	return path{o}
}

func rect(x0, y0, x1, y1 float64) path { return poly(x0, y0, x1, y0, x1, y1, x0, y1) }

func ellipse(cx, cy, rx, ry float64) path {
	const n = 48
	o := make([]point, n)
	for i := range o {
		s, c := math.Sincos(2 * math.Pi * float64(i) / n)
		o[i] = point{cx + rx*c, cy + ry*s}
	}
	return path{o}
}

func circle(cx, cy, r float64) path { return ellipse(cx, cy, r, r) }

// roundRect has corners of radius r.
func roundRect(x0, y0, x1, y1, r float64) path {
	if x1 < x0 {
		x0, x1 = x1, x0
	}
	if y1 < y0 {
		y0, y1 = y1, y0
	}
	r = math.Min(r, math.Min(x1-x0, y1-y0)/2)
	var o []point
	corner := func(cx, cy, from float64) {
		for i := 0; i <= 8; i++ {
			s, c := math.Sincos(from + math.Pi/2*float64(i)/8)
			o = append(o, point{cx + r*c, cy + r*s})
		}
	}
	corner(x1-r, y1-r, 0)
	corner(x0+r, y1-r, math.Pi/2)
	corner(x0+r, y0+r, math.Pi)
	corner(x1-r, y0+r, 3*math.Pi/2)
	return path{o}
}

// blob is a smooth closed outline through the points.
func blob(xy ...float64) path {
	p := poly(xy...)[0]
	n := len(p)
	if n < 3 {
		return path{p}
	}
	var o []point
	for i := range p {
		o = append(o, spline(p[(i+n-1)%n], p[i], p[(i+1)%n], p[(i+2)%n])...)
	}
	return path{o}
}

// curve is a smooth open line through the points.
func curve(xy ...float64) []point {
	p := poly(xy...)[0]
	n := len(p)
	if n < 3 {
		return p
	}
	var o []point
	for i := 0; i+1 < n; i++ {
		o = append(o, spline(p[max(i-1, 0)], p[i], p[i+1], p[min(i+2, n-1)])...)
	}
	return append(o, p[n-1])
}

// spline is the Catmull-Rom piece from b to c, without c.
func spline(a, b, c, d point) []point {
	const n = 10
	o := make([]point, n)
	for i := range o {
		t := float64(i) / n
		t2, t3 := t*t, t*t*t
		f := func(a, b, c, d float64) float64 {
			return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t2 + (3*b-a-3*c+d)*t3)
		}
		o[i] = point{f(a.x, b.x, c.x, d.x), f(a.y, b.y, c.y, d.y)}
	}
	return o
}

// stroke turns a line into an outline whose width goes from w0 to w1, with
// round ends.
func stroke(line []point, w0, w1 float64) path {
	n := len(line)
	if n < 2 {
		return nil
	}
	left, right := make([]point, n), make([]point, n)
	for i := range line {
		a, b := line[max(i-1, 0)], line[min(i+1, n-1)]
		dx, dy := b.x-a.x, b.y-a.y
		l := math.Hypot(dx, dy)
		if l == 0 {
			l = 1
		}
		w := lerp(w0, w1, float64(i)/float64(n-1)) / 2
		nx, ny := -dy/l*w, dx/l*w
		left[i] = point{line[i].x + nx, line[i].y + ny}
		right[i] = point{line[i].x - nx, line[i].y - ny}
	}
	cap := func(o []point, c, from point) []point {
		a0, r := math.Atan2(from.y-c.y, from.x-c.x), math.Hypot(from.x-c.x, from.y-c.y)
		for k := 1; k < 16; k++ {
			s, co := math.Sincos(a0 - math.Pi*float64(k)/16)
			o = append(o, point{c.x + r*co, c.y + r*s})
		}
		return o
	}
	o := append([]point{}, left...)
	o = cap(o, line[n-1], left[n-1])
	for i := n - 1; i >= 0; i-- {
		o = append(o, right[i])
	}
	return path{cap(o, line[0], right[0])}
}

func line(x0, y0, x1, y1, w float64) path { return stroke([]point{{x0, y0}, {x1, y1}}, w, w) }
