package provider

import (
	"slices"

	"github.com/dailies/dailies/internal/media"
)

// Limit ties what a model makes to how it is asked: "1080p is made for 8 seconds
// only". Every limit of a model whose conditions all hold counts; a condition that
// is not set always holds. What a limit does not name stays as the model says.
type Limit struct {
	Modes []Mode `json:"modes,omitempty"`
	// Above is for pictures whose shorter side has more pixels than this.
	Above int   `json:"above,omitempty"`
	Audio *bool `json:"audio,omitempty"` // whether the model makes sound

	// DurationsMS, or MinMS and MaxMS, take the place of the model's lengths.
	DurationsMS []int64 `json:"durations_ms,omitempty"`
	MinMS       int64   `json:"min_ms,omitempty"`
	MaxMS       int64   `json:"max_ms,omitempty"`
	// ShortSide is the fewest pixels of the shorter side that are made.
	ShortSide int `json:"short_side,omitempty"`
	// UpTo is the most pixels of it.
	UpTo          int `json:"up_to,omitempty"`
	MaxPrompt     int `json:"max_prompt,omitempty"`
	MaxReferences int `json:"max_references,omitempty"`
}

// Asked is how a model is asked. Raster may be zero while it is being chosen:
// limits that depend on it then do not hold.
type Asked struct {
	Mode   Mode
	Raster media.Raster
	Audio  bool
}

func (l Limit) holds(a Asked) bool {
	return (len(l.Modes) == 0 || slices.Contains(l.Modes, a.Mode)) &&
		(l.Above == 0 || a.Raster.ShortSide() > l.Above) && (l.Audio == nil || *l.Audio == a.Audio)
}

// For gives the model's facts as they are when it is asked so: its lengths, its
// rasters, its prompt's length and its references under the limits that then hold.
func (m Model) For(a Asked) Model {
	for _, l := range m.Limits {
		if !l.holds(a) {
			continue
		}
		if len(l.DurationsMS) > 0 {
			m.DurationsMS, m.MinMS, m.MaxMS = l.DurationsMS, 0, 0
		}
		if l.MaxMS > 0 {
			m.DurationsMS, m.MinMS, m.MaxMS = nil, l.MinMS, l.MaxMS
		}
		if l.ShortSide > 0 || l.UpTo > 0 {
			m.Rasters = slices.DeleteFunc(slices.Clone(m.Rasters), func(r media.Raster) bool {
				return r.ShortSide() < l.ShortSide || l.UpTo > 0 && r.ShortSide() > l.UpTo
			})
		}
		if l.MaxPrompt > 0 {
			m.MaxPrompt = l.MaxPrompt
		}
		if l.MaxReferences > 0 {
			m.MaxReferences = l.MaxReferences
		}
	}
	return m
}

// Makes says whether the model makes takes of so many milliseconds. Limits are
// For's.
func (m Model) Makes(ms int64) bool {
	if len(m.DurationsMS) > 0 {
		return slices.Contains(m.DurationsMS, ms)
	}
	return ms >= m.MinMS && (m.MaxMS == 0 || ms <= m.MaxMS)
}
