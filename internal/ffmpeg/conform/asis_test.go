package conform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// moving is two seconds of a moving picture at 25 a second, beeping its beep.
func moving(size string) []string {
	return []string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=25:d=2", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2"}
}

func with(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func h264(more ...string) []string {
	return append([]string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"}, more...)
}

// again runs FFmpeg over the file made before, as $in.
func again(t *testing.T, in, name string, args ...string) string {
	t.Helper()
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "$in", in)
	}
	return clips.One(t, name, args...)
}

// subtitles is an SRT file whose last cue ends at 22 s.
func subtitles(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.srt")
	if err := os.WriteFile(path, []byte("1\n00:00:00,000 --> 00:00:01,000\nhello\n\n2\n00:00:20,000 --> 00:00:22,000\nlate\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// put puts files end to end as bytes, as cameras' cards are.
func put(t *testing.T, name string, files ...string) string {
	t.Helper()
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	out := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(out, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// rot flips a bit in every step-th byte between two parts of a file.
func rot(t *testing.T, path string, from, to float64, step int) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := int(from * float64(len(b))); i < int(to*float64(len(b))); i += step {
		b[i] ^= 0x10
	}
	out := filepath.Join(t.TempDir(), "rot"+filepath.Ext(path))
	if err := os.WriteFile(out, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestClipsAsTheyCome: what cameras, phones, editors and vendors write is used
// whole, with its sound, and nothing is done to it without a word.
func TestClipsAsTheyCome(t *testing.T) {
	x, two := h264(), moving("320x480")
	for _, c := range []struct {
		name   string
		clip   func(t *testing.T) string
		frames media.Frames // at 24 a second; 0: 48
		silent bool
		note   string // in the notes, else there are none
		lie    string // in the lies, else there are none
	}{
		{name: "starts late", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-output_ts_offset", "5"})...)
		}},
		{name: "starts late, no tags", clip: func(t *testing.T) string {
			return clips.One(t, "a.webm", with(two, []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus", "-output_ts_offset", "5", "-write_crc32", "0"})...)
		}},
		{name: "subtitle longer than the picture", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, []string{"-i", subtitles(t)}, x, []string{"-c:s", "srt", "-map", "0:v", "-map", "1:a", "-map", "2:s"})...)
		}},
		{name: "subtitle longer than the picture, mp4", clip: func(t *testing.T) string {
			return clips.One(t, "a.mp4", with(two, []string{"-i", subtitles(t)}, x, []string{"-c:s", "mov_text", "-map", "0:v", "-map", "1:a", "-map", "2:s"})...)
		}},
		{name: "empty sound track, mkv", silent: true, note: "nothing in it", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-bsf:a", "noise=drop=1"})...)
		}},
		{name: "empty sound track, mp4", silent: true, note: "nothing in it", clip: func(t *testing.T) string {
			return clips.One(t, "a.mp4", with(two, x, []string{"-bsf:a", "noise=drop=1", "-movflags", "frag_keyframe+empty_moov"})...)
		}},
		{name: "an empty sound track before a full one", note: "number 2 was used", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-map", "0:v", "-map", "1:a", "-map", "1:a", "-bsf:a:0", "noise=drop=1"})...)
		}},
		{name: "192-byte transport stream", clip: func(t *testing.T) string {
			return clips.One(t, "a.m2ts", with(two, x, []string{"-mpegts_m2ts_mode", "1"})...)
		}},
		{name: "transport stream that wraps", clip: func(t *testing.T) string {
			return clips.One(t, "a.ts", with(two, x, []string{"-output_ts_offset", "95442.7", "-muxdelay", "0", "-muxpreload", "0"})...)
		}},
		{name: "transport streams put together", frames: 96, note: "begin anew 1 times", clip: func(t *testing.T) string {
			one := clips.One(t, "a.ts", with(two, x)...)
			return put(t, "b.ts", one, one)
		}},
		{name: "transport streams of two days put together", frames: 96, note: "begin anew 1 times", clip: func(t *testing.T) string {
			return put(t, "c.ts", clips.One(t, "a.ts", with(two, x)...), clips.One(t, "b.ts", with(two, x, []string{"-output_ts_offset", "5000"})...))
		}},
		{name: "program stream, MPEG-2", clip: func(t *testing.T) string {
			return clips.One(t, "a.mpg", with(two, []string{"-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2", "-f", "vob"})...)
		}},
		{name: "AVI, packed B-frames", clip: func(t *testing.T) string {
			return clips.One(t, "a.avi", with(two, []string{"-c:v", "mpeg4", "-bf", "2", "-q:v", "3", "-c:a", "mp3"})...)
		}},
		{name: "Windows Media", clip: func(t *testing.T) string {
			return clips.One(t, "a.wmv", with(two, []string{"-c:v", "wmv2", "-q:v", "3", "-c:a", "wmav2"})...)
		}},
		{name: "MXF of a camera", clip: func(t *testing.T) string {
			return clips.One(t, "a.mxf", with(moving("1920x1080"), []string{"-c:v", "mpeg2video", "-q:v", "5", "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"})...)
		}},
		{name: "fragmented", frames: 49, clip: func(t *testing.T) string {
			return clips.One(t, "a.mp4", with(two, x, []string{"-movflags", "frag_keyframe+empty_moov+default_base_moof"})...)
		}},
		{name: "no length in the header", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-live", "1"})...)
		}},
		{name: "raw H.264", silent: true, clip: func(t *testing.T) string {
			return clips.One(t, "a.h264", with(two, x, []string{"-an"})...)
		}},
		{name: "GIF", silent: true, note: "256 colours", clip: func(t *testing.T) string {
			return clips.One(t, "a.gif", with(two, []string{"-an"})...)
		}},
		{name: "APNG with transparency", silent: true, note: "transparent", clip: func(t *testing.T) string {
			return clips.One(t, "a.apng", with(two, []string{"-an", "-pix_fmt", "rgba"})...)
		}},
		{name: "ProRes 4444 with transparency", note: "transparent", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", with(two, []string{"-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-c:a", "pcm_s24le"})...)
		}},
		{name: "cover picture in front", clip: func(t *testing.T) string {
			cover := clips.One(t, "c.png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1")
			return clips.One(t, "a.mp4", with([]string{"-i", cover}, two, []string{
				"-map", "0:v", "-map", "1:v", "-map", "2:a", "-c:v:0", "png", "-disposition:v:0", "attached_pic",
				"-c:v:1", "libx264", "-preset", "ultrafast", "-pix_fmt:v:1", "yuv420p", "-c:a", "aac",
			})...)
		}},
		{name: "two tracks of pictures, the second is the one", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with([]string{"-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=20"}, two,
				[]string{"-map", "0:v", "-map", "1:v", "-map", "2:a", "-c:v:0", "mjpeg", "-pix_fmt:v:0", "yuvj420p", "-c:v:1", "libx264", "-pix_fmt:v:1", "yuv420p", "-c:a", "aac"})...)
		}, note: ""},
		{name: "timecode track", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", with(two, x, []string{"-timecode", "10:00:00:00"})...)
		}},
		{name: "three sound tracks", note: "3 sound tracks; number 1", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "1:a"})...)
		}},
		{name: "sound of 8 kHz, mono", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", with(two, x, []string{"-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1"})...)
		}},
		{name: "5.1", note: "6 channels", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", with(two, x, []string{"-c:a", "pcm_s16le", "-ac", "6"})...)
		}},
		{name: "very short sound", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", "-f", "lavfi", "-i", "testsrc2=s=320x480:r=25:d=2", "-f", "lavfi", "-i", "sine=duration=0.005:sample_rate=48000", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le")
		}},
		{name: "negative time stamps", clip: func(t *testing.T) string {
			return clips.One(t, "a.mkv", with(two, x, []string{"-output_ts_offset", "-0.4", "-avoid_negative_ts", "disabled"})...)
		}},
		{name: "edit list", frames: 43, clip: func(t *testing.T) string {
			one := clips.One(t, "a.mp4", with(two, x, []string{"-g", "50"})...)
			return again(t, one, "b.mp4", "-ss", "0.2", "-i", "$in", "-c", "copy")
		}},
		{name: "odd raster, 4:4:4", clip: func(t *testing.T) string {
			return clips.One(t, "a.mp4", with(moving("321x481"), []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", "-c:a", "aac"})...)
		}},
		{name: "HLG of a telephone", note: "HLG", clip: func(t *testing.T) string {
			return clips.One(t, "a.mov", with(two, []string{
				"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params",
				"log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc", "-c:a", "aac",
			})...)
		}},
		{name: "PQ", note: "PQ", clip: func(t *testing.T) string {
			return clips.One(t, "a.mp4", with(two, []string{
				"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params",
				"log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-c:a", "aac",
			})...)
		}},
		{name: "Dolby Vision without another base", note: "Dolby Vision profile 5", clip: func(t *testing.T) string {
			return dolby(t, clips.One(t, "a.mp4", with(two, []string{
				"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params", "log-level=none", "-c:a", "aac",
			})...), 5, 0)
		}},
		{name: "Dolby Vision over HLG", note: "HLG", clip: func(t *testing.T) string {
			return dolby(t, clips.One(t, "a.mp4", with(two, []string{
				"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params",
				"log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc", "-c:a", "aac",
			})...), 8, 4)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.frames
			if want == 0 {
				want = 48
			}
			in := c.clip(t)
			res := mustConform(t, conformJob(t, in, clips.SmallSpec()))
			info, err := footage.Probe(t.Context(), media.ProbeJob{In: in})
			if err != nil {
				t.Fatal(err)
			}
			// Its first pictures have no time, and the header counts from the first that has.
			untimed := c.name == "negative time stamps"
			if off := info.Duration - res.Measurements.Duration; info.Duration > 0 && !untimed && (off > 150*time.Millisecond || off < -150*time.Millisecond) {
				t.Errorf("a probe says %v, it lasts %v", info.Duration, res.Measurements.Duration)
			}
			m := res.Measurements
			if want > 0 && res.Frames != want {
				t.Errorf("%d frames, want %d", res.Frames, want)
			}
			if m.HasAudio == c.silent {
				t.Errorf("sound: %v", m.HasAudio)
			}
			if m.DecodeErrors+m.SoundErrors != 0 || m.Damaged != 0 {
				t.Errorf("%d packets of pictures, %d of sound damaged, %d pictures", m.DecodeErrors, m.SoundErrors, m.Damaged)
			}
			if got := strings.Join(m.Notes, "; "); (c.note == "") != (got == "") || !strings.Contains(got, c.note) {
				t.Errorf("notes %q, want %q", got, c.note)
			}
			if got := strings.Join(m.ContainerLies, "; "); (c.lie == "") != (got == "") || !strings.Contains(got, c.lie) {
				t.Errorf("lies %q, want %q", got, c.lie)
			}
			if !c.silent && want == 48 && m.AudioDuration > 0 && c.name != "very short sound" {
				if off := m.AVLengthDelta; off > 150*time.Millisecond || off < -150*time.Millisecond {
					t.Errorf("the sound is %v longer than the picture", off)
				}
			}
		})
	}
}

// dolby gives a clip the box that says which Dolby Vision it is, and what base others
// know ("Dolby Vision Streams within the ISO Base Media File Format", 2.4, 3.2).
func dolby(t *testing.T, in string, profile, base byte) string {
	t.Helper()
	f, err := mp4.ReadMP4File(in)
	if err != nil {
		t.Fatal(err)
	}
	record := make([]byte, 24)
	record[0], record[2], record[3], record[4] = 1, profile<<1, 1<<3|5, base<<4 // level 1; RPU and base are present
	f.Moov.Traks[0].Mdia.Minf.Stbl.Stsd.HvcX.AddChild(mp4.CreateUnknownBox("dvcC", 8+uint64(len(record)), record))
	out := filepath.Join(t.TempDir(), "dolby.mp4")
	if err := mp4.WriteToFile(f, out); err != nil {
		t.Fatal(err)
	}
	return out
}
