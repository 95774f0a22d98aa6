package main

import (
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// reel is a show whose shots are clips that somebody handed in.
const reel = `season:
  show: reel
  language: en
  format: {raster: 180x320, fps: 24}
  loudness: {integrated: -16, true_peak: -1.5}
episode: 1
scenes:
- scene: 1
  shots:
`

// dissolve is the length of the transitions of the reel, in frames: short
// enough that no clip's flash falls into one.
const dissolve = 6

// TestMixedFootage: clips of all kinds become one master in which every picture
// is counted, and in which each clip's flash and beep are together and where the
// cut list says.
func TestMixedFootage(t *testing.T) {
	h := newHouse(t, reel)
	made, err := clips.Make(t.Context(), h.folder("footage"))
	if err != nil {
		t.Fatal(err)
	}
	script := reel
	for i, c := range made {
		cut := ""
		if i%4 == 2 && i < len(made)-1 {
			cut = fmt.Sprintf(", cut: dissolve %df", dissolve)
		}
		script += fmt.Sprintf("  - {shot: %s, footage: footage/%s%s}\n", slateOf(i), filepath.Base(c.Path), cut)
	}
	h.write("ep01.yaml", script)
	out := filepath.Join(h.dir, "out")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json", "--out", out))
	master := filepath.Join(out, "master.mp4")
	man := manifestIn(t, out)

	man24 := media.Rational{Num: 24, Den: 1}
	var sum media.Frames
	for i, s := range man.Shots {
		if s.Start != sum {
			t.Errorf("%s begins at frame %d, the shots before it add up to %d", made[i].Name, s.Start, sum)
		}
		// Without a duration in the script a clip has its own.
		if want := media.FramesIn(made[i].Length, man24); s.Frames != want {
			t.Errorf("%s has %d frames, want %d", made[i].Name, s.Frames, want)
		}
		sum += s.Frames - s.Cut.Overlap()
	}
	frames, err := clips.Frames(t.Context(), master)
	if err != nil {
		t.Fatal(err)
	}
	if media.Frames(frames) != sum || man.Frames != sum || d.Master.Frames != sum || len(man.Shots) != len(made) {
		t.Errorf("the master has %d frames, its manifest says %d, the delivery %d; %d shots add up to %d", frames, man.Frames, d.Master.Frames, len(man.Shots), sum)
	}
	inSync(t, master, man, made)

	lufs, err := clips.Loudness(t.Context(), master)
	if err != nil {
		t.Fatal(err)
	}
	if off := lufs - -16; off > 0.5 || off < -0.5 {
		t.Errorf("the master is at %.1f LUFS, want -16 within 0.5; notes: %q", lufs, man.Notes)
	}
	if got := h.must(exitDone, "verify", out, "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify: %s", got.stdout)
	}
}

