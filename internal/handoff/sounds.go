package handoff

import (
	"math"
	"path"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Tracks of sound, beside the takes' own.
const (
	Dialogue = "dialogue"
	Effects  = "effects" // the files that the script lays under shots
	Score    = "score"
)

// soundTracks are the tracks of sound in their order, the nearest to the pictures first.
func soundTracks() []string { return []string{Dialogue, Effects, Score} }

// Sound is a sound that is laid over the pictures.
type Sound struct {
	Track  string       `json:"track"`
	Name   string       `json:"name"`
	File   string       `json:"file"`
	Start  media.Frames `json:"start"` // record position
	Frames media.Frames `json:"frames"`
	Object drama.Object `json:"object"` // where it lies in the store
	// Level is how much louder it is than its file, in dB.
	Level float64 `json:"level,omitempty"`
	// Slate, Take and At are of an effect: the shot that it goes with, the number of the take
	// that is shown, and the frame of that at which it begins.
	Slate string       `json:"slate,omitempty"`
	Take  int          `json:"take,omitempty"`
	At    media.Frames `json:"at,omitempty"`
}

// SoundFile is where a sound lies beside the timeline.
func SoundFile(track, name, mediaType string) string {
	if track == Score {
		return MediaFolder + name + extension(mediaType)
	}
	return MediaFolder + track + "/" + name + extension(mediaType)
}

// EffectName is what an effect's file is called beside the timeline: the name that the
// script has it by, and the beginning of its checksum, since two scripts' folders may each
// have a door.wav.
func EffectName(f drama.File) string {
	const letters, digits = 40, 8
	own := strings.TrimSuffix(path.Base(strings.ReplaceAll(f.Path, `\`, "/")), path.Ext(f.Path))
	own = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, own)
	if r := []rune(own); len(r) > letters {
		own = string(r[:letters])
	}
	return strings.Trim(own, "-") + "-" + f.SHA256[:min(digits, len(f.SHA256))]
}

// sameFile is the index of the first sound of a sound's file; a file is told once. frames
// are how much of it is used at most.
func (t Timeline) sameFile(s Sound) (first int, frames media.Frames) {
	first = -1
	for i, other := range t.Sounds {
		if other.File != s.File {
			continue
		}
		if first < 0 {
			first = i
		}
		frames = max(frames, other.Frames)
	}
	return first, frames
}

// ratio is a level as the factor by which samples grow.
func ratio(level float64) float64 { return math.Pow(10, level/20) }
