package media

// Tone maps colours: per plane of yuv420p (bt.709, limited range: luma, blue and red
// difference) v becomes Gain*v + Offset, in steps of 8 bits. The zero Tone maps every
// colour to itself.
type Tone struct {
	Gain   [3]float64 `json:"gain"`
	Offset [3]float64 `json:"offset"`
}

// Drift is how the colour of a clip's first picture stands to that of the picture that
// it was to start from, as the mezzanine has it.
type Drift struct {
	// Tone maps the other picture's colours to the clip's own.
	Tone Tone `json:"tone"`
	// Levels is how far the two lie apart, in steps of 8 bits: the mean over the picture of
	// luma's and both differences' distance together.
	Levels float64 `json:"levels"`
}

// Of is t's value of v in plane p.
func (t Tone) Of(p int, v float64) float64 {
	if t == (Tone{}) {
		return v
	}
	return t.Gain[p]*v + t.Offset[p]
}

// Back maps colours that t has moved to where they came from.
func (t Tone) Back() Tone {
	if t == (Tone{}) {
		return t
	}
	var b Tone
	for p, g := range t.Gain {
		b.Gain[p], b.Offset[p] = 1/g, -t.Offset[p]/g
	}
	return b
}

// Half is half the way back: it maps colours that t has moved to the middle between
// where they are and where they came from.
func (t Tone) Half() Tone {
	if t == (Tone{}) {
		return t
	}
	var h Tone
	for p, g := range t.Gain {
		h.Gain[p] = (1 + 1/g) / 2
		h.Offset[p] = -t.Offset[p] / g / 2
	}
	return h
}
