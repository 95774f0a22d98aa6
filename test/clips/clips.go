// Package clips makes the kinds of footage that studios really hand in, with
// FFmpeg's command line rather than our own code, and measures masters with it.
// Every clip with sound has a white flash and a beep at the same moments, so that
// what became of its sync can be seen and heard in whatever is made of it.
package clips

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// FlashAt is when picture and sound flash and beep, from a clip's first picture;
// FlashFor is how long.
const (
	FlashAt  = 500 * time.Millisecond
	FlashFor = 250 * time.Millisecond
)

// Clip is one piece of footage.
type Clip struct {
	Name   string
	Path   string
	Sound  bool
	Length time.Duration // of the pictures, to a frame of the clip
	Rate   float64       // pictures a second, at most
}

// kind says how to make a clip. Size and rate are of the source; args encode it.
type kind struct {
	name  string
	size  string
	rate  string
	audio string // aevalsrc channel layout, empty for none
	hz    int
	vf    string // more video filters
	args  []string
	ext   string
	// again is a second pass over the first one's file: input options, then output options.
	again [2][]string
}

var x264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}

func kinds() []kind {
	aac := []string{"-c:a", "aac", "-b:a", "128k"}
	with := func(parts ...[]string) []string {
		var all []string
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	return []kind{
		{name: "480p16-mono-44k", size: "640x480", rate: "16", audio: "mono", hz: 44100, args: with(x264, aac), ext: "mp4"},
		{name: "1080p60-stereo", size: "1080x1920", rate: "60", audio: "stereo", hz: 48000, args: with(x264, aac), ext: "mp4"},
		{name: "vfr", size: "640x360", rate: "30", audio: "stereo", hz: 48000, vf: "select='not(eq(mod(n,5),3))+between(n,12,24)'", args: with(x264, aac, []string{"-vsync", "vfr"}), ext: "mkv"},
		{name: "rotated", size: "640x360", rate: "25", audio: "stereo", hz: 48000, args: with(x264, aac), ext: "mp4", again: [2][]string{nil, {"-c", "copy", "-metadata:s:v", "rotate=90"}}},
		{name: "sar", size: "720x576", rate: "25", audio: "stereo", hz: 48000, vf: "setsar=16/15", args: with(x264, aac), ext: "mp4"},
		{name: "surround", size: "640x360", rate: "24", audio: "5.1", hz: 48000, args: with(x264, []string{"-c:a", "aac", "-b:a", "384k"}), ext: "mkv"},
		{name: "vp9-silent", size: "640x360", rate: "30", args: []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"}, ext: "webm"},
		{name: "hevc-10bit", size: "640x360", rate: "24000/1001", audio: "stereo", hz: 48000, args: with([]string{"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none", "-tag:v", "hvc1"}, aac), ext: "mp4"},
		{name: "av1-opus", size: "640x360", rate: "30", audio: "stereo", hz: 48000, args: []string{"-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus", "-b:a", "96k"}, ext: "mkv"},
		{name: "prores-pcm", size: "640x360", rate: "24", audio: "stereo", hz: 48000, args: []string{"-c:v", "prores_ks", "-profile:v", "1", "-c:a", "pcm_s16le"}, ext: "mov"},
		{name: "4k", size: "3840x2160", rate: "30", audio: "stereo", hz: 48000, args: with(x264, aac), ext: "mp4"},
		{name: "edit-list", size: "640x360", rate: "25", audio: "stereo", hz: 44100, args: with(x264, aac, []string{"-g", "50"}), ext: "mp4", again: [2][]string{{"-ss", fmt.Sprint(trimmed.Seconds())}, {"-c", "copy"}}},
		{name: "late-start", size: "640x360", rate: "25", audio: "stereo", hz: 48000, args: with(x264, aac, []string{"-output_ts_offset", "7.3"}), ext: "ts"},
		{name: "ntsc-dv-like", size: "720x480", rate: "30000/1001", audio: "stereo", hz: 48000, vf: "setsar=8/9", args: with(x264, []string{"-c:a", "pcm_s16le"}), ext: "mov"},
	}
}

// length is how long clips are; trimmed is what the edit list's clip loses at its
// beginning.
const (
	length  = 2 * time.Second
	trimmed = 200 * time.Millisecond
)

// fps is the source's rate, of which a variable one keeps some pictures.
func (k kind) fps() (float64, error) {
	num, den, ok := strings.Cut(k.rate, "/")
	if !ok {
		den = "1"
	}
	n, err1 := strconv.ParseFloat(num, 64)
	d, err2 := strconv.ParseFloat(den, 64)
	return n / d, errors.Join(err1, err2)
}

// Make writes every kind of clip into dir. Each lasts two seconds, but for the
// one whose edit list trims it.
func Make(ctx context.Context, dir string) ([]Clip, error) {
	return Some(ctx, dir, func(string) bool { return true })
}

// Some writes the clips of the names that want picks.
func Some(ctx context.Context, dir string, want func(name string) bool) ([]Clip, error) {
	all := kinds()
	made := make([]Clip, 0, len(all))
	for _, k := range all {
		if !want(k.name) {
			continue
		}
		path, err := k.make(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("make clip %s: %w", k.name, err)
		}
		rate, err := k.fps()
		if err != nil {
			return nil, fmt.Errorf("make clip %s: %w", k.name, err)
		}
		c := Clip{Name: k.name, Path: path, Sound: k.audio != "", Length: length, Rate: rate}
		if k.again[0] != nil {
			c.Length -= trimmed
		}
		made = append(made, c)
	}
	return made, nil
}

func (k kind) make(ctx context.Context, dir string) (string, error) {
	// The edit list's clip loses its beginning, so its flash is that much later.
	at, until := FlashAt.Seconds(), (FlashAt + FlashFor).Seconds()
	if k.again[0] != nil {
		at, until = at+trimmed.Seconds(), until+trimmed.Seconds()
	}
	window := fmt.Sprintf("between(t,%g,%g)", at-0.0005, until-0.0005)
	vf := fmt.Sprintf("drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='%s'", window)
	if k.vf != "" {
		vf += "," + k.vf
	}
	path := filepath.Join(dir, k.name+"."+k.ext)
	args := []string{"-f", "lavfi", "-i", fmt.Sprintf("testsrc2=size=%s:rate=%s:duration=%g,eq=brightness=-0.3:contrast=0.5", k.size, k.rate, length.Seconds())}
	if k.audio != "" {
		tone := fmt.Sprintf("0.4*sin(880*2*PI*t)*%s+0.002*sin(220*2*PI*t)", strings.Replace(window, "between(t", "between(t", 1))
		channels := map[string]int{"mono": 1, "stereo": 2, "5.1": 6}[k.audio]
		exprs := strings.TrimSuffix(strings.Repeat(tone+"|", channels), "|")
		args = append(args, "-f", "lavfi", "-i", fmt.Sprintf("aevalsrc=exprs='%s':channel_layout=%s:sample_rate=%d:duration=%g", exprs, k.audio, k.hz, length.Seconds()))
	}
	args = append(args, "-vf", vf)
	args = append(args, k.args...)
	first := path
	if k.again[1] != nil {
		first = filepath.Join(dir, k.name+"-first."+k.ext)
	}
	if err := ffmpeg(ctx, append(args, first)...); err != nil {
		return "", err
	}
	if k.again[1] != nil {
		args := append(append([]string{}, k.again[0]...), "-i", first)
		if err := ffmpeg(ctx, append(append(args, k.again[1]...), path)...); err != nil {
			return "", err
		}
	}
	return path, nil
}

// Write makes a file of any kind with FFmpeg's command line, from its arguments.
func Write(ctx context.Context, args ...string) error { return ffmpeg(ctx, args...) }

// ffmpeg runs the command line quietly.
func ffmpeg(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "ffmpeg", append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ffmpeg %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// Onset is when a flash or a beep begins, from the start of the file.
type Onset = time.Duration

// Onsets finds where flashes and beeps begin in a file's pictures and sound, by
// decoding all of it with FFmpeg's command line. rate is the file's frame rate.
func Onsets(ctx context.Context, path string, rate float64) (flashes, beeps []Onset, err error) {
	luma, err := decode(ctx, path, "-an", "-vf", "scale=8:8:flags=area,format=gray", "-f", "rawvideo", "-vsync", "passthrough")
	if err != nil {
		return nil, nil, err
	}
	const picture = 64
	bright := false
	for n := 0; (n+1)*picture <= len(luma); n++ {
		sum := 0
		for _, b := range luma[n*picture : (n+1)*picture] {
			sum += int(b)
		}
		is := sum/picture > 200
		if is && !bright {
			flashes = append(flashes, time.Duration(float64(n)/rate*float64(time.Second)))
		}
		bright = is
	}
	const hz = 48000
	pcm, err := decode(ctx, path, "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le")
	if err != nil {
		return nil, nil, err
	}
	quiet := hz
	for i := 0; i+1 < len(pcm); i += 2 {
		v := int16(binary.LittleEndian.Uint16(pcm[i:])) //nolint:gosec // two's complement is the format
		if v > 2500 || v < -2500 {
			if quiet > hz/5 {
				beeps = append(beeps, time.Duration(i/2)*time.Second/hz)
			}
			quiet = 0
		} else {
			quiet++
		}
	}
	return flashes, beeps, nil
}

// Loudness measures a file's integrated loudness in LUFS.
func Loudness(ctx context.Context, path string) (float64, error) {
	cmd := exec.CommandContext(ctx, "ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-i", path, "-map", "0:a", "-af", "ebur128", "-f", "null", "-")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("measure loudness: %w: %s", err, out)
	}
	text := string(out)
	at := strings.LastIndex(text, "I:")
	if at < 0 {
		return 0, errors.New("measure loudness: no summary")
	}
	var lufs float64
	if _, err := fmt.Sscanf(strings.TrimSpace(text[at+2:]), "%f", &lufs); err != nil {
		return 0, fmt.Errorf("measure loudness: %w", err)
	}
	return lufs, nil
}

// Frames counts the pictures that come out of a decoder.
func Frames(ctx context.Context, path string) (int, error) {
	luma, err := decode(ctx, path, "-an", "-vf", "scale=2:2,format=gray", "-f", "rawvideo", "-vsync", "passthrough")
	return len(luma) / 4, err
}

func decode(ctx context.Context, path string, args ...string) ([]byte, error) {
	all := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-i", path}, args...)
	cmd := exec.CommandContext(ctx, "ffmpeg", append(all, "-")...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", filepath.Base(path), err)
	}
	return out, nil
}
