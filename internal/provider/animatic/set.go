package animatic

import "math"

// builder paints sets out of parts. Units are metres; the subject stands at the
// origin, y is up, z is behind the subject. Things of a location stand at places
// drawn from its seed, so every shot of it shows the same place.
type builder struct {
	*stage
	sh *shot
	sc *scene
	p  palette
	l  light
	// shift slides the set sideways: a reverse angle sees another part of it.
	shift float64
	wide  bool // the shot sees enough of the room for furniture and foreground
}

// build paints the location and those in it.
func (s *shot) build() {
	b := &builder{stage: s.stage, sh: s, sc: s.scene, p: s.scene.pal, l: s.scene.light}
	b.wide = s.view.rig.see > 1.1
	if len(s.actors) == 1 {
		b.shift = s.actors[0].side() * 0.9
	} else if s.sizeOf() == "OTS" {
		b.shift = s.actors[0].side() * 1.3
	}
	if !s.scene.inside || s.scene.kind == "car" {
		b.backdrop()
	}
	painters := map[string]func(){
		"store": b.store, "hospital": b.hospital, "station": b.station, "car": b.car, "bar": b.bar, "restaurant": b.restaurant,
		"classroom": b.classroom, "office": b.office, "kitchen": b.kitchen, "bathroom": b.bathroom, "bedroom": b.bedroom,
		"corridor": b.corridor, "warehouse": b.warehouse, "cell": b.cell, "church": b.hall, "palace": b.hall, "living": b.living, "room": b.room, "ancient": b.ancient, "train": b.train, "siheyuan": b.siheyuan, "villa": b.villa,
		"street": b.street, "alley": b.alley, "rooftop": b.rooftop, "forest": b.forest, "water": b.waterside, "field": b.field,
		"park": b.park, "temple": b.temple, "outdoors": b.open,
	}
	sheet := s.brief.Sheet != "" && s.brief.Location == nil
	if paint, ok := painters[s.scene.kind]; sheet {
		b.plain()
	} else if ok {
		paint()
	} else {
		b.room()
	}
	if !sheet && s.scene.unknown && s.sizeOf() != "INSERT" {
		b.nameOfPlace()
	}
	b.vehicles()
	b.things()
	s.stage.figures = true
	for _, a := range s.actors {
		s.stage.figure(a, s)
	}
	s.stage.figures = false
	b.mist()
}

// row calls paint for each thing of a row that may be in sight.
func (b *builder) row(x0, x1, step float64, paint func(i int, x float64)) {
	from, to := int(math.Floor((x0+b.shift)/step))-1, int(math.Ceil((x1+b.shift)/step))+1
	if to-from > 400 {
		to = from + 400
	}
	for i := from; i <= to; i++ {
		paint(i, float64(i)*step-b.shift)
	}
}

// r is a random number of the location.
func (b *builder) r(i, channel int) float64 { return at(b.sc.seed, i, channel) }

