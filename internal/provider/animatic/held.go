package animatic

import "math"

// paintHeld draws a thing in a hand at (x, y); side is the way the figure faces.
func paintHeld(c *canvas, prop string, col rgb, x, y, side float64) {
	switch prop {
	case "phone":
		c.fill(roundRect(x-0.034, y-0.055, x+0.034, y+0.085, 0.010), flat(col))
		c.fill(roundRect(x-0.028, y-0.045, x+0.028, y+0.075, 0.006), flat(hex(0xa9dcff)).lit())
	case "gun":
		c.fill(roundRect(x-0.01, y-0.01, x+side*0.17, y+0.030, 0.006).and(poly(x-side*0.012, y+0.01, x+side*0.03, y+0.01, x+side*0.02, y-0.07, x-side*0.02, y-0.07)), flat(col))
	case "knife":
		c.fill(poly(x-0.012, y+0.02, x+0.012, y+0.02, x+0.014, y+0.20, x, y+0.25, x-0.012, y+0.18), flat(col))
		c.fill(roundRect(x-0.014, y-0.05, x+0.014, y+0.03, 0.006), flat(hex(0x3a2a22)))
	case "umbrella":
		c.fill(line(x, y-0.05, x+side*0.02, y+0.92, 0.014), flat(hex(0x2a2228)))
		top := y + 0.98
		c.fill(blob(x-0.50, y+0.66, x-0.34, y+0.86, x, top, x+0.34, y+0.86, x+0.50, y+0.66, x+0.33, y+0.71, x+0.17, y+0.66, x, y+0.71, x-0.17, y+0.66, x-0.33, y+0.71), flat(col))
		c.fill(poly(x+0.02, top, x+0.50, y+0.66, x+0.33, y+0.71, x+0.17, y+0.66), tint(col.darker(0.4), 0.5).onTop())
	case "letter":
		c.fill(poly(x-0.075, y-0.05, x+0.065, y-0.06, x+0.085, y+0.135, x-0.06, y+0.145), flat(col))
		for i := range 5 {
			yy := y + 0.10 - 0.028*float64(i)
			c.fill(line(x-0.045, yy, x+0.055, yy-0.006, 0.006), tint(hex(0x5a5568), 0.6))
		}
	case "cup":
		c.fill(blob(x-0.040, y+0.075, x+0.040, y+0.075, x+0.034, y-0.02, x, y-0.03, x-0.034, y-0.02), flat(col))
		c.fill(ellipse(x, y+0.074, 0.038, 0.009), flat(hex(0x4a2f22)))
	case "glass":
		c.fill(poly(x-0.034, y+0.13, x+0.034, y+0.13, x+0.012, y+0.05, x-0.012, y+0.05), tint(hex(0xe6f0f6), 0.45))
		c.fill(poly(x-0.030, y+0.105, x+0.030, y+0.105, x+0.012, y+0.055, x-0.012, y+0.055), tint(col, 0.9))
		c.fill(line(x, y+0.05, x, y-0.03, 0.008), tint(hex(0xe6f0f6), 0.8))
	case "flower":
		for _, q := range []point{{-0.05, 0.13}, {0.02, 0.17}, {0.065, 0.12}, {0, 0.11}} {
			c.fill(line(x, y-0.04, x+q.x*0.8, y+q.y-0.02, 0.008), flat(hex(0x3f7a4a)))
			c.fill(circle(x+q.x, y+q.y, 0.034), flat(col))
			c.fill(circle(x+q.x-0.006, y+q.y+0.006, 0.017), flat(col.lighter(0.25)))
		}
	case "cloth":
		c.fill(blob(x-0.08, y-0.03, x-0.03, y+0.03, x+0.05, y+0.02, x+0.09, y-0.03, x+0.02, y-0.06), flat(col))
	case "bag":
		c.fill(stroke(curve(x-0.07, y-0.10, x-0.05, y+0.02, x+0.05, y+0.02, x+0.07, y-0.10), 0.014, 0.014), flat(col.darker(0.3)))
		c.fill(roundRect(x-0.14, y-0.32, x+0.14, y-0.09, 0.03), flat(col))
		c.fill(rect(x-0.14, y-0.18, x+0.14, y-0.165), tint(col.darker(0.4), 0.7).onTop())
	case "jacket":
		c.fill(blob(x-0.13, y+0.04, x, y+0.08, x+0.13, y+0.04, x+0.15, y-0.22, x+0.08, y-0.40, x-0.02, y-0.36, x-0.12, y-0.42, x-0.16, y-0.20), flat(col))
		c.fill(stroke(curve(x+0.02, y+0.06, x-0.01, y-0.12, x+0.02, y-0.36), 0.008, 0.008), flat(col.darker(0.4)))
	case "key":
		c.fill(circle(x, y+0.05, 0.024).and(circle(x, y+0.05, 0.012)), flat(col))
		c.fill(line(x, y+0.03, x, y-0.06, 0.010), flat(col))
		c.fill(line(x, y-0.045, x+0.022, y-0.045, 0.009), flat(col))
	case "book":
		c.fill(poly(x-0.10, y-0.06, x+0.08, y-0.07, x+0.10, y+0.12, x-0.085, y+0.13), flat(col))
		c.fill(poly(x-0.085, y+0.13, x+0.10, y+0.12, x+0.105, y+0.135, x-0.08, y+0.146), flat(hex(0xf1ead6)))
	case "sword":
		c.fill(poly(x-0.014, y+0.06, x+0.014, y+0.06, x+0.012, y+0.78, x, y+0.84, x-0.012, y+0.78), flat(col))
		c.fill(rect(x-0.002, y+0.06, x+0.002, y+0.80), tint(rgb{1, 1, 1}, 0.5).onTop())
		c.fill(roundRect(x-0.055, y+0.035, x+0.055, y+0.065, 0.012), flat(hex(0xc79a45)))
		c.fill(roundRect(x-0.016, y-0.11, x+0.016, y+0.04, 0.006), flat(hex(0x3a2420)))
		c.fill(circle(x, y-0.12, 0.02), flat(hex(0xc79a45)))
	case "red-packet":
		c.fill(roundRect(x-0.052, y-0.055, x+0.052, y+0.105, 0.006), flat(col))
		c.fill(poly(x-0.052, y+0.105, x+0.052, y+0.105, x+0.03, y+0.070, x-0.03, y+0.070), flat(col.darker(0.18)))
		c.fill(circle(x, y+0.024, 0.026), flat(hex(0xe8bf55)))
		c.fill(circle(x, y+0.024, 0.018).minus(rect(x-0.007, y+0.017, x+0.007, y+0.031)), flat(col.darker(0.1)))
	case "thermos":
		c.fill(roundRect(x-0.034, y-0.075, x+0.034, y+0.115, 0.012), across(x-0.034, y, col.lighter(0.35), 1, x+0.034, y, col.darker(0.3), 1))
		c.fill(roundRect(x-0.030, y+0.110, x+0.030, y+0.150, 0.008), flat(col.darker(0.45)))
		c.fill(rect(x-0.034, y+0.085, x+0.034, y+0.093), tint(hex(0x20242a), 0.6))
		c.fill(rect(x-0.022, y-0.06, x-0.014, y+0.08), tint(rgb{1, 1, 1}, 0.35))
	case "card":
		c.fill(roundRect(x-0.055, y-0.015, x+0.055, y+0.055, 0.006), flat(col))
		c.fill(rect(x-0.042, y+0.012, x-0.022, y+0.028), flat(hex(0xd6b35c)))
		c.fill(rect(x-0.042, y-0.004, x+0.03, y+0.002), tint(rgb{1, 1, 1}, 0.6))
	case "cash":
		for k := range 4 {
			d := 0.012 * float64(k)
			c.fill(poly(x-0.085+d, y-0.03+d, x+0.075+d, y-0.04+d*1.5, x+0.085+d, y+0.035+d*1.5, x-0.075+d, y+0.045+d), flat(mix(col, hex(0xf0d0c0), 0.12*float64(k))))
		}
		c.fill(circle(x+0.04, y+0.04, 0.020), tint(hex(0xfbeee2), 0.8))
	case "bowl":
		c.fill(blob(x-0.075, y+0.045, x+0.075, y+0.045, x+0.045, y-0.03, x, y-0.038, x-0.045, y-0.03), flat(col))
		c.fill(ellipse(x, y+0.045, 0.072, 0.014), flat(hex(0xd8a860)))
		c.fill(rect(x-0.06, y+0.012, x+0.06, y+0.018), tint(hex(0x3767b0), 0.8))
	case "chopsticks":
		c.fill(line(x-0.02, y-0.03, x+side*0.05, y+0.16, 0.007).and(line(x, y-0.03, x+side*0.065, y+0.155, 0.007)), flat(col))
	case "cigarette":
		c.fill(line(x, y+0.02, x-side*0.075, y+0.045, 0.011), flat(col))
		c.fill(circle(x-side*0.078, y+0.046, 0.007), flat(hex(0xff7a30)).lit())
	case "microphone":
		c.fill(poly(x-0.012, y-0.10, x+0.012, y-0.10, x+0.020, y+0.06, x-0.020, y+0.06), flat(hex(0x2a2c33)))
		c.fill(circle(x, y+0.09, 0.036), flat(hex(0x9aa0a8)))
		c.fill(rect(x-0.036, y+0.085, x+0.036, y+0.093), flat(hex(0x4a4f58)))
	case "fan":
		var p path
		for k := range 13 {
			a := 0.5 + float64(k)*0.18
			p = p.and(poly(x, y-0.02, x+0.17*math.Cos(a), y-0.02+0.17*math.Sin(a), x+0.17*math.Cos(a+0.17), y-0.02+0.17*math.Sin(a+0.17)))
		}
		c.fill(p, flat(col))
		for k := range 7 {
			a := 0.5 + float64(k)*0.36
			c.fill(line(x, y-0.02, x+0.16*math.Cos(a), y-0.02+0.16*math.Sin(a), 0.004), tint(hex(0x5a4030), 0.7))
		}
	case "lantern":
		c.fill(line(x, y+0.01, x, y-0.08, 0.006), flat(hex(0x3a2420)))
		c.fill(ellipse(x, y-0.19, 0.10, 0.095), flat(col).lit())
		c.fill(ellipse(x, y-0.19, 0.05, 0.085), tint(hex(0xffd080), 0.55).lit())
		c.fill(rect(x-0.045, y-0.105, x+0.045, y-0.085).and(rect(x-0.045, y-0.295, x+0.045, y-0.275)), flat(hex(0xd0a040)))
		c.fill(line(x, y-0.29, x, y-0.36, 0.012), flat(hex(0xd0a040)))
	case "suitcase":
		c.fill(stroke([]point{{x - 0.07, y - 0.12}, {x - 0.07, y + 0.02}, {x + 0.07, y + 0.02}, {x + 0.07, y - 0.12}}, 0.014, 0.014), flat(hex(0x8a9098)))
		c.fill(roundRect(x-0.19, y-0.66, x+0.19, y-0.10, 0.04), flat(col))
		for k := range 4 {
			c.fill(rect(x-0.13+0.08*float64(k), y-0.62, x-0.12+0.08*float64(k), y-0.14), tint(col.darker(0.4), 0.5).onTop())
		}
		for _, q := range []float64{-0.13, 0.13} {
			c.fill(circle(x+q, y-0.68, 0.025), flat(hex(0x22242b)))
		}
	case "tablet":
		c.fill(roundRect(x-0.10, y-0.06, x+0.10, y+0.09, 0.010), flat(col))
		c.fill(rect(x-0.088, y-0.048, x+0.088, y+0.078), flat(hex(0xbfe0f4)).lit())
	}
}
