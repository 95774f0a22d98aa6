package provider

import (
	"fmt"
	"math/big"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Rate is a price and what it is for. Of a model's rates the first whose
// conditions all hold counts; a condition that is not set always holds.
type Rate struct {
	Modes []Mode `json:"modes,omitempty"`
	// ShortSide is the most pixels of the picture's shorter side: 720 is for 720p
	// and smaller.
	ShortSide int `json:"short_side,omitempty"`
	// Audio is whether the model makes sound.
	Audio *bool `json:"audio,omitempty"`
	// DurationMS is the most milliseconds.
	DurationMS int64 `json:"duration_ms,omitempty"`
	// Exactly one of these: a second of finished video, a take whatever its length,
	// or a million tokens, of which a take has
	// seconds x width x height x frames a second / 1024.
	PerSecond        *drama.Money `json:"per_second,omitempty"`
	PerTake          *drama.Money `json:"per_take,omitempty"`
	PerMillionTokens *drama.Money `json:"per_million_tokens,omitempty"`
}

// tokenFPS is the frame rate of a model that names none, for counting tokens.
const tokenFPS = 24

// Bought is what a price is asked for.
type Bought struct {
	Mode   Mode
	Raster media.Raster
	Audio  bool
	MS     int64 // length, milliseconds
	// Pictures are those sent: frames and references.
	Pictures int
}

// Sent is how many pictures a mode sends where a take has so many references; those of
// a maker of pictures are all that it is sent.
func (m Mode) Sent(references int) int {
	switch m {
	case ModeFirstFrame:
		return 1
	case ModeFirstLast:
		return 2
	case ModeReferences, ModeImage:
		return references
	case ModeFrameReferences:
		return references + 1
	case ModeText, ModeLipSync:
	}
	return 0
}

// Rate is the rate of what is bought; false when no rate fits.
func (m Model) Rate(b Bought) (Rate, bool) {
	for _, r := range m.Rates {
		if r.holds(b) {
			return r, true
		}
	}
	if len(m.Rates) == 0 {
		return Rate{PerSecond: &m.PricePerSecond}, true
	}
	return Rate{}, false
}

func (r Rate) holds(b Bought) bool {
	if len(r.Modes) > 0 {
		found := false
		for _, m := range r.Modes {
			found = found || m == b.Mode
		}
		if !found {
			return false
		}
	}
	return (r.ShortSide == 0 || b.Raster.ShortSide() <= r.ShortSide) && (r.Audio == nil || *r.Audio == b.Audio) && (r.DurationMS == 0 || b.MS <= r.DurationMS)
}

// Price is what a take costs, rounded up to the micro-unit.
func (m Model) Price(b Bought) (drama.Money, error) {
	r, ok := m.Rate(b)
	if !ok {
		return drama.Money{}, fmt.Errorf("model %s has no price for %s at %s", m.ID, b.Mode, b.Raster)
	}
	var per drama.Money
	count, of := big.NewInt(1), big.NewInt(1)
	switch {
	case r.PerTake != nil:
		per = *r.PerTake
	case r.PerMillionTokens != nil:
		per = *r.PerMillionTokens
		fps := media.Rational{Num: tokenFPS, Den: 1}
		if len(m.FPS) > 0 {
			fps = m.FPS[0]
		}
		count.SetInt64(b.MS)
		for _, n := range []int64{int64(b.Raster.Width), int64(b.Raster.Height), int64(fps.Num)} {
			count.Mul(count, big.NewInt(n))
		}
		of = new(big.Int).Mul(big.NewInt(1000*1024*1_000_000), big.NewInt(int64(fps.Den)))
	case r.PerSecond != nil:
		per = *r.PerSecond
		count.SetInt64(b.MS)
		of.SetInt64(1000)
	}
	if per.Micros < 0 {
		return drama.Money{}, fmt.Errorf("model %s has the negative price %s", m.ID, per)
	}
	price, err := scaled(per, count, of)
	if err != nil || m.PerPicture == nil || b.Pictures <= m.FreePictures {
		return price, err
	}
	pictures, err := scaled(*m.PerPicture, big.NewInt(int64(b.Pictures-m.FreePictures)), big.NewInt(1))
	if err != nil {
		return drama.Money{}, err
	}
	return price.Add(pictures)
}

// PartOf is so many parts of a million of a price, rounded up.
func PartOf(of drama.Money, ppm int64) (drama.Money, error) {
	const million = 1_000_000
	return scaled(of, big.NewInt(ppm), big.NewInt(million))
}

// scaled is per x count / of, rounded up.
func scaled(per drama.Money, count, of *big.Int) (drama.Money, error) {
	n := new(big.Int).Mul(big.NewInt(per.Micros), count)
	n.Add(n, new(big.Int).Sub(of, big.NewInt(1))).Div(n, of)
	if !n.IsInt64() {
		return drama.Money{}, fmt.Errorf("a price of %s is more than can be counted", per)
	}
	return drama.Money{Micros: n.Int64(), Currency: per.Currency}, nil
}

// Tokens is what so many tokens cost at a rate per million, to the nearest
// micro-unit: it is a bill, not an estimate.
func Tokens(perMillion drama.Money, tokens int64) (drama.Money, error) {
	const million = 1_000_000
	n := new(big.Int).Mul(big.NewInt(perMillion.Micros), big.NewInt(tokens))
	n.Add(n, big.NewInt(million/2)).Div(n, big.NewInt(million))
	if !n.IsInt64() {
		return drama.Money{}, fmt.Errorf("%d tokens cost more than can be counted", tokens)
	}
	return drama.Money{Micros: n.Int64(), Currency: perMillion.Currency}, nil
}

// Currency is the one that the model is priced in; empty if it is free.
func (m Model) Currency() string {
	for _, r := range m.Rates {
		for _, p := range []*drama.Money{r.PerSecond, r.PerTake, r.PerMillionTokens} {
			if p != nil && p.Micros > 0 {
				return p.Currency
			}
		}
	}
	if m.PricePerSecond.Micros > 0 {
		return m.PricePerSecond.Currency
	}
	return ""
}
