package media

// LayJob lays sounds over silence of so many frames: Out is WAV, 48 kHz stereo s16, exactly
// as long. What would pass its end is cut off.
type LayJob struct {
	Sounds []Sound  `json:"sounds"`
	FPS    Rational `json:"fps"`
	Frames Frames   `json:"frames"`
	Out    string   `json:"out"`
}

// LayResult describes what was laid.
type LayResult struct {
	Samples int64 `json:"samples"` // exact: Frames.Samples(FPS, 48000)
}
