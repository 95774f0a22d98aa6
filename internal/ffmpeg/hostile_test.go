package ffmpeg_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

func TestHostileClipsAreRefused(t *testing.T) {
	dir := t.TempDir()
	good, err := os.ReadFile(clip(t, filepath.Join(dir, "good.mp4")))
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret.mp4")
	if err := os.WriteFile(secret, good, 0o600); err != nil {
		t.Fatal(err)
	}
	// Anything that calls here is caught.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	called := make(chan struct{}, 1)
	go func() {
		if c, err := l.Accept(); err == nil {
			called <- struct{}{}
			c.Close()
		}
	}()
	url := "http://" + l.Addr().String() + "/a.mp4"
	junk := make([]byte, 64<<10)
	_, _ = noise{}.Read(junk)

	wide := []byte("YUV4MPEG2 W30000 H30000 F25:1\nFRAME\n")
	run := newRunner(t, runner.Options{Stall: 20 * time.Second})
	for name, content := range map[string][]byte{
		"empty.mp4":      {},
		"noise.mp4":      junk,
		"text.mp4":       []byte("Once upon a time there was a shot.\n"),
		"page.mp4":       []byte("<html><body>404</body></html>"),
		"headless.mp4":   good[len(good)/2:],
		"cut.mp4":        good[:len(good)/3], // the index is at the end
		"playlist.m3u8":  []byte("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + url + "\n#EXTINF:2,\nfile://" + secret + "\n#EXT-X-ENDLIST\n"),
		"playlist.mp4":   []byte("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n"),
		"concat.mp4":     []byte("ffconcat version 1.0\nfile secret.mp4\nfile " + url + "\n"),
		"stream.sdp":     []byte("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
		"dash.mpd":       []byte(`<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>` + url + `</BaseURL></Representation></AdaptationSet></Period></MPD>`),
		"wide.y4m":       wide,
		"sound.wav":      soundOnly(t, dir),
		"still%03d.jpg":  []byte("not a jpeg"),
		"http:a.mp4":     []byte("x"),
		"subtitles.srt":  []byte("1\n00:00:00,000 --> 00:00:01,000\nhello\n"),
		"zeros.ts":       make([]byte, 188*200),
		"hollow.mkv":     {0x1a, 0x45, 0xdf, 0xa3, 0x84, 0x42, 0x86, 0x81, 0x01},
		"truncated.webm": {0x1a, 0x45, 0xdf, 0xa3, 0x9f},
	} {
		t.Run(name, func(t *testing.T) {
			in := filepath.Join(dir, name)
			if err := os.WriteFile(in, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := run.Run(t.Context(), conformIn(t.TempDir(), in), nil, nil)
			var ce *media.ClipError
			if !errors.As(err, &ce) {
				t.Fatalf("error %v, want a clip error", err)
			}
			if ce.Reason == "" || strings.Contains(ce.Reason, dir) {
				t.Errorf("reason %q", ce.Reason)
			}
		})
	}
	select {
	case <-called:
		t.Error("a clip made the child open a network connection")
	default:
	}
}

// soundOnly is a file without a picture.
func soundOnly(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(clip(t, filepath.Join(dir, "tone.wav"), "-f", "lavfi", "-i", "sine=duration=0.2"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamagedClipIsMeasuredOrRefused(t *testing.T) {
	dir := t.TempDir()
	good, err := os.ReadFile(clip(t, filepath.Join(dir, "good.ts"), "-f", "lavfi", "-i", "testsrc2=s=320x480:r=24:d=2",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p"))
	if err != nil {
		t.Fatal(err)
	}
	run := newRunner(t, runner.Options{Stall: 20 * time.Second})
	for i := range 6 {
		bad := bytes.Clone(good)
		_, _ = noise{}.Read(bad[len(bad)*(i+1)/8:][:2000*(i+1)])
		in := filepath.Join(dir, fmt.Sprintf("bad%d.ts", i))
		if err := os.WriteFile(in, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := run.Run(t.Context(), conformIn(t.TempDir(), in), nil, nil)
		var ce *media.ClipError
		switch {
		case errors.As(err, &ce):
		case err != nil:
			t.Errorf("damage %d: %v", i, err)
		case res.Conform.Frames < 1 || res.Conform.Frames > 60:
			t.Errorf("damage %d: %d frames of about 48", i, res.Conform.Frames)
		}
	}
}

// FuzzConformBytes changes one stretch of a small clip; the child may refuse it
// or conform it, but neither stand still nor take its parent along.
func FuzzConformBytes(f *testing.F) {
	dir := f.TempDir()
	good, err := os.ReadFile(clip(f, filepath.Join(dir, "good.mp4"), "-f", "lavfi", "-i", "testsrc2=s=64x112:r=12:d=0.5",
		"-f", "lavfi", "-i", "sine=duration=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "faststart"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(4), []byte{0xff, 0xff})
	f.Add(uint32(60), []byte{0, 0, 0, 0})
	f.Add(uint32(len(good)-40), []byte("moov"))
	run := newRunner(f, runner.Options{Stall: 20 * time.Second, CPU: 20 * time.Second})
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		bad := bytes.Clone(good)
		copy(bad[int(at)%len(bad):], change)
		scratch := t.TempDir()
		in := filepath.Join(scratch, "in.mp4")
		if err := os.WriteFile(in, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := run.Run(t.Context(), conformIn(scratch, in), nil, nil)
		var ce *media.ClipError
		if errors.As(err, &ce) && strings.Contains(ce.Reason, "stalled") {
			t.Fatal(err)
		}
	})
}

// FuzzOrder feeds Main what is no order: it must answer with one line that says
// so.
func FuzzOrder(f *testing.F) {
	f.Add([]byte(`{"job":{"probe":{"in":"/nowhere/a.mp4"}},"limits":{}}`))
	f.Add([]byte(`{"job":{}}`))
	f.Add([]byte(`{"job":{"still":{"in":"/nowhere/a.mp4","frame":-1,"out":"/nowhere/a.png"}}}`))
	f.Add([]byte(`[`))
	f.Add([]byte(`{"job":{"conform":{"frames":-1}}}`))
	f.Fuzz(func(t *testing.T, order []byte) {
		var o media.Order
		if json.Unmarshal(order, &o) == nil && len(o.Job.Paths()) > 0 && !strings.HasPrefix(o.Job.Paths()[0], "/nowhere/") {
			return // it would open or write what the fuzzer says
		}
		var out bytes.Buffer
		ffmpeg.Main(t.Context(), bytes.NewReader(order), strings.NewReader(""), &out, nil)
		var rep media.Report
		if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
			t.Fatalf("answer %q: %v", out.Bytes(), err)
		}
		if rep.Error == "" && rep.Clip == nil && rep.Result == nil {
			t.Fatalf("answer %q says nothing", out.Bytes())
		}
	})
}
