// Package film makes what emulated vendors deliver: clips with a real hard cut between
// the shots that a prompt asks for, a little beside where it asks for them, in which its
// lines are spoken. Every picture bears its number, so that what became of it can be read
// anywhere. On bad days a cut is missing, or a line is another, or none. It is no part of
// the program.
package film

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/voice/pcm"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/tongue"
)

// Rate is how many pictures a second every clip has; width and height are their size.
const (
	Rate          = 24
	width, height = 144, 256
	soundRate     = 48_000
)

// Fault is what becomes of a line the first time that it is spoken: other words than
// asked for, or none at all where Says is empty.
type Fault struct{ Says string }

// Set is where clips are made, for one account. Its methods are safe for concurrent use.
type Set struct {
	Form   Form
	Tongue *tongue.Tongue
	Seed   uint64
	// Faults are of lines. They are planted once each, in clips that lack no cut.
	Faults map[string]Fault
	// Miss is which of the clips with several shots lack a cut, by their number from 0.
	Miss func(n int) bool
	// Dir is where a clip is made; it must be there.
	Dir string

	mu      sync.Mutex
	takes   map[string]*take
	packs   int
	planted []string
}

// Made is a clip as it was made, which may be delivered twice: as a draft and a final.
type Made struct {
	Job    string // the first's id
	Prompt string
	Asked  []Shot
	Frames int
	// Cuts are the numbers of the first pictures after a cut. Missed says that one is
	// missing.
	Cuts   []int
	Missed bool
}

type take struct {
	Made
	said  []spoken
	clips map[string]func() []byte // by job
}

// spoken is a text with its moment.
type spoken struct {
	at   time.Duration
	text string
}

// Clip is the result of a job, for vendors.Options.
func (s *Set) Clip(j vendors.Job) []byte {
	s.mu.Lock()
	id := j.ID
	if j.Origin != "" {
		id = j.Origin
	}
	t := s.takes[id]
	if t == nil {
		if s.takes == nil {
			s.takes = map[string]*take{}
		}
		t = s.shoot(id, j)
		s.takes[id] = t
	}
	clip := t.clips[j.ID]
	if clip == nil {
		crf := 20
		if j.Origin != "" { // the same pictures, better
			crf = 16
		}
		clip = sync.OnceValue(func() []byte { return s.encode(t, crf) })
		t.clips[j.ID] = clip
	}
	s.mu.Unlock()
	return clip()
}

// Made are all takes that were made so far, in the order of their ids.
func (s *Set) Made() []Made {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Made
	for _, t := range s.takes {
		all = append(all, t.Made)
	}
	slices.SortFunc(all, func(a, b Made) int { return strings.Compare(a.Job, b.Job) })
	return all
}

// Planted are the lines that were not spoken as asked for, in their order.
func (s *Set) Planted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.planted)
}

// shoot decides what is in a take.
func (s *Set) shoot(id string, j vendors.Job) *take {
	length := time.Duration(j.Seconds) * time.Second
	t := &take{clips: map[string]func() []byte{}, Made: Made{Job: id, Prompt: j.Prompt, Asked: s.Form.Shots(j.Prompt, length), Frames: j.Seconds*Rate + 1}}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))                      // a hash takes all
	rng := rand.New(rand.NewPCG(s.Seed, h.Sum64())) //nolint:gosec // a test wants the same chances again
	missing := -1
	if n := len(t.Asked); n > 1 {
		if s.Miss != nil && s.Miss(s.packs) {
			missing, t.Missed = 1+rng.IntN(n-1), true
		}
		s.packs++
	}
	begins := []int{0}
	for i, shot := range t.Asked[1:] {
		off := int(s.Form.Off * Rate / time.Second)
		begins = append(begins, max(frame(shot.From)+rng.IntN(2*off+1)-off, begins[i]+Rate/2))
	}
	for i, shot := range t.Asked {
		if i > 0 && i != missing {
			t.Cuts = append(t.Cuts, begins[i])
		}
		at := moment(begins[i]) + 250*time.Millisecond
		for _, line := range shot.Lines {
			says := s.speaks(line, t.Missed)
			t.said = append(t.said, spoken{at, says})
			at += tongue.Lasts(says) + 100*time.Millisecond
		}
	}
	return t
}

// speaks is what is spoken of a line.
func (s *Set) speaks(line string, missed bool) string {
	f, ok := s.Faults[line]
	if !ok || missed || slices.Contains(s.planted, line) {
		return line
	}
	s.planted = append(s.planted, line)
	return f.Says
}

func frame(at time.Duration) int { return int(at * Rate / time.Second) }

func moment(frame int) time.Duration { return time.Duration(frame) * time.Second / Rate }

// encode makes the clip with FFmpeg's command line.
func (s *Set) encode(t *take, crf int) []byte {
	body, err := s.ffmpeg(t, crf)
	if err != nil {
		panic(fmt.Sprintf("film: make the clip of %s: %v", t.Job, err))
	}
	return body
}

func (s *Set) ffmpeg(t *take, crf int) (_ []byte, err error) {
	dir, err := os.MkdirTemp(s.Dir, "film")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the test's folder goes anyway
	wav, out := filepath.Join(dir, "said.wav"), filepath.Join(dir, "clip.mp4")
	if err := os.WriteFile(wav, pcm.EncodeWAV(s.sound(t), soundRate), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin",
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", fmt.Sprintf("%dx%d", width, height), "-r", fmt.Sprint(Rate), "-i", "pipe:0", "-i", wav,
		"-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-crf", fmt.Sprint(crf), "-c:a", "aac", "-b:a", "96k", out)
	var pictures bytes.Buffer
	for n := range t.Frames {
		shot := 0
		for _, cut := range t.Cuts {
			if n >= cut {
				shot++
			}
		}
		pictures.Write(picture(t.Job, shot, n))
	}
	cmd.Stdin = &pictures
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	return os.ReadFile(out)
}

// sound is the take's: its lines over a quiet hum.
func (s *Set) sound(t *take) []int16 {
	all := make([]float64, t.Frames*soundRate/Rate)
	for i := range all {
		all[i] = 0.004 * math.Sin(2*math.Pi*110*float64(i)/soundRate)
	}
	for _, l := range t.said {
		s.Tongue.Say(all, soundRate, l.at, l.text)
	}
	out := make([]int16, len(all))
	for i, v := range all {
		out[i] = int16(math.Round(v * 12_000))
	}
	return out
}
