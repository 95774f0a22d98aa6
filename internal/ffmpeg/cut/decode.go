package cut

import (
	"context"
	"errors"
	"fmt"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// segmentDecoder decodes pictures of a segment in rising order, beginning at
// the keyframe that the first one needs.
type segmentDecoder struct {
	s     *mp4.Segment
	cc    *astiav.CodecContext
	pkt   *astiav.Packet
	frame *astiav.Frame // the last picture that came out
	next  int           // decode index of the next packet
	end   int           // decode index behind the last one that may be fed
	buf   []byte
	eof   bool
}

// decodeThreads keeps the pictures in flight few: a transition decodes two
// segments beside an encoder with threads of its own.
const decodeThreads = 1

// openSegmentDecoder opens a decoder whose first picture will be from or later.
func openSegmentDecoder(s *mp4.Segment, from media.Frames) (*segmentDecoder, error) {
	codec := astiav.FindDecoder(astiav.CodecIDH264)
	if codec == nil {
		return nil, errors.New("open decoder: FFmpeg has no H.264 decoder")
	}
	d := &segmentDecoder{s: s, cc: astiav.AllocCodecContext(codec), pkt: astiav.AllocPacket(), frame: astiav.AllocFrame()}
	if d.cc == nil || d.pkt == nil || d.frame == nil {
		return nil, errors.New("open decoder: out of memory")
	}
	d.cc.SetThreadCount(decodeThreads)
	if err := d.cc.SetExtraData(s.Record); err != nil {
		d.Close()
		return nil, fmt.Errorf("open decoder: %w", err)
	}
	if err := d.cc.Open(codec, nil); err != nil {
		d.Close()
		return nil, media.ClipErrorf("open H.264 decoder: %v", err)
	}
	d.next, d.end = s.At[s.KeyBefore(from)], len(s.Samples)
	return d, nil
}

// picture is frame n of the segment; it is valid until the next call. n never
// goes back.
func (d *segmentDecoder) picture(ctx context.Context, n media.Frames) (*astiav.Frame, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if d.frame.Width() > 0 && media.Frames(d.frame.Pts()) == n {
			return d.frame, nil
		}
		err := d.cc.ReceiveFrame(d.frame)
		switch {
		case err == nil:
			if media.Frames(d.frame.Pts()) > n {
				return nil, media.ClipErrorf("picture %d cannot be decoded", n)
			}
		case errors.Is(err, astiav.ErrEagain):
			if err := d.feed(); err != nil {
				return nil, err
			}
		case errors.Is(err, astiav.ErrEof):
			return nil, media.ClipErrorf("picture %d is missing", n)
		default:
			return nil, media.ClipErrorf("decode picture %d: %v", n, err)
		}
	}
}

// feed sends the next packet, or the end.
func (d *segmentDecoder) feed() error {
	if d.next == d.end {
		if d.eof {
			return media.ClipErrorf("decode picture: the decoder asks for more than there is")
		}
		d.eof = true
		if err := d.cc.SendPacket(nil); err != nil {
			return fmt.Errorf("drain decoder: %w", err)
		}
		return nil
	}
	smp := d.s.Samples[d.next]
	d.next++
	// FFmpeg's readers look a little past the end of a packet.
	padded := int(smp.Size) + footage.PacketPadding
	if cap(d.buf) < padded {
		d.buf = make([]byte, padded)
	}
	d.buf = d.buf[:padded]
	if _, err := d.s.File.ReadAt(d.buf[:smp.Size], smp.Off); err != nil {
		return fmt.Errorf("read picture %d: %w", smp.Pts, err)
	}
	clear(d.buf[smp.Size:])
	if err := d.pkt.FromData(d.buf); err != nil {
		return fmt.Errorf("read picture %d: %w", smp.Pts, err)
	}
	d.pkt.SetSize(int(smp.Size))
	d.pkt.SetPts(int64(smp.Pts))
	defer d.pkt.Unref()
	if err := d.cc.SendPacket(d.pkt); err != nil {
		return media.ClipErrorf("decode picture %d: %v", smp.Pts, err)
	}
	return nil
}

// Close frees the decoder; the segment stays open.
func (d *segmentDecoder) Close() {
	if d.frame != nil {
		d.frame.Free()
	}
	if d.pkt != nil {
		d.pkt.Free()
	}
	if d.cc != nil {
		d.cc.Free()
	}
}