// inSync finds the flash and the beep of each clip in the master.
func inSync(t *testing.T, master string, man drama.Manifest, made []clips.Clip) {
	t.Helper()
	const frame = time.Second / 24
	flashes, beeps, err := clips.Onsets(t.Context(), master, 24)
	if err != nil {
		t.Fatal(err)
	}
	// near is the one onset within a clip's half second around where it should be.
	near := func(what string, all []clips.Onset, c clips.Clip, want time.Duration) (time.Duration, bool) {
		var found []time.Duration
		for _, at := range all {
			if (at - want).Abs() < 250*time.Millisecond {
				found = append(found, at)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s: %s at %v, want one near %v of %v", c.Name, what, found, want, all)
			return 0, false
		}
		return found[0], true
	}
	for i, c := range made {
		want := man.Shots[i].Start.Duration(media.Rational{Num: 24, Den: 1}) + clips.FlashAt
		flash, seen := near("flash", flashes, c, want)
		if !seen {
			continue
		}
		// A clip shows its flash with its first picture at or after FlashAt.
		source := time.Duration(math.Ceil(clips.FlashAt.Seconds()*c.Rate-0.01)/c.Rate*float64(time.Second)) - clips.FlashAt
		if off := flash - want; (off - source).Abs() > frame {
			t.Errorf("%s: the flash is at %v, want %v (%v off, the clip's own %v)", c.Name, flash, want, off, source)
		}
		if !c.Sound {
			continue
		}
		beep, heard := near("beep", beeps, c, want)
		if !heard {
			continue
		}
		if off := flash - beep; (off - source).Abs() > frame {
			t.Errorf("%s: the flash is at %v, the beep at %v: %v apart, in the clip %v, want at most a frame more or less", c.Name, flash, beep, off, source)
		}
		if off := (beep - want).Abs(); off > frame {
			t.Errorf("%s: the beep is at %v, want %v", c.Name, beep, want)
		}
	}
	if len(flashes) != len(made) {
		t.Errorf("%d flashes in the master, want one of each of %d clips: %v", len(flashes), len(made), flashes)
	}
}

// folder makes a folder of the house and gives its path.
func (h house) folder(name string) string {
	h.t.Helper()
	dir := filepath.Join(h.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		h.t.Fatal(err)
	}
	return dir
}

// TestHostileFootage: what is no clip is refused with a reason at its shot,
// before anything is rendered where that can be seen, and else as NG. It opens no
// other file and no connection, and the other shots are not harmed.
func TestHostileFootage(t *testing.T) {
	h := newHouse(t, reel)
	in := func(name string) string { return filepath.Join(h.folder("footage"), name) }
	for name, args := range map[string][]string{
		"good.mp4":   {"-f", "lavfi", "-i", "testsrc2=size=320x240:rate=24:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p"},
		"front.mp4":  {"-f", "lavfi", "-i", "testsrc2=size=320x240:rate=24:duration=4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"},
		"behind.mp4": {"-f", "lavfi", "-i", "testsrc2=size=320x240:rate=24:duration=4", "-c:v", "libx264", "-pix_fmt", "yuv420p"},
		"absurd.mp4": {"-f", "lavfi", "-i", "color=size=10000x64:rate=24:duration=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"},
		"sound.mp4":  {"-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"},
		"wave.wav":   {"-f", "lavfi", "-i", "sine=duration=1"},
	} {
		if err := clips.Write(t.Context(), append(args, in(name))...); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"front.mp4", "behind.mp4"} {
		info, err := os.Stat(in(name))
		if err == nil {
			err = os.Truncate(in(name), info.Size()/2)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	address, asked := listener(t)
	h.write("footage/local.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
	h.write("footage/remote.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://"+address+"/clip.ts\n#EXT-X-ENDLIST\n")
	h.write("footage/list.mp4", "ffconcat version 1.0\nfile good.mp4\n")
	h.write("footage/notes.txt", "Buy milk.\n")

	// Seen in the script.
	unlike := []string{"local.m3u8", "remote.m3u8", "list.mp4", "notes.txt", "wave.wav"}
	script := reel
	for i, name := range unlike {
		script += fmt.Sprintf("  - {shot: %s, footage: footage/%s}\n", slateOf(i), name)
	}
	h.write("ep01.yaml", script)
	for _, command := range []string{"validate", "render"} {
		r := h.must(exitScript, command, h.script)
		for i, name := range unlike {
			line := strings.Count(reel, "\n") + i + 1
			if place := fmt.Sprintf("ep01.yaml:%d:", line); !strings.Contains(r.stdout+r.stderr, place) || !strings.Contains(r.stdout+r.stderr, `"footage/`+name+`": not a clip`) {
				t.Errorf("%s does not refuse %s at %s:\n%s%s", command, name, place, r.stdout, r.stderr)
			}
		}
	}

	// Seen when it is decoded.
	broken := map[string]string{"behind.mp4": "cut short", "absurd.mp4": "10000x64", "sound.mp4": "no picture"}
	script = reel + "  - {shot: 1-99, footage: footage/good.mp4}\n  - {shot: 1-98, footage: footage/front.mp4}\n"
	slates := map[string]string{}
	for name := range broken {
		slates[fmt.Sprintf("1-%s", strings.TrimSuffix(name, ".mp4"))] = name
	}
	for slate, name := range slates {
		script += fmt.Sprintf("  - {shot: %s, footage: footage/%s}\n", slate, name)
	}
	h.write("ep01.yaml", script)
	h.must(exitDone, "validate", h.script)
	r := h.must(exitNoCut, "render", h.script, "--json")
	d := decode[drama.Delivery](t, r)
	for _, s := range d.Shots {
		name := slates[s.Slate]
		if name == "" {
			if s.State != drama.ShotCircle {
				t.Errorf("the good clip is %s: %q", s.State, s.Reasons)
			}
			continue
		}
		if s.State != drama.ShotNG || !strings.Contains(strings.Join(s.Reasons, "\n"), broken[name]) {
			t.Errorf("%s is %s: %q, want NG and %q", name, s.State, s.Reasons, broken[name])
		}
		if !strings.Contains(r.stderr, s.Slate) {
			t.Errorf("the message does not name shot %s: %s", s.Slate, r.stderr)
		}
	}

	// Half a clip is used as far as it goes, and told: a person chose it.
	if takes := h.must(exitDone, "takes", "reel/ep01", "1-98", "--json").stdout; !strings.Contains(takes, "claims to last 4s") {
		t.Errorf("nothing is said of a clip that is cut short: %s", takes)
	}

	// A clip that is imported is not looked at by the script's checks.
	for _, name := range unlike {
		r := h.must(exitNoCut, "import", "reel/ep01", "1-99", in(name))
		if !strings.Contains(r.stderr, "reel/ep01/1-99/") || strings.Contains(r.stderr, "root:") {
			t.Errorf("import of %s: %s", name, r.stderr)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the playlist's server was asked %d times", n)
	}

	h.write("ep01.yaml", reel+"  - {shot: 1-99, footage: footage/good.mp4}\n")
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.Cut != 1 || d.Master.Frames != 24 {
		t.Errorf("with the good clip alone: %+v", d)
	}
}

// listener is an address at which every connection is counted.
func listener(t *testing.T) (string, *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String(), &asked
}

// TestImportedClipIsATake: a clip that a person brings is a take like any other:
// circled, and in the next cut, of which all else stays as it was.
func TestImportedClipIsATake(t *testing.T) {
	h := newHouse(t, tiny)
	clip, err := clips.Some(t.Context(), h.folder("mine"), func(name string) bool { return name == "rotated" })
	if err != nil || len(clip) != 1 {
		t.Fatal(clip, err)
	}
	one, two := filepath.Join(h.dir, "1"), filepath.Join(h.dir, "2")
	h.must(exitDone, "render", h.script, "--out", one)
	if r := h.must(exitDone, "import", "tiny/ep01", "1b", clip[0].Path); strings.TrimSpace(r.stdout) != "tiny/ep01/1B/2" {
		t.Errorf("import prints %q, want the take", r.stdout)
	}
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json", "--out", two))
	if d.Cut != 2 || h.bought() != 3 || d.Spent.Micros != 3*drama.Micro {
		t.Errorf("after the import: cut %d, %d jobs bought, %s spent; want cut 2 and nothing more bought", d.Cut, h.bought(), d.Spent)
	}
	before, after := manifestIn(t, one), manifestIn(t, two)
	for i, s := range after.Shots {
		old := before.Shots[i]
		if s.Slate != "1B" {
			if s.Take != old.Take || s.VideoDigest != old.VideoDigest {
				t.Errorf("shot %s is not what it was: %+v, before %+v", s.Slate, s, old)
			}
			continue
		}
		if s.Take.Number != 2 || s.Origin == old.Origin || s.Price.Micros != 0 || s.Frames != old.Frames || s.VideoDigest == old.VideoDigest {
			t.Errorf("the imported take in the cut: %+v", s)
		}
	}
	flashes, beeps, err := clips.Onsets(t.Context(), filepath.Join(two, "master.mp4"), 24)
	if err != nil {
		t.Fatal(err)
	}
	want := after.Shots[1].Start.Duration(media.Rational{Num: 24, Den: 1}) + clips.FlashAt
	if len(flashes) != 1 || (flashes[0]-want).Abs() > 2*time.Second/24 {
		t.Errorf("flashes at %v, want the clip's at %v; beeps at %v", flashes, want, beeps)
	}
	if got := h.must(exitDone, "verify", two, "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify: %s", got.stdout)
	}
}
