package sound

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/dailies/dailies/internal/media"
)

const (
	stemFull  = 1 << 23          // full scale of a stem's samples
	stemTop   = 1 - 1.0/stemFull // the highest peak that a stem holds
	stemBelow = 0.1              // dB that stems are turned down to under full scale, where one is above it
	stemStep  = 10 * Hop         // pairs read at once
)

// Stems are layers of a mix, each as it is before the loudness gain and limiter.
type Stems struct {
	// Gain is what all of them are turned down by, in dB, so that none is clipped.
	Gain float64

	m      *Mixer
	stems  []media.Stem
	layers []media.Layer // that are wanted
	parts  [][]float32   // of each layer
	sum    []float32
}

// Stems measures the stems that are asked for.
func (m *Mixer) Stems(ctx context.Context, stems []media.Stem) (*Stems, error) {
	s := &Stems{m: m, stems: stems}
	for _, st := range stems {
		for _, l := range st.Layers {
			switch {
			case !slices.Contains(media.Layers(), l):
				return nil, fmt.Errorf("make stems: there is no layer %q", l)
			case !slices.Contains(s.layers, l):
				s.layers = append(s.layers, l)
			}
		}
	}
	s.parts = make([][]float32, len(s.layers))
	peak := float32(0)
	for at := int64(0); at < m.Total; at += stemStep {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.load(int(min(stemStep, m.Total-at)), at); err != nil {
			return nil, err
		}
		for i := range stems {
			peak = max(peak, highest(s.add(i)))
		}
	}
	if peak > stemTop {
		s.Gain = -(Decibels(float64(peak)) + stemBelow)
	}
	return s, nil
}

// Read hands the pairs of each stem to each, in order and from beginning to end, as
// integers of 24 bits: stem by stem, for every step of the programme. The pairs are only
// valid during the call.
func (s *Stems) Read(ctx context.Context, each func(stem int, pairs []int32) error) error {
	gain := stemFull * Ratio(s.Gain)
	var whole []int32
	for at := int64(0); at < s.m.Total; at += stemStep {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.load(int(min(stemStep, s.m.Total-at)), at); err != nil {
			return err
		}
		for i := range s.stems {
			whole = whole[:0]
			for _, v := range s.add(i) {
				w := math.RoundToEven(float64(v) * gain)
				if w != w { // not a number
					w = 0
				}
				whole = append(whole, int32(max(-stemFull, min(stemFull-1, w))))
			}
			if err := each(i, whole); err != nil {
				return err
			}
		}
	}
	return nil
}

// load reads n pairs of every layer.
func (s *Stems) load(n int, at int64) error {
	for i, l := range s.layers {
		if cap(s.parts[i]) < media.Channels*n {
			s.parts[i] = make([]float32, media.Channels*n)
		}
		s.parts[i] = s.parts[i][:media.Channels*n]
		if err := s.m.read(s.parts[i], at, l); err != nil {
			return err
		}
	}
	return nil
}

// add is the sum of a stem's layers.
func (s *Stems) add(stem int) []float32 {
	s.sum = s.sum[:0]
	for i, l := range s.layers {
		switch {
		case !slices.Contains(s.stems[stem].Layers, l):
		case len(s.sum) == 0:
			s.sum = append(s.sum, s.parts[i]...)
		default:
			for k, v := range s.parts[i] {
				s.sum[k] += v
			}
		}
	}
	return s.sum
}
