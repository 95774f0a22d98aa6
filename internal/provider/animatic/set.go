package animatic

// build paints the location and those in it.
func (s *shot) build() {
	st := s.stage
	b := &builder{stage: st, sh: s, sc: s.scene, p: s.scene.pal, l: s.scene.light}
	if s.scene.inside {
		b.interior()
	} else {
		b.exterior()
	}
	for _, a := range s.actors {
		st.figure(a, s)
	}
}

// builder paints sets out of parts. Units are metres; the subject stands at the
// origin, y is up.
type builder struct {
	*stage
	sh *shot
	sc *scene
	p  palette
	l  light
}

func (b *builder) interior() {
	b.roomFloor()
	b.card(3.2, 0, func(c *canvas, x0, y0, x1, y1 float64) {
		c.fill(rect(x0, 0, x1, y1), down(0, b.p.wall.darker(0.18), 3, b.p.wall))
		c.fill(rect(x0, 0, x1, 0.12), flat(b.p.wall2))
	})
}

func (b *builder) exterior() {
	b.backdrop()
	b.roomFloor()
}

func (b *builder) backdrop() {
	b.sky(func(c *canvas, w, h, horizon float64) {
		c.wash(down(horizon-h*0.9, b.l.skyTop, horizon, b.l.skyLow).lit())
	})
}

func (b *builder) roomFloor() {
	b.floor(func(c *canvas, half, bottom float64) {
		c.fill(rect(-half, 0, half, bottom), down(0, b.p.floor.darker(0.2), bottom, b.p.floor))
	})
}
