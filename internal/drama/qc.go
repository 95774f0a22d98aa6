package drama

// Remark is what QC makes of a finding.
type Remark string

// A finding is not told, is told, or makes the take NG.
const (
	RemarkOff  Remark = "off"
	RemarkWarn Remark = "warn"
	RemarkNG   Remark = "ng"
)

// Limit is where a season draws a line for its takes. What is left open stays as built in.
type Limit struct {
	At   float64 `json:"at,omitempty"`   // from where on it is a finding; 0: as built in
	Does Remark  `json:"does,omitempty"` // what comes of it; empty: as built in
}

// QC are a season's own lines for its takes: they decide what QC says of a take, and never
// what a shot is.
type QC struct {
	Black      Limit `json:"black,omitzero"`     // frames in a row
	Freeze     Limit `json:"freeze,omitzero"`    // frames in a row
	Flicker    Limit `json:"flicker,omitzero"`   // luma, 0..255
	Cuts       Limit `json:"cuts,omitzero"`      // of any number
	Bars       Limit `json:"bars,omitzero"`      // 0..1 of the picture's height or width
	Sharpness  Limit `json:"sharpness,omitzero"` // at least: variance of the Laplacian
	Clipping   Limit `json:"clipping,omitzero"`  // 0..1 of the samples
	Silence    Limit `json:"silence,omitzero"`
	AVLength   Limit `json:"av_length,omitzero"` // seconds
	BurnedText Limit `json:"burned_text,omitzero"`
	Music      Limit `json:"music,omitzero"`
}
