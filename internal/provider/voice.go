package provider

import (
	"context"
	"io"

	"github.com/dailies/dailies/internal/drama"
)

// Voice is a fixed voice of somebody who speaks in the take: the vendor's own id of it,
// or else a sample of its sound, WAV. Open reads the sample's bytes; URL is set when the
// store is reachable by vendors.
type Voice struct {
	Name   string                                           `json:"name"` // whose: the cast's id
	ID     string                                           `json:"id,omitempty"`
	Object drama.Object                                     `json:"object,omitzero"`
	URL    string                                           `json:"-"`
	Open   func(ctx context.Context) (io.ReadCloser, error) `json:"-"`
}

// Voices says how a model is given fixed voices: as samples, as ids of its vendor's, or
// either.
type Voices struct {
	Samples int    `json:"samples,omitempty"` // most samples of a take
	IDs     int    `json:"ids,omitempty"`     // most of the vendor's ids of a take
	Modes   []Mode `json:"modes"`             // in which it takes them
	// MinMS and MaxMS bound a sample, TotalMS all of a take, milliseconds; 0: no limit known.
	MinMS   int64 `json:"min_ms,omitempty"`
	MaxMS   int64 `json:"max_ms,omitempty"`
	TotalMS int64 `json:"total_ms,omitempty"`
	// ByURL: samples are taken by their address only, not in the request.
	ByURL bool `json:"by_url,omitempty"`
	// PerPicture: a voice goes with the reference picture of who speaks, and needs one.
	PerPicture bool `json:"per_picture,omitempty"`
	// Cite is how a prompt names voice n of those sent: as Model.Cite. Empty: it does not,
	// for a voice goes with its picture.
	Cite   string `json:"cite,omitempty"`
	CiteZH string `json:"cite_zh,omitempty"`
	Source string `json:"source"` // the page that says so
}

// Most is how many voices a take can have.
func (v *Voices) Most() int {
	if v == nil {
		return 0
	}
	return max(v.Samples, v.IDs)
}
