package footage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unsafe"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// soundGap is how far a sound's time stamps may stray from its sample count
// before the sound is laid anew. Containers round to a millisecond.
const soundGap = 10 * time.Millisecond

// sound reads a clip's sound as 48 kHz stereo.
type sound struct {
	origin time.Duration // the clip's time that is sample 0
	emit   func(pairs []float32, at int64) error

	in   *Input
	dec  *Decoder
	g    *Graph
	from AudioSource // what g takes

	laid  time.Duration // time stamp of the first sample since the last gap
	fed   int64         // samples of the source fed since then
	at    int64         // where the next pair that comes out lies
	count int64         // pairs that came out
	first time.Duration // of the clip
	end   time.Duration // of the clip
	begun bool

	strays int // frames far from every picture
}

// Heard is what reading a clip's sound found.
type Heard struct {
	Has     bool          // there is sound
	Length  time.Duration // from its first sample to the end of its last
	Tracks  int           // of sound in the file
	Track   int           // the one that was read, counted from 1
	Chans   int           // of it, before they were mixed to two
	Errors  int           // packets that cannot be decoded, or lie out of time
	Skipped []string      // why tracks before it were not taken
}

// Why is why there is no sound, as the end of a sentence; empty if there is, or
// if there is no track at all.
func (h Heard) Why() string {
	if h.Has || len(h.Skipped) == 0 {
		return ""
	}
	return ": " + h.Skipped[0]
}

// ReadSound decodes a clip's sound and hands it on as interleaved pairs of 48 kHz
// stereo, full scale 1, each with the sample that it lies at, counted from origin
// in the clip's own time. Gaps are left out; pairs may lie before 0. The pairs are
// only valid during the call.
//
// It is the first track that has sound in it: cameras and editors write tracks
// without a sample, phones some in codecs that nobody else has. Time stamps are
// mended (Input.Mend). When no track can be read though there are some, Heard says
// why.
func ReadSound(ctx context.Context, path string, allow demuxers, origin time.Duration,
	emit func(pairs []float32, at int64) error,
) (Heard, error) {
	var h Heard
	for {
		more, err := h.readTrack(ctx, path, allow, origin, emit)
		if err != nil || !more {
			return h, err
		}
	}
}

// readTrack reads the next track to try; more says that there is another.
func (h *Heard) readTrack(ctx context.Context, path string, allow demuxers, origin time.Duration,
	emit func(pairs []float32, at int64) error,
) (more bool, err error) {
	in, err := Open(ctx, path, allow)
	if err != nil {
		return false, err
	}
	defer in.Close()
	in.Mend()
	tracks := in.Sounds()
	h.Tracks = len(tracks)
	if h.Track >= len(tracks) {
		return false, nil
	}
	track := tracks[h.Track]
	h.Track++
	skip := func(why string) (bool, error) {
		h.Skipped = append(h.Skipped, why)
		return h.Track < len(tracks), nil
	}
	cp := track.CodecParameters()
	if cp.SampleRate() > MaxAudioRate || cp.Channels() > maxAudioChannels {
		return skip(fmt.Sprintf("it has %d channels at %d Hz", cp.Channels(), cp.SampleRate()))
	}
	dec, err := OpenDecoder(track)
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return skip(clip.Reason)
	}
	if err != nil {
		return false, err
	}
	defer dec.Close()
	s := &sound{origin: origin, emit: emit, in: in, dec: dec}
	defer s.closeGraph()
	err = s.read(track.Index())
	h.Errors = dec.Errors + s.strays
	h.Has, h.Length, h.Chans = s.count > 0, s.end-s.first, cp.Channels()
	clip, broken := errors.AsType[*media.ClipError](err)
	switch {
	case broken && h.Has:
		h.Errors++ // what was heard before stays
		return false, nil
	case broken:
		return skip(clip.Reason)
	case err != nil:
		return false, err
	case !h.Has:
		return skip("there is nothing in it")
	}
	return false, nil
}

func (s *sound) read(index int) error {
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return errors.New("read sound: out of memory")
	}
	defer pkt.Free()
	for {
		err := s.in.Read(pkt)
		if errors.Is(err, io.EOF) {
			if err := s.dec.Decode(nil, s.frame); err != nil {
				return err
			}
			return s.flush()
		}
		if _, ok := errors.AsType[*media.ClipError](err); ok && s.count > 0 {
			s.dec.Errors++ // the file cannot be read any further
			if err := s.dec.Decode(nil, s.frame); err != nil {
				return err
			}
			return s.flush()
		}
		if err != nil {
			return err
		}
		if pkt.StreamIndex() == index {
			err = s.dec.Decode(pkt, s.frame)
		}
		pkt.Unref()
		if err != nil {
			return err
		}
	}
}

