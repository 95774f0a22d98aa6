package animatic

import (
	"context"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/voice"
)

// spokenLine is a line in its place: samples at 48 kHz, from and to on the shot.
type spokenLine struct {
	line     int // index into the brief's lines
	who      string
	name     string
	kind     drama.LineKind
	tone     string
	samples  []float32
	from, to int
}

// Timing of lines in a shot.
const (
	leadIn  = 0.30 // seconds before the first line
	tailOut = 0.25 // seconds kept free at the end
	maxGap  = 0.70 // between lines
	faster  = 1.30 // how much a voice may be hurried
)

// speak speaks all lines and places them one after another. Lines that would not
// fit are spoken faster, within reason; what still hangs over is cut at the end
// of the shot.
func (p *Provider) speak(ctx context.Context, r provider.Request) ([]spokenLine, error) {
	total := int(r.Frames.Samples(r.FPS, media.SampleRate))
	if len(r.Brief.Lines) == 0 || !r.Audio {
		return nil, nil
	}
	lines, length, err := p.speakAll(ctx, r, 1)
	if err != nil {
		return nil, err
	}
	room := total - int((leadIn+tailOut)*media.SampleRate)
	if length > room && room > 0 {
		rate := math.Min(float64(length)/float64(room)*1.04, faster)
		if lines, _, err = p.speakAll(ctx, r, rate); err != nil {
			return nil, err
		}
	}
	return layOut(lines, total), nil
}

// speakAll speaks every line at a multiple of its voice's rate and returns the
// summed length in samples.
func (p *Provider) speakAll(ctx context.Context, r provider.Request, rate float64) ([]spokenLine, int, error) {
	var out []spokenLine
	sum := 0
	for i, l := range r.Brief.Lines {
		s := spokenLine{line: i, who: l.Who, name: l.Name, kind: l.Kind, tone: l.Tone}
		if s.kind == "" {
			s.kind = drama.LineDialogue
		}
		if s.name == "" {
			s.name = l.Who
		}
		speaker, req := p.voiceFor(r, l, rate)
		switch {
		case !drama.Audible(l.Say):
			s.samples = make([]float32, int(drama.SilentBeat.Seconds()*media.SampleRate/rate))
		case speaker == nil:
			s.samples = make([]float32, int(silentLength(l.Say)*media.SampleRate/rate))
		default:
			sp, err := speaker.Speak(ctx, req)
			if err != nil {
				return nil, 0, fmt.Errorf("speak line %d of %s: %w", i+1, plain(s.name, 40), err)
			}
			s.samples = resample(sp.Samples, sp.Rate)
		}
		s.samples = colourVoice(s.samples, s.kind)
		sum += len(s.samples)
		out = append(out, s)
	}
	return out, sum, nil
}

// silentLength is how long a line takes where no voice speaks it.
func silentLength(say string) float64 {
	n := 0.0
	for _, r := range say {
		if r >= 0x2e80 {
			n += 0.22
		} else {
			n += 0.06
		}
	}
	return math.Max(0.4, math.Min(n, maxSeconds))
}

// voiceFor picks speaker and voice. A character without a voice gets one of its
// own, by its id and whether it is a man, a woman, a child or old.
func (p *Provider) voiceFor(r provider.Request, l drama.BriefLine, rate float64) (voice.Speaker, voice.Request) {
	req := voice.Request{Text: l.Say, Language: r.Brief.Language, Tone: l.Tone}
	speaker := p.o.Speaker
	v := l.Voice
	var cast *drama.BriefCast
	for i := range r.Brief.Cast {
		if r.Brief.Cast[i].ID == l.Who {
			cast = &r.Brief.Cast[i]
			if v == nil {
				v = cast.Voice
			}
		}
	}
	base := 165
	if v != nil {
		if s := p.o.Speakers[v.Provider]; s != nil {
			speaker = s
		}
		req.Name, req.Pitch = v.Name, v.Pitch
		if v.Provider != "" && p.o.Speakers[v.Provider] == nil && (speaker == nil || v.Provider != speaker.Name()) {
			req.Name, req.Pitch = "", 0 // another provider's voice means nothing here
		}
		if v.Rate > 0 {
			base = v.Rate
		}
	}
	if req.Name == "" {
		var person *person
		if cast != nil {
			person = personOf(r.Brief.Show, *cast)
		}
		req.Name, req.Pitch = ownVoice(r.Brief.Show, l.Who, person, req.Pitch)
	}
	tone := wordsOf(l.Tone)
	switch {
	case tone.has("slow", "tired", "sad", "whisper", "quiet", "flat"):
		base = base * 92 / 100
	case tone.has("fast", "excited", "angry", "panic", "urgent", "nervous"):
		base = base * 110 / 100
	}
	req.Rate = int(float64(base) * rate)
	return speaker, req
}

