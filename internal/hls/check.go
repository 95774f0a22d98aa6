package hls

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// A Reader reads the boxes of a fragmented MP4, which this package does not know.
type Reader func(f fs.File) (*media.FragmentedTrack, error)

// Want is what a presentation should be; what is zero is not asked.
type Want struct {
	Seconds float64 // how long it lasts
	Sizes   []media.Raster
}

// Found is what Check saw.
type Found struct {
	Variants int
	// Metadata is what each header says, by file.
	Metadata map[string]map[string]string
	Problems []string
}

// checker looks through one presentation.
type checker struct {
	fsys  fs.FS
	boxes Reader
	found Found
	// cuts are where the segments of pictures begin, in seconds: on all rungs at the same
	// times. first is the playlist that said so.
	cuts   []float64
	first  string
	target int64
	tracks map[string]*media.FragmentedTrack
}

// maxProblems is how many are told.
const maxProblems = 50

// slack is what rounding to microseconds and to AAC frames may come to, in seconds.
const (
	slack      = 0.002
	soundSlack = 0.05
)

func (c *checker) problem(file, format string, args ...any) {
	if len(c.found.Problems) < maxProblems {
		c.found.Problems = append(c.found.Problems, file+": "+fmt.Sprintf(format, args...))
	}
}

// Check holds a presentation in a folder to RFC 8216bis and to itself: every playlist,
// every byte range, what the headers say against what the playlists do, segments that
// begin with keyframes and at the same times on all rungs.
func Check(fsys fs.FS, boxes Reader, want Want) Found {
	c := &checker{fsys: fsys, boxes: boxes, tracks: map[string]*media.FragmentedTrack{}, found: Found{Metadata: map[string]map[string]string{}}}
	body, err := readFile(fsys, Index)
	if err != nil {
		c.problem(Index, "%v", err)
		return c.found
	}
	m, err := ReadMultivariant(body)
	if err != nil {
		c.problem(Index, "%v", err)
		return c.found
	}
	c.groups(m)
	var sound peaks
	for _, r := range m.Renditions {
		switch p := c.rendition(r, want); r.Attributes["TYPE"] {
		case "AUDIO":
			sound = p
		default:
		}
	}
	var sizes []media.Raster
	for _, v := range m.Variants {
		size := c.variant(v, sound, want)
		if !v.Pictures {
			c.found.Variants++
			sizes = append(sizes, size)
		}
	}
	for _, s := range want.Sizes {
		if !slices.Contains(sizes, s) {
			c.problem(Index, "there is no variant of %s", s)
		}
	}
	return c.found
}

// groups checks that what variants and renditions name is there.
func (c *checker) groups(m *Multivariant) {
	there, names := map[string]bool{}, map[string]bool{}
	for _, r := range m.Renditions {
		a := r.Attributes
		if a["TYPE"] == "" || a["GROUP-ID"] == "" || a["NAME"] == "" {
			c.problem(Index, "a rendition without a type, a group or a name")
		}
		if key := a["TYPE"] + "\x00" + a["GROUP-ID"] + "\x00" + a["NAME"]; names[key] {
			c.problem(Index, "two renditions of group %s are called %s", a["GROUP-ID"], a["NAME"])
		} else {
			names[key] = true
		}
		there[a["TYPE"]+"\x00"+a["GROUP-ID"]] = true
	}
	for _, v := range m.Variants {
		for _, kind := range []string{"AUDIO", "SUBTITLES"} {
			if g, ok := v.Attributes[kind]; ok && !there[kind+"\x00"+g] {
				c.problem(Index, "variant %s names group %s of %s, which is not there", v.URI, g, kind)
			}
		}
		if v.Number("BANDWIDTH") <= 0 {
			c.problem(Index, "variant %s does not say its bandwidth", v.URI)
		}
	}
	if !m.Independent {
		c.problem(Index, "it does not say that segments can be decoded alone")
	}
}

// peaks are the bit rates of a playlist, measured.
type peaks struct {
	peak, average int64
	codecs        string
}

// rendition checks a rendition's playlist.
func (c *checker) rendition(r Rendition, want Want) peaks {
	uri := r.Attributes["URI"]
	if uri == "" {
		return peaks{}
	}
	p, ok := c.playlist(uri)
	if !ok {
		return peaks{}
	}
	if r.Attributes["TYPE"] == "SUBTITLES" {
		c.lasts(uri, p, want.Seconds, slack)
		for _, s := range p.Segments {
			c.text(uri, s, want.Seconds)
		}
		return peaks{}
	}
	c.sameTarget(uri, p)
	c.lasts(uri, p, want.Seconds, soundSlack)
	found, _ := c.media(uri, p, false)
	return found
}

