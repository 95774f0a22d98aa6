package hls

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Limits of what is read: playlists come from anywhere.
const (
	MaxPlaylist = 4 << 20
	maxLines    = 100_000
	maxLine     = 4096
)

// Multivariant is a playlist that names variants and renditions (RFC 8216bis, section
// 4.4.6).
type Multivariant struct {
	Version     int
	Independent bool
	Variants    []Variant
	Renditions  []Rendition
}

// Variant is a stream of pictures; Pictures: of keyframes alone.
type Variant struct {
	Attributes
	URI      string
	Pictures bool
}

// Rendition is a stream that goes with variants.
type Rendition struct {
	Attributes
}

// Attributes are those of a tag, quotes taken off.
type Attributes map[string]string

// Number is a decimal integer; -1 if it is none.
func (a Attributes) Number(name string) int64 {
	n, err := strconv.ParseInt(a[name], 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// Media is a playlist of segments (RFC 8216bis, section 4.4.3).
type Media struct {
	Version  int
	Target   int64
	Type     string
	Pictures bool // of keyframes alone
	Ended    bool
	Map      Range // of bytes 0: there is none
	Segments []Segment
	// Joins is how many discontinuities it tells of.
	Joins int
}

// Segment is one of its parts.
type Segment struct {
	Seconds float64
	Range
}

// Range is a part of a file; Bytes of -1: all of it.
type Range struct {
	URI        string
	Off, Bytes int64
}

// lines splits a playlist, whose first line says that it is one.
func lines(body []byte) ([]string, error) {
	if len(body) > MaxPlaylist {
		return nil, fmt.Errorf("it is longer than %d bytes", MaxPlaylist)
	}
	var all []string
	s := bufio.NewScanner(bytes.NewReader(body))
	s.Buffer(make([]byte, 0, maxLine), maxLine)
	for s.Scan() {
		if line := strings.TrimRight(s.Text(), "\r"); line != "" {
			all = append(all, line)
		}
		if len(all) > maxLines {
			return nil, fmt.Errorf("it has more than %d lines", maxLines)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("a line is longer than %d bytes", maxLine)
	}
	if len(all) == 0 || all[0] != "#EXTM3U" {
		return nil, errors.New("it does not begin with #EXTM3U")
	}
	return all[1:], nil
}

// ReadMultivariant reads a multivariant playlist.
func ReadMultivariant(body []byte) (*Multivariant, error) {
	list, err := lines(body)
	if err != nil {
		return nil, err
	}
	m := &Multivariant{Version: 1}
	var next *Variant
	for n, line := range list {
		tag, rest, _ := strings.Cut(line, ":")
		var err error
		switch {
		case !strings.HasPrefix(line, "#"):
			if next == nil {
				return nil, fmt.Errorf("line %d: a variant without its tag", n+2)
			}
			next.URI = line
			m.Variants = append(m.Variants, *next)
			next = nil
			continue
		case next != nil && strings.HasPrefix(line, "#EXT"):
			return nil, fmt.Errorf("line %d: a variant without its playlist", n+2)
		case tag == "#EXT-X-VERSION":
			m.Version, err = strconv.Atoi(rest)
		case tag == "#EXT-X-INDEPENDENT-SEGMENTS":
			m.Independent = true
		case tag == "#EXT-X-STREAM-INF":
			next = &Variant{}
			next.Attributes, err = attributes(rest)
		case tag == "#EXT-X-I-FRAME-STREAM-INF":
			v := Variant{Pictures: true}
			v.Attributes, err = attributes(rest)
			v.URI = v.Attributes["URI"]
			m.Variants = append(m.Variants, v)
		case tag == "#EXT-X-MEDIA":
			var r Rendition
			r.Attributes, err = attributes(rest)
			m.Renditions = append(m.Renditions, r)
		case tag == "#EXTINF" || tag == "#EXT-X-TARGETDURATION":
			return nil, fmt.Errorf("line %d: %s in a playlist of variants", n+2, tag)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+2, err)
		}
	}
	if next != nil || len(m.Variants) == 0 {
		return nil, errors.New("it names no variant, or one without its playlist")
	}
	return m, nil
}

// ReadMedia reads a media playlist.
func ReadMedia(body []byte) (*Media, error) {
	list, err := lines(body)
	if err != nil {
		return nil, err
	}
	m := &Media{Version: 1}
	r := mediaReader{Media: m, next: Segment{Seconds: -1, Range: Range{Bytes: -1}}, ends: map[string]int64{}}
	for n, line := range list {
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+2, err)
		}
	}
	switch {
	case m.Target <= 0:
		return nil, errors.New("it has no target duration")
	case len(m.Segments) == 0:
		return nil, errors.New("it names no segment")
	case r.next.Seconds >= 0:
		return nil, errors.New("its last segment has no file")
	}
	return m, nil
}

