package activities

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
)

// Speak has the lines of a shot spoken, each by its speaker's voice, or finds
// them spoken before. A line without a voice that can speak it errs with words
// that say what to change.
func (m *Media) Speak(ctx context.Context, in SpeakInput) (drama.Speech, error) {
	var out drama.Speech
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return out, err
	}
	shot, err := scriptShot(script, in.Slate)
	if err != nil {
		return out, err
	}
	by := script.Season.DialogueOf(shot)
	if in.Take != nil {
		by = drama.DialogueVoice
	}
	want := func(l drama.Line) wanted { return m.lines().want(script, l, by) }
	if in.Dub != "" {
		want = func(l drama.Line) wanted { return m.lines().dub(script, shot, l, in.Dub) }
	}
	if m.Prices.Speech != nil {
		made, err := m.plans.Load(ctx, m.library(), in.Plan)
		if err != nil {
			return out, err
		}
		out.Cost.Currency = made.TotalLow.Currency
	}
	for i, l := range shot.Lines {
		if l.Say == "" || (in.Take != nil || in.Dub != "") && mouthed(l) || in.Dub != "" && !drama.Audible(l.Say) {
			continue
		}
		id := drama.TakeID{Episode: script.ID(), Slate: in.Slate + asideVoice, Number: i + 1}
		spoken, price, err := m.line(ctx, script, want(l), id)
		if err != nil {
			return out, fmt.Errorf("speak line %d of shot %s: %w", i+1, in.Slate, err)
		}
		spoken.Line = i
		out.Lines = append(out.Lines, spoken)
		if !in.Since.IsZero() && out.Cost.Currency != "" {
			if price, err = m.Prices.booked(ctx, id, out.Cost.Currency, in.Since); err != nil {
				return out, err
			}
		}
		if price, err = m.Prices.Exchange.Convert(price, out.Cost.Currency); err != nil {
			return out, damaged("speak line %d of shot %s: %w", i+1, in.Slate, err)
		}
		if out.Cost, err = out.Cost.Add(price); err != nil {
			return out, err
		}
	}
	if out.Cost.Micros == 0 {
		out.Cost = drama.Money{}
	}
	if in.Take == nil {
		return out, nil
	}
	return m.over(ctx, *in.Take, script, shot, out)
}

func (m *Media) line(ctx context.Context, script *drama.Production, w wanted, id drama.TakeID) (spoken drama.SpokenLine, price drama.Money, err error) {
	if !drama.Audible(w.request.Text) {
		spoken, err = m.silence(ctx, script)
		return spoken, price, err
	}
	fps := script.Season.Format.FPS
	if ref, frames, err := m.spoken(ctx, w.key, fps); err == nil {
		return drama.SpokenLine{Sound: ref, Frames: frames}, price, nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return drama.SpokenLine{}, price, err
	}
	var speaker voice.Speaker
	ok := false
	if m.Speakers != nil {
		speaker, ok = m.Speakers(w.voice)
	}
	if !ok {
		return drama.SpokenLine{}, price, damaged("no voice provider %q is configured; name another in the cast, or use dialogue: scratch", w.voice)
	}
	mine, give, err := m.takeTurn(ctx, w.key, id)
	if err != nil {
		return drama.SpokenLine{}, price, err
	}
	if !mine {
		ref, frames, err := m.spoken(ctx, w.key, fps)
		return drama.SpokenLine{Sound: ref, Frames: frames}, price, err
	}
	defer give()
	price = w.price
	var said voice.Speech
	var ref store.Ref
	var away error // of the store
	err = m.Prices.aside(ctx, id, w.voice, "", price, m.now, func() (err error) {
		if said, err = beat.While(ctx, func() (voice.Speech, error) { return speaker.Speak(ctx, w.request) }); err != nil {
			return err
		}
		away = kept(ctx, func() (err error) {
			ref, err = m.Store.Put(ctx, w.key, bytes.NewReader(encodeWAV(said.Samples, said.Rate)), wavType)
			return err
		})
		return nil
	})
	if err != nil {
		return drama.SpokenLine{}, price, unspoken(err)
	}
	if away != nil {
		return drama.SpokenLine{}, price, fmt.Errorf("store %s: %w", w.key, away)
	}
	return drama.SpokenLine{Sound: ref, Frames: soundFrames(len(said.Samples), said.Rate, fps)}, price, nil
}

