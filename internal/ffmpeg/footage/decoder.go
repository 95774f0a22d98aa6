package footage

import (
	"errors"
	"io"
	"runtime"
	"strconv"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// Decoder decodes one stream. Packets that are corrupt are counted and passed
// over, until too many come in a row.
type Decoder struct {
	cc     *astiav.CodecContext
	frame  *astiav.Frame
	Base   astiav.Rational // of the frames' time stamps
	Errors int             // corrupt packets passed over
	// Damaged is how many frames came out with parts that the decoder made up.
	Damaged int
	// Marked is how many packets the container calls damaged though something
	// could be made of them. At a join of two recordings one always is.
	Marked int
	Frames int // came out
	inRow  int
}

// OpenDecoder opens the decoder of a stream. It returns *media.ClipError for a
// codec that FFmpeg has no decoder for and for pictures beyond the limits.
func OpenDecoder(s *astiav.Stream) (*Decoder, error) {
	cp := s.CodecParameters()
	codec := decoderFor(s)
	if codec == nil {
		return nil, media.ClipErrorf("there is no decoder for %s", cp.CodecID().Name())
	}
	if cp.MediaType() == astiav.MediaTypeVideo {
		if err := checkRaster(cp.Width(), cp.Height()); err != nil {
			return nil, err
		}
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return nil, errors.New("open decoder: out of memory")
	}
	if err := cp.ToCodecContext(cc); err != nil {
		cc.Free()
		return nil, media.ClipErrorf("open decoder: %v", err)
	}
	cc.SetThreadCount(min(runtime.NumCPU(), 4))
	// The limits hold for what the stream says later, too. Without the time base
	// samples that a codec's delay hides are cut, but the stamps not moved.
	options := map[string]string{
		"pkt_timebase": avRatio(s.TimeBase()),
		"max_pixels":   strconv.Itoa(maxPixels),
		"max_samples":  strconv.Itoa(MaxAudioRate * 4),
	}
	if cp.CodecID() == astiav.CodecIDHevc {
		// Its decoder otherwise hides every error inside a picture.
		options["err_detect"] = "explode"
	}
	opts, err := Dictionary(options)
	if err != nil {
		cc.Free()
		return nil, err
	}
	defer opts.Free()
	if err := cc.Open(codec, opts); err != nil {
		cc.Free()
		return nil, media.ClipErrorf("open %s decoder: %v", codec.Name(), err)
	}
	f := astiav.AllocFrame()
	if f == nil {
		cc.Free()
		return nil, errors.New("open decoder: out of memory")
	}
	return &Decoder{cc: cc, frame: f, Base: s.TimeBase()}, nil
}

// decoderFor is the decoder of a stream: FFmpeg's own, but for VP8 and VP9 with
// transparency, which only libvpx's reads.
func decoderFor(s *astiav.Stream) *astiav.Codec {
	id := s.CodecParameters().CodecID()
	if tags := s.Metadata(); tags != nil {
		if e := tags.Get("alpha_mode", nil, 0); e != nil && e.Value() == "1" {
			name := map[astiav.CodecID]string{astiav.CodecIDVp8: "libvpx", astiav.CodecIDVp9: "libvpx-vp9"}[id]
			if c := astiav.FindDecoderByName(name); name != "" && c != nil {
				return c
			}
		}
	}
	return astiav.FindDecoder(id)
}

// Decode feeds one packet, nil at the end of the stream, and hands every frame
// that is ready to emit; the frame is only valid during the call.
func (d *Decoder) Decode(pkt *astiav.Packet, emit func(*astiav.Frame) error) error {
	marked := false
	if pkt != nil {
		if pkt.Size() == 0 {
			// A decoder takes a packet of nothing for the end; capture programs
			// write them where a picture was dropped.
			return nil
		}
		marked = pkt.Flags().Has(astiav.PacketFlagCorrupt)
	}
	before := d.Errors
	if err := d.cc.SendPacket(pkt); err != nil && !errors.Is(err, astiav.ErrEof) {
		if err := d.corrupt(err); err != nil {
			return err
		}
	}
	for {
		err := d.cc.ReceiveFrame(d.frame)
		if errors.Is(err, astiav.ErrEagain) || errors.Is(err, astiav.ErrEof) {
			if marked && d.Errors == before {
				d.Marked++
			}
			return nil
		}
		if err != nil {
			if err := d.corrupt(err); err != nil {
				return err
			}
			if pkt == nil {
				continue // frame threads report their errors while they drain
			}
			return nil
		}
		d.inRow = 0
		d.Frames++
		if Damaged(d.frame) {
			d.Damaged++
			marked = false
		}
		err = emit(d.frame)
		d.frame.Unref()
		if err != nil {
			return err
		}
	}
}

// corrupt counts a packet that could not be decoded.
func (d *Decoder) corrupt(err error) error {
	if errors.Is(err, ErrNoMemory) {
		return err
	}
	d.Errors++
	if d.inRow++; d.inRow > maxDecodeErrors {
		return media.ClipErrorf("nothing can be decoded any more after %d corrupt packets: %v", d.inRow, err)
	}
	return nil
}

// DecodeAll decodes a stream from where the file stands to its end. A file that
// cannot be read any further once something was decoded ends there, with one more
// of dec.Errors.
func DecodeAll(in *Input, s *astiav.Stream, dec *Decoder, emit func(*astiav.Frame) error) error {
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return errors.New("read clip: out of memory")
	}
	defer pkt.Free()
	for {
		err := in.Read(pkt)
		if errors.Is(err, io.EOF) {
			return dec.Decode(nil, emit)
		}
		if clip, ok := errors.AsType[*media.ClipError](err); ok && clip != nil && dec.Frames > 0 {
			dec.Errors++
			return dec.Decode(nil, emit)
		}
		if err != nil {
			return err
		}
		if pkt.StreamIndex() == s.Index() {
			err = dec.Decode(pkt, emit)
		}
		pkt.Unref()
		if err != nil {
			return err
		}
	}
}

// Time turns a time stamp of the stream into a duration since the stream's zero.
func (d *Decoder) Time(pts int64) time.Duration { return timeOf(pts, d.Base) }

// Close frees the decoder.
func (d *Decoder) Close() {
	d.frame.Free()
	d.cc.Free()
}

// nanosecond is time.Duration's time base.
func nanosecond() astiav.Rational { return astiav.NewRational(1, int(time.Second)) }