// variant checks a variant's playlist and what the tag says of it.
func (c *checker) variant(v Variant, sound peaks, want Want) media.Raster {
	p, ok := c.playlist(v.URI)
	if !ok {
		return media.Raster{}
	}
	if p.Pictures != v.Pictures {
		c.problem(v.URI, "it is no playlist of what its variant says: keyframes alone, or all pictures")
	}
	c.lasts(v.URI, p, want.Seconds, slack)
	if !v.Pictures {
		c.sameTarget(v.URI, p)
		c.sameCuts(v.URI, p)
	}
	found, size := c.media(v.URI, p, v.Pictures)
	if !v.Pictures {
		found.peak, found.average = found.peak+sound.peak, found.average+sound.average
	}
	if got := v.Number("BANDWIDTH"); got < found.peak {
		c.problem(Index, "variant %s says a bandwidth of %d; its peak is %d", v.URI, got, found.peak)
	}
	if v.Attributes["AVERAGE-BANDWIDTH"] != "" && v.Number("AVERAGE-BANDWIDTH") < found.average*99/100 {
		c.problem(Index, "variant %s says an average bandwidth of %s; it is %d", v.URI, v.Attributes["AVERAGE-BANDWIDTH"], found.average)
	}
	codecs := strings.Split(v.Attributes["CODECS"], ",")
	for _, has := range []string{found.codecs, sound.codecs} {
		if has != "" && (!v.Pictures || has == found.codecs) && !slices.Contains(codecs, has) {
			c.problem(Index, "variant %s says codecs %q; it holds %s", v.URI, v.Attributes["CODECS"], has)
		}
	}
	if says := v.Attributes["RESOLUTION"]; says != "" && says != size.String() {
		c.problem(Index, "variant %s says %s; its pictures are %s", v.URI, says, size)
	}
	return size
}

// playlist reads a media playlist and checks it by itself.
func (c *checker) playlist(uri string) (*Media, bool) {
	body, err := readFile(c.fsys, uri)
	if err != nil {
		c.problem(uri, "%v", err)
		return nil, false
	}
	p, err := ReadMedia(body)
	if err != nil {
		c.problem(uri, "%v", err)
		return nil, false
	}
	for i, s := range p.Segments {
		if int64(math.Round(s.Seconds)) > p.Target {
			c.problem(uri, "segment %d lasts %.3f s, the target is %d", i+1, s.Seconds, p.Target)
		}
	}
	if !p.Ended {
		c.problem(uri, "it has no end")
	}
	if p.Joins > 0 {
		c.problem(uri, "it tells of %d discontinuities; an episode has none", p.Joins)
	}
	return p, true
}

// lasts compares the length of a playlist with the master's.
func (c *checker) lasts(uri string, p *Media, want, slack float64) {
	var total float64
	for _, s := range p.Segments {
		total += s.Seconds
	}
	if want > 0 && math.Abs(total-want) > slack+float64(len(p.Segments))*1e-6 {
		c.problem(uri, "its segments last %.3f s, the master %.3f", total, want)
	}
}

// sameTarget: all variants and their sound have one target (section 6.2.4).
func (c *checker) sameTarget(uri string, p *Media) {
	if c.target == 0 {
		c.target = p.Target
	} else if p.Target != c.target {
		c.problem(uri, "its target is %d s, that of another %d", p.Target, c.target)
	}
}

// sameCuts: segments begin at the same times on all rungs.
func (c *checker) sameCuts(uri string, p *Media) {
	var cuts []float64
	at := 0.0
	for _, s := range p.Segments {
		cuts = append(cuts, at)
		at += s.Seconds
	}
	if c.cuts == nil {
		c.cuts, c.first = cuts, uri
		return
	}
	if !slices.EqualFunc(cuts, c.cuts, func(a, b float64) bool { return math.Abs(a-b) < slack }) {
		c.problem(uri, "its segments do not begin where those of %s do", c.first)
	}
}