// silence is a line that nobody speaks: "……", an emoji.
func (m *Media) silence(ctx context.Context, script *drama.Production) (drama.SpokenLine, error) {
	const rate = 24_000
	samples := make([]int16, int(drama.SilentBeat.Seconds()*rate))
	key := silenceKey(script)
	ref, err := m.Store.Put(ctx, key, bytes.NewReader(encodeWAV(samples, rate)), wavType)
	if err != nil {
		return drama.SpokenLine{}, fmt.Errorf("store %s: %w", key, err)
	}
	return drama.SpokenLine{Sound: ref, Frames: soundFrames(len(samples), rate, script.Season.Format.FPS)}, nil
}

func silenceKey(script *drama.Production) string {
	return store.Keys{Show: script.Season.Show}.Speech(digestOf(struct {
		V      int           `json:"v"`
		Silent time.Duration `json:"silent"`
	}{1, drama.SilentBeat}))
}

// voiceless says that this machine cannot speak now: the voice's program is not
// installed or not on PATH, was killed, or had no memory or handles.
func voiceless(err error) bool {
	return machine.Trouble(err) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// unspoken is a voice's error with what to do about it. Asking again costs next to
// nothing, so even an answer that was lost is asked for again.
func unspoken(err error) error {
	var e *provider.Error
	if !errors.As(err, &e) {
		if voiceless(err) {
			return err
		}
		return &Failure{Type: ErrWork, Err: err}
	}
	switch e.Kind {
	case provider.KindAuth, provider.KindQuota, provider.KindInvalid, provider.KindRefused:
		return &Failure{Type: string(e.Kind), Final: true, Err: err}
	case provider.KindThrottled, provider.KindTransient, provider.KindAmbiguous:
		return &Failure{Type: string(e.Kind), After: e.RetryAfter, Err: err}
	default:
		return err
	}
}

// lines is who speaks.
func (m *Media) lines() Lines {
	return Lines{Voice: m.Voice, VoiceID: m.VoiceID, Speech: m.Prices.Speech, Tongue: m.Tongue}
}

// spoken finds a line that was spoken before. store.ErrNotFound.
func (m *Media) spoken(ctx context.Context, key string, fps media.Rational) (store.Ref, media.Frames, error) {
	info, err := m.Store.Head(ctx, key)
	if err != nil {
		return store.Ref{}, 0, err
	}
	ref := store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes, Type: wavType}
	body, err := m.Store.Get(ctx, store.Ref{Key: key})
	if err != nil {
		return store.Ref{}, 0, err
	}
	defer body.Close()
	sum, head := sha256.New(), make([]byte, wavHeader)
	if _, err := io.ReadFull(io.TeeReader(body, sum), head); err != nil {
		return store.Ref{}, 0, fmt.Errorf("read %s: %w", key, err)
	}
	if ref.SHA256 == "" { // a store that keeps no metadata
		if _, err := io.Copy(sum, body); err != nil {
			return store.Ref{}, 0, fmt.Errorf("read %s: %w", key, err)
		}
		ref.SHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	rate := int(binary.LittleEndian.Uint32(head[24:]))
	samples := int(binary.LittleEndian.Uint32(head[40:])) / 2
	return ref, soundFrames(samples, rate, fps), nil
}

// soundFrames is how many frames a sound lasts, rounded up.
func soundFrames(samples, rate int, fps media.Rational) media.Frames {
	if rate <= 0 || !fps.Valid() {
		return 0
	}
	den := int64(rate) * fps.Den
	return media.Frames((int64(samples)*fps.Num + den - 1) / den)
}

const (
	wavHeader = 44
	wavType   = "audio/wav"
)

// encodeWAV is mono 16-bit PCM in its plainest container.
func encodeWAV(samples []int16, rate int) []byte {
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	b.WriteString("RIFF")
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // memory cannot err
	le(wavHeader - 8 + size)
	b.WriteString("WAVEfmt ")
	le([]uint32{16})
	le([]uint16{1, 1})
	le([]uint32{uint32(rate), uint32(rate) * 2})
	le([]uint16{2, 16})
	b.WriteString("data")
	le(size)
	le(samples)
	return b.Bytes()
}
