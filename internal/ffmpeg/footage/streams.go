package footage

import (
	"strings"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// Video is the stream of pictures that a player would show, nil if there is
// none: covers are passed over, and preview tracks of stills (JPEG, PNG) where
// something else is there.
func (in *Input) Video() *astiav.Stream {
	var best *astiav.Stream
	rank := 0
	for _, s := range in.Streams {
		cp := s.CodecParameters()
		role := streamRole(s)
		if cp.MediaType() != astiav.MediaTypeVideo || role.Attached {
			continue
		}
		r := 1
		if id := cp.CodecID(); id != astiav.CodecIDMjpeg && id != astiav.CodecIDPng {
			r += 2
		}
		if role.Default && !role.Aside {
			r++
		}
		if r > rank {
			best, rank = s, r
		}
	}
	return best
}

// Sounds are the streams of sound in the order in which they are to be tried:
// what the container begins with, then the others, those for some people last.
func (in *Input) Sounds() []*astiav.Stream {
	var ranked [3][]*astiav.Stream
	for _, s := range in.Streams {
		if s.CodecParameters().MediaType() != astiav.MediaTypeAudio {
			continue
		}
		r := 1
		switch role := streamRole(s); {
		case role.Aside:
			r = 2
		case role.Default:
			r = 0
		}
		ranked[r] = append(ranked[r], s)
	}
	return append(append(ranked[0], ranked[1]...), ranked[2]...)
}

// Audio is the sound stream that a player would play, nil if there is none.
func (in *Input) Audio() *astiav.Stream {
	if all := in.Sounds(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// claimed is how long the file says its pictures and sound last, 0 if it does not
// say. sure is false where only the whole is named and something else, a subtitle
// or a timecode, may be what lasts so long.
func (in *Input) claimed() (d time.Duration, sure bool) {
	others := 0
	for _, s := range in.Streams {
		if t := s.CodecParameters().MediaType(); t != astiav.MediaTypeVideo && t != astiav.MediaTypeAudio {
			others++
		}
	}
	for _, s := range []*astiav.Stream{in.Video(), in.Audio()} {
		if s != nil {
			d = max(d, in.streamClaims(s))
		}
	}
	if d > 0 {
		// A broadcast container has no header: FFmpeg subtracts the first stamp
		// from the last.
		return d, !in.stampsBeginAnew()
	}
	if all := in.fc.Duration(); all > 0 {
		d = time.Duration(astiav.RescaleQ(all, astiav.TimeBaseQ, nanosecond()))
	}
	if start := in.fc.StartTime(); in.countsFromZero() && start > 0 && start != astiav.NoPtsValue {
		if from := time.Duration(astiav.RescaleQ(start, astiav.TimeBaseQ, nanosecond())); from < d {
			d -= from
		}
	}
	return d, others == 0 && !in.stampsBeginAnew()
}

// TooLong is how long the file surely is, if that is more than is taken, else 0.
func (in *Input) TooLong() time.Duration {
	if d, sure := in.claimed(); sure && d > media.MaxClipDuration {
		return d
	}
	return 0
}

// streamClaims is how long the file says that one stream lasts, 0 if it does not
// say.
func (in *Input) streamClaims(s *astiav.Stream) time.Duration {
	if d := s.Duration(); d > 0 && d != astiav.NoPtsValue {
		return time.Duration(astiav.RescaleQ(d, s.TimeBase(), nanosecond()))
	}
	// Matroska has no such field; muxers write it as a tag.
	tags := s.Metadata()
	if tags == nil {
		return 0
	}
	e := tags.Get("DURATION", nil, 0)
	if e == nil {
		return 0
	}
	d := parseClock(e.Value())
	if start := s.StartTime(); in.countsFromZero() && start > 0 && start != astiav.NoPtsValue {
		if from := time.Duration(astiav.RescaleQ(start, s.TimeBase(), nanosecond())); from < d {
			d -= from
		}
	}
	return d
}

// stampsBeginAnew says whether time stamps of the container may begin anew.
func (in *Input) stampsBeginAnew() bool {
	f := in.fc.InputFormat()
	return f != nil && f.Flags().Has(astiav.IOFormatFlagTsDiscont)
}

// countsFromZero says whether lengths are counted from the file's zero, not from
// its first picture: FFmpeg writes Matroska so.
func (in *Input) countsFromZero() bool { return strings.HasPrefix(in.Container(), "matroska") }

// parseClock reads "00:00:02.000000000"; 0 if it is none.
func parseClock(s string) time.Duration {
	h, rest, ok1 := strings.Cut(strings.TrimSpace(s), ":")
	m, sec, ok2 := strings.Cut(rest, ":")
	if !ok1 || !ok2 {
		return 0
	}
	d, err := time.ParseDuration(h + "h" + m + "m" + sec + "s")
	if err != nil || d < 0 {
		return 0
	}
	return d
}
