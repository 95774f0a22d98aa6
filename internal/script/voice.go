package script

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// Limits of a voice's sample: what makers of video that take one have in common
// (https://www.volcengine.com/docs/82379/1520757, 2222480).
const (
	MaxSampleBytes = 15 << 20
	MinSample      = 2 * time.Second
	MaxSample      = 15 * time.Second
)

// maxVoiceID bounds a vendor's id of a voice, in bytes.
const maxVoiceID = 256

// voice is a character's voice; nil where nothing of it could be read.
func (b *builder) voice(v *voiceSyntax, dialogue drama.Dialogue) *drama.Voice {
	out := &drama.Voice{
		Provider: v.Provider.Text, Name: v.Name.Text, Rate: int(v.Rate.N), Pitch: int(v.Pitch.N), Says: v.Says.Text,
		Sample: b.file(v.Sample, sampleFile),
	}
	b.provider(v.Provider, true)
	if out.Sample != nil {
		length, err := b.sampleLength(out.Sample.Path)
		if err != nil {
			b.errorf(v.Sample.mark, "%s: %s", quote(v.Sample.Text), err)
			out.Sample = nil
		}
		out.SampleMS = length.Milliseconds()
	}
	for _, e := range v.IDs {
		switch _, twice := out.IDs[e.Key.Text]; {
		case !e.Value.set():
			b.errorf(e.Key.mark, "the id at %s is empty; write the voice's id there or remove the key", e.Key.Text)
		case twice:
			b.errorf(e.Key.mark, "the id at %s is written twice", e.Key.Text)
		case len(e.Value.Text) > maxVoiceID:
			b.errorf(e.Value.mark, "an id of more than %d bytes", maxVoiceID)
		default:
			if out.IDs == nil {
				out.IDs = map[string]string{}
			}
			out.IDs[e.Key.Text] = e.Value.Text
		}
	}
	b.tongues(v, out)
	if !v.Where.set() || v.Where.keys["provider"] {
		return out
	}
	switch {
	case dialogue == drama.DialogueVoice:
		b.errorf(v.Where.mark, "the voice has no provider, which is required with dialogue: voice")
	case v.Name.set() || v.Rate.set() || v.Pitch.set():
		b.errorf(v.Where.mark, "name, rate and pitch are a voice provider's; name it in provider")
	case !v.Where.keys["sample"] && !v.Where.keys["ids"] && !v.Where.keys["says"] && !v.Where.keys["languages"]:
		b.errorf(v.Where.mark, "the voice says nothing; write at least one of provider, sample, ids, says and languages")
	}
	return out
}

// tongues are a voice's other languages.
func (b *builder) tongues(v *voiceSyntax, out *drama.Voice) {
	for _, t := range v.Languages.ByLang {
		s := t.Voice
		if b.provider(s.Provider, true); s.Provider.set() {
			b.providers[len(b.providers)-1].Language = t.Text
		}
		switch _, twice := out.Languages[t.Text]; {
		case twice:
			b.errorf(t.mark, "language %s is written twice", t.Text)
		case b.ready != nil && t.Text == b.ready.Language:
			b.errorf(t.mark, "the lines are in %s already, which the voice itself speaks; write its provider and name beside languages", t.Text)
		case b.ready != nil && !slices.Contains(b.languages, t.Text):
			b.hintf(t.mark, b.didYouMean(t.Text, b.languages), "%s has no translations: it is not a language of subtitles", t.Text)
		case s.Provider.set():
			if out.Languages == nil {
				out.Languages = map[string]drama.Tongue{}
			}
			out.Languages[t.Text] = drama.Tongue{Provider: s.Provider.Text, Name: s.Name.Text, Rate: int(s.Rate.N), Pitch: int(s.Pitch.N)}
		}
	}
}

// sampleLength is how long a sample lasts.
func (b *builder) sampleLength(at string) (time.Duration, error) {
	f, err := b.folder.fsys.Open(at)
	if err != nil {
		return 0, fmt.Errorf("cannot be read: %w", cause(err))
	}
	defer f.Close()
	length, err := wavLength(io.LimitReader(f, MaxSampleBytes))
	switch {
	case err != nil:
		return 0, err
	case length < MinSample || length > MaxSample:
		return 0, fmt.Errorf("the sample lasts %.1fs; models take %.0f to %.0f seconds", length.Seconds(), MinSample.Seconds(), MaxSample.Seconds())
	}
	return length, nil
}

// wavLength reads how long the sound of a WAV file lasts from its chunks.
func wavLength(r io.Reader) (time.Duration, error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return 0, errors.New("not a WAV file")
	}
	perSecond := int64(0)
	for range 64 { // chunks: a file of a studio has a handful
		chunk := make([]byte, 8)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return 0, errors.New("the WAV file holds no sound")
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			body := make([]byte, 16)
			if size < 16 {
				return 0, errors.New("the WAV file does not say what its sound is")
			}
			if _, err := io.ReadFull(r, body); err != nil {
				return 0, errors.New("the WAV file is cut off")
			}
			channels := binary.LittleEndian.Uint16(body[2:])
			if channels < 1 || channels > 2 {
				return 0, fmt.Errorf("the WAV file has %d channels; one or two are wanted", channels)
			}
			perSecond = int64(binary.LittleEndian.Uint32(body[8:]))
			size -= 16
		case "data":
			if perSecond <= 0 {
				return 0, errors.New("the WAV file does not say what its sound is")
			}
			n, err := io.CopyN(io.Discard, r, size)
			if err != nil && !errors.Is(err, io.EOF) {
				return 0, fmt.Errorf("cannot be read: %w", cause(err))
			}
			return time.Duration(n) * time.Second / time.Duration(perSecond), nil
		}
		if _, err := io.CopyN(io.Discard, r, size+size%2); err != nil {
			return 0, errors.New("the WAV file holds no sound")
		}
	}
	return 0, errors.New("the WAV file holds no sound in its first 64 chunks")
}