// media holds the byte ranges of a playlist to the file's fragments, and measures them.
func (c *checker) media(uri string, p *Media, pictures bool) (peaks, media.Raster) {
	file := p.Segments[0].URI
	if p.Map.URI != file || p.Map.Bytes <= 0 || p.Map.Off != 0 {
		c.problem(uri, "it does not name the header of %s, in front", file)
		return peaks{}, media.Raster{}
	}
	track, err := c.read(file)
	if err != nil {
		c.problem(file, "%v", err)
		return peaks{}, media.Raster{}
	}
	if track.Header != p.Map.Bytes {
		c.problem(uri, "it says that the header of %s has %d bytes; it has %d", file, p.Map.Bytes, track.Header)
	}
	var all []segment
	at := map[int64]int{} // fragments by where they lie
	for i, f := range track.Fragments {
		at[f.Off] = i
	}
	next := 0
	for n, s := range p.Segments {
		i, ok := at[s.Off]
		switch {
		case s.URI != file || !ok:
			c.problem(uri, "segment %d is no run of fragments of %s", n+1, file)
			continue
		case i != next:
			c.problem(uri, "segment %d does not follow the one before", n+1)
		case !track.Fragments[i].Key:
			c.problem(uri, "segment %d does not begin with a keyframe", n+1)
		}
		seg := segment{off: s.Off, bytes: s.Bytes}
		if pictures {
			seg.ticks, next = track.Fragments[i].Ticks, i+1
			if s.Bytes != track.Fragments[i].First {
				c.problem(uri, "picture %d does not end with its keyframe", n+1)
			}
		} else {
			var bytes int64
			for next = i; next < len(track.Fragments) && bytes < s.Bytes; next++ {
				bytes += track.Fragments[next].Bytes
				seg.ticks += track.Fragments[next].Ticks
			}
			if bytes != s.Bytes {
				c.problem(uri, "segment %d ends inside a fragment", n+1)
			}
		}
		// The priming of sound is in its first segment and is not heard.
		if got := float64(seg.ticks) / float64(track.Scale); math.Abs(got-s.Seconds) > slack && !(n == 0 && math.Abs(got-s.Seconds) < soundSlack && track.Raster == media.Raster{}) {
			c.problem(uri, "segment %d lasts %.3f s; it says %.3f", n+1, got, s.Seconds)
		}
		all = append(all, seg)
	}
	if next != len(track.Fragments) {
		c.problem(uri, "it leaves out the last %d fragments of %s", len(track.Fragments)-next, file)
	}
	return peaks{peak(all, track.Scale, p.Target), average(all, track.Scale), track.Codecs}, track.Raster
}

// read reads a media file's boxes, once.
func (c *checker) read(file string) (*media.FragmentedTrack, error) {
	if track, ok := c.tracks[file]; ok {
		return track, nil
	}
	if !local(file) {
		return nil, errors.New("it lies outside of the folder")
	}
	f, err := c.fsys.Open(file)
	if err != nil {
		return nil, errors.New("it is not there")
	}
	defer f.Close()
	track, err := c.boxes(f)
	if err != nil {
		return nil, err
	}
	c.tracks[file], c.found.Metadata[file] = track, track.Metadata
	var ticks int64
	for i, part := range track.Fragments {
		if part.At != ticks {
			c.problem(file, "fragment %d is decoded at %d, not at %d", i+1, part.At, ticks)
		}
		ticks = part.At + part.Ticks
	}
	return track, nil
}

// text checks a file of WebVTT as far as players depend on it.
func (c *checker) text(uri string, s Segment, want float64) {
	body, err := readFile(c.fsys, s.URI)
	switch {
	case err != nil:
		c.problem(s.URI, "%v", err)
	case !strings.HasPrefix(string(body), "WEBVTT\n"):
		c.problem(s.URI, "it is no WebVTT")
	case s.Bytes >= 0:
		c.problem(uri, "a part of a file of WebVTT has no header of its own")
	default:
		for line := range strings.Lines(string(body)) {
			from, to, ok := strings.Cut(strings.TrimSpace(line), " --> ")
			if !ok {
				continue
			}
			a, errA := cueTime(from)
			b, errB := cueTime(to)
			if errA != nil || errB != nil || b <= a || want > 0 && b > want+slack {
				c.problem(s.URI, "a cue from %s to %s lies outside, or is none", from, to)
			}
		}
	}
}

// cueTime reads hh:mm:ss.ttt.
func cueTime(s string) (float64, error) {
	var h, m int
	var sec float64
	if _, err := fmt.Sscanf(s, "%d:%d:%f", &h, &m, &sec); err != nil || h < 0 || m < 0 || m > 59 || sec < 0 || sec >= 60 {
		return 0, fmt.Errorf("%q is no time", s)
	}
	return float64(h)*3600 + float64(m)*60 + sec, nil
}

func local(name string) bool { return fs.ValidPath(name) && path.Clean(name) == name }

// readFile reads a text of the folder.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	if !local(name) {
		return nil, errors.New("it lies outside of the folder")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, errors.New("it is not there")
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, MaxPlaylist+1))
	if err != nil {
		return nil, errors.New("it cannot be read")
	}
	return body, nil
}
