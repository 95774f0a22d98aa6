package espeak

import "math"

// polish makes the synthesiser easier to listen to: rumble out, a little body
// in, the edge around 3 kHz softened, and the even level of speech that was
// recorded close: loud syllables held back, -18 dBFS RMS of the voiced part for
// every voice, peaks rounded below -5 dBFS. A mix of such lines reaches a delivery
// target by gain alone.
func polish(s []int16, rate int) {
	if len(s) == 0 {
		return
	}
	x := make([]float64, len(s))
	for i, v := range s {
		x[i] = float64(v) / 32768
	}
	fs := float64(rate)
	biquad(x, highPass(fs, 85))
	biquad(x, peaking(fs, 220, 0.8, 2.5))
	biquad(x, peaking(fs, 3200, 0.9, -3.5))
	biquad(x, peaking(fs, 6500, 0.8, -2.5))
	level(x, 0.126)
	compress(x, fs)
	level(x, 0.126)
	for i, v := range x {
		if a := math.Abs(v); a > knee {
			v = math.Copysign(knee+(top-knee)*math.Tanh((a-knee)/(top-knee)), v)
		}
		s[i] = int16(math.Round(v * 32767))
	}
}

// Peaks above knee are rounded, none passes top.
const knee, top = 0.34, 0.56

// level brings the voiced part to an RMS; silence stays what it is.
func level(x []float64, rms float64) {
	var sum float64
	n := 0
	for _, v := range x {
		if v > 0.01 || v < -0.01 {
			sum += v * v
			n++
		}
	}
	if n == 0 {
		return
	}
	gain := math.Min(rms/math.Sqrt(sum/float64(n)), 12)
	for i := range x {
		x[i] *= gain
	}
}

// compress holds loud syllables back: 3:1 over -20 dBFS, 2 ms attack, 70 ms
// release.
func compress(x []float64, fs float64) {
	const threshold, ratio = 0.1, 3.0
	attack, release := math.Exp(-1/(0.002*fs)), math.Exp(-1/(0.070*fs))
	env := 0.0
	for i, v := range x {
		a, k := math.Abs(v), release
		if a > env {
			k = attack
		}
		env = k*env + (1-k)*a
		if env > threshold {
			x[i] = v * math.Pow(env/threshold, 1/ratio-1)
		}
	}
}

// coefficients of a second-order section, normalised to a0 = 1; the formulas
// are those of the Audio EQ Cookbook (https://www.w3.org/TR/audio-eq-cookbook/).
type coefficients struct{ b0, b1, b2, a1, a2 float64 }

func biquad(x []float64, c coefficients) {
	var x1, x2, y1, y2 float64
	for i, v := range x {
		y := c.b0*v + c.b1*x1 + c.b2*x2 - c.a1*y1 - c.a2*y2
		x2, x1, y2, y1 = x1, v, y1, y
		x[i] = y
	}
}

func highPass(fs, f float64) coefficients {
	w := 2 * math.Pi * f / fs
	cos, alpha := math.Cos(w), math.Sin(w)/(2*0.707)
	a0 := 1 + alpha
	return coefficients{(1 + cos) / 2 / a0, -(1 + cos) / a0, (1 + cos) / 2 / a0, -2 * cos / a0, (1 - alpha) / a0}
}

func peaking(fs, f, q, db float64) coefficients {
	f = math.Min(f, fs*0.45)
	w := 2 * math.Pi * f / fs
	cos, alpha, a := math.Cos(w), math.Sin(w)/(2*q), math.Pow(10, db/40)
	a0 := 1 + alpha/a
	return coefficients{(1 + alpha*a) / a0, -2 * cos / a0, (1 - alpha*a) / a0, -2 * cos / a0, (1 - alpha/a) / a0}
}
