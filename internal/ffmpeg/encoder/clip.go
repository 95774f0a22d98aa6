package encoder

import (
	"errors"
	"fmt"

	"github.com/asticode/go-astiav"
)

// ClipWriter writes an MP4 file from encoders: a mezzanine or an encoded clip.
type ClipWriter struct {
	fc      *astiav.FormatContext
	pb      *astiav.IOContext
	streams []*astiav.Stream
	bases   []astiav.Rational // of the encoders
}

// CreateClip creates path, an MP4 with one stream per encoder, and writes its
// header.
func CreateClip(path string, encoders ...*astiav.CodecContext) (_ *ClipWriter, err error) {
	fc, err := astiav.AllocOutputFormatContext(nil, "mp4", path)
	if err != nil {
		return nil, fmt.Errorf("create clip: %w", err)
	}
	w := &ClipWriter{fc: fc}
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	for _, cc := range encoders {
		s := fc.NewStream(nil)
		if s == nil {
			return nil, errors.New("create clip: out of memory")
		}
		if err := cc.ToCodecParameters(s.CodecParameters()); err != nil {
			return nil, fmt.Errorf("create clip: %w", err)
		}
		s.SetTimeBase(cc.TimeBase())
		if fps := cc.Framerate(); fps.Num() > 0 {
			s.SetAvgFrameRate(fps)
		}
		w.streams = append(w.streams, s)
		w.bases = append(w.bases, cc.TimeBase())
	}
	if w.pb, err = astiav.OpenIOContext("file:"+path, astiav.NewIOContextFlags(astiav.IOContextFlagWrite)); err != nil {
		return nil, fmt.Errorf("create clip: %w", err)
	}
	fc.SetPb(w.pb)
	// Nothing but the pictures may differ between two runs: no date, no version.
	fc.SetFlags(fc.Flags().Add(astiav.FormatContextFlagBitexact))
	if err := fc.WriteHeader(nil); err != nil {
		return nil, fmt.Errorf("create clip: %w", err)
	}
	return w, nil
}

// Write writes a packet of encoder i; duration is in the encoder's time base,
// for packets that carry none.
func (w *ClipWriter) Write(i int, pkt *astiav.Packet, duration int64) error {
	if pkt.Duration() == 0 {
		pkt.SetDuration(duration)
	}
	pkt.SetStreamIndex(i)
	pkt.RescaleTs(w.bases[i], w.streams[i].TimeBase())
	if err := w.fc.WriteInterleavedFrame(pkt); err != nil {
		return fmt.Errorf("write clip: %w", err)
	}
	return nil
}

// Finish writes the index. Close must still be called.
func (w *ClipWriter) Finish() error {
	if err := w.fc.WriteTrailer(); err != nil {
		return fmt.Errorf("finish clip: %w", err)
	}
	pb := w.pb
	w.pb = nil
	if err := pb.Close(); err != nil {
		return fmt.Errorf("finish clip: %w", err)
	}
	return nil
}

// Close frees the writer; without Finish the file is no clip.
func (w *ClipWriter) Close() {
	if w.pb != nil {
		_ = w.pb.Close() // an error is already on its way
	}
	w.fc.Free()
}
