package hls_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/Eyevinn/hls-m3u8/m3u8"

	"github.com/dailies/dailies/internal/hls"
)

// TestAnotherReaderUnderstands: a reader of another project's, strict, finds the same in
// our playlists as we do.
func TestAnotherReaderUnderstands(t *testing.T) {
	for _, f := range hls.Playlists(presentation()) {
		if !strings.HasSuffix(f.Name, ".m3u8") {
			continue
		}
		// It takes a header's range without the quotes that RFC 8216 (section 4.3.2.5) asks for.
		body := regexp.MustCompile(`BYTERANGE="([0-9@]+)"`).ReplaceAll(f.Body, []byte("BYTERANGE=$1"))
		list, kind, err := m3u8.Decode(*bytes.NewBuffer(body), true)
		if err != nil {
			t.Errorf("%s: %v\n%s", f.Name, err, f.Body)
			continue
		}
		switch p := list.(type) {
		case *m3u8.MasterPlaylist:
			if kind != m3u8.MASTER || f.Name != hls.Index || len(p.Variants) != 2 {
				t.Errorf("%s: %d variants", f.Name, len(p.Variants))
			}
			ours, err := hls.ReadMultivariant(f.Body)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range p.Variants {
				o := ours.Variants[i]
				if v.URI != o.URI || int64(v.Bandwidth) != o.Number("BANDWIDTH") || v.Codecs != o.Attributes["CODECS"] || v.Resolution != o.Attributes["RESOLUTION"] || v.Iframe != o.Pictures {
					t.Errorf("variant %d: %+v, we read %+v", i, v, o)
				}
			}
		case *m3u8.MediaPlaylist:
			ours, err := hls.ReadMedia(f.Body)
			if err != nil {
				t.Fatal(err)
			}
			all := p.GetAllSegments()
			if len(all) != len(ours.Segments) || !p.Closed || p.Iframe != ours.Pictures || int64(p.TargetDuration) != ours.Target {
				t.Errorf("%s: %d segments to %d s, we read %d to %d", f.Name, len(all), p.TargetDuration, len(ours.Segments), ours.Target)
				continue
			}
			for i, s := range all {
				o := ours.Segments[i]
				if s.URI != o.URI || s.Duration != o.Seconds || o.Bytes >= 0 && (s.Limit != o.Bytes || s.Offset != o.Off) {
					t.Errorf("%s: segment %d: %+v, we read %+v", f.Name, i, s, o)
				}
			}
		}
	}
}
