package hls

import (
	"github.com/dailies/dailies/internal/media"
)

// Target is how long a segment lasts at most, in seconds, as Apple asks for it (HLS
// Authoring Specification for Apple Devices, "target durations SHOULD be 6 seconds").
const Target = 6

// Index is the playlist that a player is given.
const Index = "index.m3u8"

// Types of the files.
const (
	PlaylistType = "application/vnd.apple.mpegurl"
	MediaType    = "video/mp4"
	SoundType    = "audio/mp4"
	TextType     = "text/vtt"
)

// Presentation is an episode as its playlists tell it.
type Presentation struct {
	FPS    media.Rational
	Frames media.Frames
	Rungs  []Rung // the largest first
	Sound  Sound
	Texts  []Text
}

// Rung is the pictures at one size.
type Rung struct {
	media.Rung
	media.Fragmented
}

// Sound is what is heard, in which language (BCP 47; empty: not known).
type Sound struct {
	Language string
	media.Fragmented
}

// Text is the subtitles in one language.
type Text struct {
	Language string
	Cues     []media.Cue
}

// File is one of the texts of a presentation.
type File struct {
	Name string // beside Index
	Type string
	Body []byte
}

// RungName is the file of a rung, without its extension.
func RungName(r media.Rung) string {
	if r.Codec == media.CodecH264 {
		return r.Raster.String()
	}
	return r.Codec + "-" + r.Raster.String()
}

// SoundName is the file of the sound, without its extension.
const SoundName = "sound"

// Frames is Target in frames.
func Frames(fps media.Rational) media.Frames {
	return max(1, media.Frames(Target*fps.Num/fps.Den))
}

// segment is one entry of a media playlist.
type segment struct {
	off, bytes int64
	ticks      int64
}

// segments are the fragments of f, as many together as belong to one segment.
func segments(f media.Fragmented) []segment {
	var all []segment
	for i, part := range f.Fragments {
		if i == 0 || part.Opens {
			all = append(all, segment{off: part.Off})
		}
		s := &all[len(all)-1]
		s.bytes += part.Bytes
		s.ticks += part.Ticks
	}
	return all
}

// pictures are the keyframes of f, each from its fragment's first byte.
func pictures(f media.Fragmented) []segment {
	var all []segment
	for _, part := range f.Fragments {
		all = append(all, segment{part.Off, part.First, part.Ticks})
	}
	return all
}

// longest is the longest of segments in whole seconds, rounded to the nearest.
func longest(all []segment, scale int64) int64 {
	var most int64
	for _, s := range all {
		most = max(most, s.ticks)
	}
	return max(1, (2*most+scale)/(2*scale))
}

// peak is the peak segment bit rate (RFC 8216bis, section 2): the highest of any
// segments in a row that together last between half and one and a half of the target.
func peak(all []segment, scale, target int64) int64 {
	var most int64
	for i := range all {
		var bytes, ticks int64
		for _, s := range all[i:] {
			bytes, ticks = bytes+s.bytes, ticks+s.ticks
			if 2*ticks > 3*target*scale {
				break
			}
			if 2*ticks >= target*scale && ticks > 0 {
				most = max(most, rate(bytes, ticks, scale))
			}
		}
	}
	return max(most, average(all, scale)) // of few and short ones no row is long enough
}

// average is the average segment bit rate.
func average(all []segment, scale int64) int64 {
	var bytes, ticks int64
	for _, s := range all {
		bytes, ticks = bytes+s.bytes, ticks+s.ticks
	}
	return rate(bytes, ticks, scale)
}

// rate is bits a second, rounded up.
func rate(bytes, ticks, scale int64) int64 {
	if ticks <= 0 {
		return 0
	}
	return (bytes*8*scale + ticks - 1) / ticks
}
