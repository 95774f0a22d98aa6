package provider

import "github.com/dailies/dailies/internal/media"

// Draft is how a model sells cheap versions of takes, of each of which it can deliver the
// very same take later, larger. Both are jobs of their own, and both are paid for.
type Draft struct {
	// Rasters are the sizes of drafts, and Finals those of finals. Where the model has no
	// list of sizes, drafts have at most ShortSide pixels on their shorter side and finals
	// are as ordinary takes.
	Rasters   []media.Raster `json:"rasters,omitempty"`
	Finals    []media.Raster `json:"finals,omitempty"`
	ShortSide int            `json:"short_side,omitempty"`
	// PricePPM is what part of the price of a take of that size a draft costs, in parts of a
	// million; 0: the whole.
	PricePPM int64 `json:"price_ppm,omitempty"`
	// Days is how long a draft's id can be used; 0: no end is known.
	Days    int    `json:"days,omitempty"`
	Source  string `json:"source"`  // the page the facts came from
	Checked string `json:"checked"` // date, YYYY-MM-DD
}

// Drafting gives the model's facts as they are when it is asked for a draft.
func (m Model) Drafting() Model {
	if len(m.Rasters) > 0 {
		m.Rasters = m.Draft.Rasters
	}
	return m
}

// Finishing gives the model's facts as they are when it is asked for the final of a draft.
func (m Model) Finishing() Model {
	if len(m.Draft.Finals) > 0 {
		m.Rasters = m.Draft.Finals
	}
	return m
}