// backdrop is the sky with sun or moon, stars and clouds.
func (b *builder) backdrop() {
	b.sky(func(c *canvas, w, h, horizon float64) {
		top, low := b.l.skyTop, b.l.skyLow
		span := math.Max(w, h)
		c.wash(down(horizon-span*0.95, top, horizon-span*0.02, low).lit())
		c.fill(rect(-w*2, horizon-span*0.02, w*3, h*3), flat(low).lit())
		clear := !b.sc.rain && !b.sc.snow && !b.sc.fog
		sx := w * (0.2 + 0.6*b.r(0, 80))
		switch {
		case b.sc.time == "night":
			if clear {
				for i := range 130 {
					x, y := (b.r(i, 81)*2-0.5)*w, horizon-(0.08+0.9*b.r(i, 82))*span
					c.fill(circle(x, y, span*(0.0006+0.0011*b.r(i, 83))), tint(hex(0xfff4dd), 0.25+0.6*b.r(i, 84)).lit())
				}
				my := horizon - span*0.52
				c.fill(circle(sx, my, span*0.17), radial(sx, my, span*0.17, span*0.17, hex(0x9fb4ff), 0.28, hex(0x9fb4ff), 0).light())
				c.fill(circle(sx, my, span*0.030), flat(hex(0xf4efda)).lit())
				c.fill(circle(sx+span*0.010, my-span*0.006, span*0.007), tint(hex(0xd8cfae), 0.6).lit())
			}
			c.fill(rect(-w*2, horizon-span*0.30, w*3, horizon), across(0, horizon, hex(0xff9c5a), 0.24, 0, horizon-span*0.30, hex(0xff9c5a), 0).light())
		case b.sc.time == "day" && clear:
			sy := horizon - span*0.55
			c.fill(circle(sx, sy, span*0.30), radial(sx, sy, span*0.30, span*0.30, hex(0xfff3cf), 0.55, hex(0xfff3cf), 0).light())
		case clear:
			sy := horizon - span*0.06
			col := hex(0xffd08a)
			c.fill(circle(sx, sy, span*0.48), radial(sx, sy, span*0.48, span*0.34, hex(0xff8a50), 0.55, hex(0xff8a50), 0).light())
			c.fill(circle(sx, sy, span*0.055), flat(col.lighter(0.4)).lit())
		}
		// clouds: flat-bottomed banks
		n := 7
		if !clear {
			n = 14
		}
		for i := range n {
			x, y := (b.r(i, 85)*1.8-0.4)*w, horizon-(0.10+0.72*b.r(i, 86))*span
			size := span * (0.07 + 0.13*b.r(i, 87))
			col, a := mix(low, rgb{1, 1, 1}, 0.5), 0.5
			switch {
			case b.sc.time == "night":
				col, a = mix(top, low, 0.8), 0.34
			case b.sc.time != "day":
				col, a = mix(low, hex(0xf7a98a), 0.5), 0.42
			}
			if !clear {
				col, a = mix(col, top, 0.45), 0.45
			}
			var p path
			for k := range 5 {
				q := float64(k)/4*2 - 1
				p = p.and(ellipse(x+q*size, y, size*(0.52-0.22*math.Abs(q)), size*(0.20-0.09*math.Abs(q))*(0.8+0.4*b.r(i*5+k, 88))))
			}
			c.fill(p, across(0, y-size*0.2, col, a, 0, y+size*0.16, col, a*0.25).lit())
		}
	})
}

// ground is a floor with boards, tiles or a plain surface; wet ones shine.
func (b *builder) surface(near, far rgb, pattern string) {
	v := b.view
	b.floor(func(c *canvas, half, bottom float64) {
		c.fill(rect(-half, 0, half, bottom), down(0, far, bottom, near))
		// Depth z (m behind the subject) lies at y = scale*dist*camY/(dist+z).
		k := v.scale * v.dist
		yAt := func(z float64) float64 { return k * v.camY / math.Max(v.dist+z, 0.2) }
		xAt := func(x, z float64) float64 { return (x - v.camX) * k / math.Max(v.dist+z, 0.2) }
		line := near.darker(0.35)
		switch pattern {
		case "tiles", "boards", "paving":
			step := map[string]float64{"tiles": 0.6, "boards": 0.22, "paving": 0.9}[pattern]
			for x := -9.0; x <= 9; x += step {
				a, e := -v.dist+0.6, 9.0
				c.fill(poly(xAt(x-0.008, a), yAt(a), xAt(x+0.008, a), yAt(a), xAt(x+0.008, e), yAt(e), xAt(x-0.008, e), yAt(e)), tint(line, 0.30))
			}
			if pattern != "boards" {
				for z := -v.dist + 0.6; z < 9; z += step {
					c.fill(rect(-half, yAt(z), half, yAt(z+0.03)), tint(line, 0.26))
				}
			}
		case "road":
			c.fill(rect(-half, 0, half, yAt(4.2)), down(0, far.lighter(0.1), yAt(4.2), near.lighter(0.16)))
			c.fill(rect(-half, yAt(4.2), half, yAt(4.0)), flat(near.lighter(0.30)))
			for i := -6; i <= 6; i++ {
				x := float64(i)*2.4 - b.shift
				c.fill(poly(xAt(x, 1.45), yAt(1.45), xAt(x+1.2, 1.45), yAt(1.45), xAt(x+1.2, 1.3), yAt(1.3), xAt(x, 1.3), yAt(1.3)), tint(hex(0xe8e4d8), 0.55))
			}
		case "grass":
			for i := range 260 {
				z := -v.dist + 0.8 + 9*b.r(i, 90)*b.r(i, 91)
				x := (b.r(i, 92)*2 - 1) * 5
				s := k / math.Max(v.dist+z, 0.4) * 0.10
				px, py := xAt(x, z), yAt(z)
				c.fill(poly(px-s*0.16, py, px+s*0.16, py, px+s*0.3*(b.r(i, 93)-0.5), py-s), tint(mix(near, hex(0x9fb45a), b.r(i, 94)*0.6), 0.7))
			}
		case "cobble":
			for i := range 420 {
				z := -v.dist + 0.8 + 7*b.r(i, 90)
				x := (b.r(i, 92)*2 - 1) * 4
				s := k / math.Max(v.dist+z, 0.4) * 0.10
				c.fill(ellipse(xAt(x, z), yAt(z), s, s*0.34), tint(mix(near.lighter(0.15), near.darker(0.3), b.r(i, 93)), 0.5))
			}
		}
		// light pools and the dark towards the lens
		c.fill(rect(-half, 0, half, bottom), across(0, bottom, hex(0x0a0814), 0.34, 0, bottom*0.35, hex(0x0a0814), 0).lit())
		if b.sc.wet && (!b.sc.inside || b.sc.text.has("wet", "puddle")) || pattern == "gloss" || pattern == "tiles" {
			// reflections: soft upright streaks of the lights
			n, a := 26, 0.24
			if b.sc.wet && !b.sc.inside {
				n, a = 46, 0.42
			}
			for i := range n {
				x := (b.r(i, 95)*2 - 1) * half
				col := b.l.lamp
				switch {
				case b.r(i, 96) < 0.2:
					col = b.p.accent.saturate(1.4)
				case b.r(i, 96) < 0.45 || !b.l.lamps:
					col = b.l.skyLow
				}
				w := half * (0.010 + 0.030*b.r(i, 97))
				y0 := bottom * 0.06 * b.r(i, 98)
				y1 := y0 + bottom*(0.22+0.55*b.r(i, 99))
				c.fill(ellipse(x, (y0+y1)/2, w, (y1-y0)/2), radial(x, (y0+y1)/2, w, (y1-y0)/2, col, a, col, 0).light())
			}
		}
	})
}

