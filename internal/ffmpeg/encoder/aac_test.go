package encoder

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

// programmeSound is voices-like tones with hard attacks at odd times, the same at
// every call: what makes an encoder switch its windows.
func programmeSound() func(dst []float32) error {
	r := rand.New(rand.NewPCG(1, 2))
	at, attack := int64(0), int64(0)
	level := 0.0
	return func(dst []float32) error {
		for i := 0; i < len(dst); i += media.Channels {
			if at == attack {
				level = 0.6
				attack += 2_000 + r.Int64N(9_000)
			}
			t := float64(at) / media.SampleRate
			v := 0.2*math.Sin(2*math.Pi*220*t)*(1+math.Sin(2*math.Pi*3*t))/2 + level*(r.Float64()-0.5)
			level *= 0.999
			dst[i], dst[i+1] = float32(v), float32(0.7*v)
			at++
		}
		return nil
	}
}

// readFrames reads a track's frames back from its spool.
func readFrames(t *testing.T, track *AAC) func() []byte {
	n := 0
	return func() []byte {
		if n == len(track.Frames) {
			return nil
		}
		s := track.Frames[n].Sample
		n++
		b := make([]byte, s.Size)
		if _, err := track.Frames[n-1].File.ReadAt(b, s.Off); err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// decoded decodes frames; pairs before the episode's own are left out.
func decoded(t *testing.T, config []byte, next func() []byte, priming int64) (got []float32) {
	t.Helper()
	if err := decodeAAC(config, next, func(pairs []float32) { got = append(got, pairs...) }); err != nil {
		t.Fatal(err)
	}
	return got[media.Channels*priming:]
}

// Sound is encoded in parts; nobody must hear where they meet: there the error is
// that of the one part or of the other, as if each had gone on alone.
func TestPartsOfSoundMeetUnheard(t *testing.T) {
	const total = 100*media.SampleRate + 777
	want := make([]float32, media.Channels*total)
	if err := programmeSound()(want); err != nil {
		t.Fatal(err)
	}
	ordered := make(chan *aacPart, 10)
	group, ctx := errgroup.WithContext(t.Context())
	if err := splitAAC(ctx, group, total, programmeSound(), &Kept{}, ordered); err != nil {
		t.Fatal(err)
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(ordered)
	var parts []*aacPart
	again := make(chan *aacPart, len(ordered))
	for p := range ordered {
		parts = append(parts, p)
		again <- p
	}
	close(again)
	sp, err := mp4.NewSpool(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer sp.Close()
	track, listen := &AAC{}, make(chan *heard, 100)
	if err := track.join(t.Context(), again, sp, listen); err != nil {
		t.Fatal(err)
	}
	got := decoded(t, track.Config, readFrames(t, track), track.Priming)
	if len(got) < len(want) || len(parts) != 7 {
		t.Fatalf("%d pairs came out of %d, in %d parts", len(got)/2, total, len(parts))
	}
	noise := func(coded []float32, first, frame int64) (e float64) {
		for i := 2 * frame * AACFrame; i < 2*(frame+1)*AACFrame; i++ {
			d := float64(coded[i-2*first*AACFrame] - want[i])
			e += d * d
		}
		return e
	}
	var alone [][]float32
	for _, p := range parts {
		n := p.first - 1
		alone = append(alone, decoded(t, p.config, func() []byte { n++; return p.frame(n) }, p.priming))
	}
	for i := 1; i < len(parts); i++ {
		start := parts[i].first + aacLead
		for n := start - 8; n < start+aacLap-4; n++ {
			a, b, joined := noise(alone[i-1], parts[i-1].first, n), noise(alone[i], parts[i].first, n), noise(got, 0, n)
			if joined > 1.2*max(a, b) {
				t.Errorf("frame %d: error %.5f where the parts have %.5f and %.5f", n, joined, a, b)
			}
		}
	}
}

// The same sound is the same bytes, however many are encoded at once.
func TestSoundIsEncodedTheSame(t *testing.T) {
	var first []byte
	for _, cores := range []int{1, 3} {
		old := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(old)
		sp, err := mp4.NewSpool(t.TempDir() + "/out")
		if err != nil {
			t.Fatal(err)
		}
		defer sp.Close()
		track, err := EncodeAAC(t.Context(), 80*media.SampleRate, programmeSound(), sp, &Kept{})
		if err != nil {
			t.Fatal(err)
		}
		all := bytes.Buffer{}
		for next, b := readFrames(t, track), []byte{}; b != nil; b = next() {
			all.Write(b)
		}
		if first == nil {
			first = all.Bytes()
		}
		if !bytes.Equal(first, all.Bytes()) || len(first) < 80*media.SampleRate/10 {
			t.Errorf("on %d cores other %d bytes than %d", cores, all.Len(), len(first))
		}
	}
}

func TestShortSoundIsOnePart(t *testing.T) {
	for _, total := range []int64{1, AACFrame, AACFrame + 1, 5000, 20 * media.SampleRate, 31 * media.SampleRate} {
		sp, err := mp4.NewSpool(t.TempDir() + "/out")
		if err != nil {
			t.Fatal(err)
		}
		track, err := EncodeAAC(t.Context(), total, programmeSound(), sp, &Kept{})
		if err != nil {
			t.Fatalf("%d pairs: %v", total, err)
		}
		if want := (total+AACFrame-1)/AACFrame + 1; int64(len(track.Frames)) != want {
			t.Errorf("%d pairs: %d frames, want %d", total, len(track.Frames), want)
		}
		sp.Close()
	}
}

// TestSoundThatIsKeptIsNotEncodedAgain: the second time, only what has changed is,
// and what comes out is what would have been encoded.
func TestSoundThatIsKeptIsNotEncodedAgain(t *testing.T) {
	const total = 100 * media.SampleRate
	kept := t.TempDir()
	encode := func(dir string, changed bool) (track *AAC, frames [][]byte, files []string) {
		t.Helper()
		read := programmeSound()
		at := int64(0)
		change := func(dst []float32) error {
			err := read(dst)
			for i := range dst {
				if p := at + int64(i/2); changed && p > 50*media.SampleRate && p < 52*media.SampleRate {
					dst[i] = -dst[i] / 2
				}
			}
			at += int64(len(dst) / 2)
			return err
		}
		sp, err := mp4.NewSpool(filepath.Join(t.TempDir(), "x"))
		if err != nil {
			t.Fatal(err)
		}
		defer sp.Close()
		k := &Kept{Dir: dir}
		if track, err = EncodeAAC(t.Context(), total, change, sp, k); err != nil {
			t.Fatal(err)
		}
		k.Trim()
		next := readFrames(t, track)
		for b := next(); b != nil; b = next() {
			frames = append(frames, bytes.Clone(b))
		}
		entries, _ := os.ReadDir(kept)
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, fmt.Sprint(e.Name(), info.ModTime()))
		}
		return track, frames, files
	}
	_, _, first := encode(kept, false)
	track, got, second := encode(kept, true)
	fresh, want, _ := encode("", true)
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Error("with kept sound another track came out")
	}
	if track.Integrated != fresh.Integrated || track.TruePeak != fresh.TruePeak || track.Integrated < -40 {
		t.Errorf("with kept measurements %v LUFS, %v dBTP; want %v and %v", track.Integrated, track.TruePeak, fresh.Integrated, fresh.TruePeak)
	}
	same := 0
	for _, f := range second {
		if slices.Contains(first, f) {
			same++
		}
	}
	// Two files a part: as it is coded, and what is heard of it. The change lies in one,
	// and the next may be heard after other frames.
	if len(first) < 10 || len(second) != len(first) || same < len(first)-3 || same > len(first)-2 {
		t.Errorf("%d files, then %d, of which %d are old ones; one part was changed", len(first), len(second), same)
	}
	// A file that was tampered with is not believed.
	entries, _ := os.ReadDir(kept)
	for _, e := range entries {
		path := filepath.Join(kept, e.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, got, _ := encode(kept, true); !slices.EqualFunc(got, want, bytes.Equal) {
		t.Error("broken files were used")
	}
}

// What is heard of an episode's parts is what is heard of the whole.
func TestPartsAreHeardAsTheWhole(t *testing.T) {
	const total = 50*media.SampleRate + 333
	sp, err := mp4.NewSpool(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer sp.Close()
	track, err := EncodeAAC(t.Context(), total, programmeSound(), sp, &Kept{})
	if err != nil {
		t.Fatal(err)
	}
	meter := sound.NewMeter()
	meter.Add(decoded(t, track.Config, readFrames(t, track), track.Priming)[:media.Channels*total])
	if d := math.Abs(track.Integrated - meter.Integrated()); d > 1e-6 {
		t.Errorf("integrated loudness %.9f LUFS, want %.9f", track.Integrated, meter.Integrated())
	}
	if track.TruePeak != meter.TruePeak() {
		t.Errorf("true peak %.4f dBTP, want %.4f", track.TruePeak, meter.TruePeak())
	}
}