// ownVoice is an espeak variant and pitch that belong to a character.
func ownVoice(show, id string, p *person, pitch int) (string, int) {
	h := hash("voice", show, id)
	men, women := []string{"+m1", "+m3", "+m7", "+m2"}, []string{"+f2", "+f3", "+f4", "+f1"}
	name, own := men[h%4], 38+int(h>>8%14)
	switch {
	case id == drama.Narrator:
		name, own = "+m3", 36
	case p == nil:
	case p.child:
		name, own = women[h%4], 78
	case p.female && p.old:
		name, own = women[h%4], 34
	case p.female:
		name, own = women[h%4], 46+int(h>>8%16)
	case p.old:
		own = 26
	}
	if pitch != 0 {
		own = pitch
	}
	return name, own
}

// layOut spreads lines over a shot: lead-in, even gaps of at most maxGap.
func layOut(lines []spokenLine, total int) []spokenLine {
	sum := 0
	for _, l := range lines {
		sum += len(l.samples)
	}
	lead := int(leadIn * media.SampleRate)
	room := total - lead - int(tailOut*media.SampleRate) - sum
	gap := 0
	if n := len(lines) - 1; n > 0 && room > 0 {
		gap = min(room/(n+1), int(maxGap*media.SampleRate))
	}
	if room < 0 {
		lead = max(0, min(lead, total-sum))
	} else {
		// What is left over goes mostly in front: a beat before the line.
		lead += min((room-gap*max(len(lines)-1, 0))/4, media.SampleRate*6/10)
	}
	pos := lead
	for i := range lines {
		l := &lines[i]
		l.from = min(pos, total)
		l.to = min(pos+len(l.samples), total)
		l.samples = l.samples[:l.to-l.from]
		pos = l.to + gap
	}
	return lines
}

// envelope is how loud the line is at each frame, 0..1.
func (l spokenLine) envelope(frames int, fps media.Rational) []float32 {
	e := make([]float32, frames)
	peak := float32(0.02)
	for n := range e {
		a := int(media.Frames(n).Samples(fps, media.SampleRate)) - l.from
		b := int(media.Frames(n+1).Samples(fps, media.SampleRate)) - l.from
		a, b = max(a, 0), min(b, len(l.samples))
		if a >= b {
			continue
		}
		var sum float64
		for _, v := range l.samples[a:b] {
			sum += float64(v) * float64(v)
		}
		e[n] = float32(math.Sqrt(sum / float64(b-a)))
		peak = max(peak, e[n])
	}
	silent := peak <= 0.02
	for n := range e {
		if silent {
			// No voice: the mouth goes by itself while the line lasts.
			if s := int(media.Frames(n).Samples(fps, media.SampleRate)); s >= l.from && s < l.to {
				e[n] = float32(0.45 + 0.4*math.Sin(float64(n)*1.7))
			}
			continue
		}
		e[n] = float32(math.Pow(float64(e[n]/peak), 0.8))
	}
	return e
}

// resample brings mono samples to 48 kHz by a windowed sinc of 16 taps.
func resample(in []int16, rate int) []float32 {
	if rate <= 0 || len(in) == 0 {
		return nil
	}
	const half = 8
	n := int(int64(len(in)) * media.SampleRate / int64(rate))
	out := make([]float32, n)
	step := float64(rate) / media.SampleRate
	cut := math.Min(1, 1/step)
	const phases = 256
	var table [phases + 1][2 * half]float32
	for p := range table {
		f := float64(p) / phases
		for k := range 2 * half {
			x := float64(k-half+1) - f
			w := 0.5 + 0.5*math.Cos(math.Pi*x/half)
			s := cut
			if x != 0 {
				s = math.Sin(math.Pi*x*cut) / (math.Pi * x)
			}
			if math.Abs(x) >= half {
				w = 0
			}
			table[p][k] = float32(s * w / 32768)
		}
	}
	for i := range out {
		pos := float64(i) * step
		j := int(pos)
		t := &table[int((pos-float64(j))*phases+0.5)]
		var sum float32
		for k := range 2 * half {
			if q := j + k - half + 1; q >= 0 && q < len(in) {
				sum += float32(in[q]) * t[k]
			}
		}
		out[i] = sum
	}
	return out
}
