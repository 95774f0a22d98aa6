package hls

import (
	"bytes"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// textSeconds is how much of a language's subtitles stands in one file: they are small, and
// may have another target than pictures (RFC 8216bis, section 6.2.4).
const textSeconds = 60

// timestampMap says that a cue's time of 0 is the pictures' (RFC 8216, section 3.5).
const timestampMap = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"

// texts are the playlist of a language and its files. A cue that lasts from one file into
// the next stands in both.
func texts(t Text, p Presentation) []File {
	step := max(1, media.Frames(textSeconds*p.FPS.Num/p.FPS.Den))
	longest := min(step, p.Frames).Duration(p.FPS).Seconds()
	var b bytes.Buffer
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n", version, int64(math.Round(max(1, longest))))
	var files []File
	for from := media.Frames(0); from < p.Frames; from += step {
		to := min(from+step, p.Frames)
		var cues []media.Cue
		for _, c := range t.Cues {
			if c.From < to && c.To > from {
				cues = append(cues, c)
			}
		}
		head, rest, _ := bytes.Cut(timeline.VTT(cues, p.FPS), []byte("\n"))
		body := append(append(append([]byte{}, head...), '\n'), timestampMap...)
		name := fmt.Sprintf("%s-%d.vtt", t.Language, len(files)+1)
		files = append(files, File{Name: name, Type: TextType, Body: append(body, rest...)})
		fmt.Fprintf(&b, "#EXTINF:%.6f,\n%s\n", (to - from).Duration(p.FPS).Seconds(), name)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return append([]File{{Name: t.Language + ".m3u8", Type: PlaylistType, Body: b.Bytes()}}, files...)
}