// frame takes one decoded frame.
func (s *sound) frame(f *astiav.Frame) error {
	if f.NbSamples() <= 0 || f.SampleRate() <= 0 || f.SampleRate() > MaxAudioRate {
		return nil
	}
	layout, err := SoundLayout(f)
	if err != nil {
		return err
	}
	name := strings.TrimRight(layout.String(), "\x00")
	now := s.expected()
	if pts := bestPts(f); pts != astiav.NoPtsValue {
		now = s.dec.Time(pts)
	}
	if now > s.origin+2*media.MaxClipDuration || now < s.origin-2*media.MaxClipDuration {
		s.strays++ // far from every picture
		return nil
	}
	from := AudioSource{
		Rate: f.SampleRate(), Format: f.SampleFormat(), Layout: name,
		TimeBase: astiav.NewRational(1, f.SampleRate()),
	}
	if from != s.from || Gap(now, s.expected()) > soundGap || !s.begun {
		if err := s.lay(from, now); err != nil {
			return err
		}
	}
	if !layout.Equal(f.ChannelLayout()) {
		f.SetChannelLayout(layout)
	}
	f.SetPts(s.fed)
	s.fed += int64(f.NbSamples())
	s.end = max(s.end, s.expected())
	if s.end-s.first > media.MaxClipDuration {
		return media.ClipErrorf("the sound is longer than %v", media.MaxClipDuration)
	}
	return s.g.Push(f, s.out)
}

// expected is when the next sample should be.
func (s *sound) expected() time.Duration {
	if s.from.Rate == 0 {
		return s.origin
	}
	return s.laid + time.Duration(s.fed*int64(time.Second)/int64(s.from.Rate))
}

// lay begins a stretch of sound without gaps at now.
func (s *sound) lay(from AudioSource, now time.Duration) error {
	if err := s.flush(); err != nil {
		return err
	}
	s.closeGraph()
	chain := "aresample=48000:rematrix_maxval=1,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo"
	if from.Layout == "mono" {
		// Both channels at full level; a resampler would take 3 dB off.
		chain = "pan=stereo|c0=c0|c1=c0," + chain
	}
	g, err := NewAudioGraph(from, chain)
	if err != nil {
		return media.ClipErrorf("the sound cannot be made stereo: %v", err)
	}
	if !s.begun {
		s.begun, s.first, s.end = true, now, now
	}
	s.g, s.from, s.laid, s.fed = g, from, now, 0
	s.at = NearestSample(now - s.origin)
	return nil
}

// out takes what the graph made.
func (s *sound) out(f *astiav.Frame) error {
	n := f.NbSamples()
	b, _ := FramePlane(f, 0, 1)
	if n == 0 || len(b) < n*media.Channels*4 {
		return nil
	}
	pairs := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), n*media.Channels)
	at := s.at
	s.at += int64(n)
	s.count += int64(n)
	return s.emit(pairs, at)
}

// flush drains the graph.
func (s *sound) flush() error {
	if s.g == nil {
		return nil
	}
	return s.g.Push(nil, s.out)
}

func (s *sound) closeGraph() {
	if s.g != nil {
		s.g.Close()
		s.g = nil
	}
}

// SoundLayout is a frame's channel layout; where the stream names none, the
// usual one of its channel count.
func SoundLayout(f *astiav.Frame) (astiav.ChannelLayout, error) {
	l := f.ChannelLayout()
	if l.Valid() && !strings.Contains(l.String(), "channels") {
		return l, nil
	}
	usual := map[int]astiav.ChannelLayout{
		1: astiav.ChannelLayoutMono, 2: astiav.ChannelLayoutStereo, 3: astiav.ChannelLayoutSurround,
		4: astiav.ChannelLayoutQuad, 5: astiav.ChannelLayout5Point0Back, 6: astiav.ChannelLayout5Point1Back, 8: astiav.ChannelLayout7Point1,
	}
	if u, ok := usual[l.NbChannels()]; ok {
		return u, nil
	}
	return l, media.ClipErrorf("the sound has %d channels in no known order", l.NbChannels())
}

// NearestSample is the sample nearest to a time.
func NearestSample(d time.Duration) int64 {
	n := int64(d)*(media.SampleRate/1000) + int64(time.Millisecond)/2
	q := n / int64(time.Millisecond)
	if n%int64(time.Millisecond) < 0 {
		q--
	}
	return q
}

func Gap(a, b time.Duration) time.Duration {
	if a < b {
		return b - a
	}
	return a - b
}