// wall is the back of a room, with skirting, ceiling and the light falling off.
func (b *builder) wall(z, height float64, paint func(c *canvas, x0, x1 float64)) {
	b.card(z, 0, func(c *canvas, x0, y0, x1, y1 float64) {
		w := b.p.wall
		c.fill(rect(x0, 0, x1, height), down(0, w.darker(0.14), height, w.lighter(0.06)))
		if y1 > height {
			c.fill(rect(x0, height, x1, math.Max(y1, height+1)), down(height, w.darker(0.22), height+2.2, w.darker(0.62)))
			c.fill(rect(x0, height-0.09, x1, height), flat(w.lighter(0.16)))
		}
		paint(c, x0, x1)
		c.fill(rect(x0, 0, x1, 0.13), flat(b.p.wall2.darker(0.12)))
		c.fill(rect(x0, 0.115, x1, 0.13), flat(b.p.wall2.lighter(0.12)))
		// a soft fall of light from the key side, and shade in the corners
		k := b.l.keySide
		mid := (x0 + x1) / 2
		c.fill(rect(x0, 0, x1, height), across(mid-k*(x1-x0)*0.5, 0, hex(0x120c22), 0.34, mid+k*(x1-x0)*0.2, 0, hex(0x120c22), 0).lit().onTop())
		c.fill(rect(x0, height-0.9, x1, height), across(0, height, hex(0x120c22), 0.30, 0, height-0.9, hex(0x120c22), 0).lit().onTop())
	})
}

// mist lies before the set: haze outside where the script wants it.
func (b *builder) mist() {
	if !b.sc.fog {
		return
	}
	col := mix(b.l.haze, rgb{1, 1, 1}, 0.12)
	for i, z := range []float64{2.2, 0.7, -0.6} {
		if z < -b.view.dist*0.5 {
			continue
		}
		it := b.card(z, 11, func(c *canvas, x0, y0, x1, y1 float64) {
			for k := range 16 {
				x := x0 + (x1-x0)*b.r(k+i*40, 100)
				y := 0.1 + 1.1*b.r(k+i*40, 101)*b.r(k+i*40, 102)*3
				rx, ry := (x1-x0)*(0.14+0.2*b.r(k+i*40, 103)), 0.22+0.5*b.r(k+i*40, 104)
				c.fill(ellipse(x, y, rx, ry), radial(x, y, rx, ry, col, 0.13, col, 0).lit())
			}
		})
		drift := 0.10 * float64(i+1)
		it.local = func(in instant) xf { return move(drift*math.Sin(in.sec*0.35+float64(i)*2), 0) }
	}
}
