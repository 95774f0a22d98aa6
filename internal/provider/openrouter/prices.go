package openrouter

import (
	"math/big"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// maxPrice is the most that a second or a million tokens may cost to be believed,
// micro-units.
const maxPrice = 10_000 * drama.Micro

// sku is one price of the listing, with what it is for; a condition that is not
// set always holds. The names are those that the listing has
// (https://openrouter.ai/api/v1/videos/models): the page on it shows
// per-video-second and per-video-second-1080p, and calls the rest its makers'.
type sku struct {
	mode   string // text, image
	audio  string // with, without
	lines  int
	tokens bool
	usd    *big.Rat // a second, or a token
}

// priceList is all that a model's SKUs say.
type priceList struct {
	skus    []sku
	tokens  bool     // they are per token
	picture *big.Rat // for each frame that is sent
	least   *big.Rat // of a take; nil: none
}

// units are what a price is for, by how a SKU's name begins.
var units = []struct {
	name   string
	tokens bool
	cents  bool
}{
	{"per_video_second", false, false},
	{"duration_seconds", false, false},
	{"cents_per_second_output", false, true},
	{"cents_per_video_output_second", false, true},
	{"video_tokens", true, false},
}

// priced reads a model's SKUs. One that is not understood might be what counts, so
// then there is no price at all.
func priced(all map[string]literal) (priceList, bool) {
	list := priceList{picture: new(big.Rat)}
	for name, text := range all {
		usd, ok := amount(text)
		if !ok {
			return priceList{}, false
		}
		cents := new(big.Rat).Quo(usd, big.NewRat(100, 1))
		switch name = strings.ReplaceAll(strings.ToLower(name), "-", "_"); {
		case strings.Contains(name, "video_input"), strings.Contains(name, "continuation"), strings.HasPrefix(name, "reference_"):
			// Clips and references are never sent to a model of the listing.
		case name == "cents_per_image_input":
			list.picture = cents
		case name == "minimum_cents_per_generation":
			list.least = cents
		default:
			s, ok := parse(name)
			if !ok {
				return priceList{}, false
			}
			if s.usd = usd; strings.Contains(name, "cents_per_") {
				s.usd = cents
			}
			list.skus = append(list.skus, s)
		}
	}
	if len(list.skus) == 0 {
		return priceList{}, false
	}
	list.tokens = list.skus[0].tokens
	mixed := slices.ContainsFunc(list.skus, func(s sku) bool { return s.tokens != list.tokens })
	if mixed || list.tokens && (list.picture.Sign() > 0 || list.least != nil) {
		return priceList{}, false
	}
	return list, true
}

// parse reads [text_to_video_|image_to_video_]unit[_with_audio|_without_audio][_720p].
func parse(name string) (sku, bool) {
	var s sku
	for _, mode := range []string{"text", "image"} {
		if rest, ok := strings.CutPrefix(name, mode+"_to_video_"); ok {
			s.mode, name = mode, rest
		}
	}
	for _, u := range units {
		if rest, ok := strings.CutPrefix(name, u.name); ok {
			s.tokens = u.tokens
			return s, s.conditions(rest)
		}
	}
	return sku{}, false
}

// conditions reads the end of a SKU's name.
func (s *sku) conditions(rest string) bool {
	for _, a := range []string{"with", "without"} {
		if without := strings.Replace(rest, "_"+a+"_audio", "", 1); without != rest {
			s.audio, rest = a, without
		}
	}
	if rest == "" {
		return true
	}
	for _, t := range tiers {
		if rest == "_"+strings.ToLower(t.word) {
			s.lines = t.lines
			return true
		}
	}
	return false
}

// rates are a price for everything that the model makes; false: there is none.
func (l priceList) rates(m provider.Model, own []tier) ([]provider.Rate, bool) {
	var sides []int
	for _, r := range m.Rasters {
		sides = append(sides, r.ShortSide())
	}
	slices.Sort(sides)
	var rates []provider.Rate
	for _, side := range slices.Compact(sides) {
		for _, audio := range sounds(m) {
			for _, mode := range m.Modes {
				per, ok := l.rate(mode, audio, tierOf(side, own), m.DurationsMS[0])
				if !ok {
					return nil, false
				}
				r := provider.Rate{Modes: []provider.Mode{mode}, ShortSide: side, PerSecond: per}
				if l.tokens {
					r.PerSecond, r.PerMillionTokens = nil, per
				}
				if m.Audio {
					on := audio == "with"
					r.Audio = &on
				}
				rates = append(rates, r)
			}
		}
	}
	return rates, true
}

// sounds are the ways a model is asked to make sound. Of one that has no switch it
// is not known which of its prices holds.
func sounds(m provider.Model) []string {
	if m.Audio {
		return []string{"without", "with"}
	}
	return []string{"either"}
}

// tierOf is the model's own tier that a size belongs to.
func tierOf(side int, own []tier) int {
	lines := 0
	for _, t := range own {
		if t.lines <= side || lines == 0 {
			lines = t.lines
		}
	}
	return lines
}

// rate is what a second, or a million tokens, costs. Of the prices that hold, those
// count that no other is more particular than; of these the highest.
func (l priceList) rate(mode provider.Mode, audio string, lines int, shortestMS int64) (*drama.Money, bool) {
	if audio == "either" {
		with, ok1 := l.rate(mode, "with", lines, shortestMS)
		without, ok2 := l.rate(mode, "without", lines, shortestMS)
		if !ok2 || ok1 && without.Less(*with) {
			return with, ok1
		}
		return without, true
	}
	var hold []sku
	for _, s := range l.skus {
		if s.holds(mode, audio, lines) {
			hold = append(hold, s)
		}
	}
	var usd *big.Rat
	for _, s := range hold {
		if !slices.ContainsFunc(hold, s.below) && (usd == nil || s.usd.Cmp(usd) > 0) {
			usd = s.usd
		}
	}
	if usd == nil {
		return nil, false
	}
	if l.tokens {
		return believed(new(big.Rat).Mul(usd, big.NewRat(1_000_000, 1)))
	}
	shortest := big.NewRat(shortestMS, 1000)
	if l.least != nil && new(big.Rat).Mul(usd, shortest).Cmp(l.least) < 0 {
		return nil, false // a price by the second would be too low
	}
	// Frames are paid for by the piece: in the shortest take a second bears most.
	frames := map[provider.Mode]int64{provider.ModeFirstFrame: 1, provider.ModeFirstLast: 2}[mode]
	pieces := new(big.Rat).Mul(l.picture, big.NewRat(frames, 1))
	return believed(new(big.Rat).Add(usd, pieces.Quo(pieces, shortest)))
}

func believed(usd *big.Rat) (*drama.Money, bool) {
	m, ok := micros(usd)
	return m, ok && m.Micros <= maxPrice
}

func (s sku) holds(mode provider.Mode, audio string, lines int) bool {
	from := "text"
	if mode != provider.ModeText {
		from = "image"
	}
	return (s.mode == "" || s.mode == from) && (s.audio == "" || s.audio == audio) && (s.lines == 0 || s.lines == lines)
}

// below says whether o has every condition of s, and more.
func (s sku) below(o sku) bool {
	covers := (s.mode == "" || s.mode == o.mode) && (s.audio == "" || s.audio == o.audio) && (s.lines == 0 || s.lines == o.lines)
	return covers && (s.mode != o.mode || s.audio != o.audio || s.lines != o.lines)
}