type mediaReader struct {
	*Media
	next  Segment
	since bool             // the range begins where the last one of the file ended
	ends  map[string]int64 // of the last ranges, by file
}

func (r *mediaReader) line(line string) (err error) {
	tag, rest, _ := strings.Cut(line, ":")
	switch {
	case !strings.HasPrefix(line, "#"):
		return r.file(line)
	case r.Ended && strings.HasPrefix(line, "#EXT"):
		return errors.New("there is something behind its end")
	case tag == "#EXT-X-VERSION":
		r.Version, err = strconv.Atoi(rest)
	case tag == "#EXT-X-TARGETDURATION":
		r.Target, err = strconv.ParseInt(rest, 10, 32)
	case tag == "#EXT-X-PLAYLIST-TYPE":
		r.Type = rest
	case tag == "#EXT-X-I-FRAMES-ONLY":
		r.Pictures = true
	case tag == "#EXT-X-ENDLIST":
		r.Ended = true
	case tag == "#EXT-X-DISCONTINUITY":
		r.Joins++
	case tag == "#EXT-X-MAP":
		a, aerr := attributes(rest)
		if aerr != nil {
			return aerr
		}
		r.Map = Range{URI: a["URI"], Bytes: -1}
		if b := a["BYTERANGE"]; b != "" {
			r.Map.Bytes, r.Map.Off, _, err = byteRange(b)
		}
	case tag == "#EXT-X-BYTERANGE":
		r.next.Bytes, r.next.Off, r.since, err = byteRange(rest)
	case tag == "#EXTINF":
		length, _, _ := strings.Cut(rest, ",")
		r.next.Seconds, err = strconv.ParseFloat(length, 64)
		if err == nil && !(r.next.Seconds >= 0 && r.next.Seconds < 1e6) {
			err = fmt.Errorf("a segment of %s seconds", length)
		}
	case tag == "#EXT-X-STREAM-INF" || tag == "#EXT-X-MEDIA":
		err = fmt.Errorf("%s in a playlist of segments", tag)
	}
	return err
}

// file ends a segment.
func (r *mediaReader) file(uri string) error {
	s := r.next
	if s.Seconds < 0 {
		return errors.New("a segment without its length")
	}
	if s.URI = uri; r.since {
		s.Off = r.ends[uri]
	}
	if s.Bytes >= 0 {
		r.ends[uri] = s.Off + s.Bytes
	}
	r.Segments = append(r.Segments, s)
	r.next, r.since = Segment{Seconds: -1, Range: Range{Bytes: -1}}, false
	return nil
}

// byteRange reads n@o; without o it goes on where the last one ended.
func byteRange(s string) (bytes, off int64, since bool, err error) {
	n, o, at := strings.Cut(s, "@")
	bytes, err = strconv.ParseInt(n, 10, 64)
	if err == nil && at {
		off, err = strconv.ParseInt(o, 10, 64)
	}
	if err != nil || bytes < 0 || off < 0 || off > math.MaxInt64-bytes {
		return 0, 0, false, fmt.Errorf("%q is no byte range", s)
	}
	return bytes, off, !at, nil
}

// attributes reads NAME=value,NAME="value".
func attributes(s string) (Attributes, error) {
	out := Attributes{}
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return nil, fmt.Errorf("%q is no attribute", s)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("attribute %s is written twice", name)
		}
		var value string
		if quoted, is := strings.CutPrefix(rest, `"`); is {
			if value, s, ok = strings.Cut(quoted, `"`); !ok {
				return nil, fmt.Errorf("attribute %s has no end", name)
			}
			if s != "" && !strings.HasPrefix(s, ",") {
				return nil, fmt.Errorf("attribute %s goes on behind its end", name)
			}
			s = strings.TrimPrefix(s, ",")
		} else {
			value, s, _ = strings.Cut(rest, ",")
		}
		out[name] = value
	}
	return out, nil
}
