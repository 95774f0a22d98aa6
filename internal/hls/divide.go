// Package hls writes and reads the playlists of HTTP Live Streaming (RFC 8216 and its
// successor, draft-pantos-hls-rfc8216bis) for an episode that is whole: one fragmented MP4
// a rung and one of sound, whose parts the playlists name by where they lie. It is pure.
package hls

import "github.com/dailies/dailies/internal/media"

// Divide groups runs of frames, each of which begins with a keyframe, into segments of at
// most target frames, and returns the first run of each. A run that is longer is a segment
// of its own.
func Divide(runs []media.Frames, target media.Frames) []int {
	var opens []int
	var length media.Frames
	for i, n := range runs {
		if i == 0 || length+n > target {
			opens, length = append(opens, i), 0
		}
		length += n
	}
	return opens
}
