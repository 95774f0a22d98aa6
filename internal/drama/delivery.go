package drama

import "github.com/dailies/dailies/internal/media"

// HLS asks for the episode as HTTP Live Streaming beside its master.
type HLS struct {
	Rungs []media.Rung `json:"rungs"` // players begin with the first
}

// Version is a further master of every cut, from the same takes.
type Version struct {
	Name    string       `json:"name"`
	Raster  media.Raster `json:"raster"`
	Fit     media.Fit    `json:"fit"`
	NoTexts bool         `json:"no_texts,omitempty"` // neither subtitles nor titles are burned in
	HLS     *HLS         `json:"hls,omitempty"`      // beside its master; nil: none
}

// VersionFolder is where the files of a version lie, beside the master.
func VersionFolder(name string) string { return "versions/" + name + "/" }

// Of is the season as the version is conformed and laid out.
func (v Version) Of(s Season) Season {
	s.Format.Raster, s.Format.Fit = v.Raster, v.Fit
	if v.NoTexts {
		s.Subtitles.Burn = ""
	}
	s.HLS, s.Versions, s.Covers, s.Stems = v.HLS, nil, nil, false
	return s
}
