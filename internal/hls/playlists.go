package hls

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/dailies/dailies/internal/media"
)

// version is the lowest protocol version that has all we write: EXT-X-MAP in a playlist
// of whole segments (RFC 8216, section 7).
const version = 6

// Playlists are the texts of a presentation: Index, two playlists a rung, one of the
// sound, one a language and its WebVTT.
func Playlists(p Presentation) []File {
	target := longest(segments(p.Sound.Fragmented), p.Sound.Scale)
	for _, r := range p.Rungs {
		target = max(target, longest(segments(r.Fragmented), r.Scale))
	}
	files := []File{{Name: Index, Type: PlaylistType, Body: index(p, target)}}
	for _, r := range p.Rungs {
		name := RungName(r.Rung)
		files = append(files,
			File{Name: name + ".m3u8", Type: PlaylistType, Body: list(r.Fragmented, segments(r.Fragmented), name+".mp4", target, false)},
			File{Name: name + "-pictures.m3u8", Type: PlaylistType, Body: list(r.Fragmented, pictures(r.Fragmented), name+".mp4", longest(pictures(r.Fragmented), r.Scale), true)},
		)
	}
	files = append(files, File{
		Name: SoundName + ".m3u8", Type: PlaylistType,
		Body: list(p.Sound.Fragmented, segments(p.Sound.Fragmented), SoundName+".mp4", target, false),
	})
	for _, t := range p.Texts {
		files = append(files, texts(t, p)...)
	}
	return files
}

// index names the variants and renditions.
func index(p Presentation, target int64) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-INDEPENDENT-SEGMENTS\n", version)
	fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=%s,%sDEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"%d\",URI=\"%s.m3u8\"\n",
		named(p.Sound.Language), spoken(p.Sound.Language), media.Channels, SoundName)
	subtitles := ""
	for _, t := range p.Texts {
		subtitles = `,SUBTITLES="texts"`
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"texts\",NAME=%s,%sDEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"%s.m3u8\"\n",
			named(t.Language), spoken(t.Language), t.Language)
	}
	sound := segments(p.Sound.Fragmented)
	for _, r := range p.Rungs {
		all := segments(r.Fragmented)
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s,%s\",RESOLUTION=%s,FRAME-RATE=%.3f,AUDIO=\"sound\"%s,CLOSED-CAPTIONS=NONE\n%s.m3u8\n",
			peak(all, r.Scale, target)+peak(sound, p.Sound.Scale, target), average(all, r.Scale)+average(sound, p.Sound.Scale),
			r.Codecs, p.Sound.Codecs, r.Raster, p.FPS.Float(), subtitles, RungName(r.Rung))
	}
	for _, r := range p.Rungs {
		all := pictures(r.Fragmented)
		fmt.Fprintf(&b, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\",RESOLUTION=%s,URI=\"%s-pictures.m3u8\"\n",
			peak(all, r.Scale, longest(all, r.Scale)), average(all, r.Scale), r.Codecs, r.Raster, RungName(r.Rung))
	}
	return b.Bytes()
}

// spoken is the LANGUAGE attribute; nothing where it is not known.
func spoken(tag string) string {
	if tag == "" {
		return ""
	}
	return fmt.Sprintf("LANGUAGE=%q,", tag)
}

// named is what people call a language, in itself.
func named(tag string) string {
	name := ""
	if t, err := language.Parse(tag); err == nil {
		name = display.Self.Name(t)
	}
	if name == "" {
		name = tag
	}
	if name == "" {
		name = "Original"
	}
	return `"` + strings.NewReplacer(`"`, "", "\n", "", "\r", "").Replace(name) + `"`
}

// list is a media playlist over one file.
func list(f media.Fragmented, all []segment, file string, target int64, pictures bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n", version, target)
	if pictures {
		b.WriteString("#EXT-X-I-FRAMES-ONLY\n")
	}
	fmt.Fprintf(&b, "#EXT-X-MAP:URI=%q,BYTERANGE=\"%d@0\"\n", file, f.Header)
	for _, s := range all {
		fmt.Fprintf(&b, "#EXTINF:%.6f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n", float64(s.ticks)/float64(f.Scale), s.bytes, s.off, file)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes()
}
