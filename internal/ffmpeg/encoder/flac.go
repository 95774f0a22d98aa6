package encoder

import (
	"crypto/md5" //nolint:gosec // FLAC's own checksum of its samples
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"os"
	"slices"
	"unsafe"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

const (
	flacBits   = 24
	flacLevel  = "3" // of compression: the last before the encoder is several times as slow
	streamInfo = 34  // bytes
	flacInfoAt = 8   // where they lie in the file
)

// FLAC is a file of 48 kHz stereo in 24 bits being written. FFmpeg codes the frames; what
// lies around them (RFC 9639, sections 8 and 9) is written here, for the muxer cannot be
// told of comments.
type FLAC struct {
	f        *os.File
	cc       *astiav.CodecContext
	pkt      *astiav.Packet
	pending  []int32 // pairs that do not fill a frame yet
	samples  int64   // pairs coded
	size     int     // pairs of a frame
	at       int64   // bytes written
	min, max int     // bytes of a frame
	sum      hash.Hash
	raw      []byte
}

// CreateFLAC creates path with the comments in front of its sound.
func CreateFLAC(path string, comments map[string]string) (_ *FLAC, err error) {
	w := &FLAC{sum: md5.New()} //nolint:gosec // as above
	defer func() {
		if err != nil {
			w.Close()
			err = fmt.Errorf("create stem: %w", err)
		}
	}()
	codec := astiav.FindEncoderByName("flac")
	if codec == nil {
		return nil, errors.New("FFmpeg was built without flac")
	}
	if w.cc = astiav.AllocCodecContext(codec); w.cc == nil {
		return nil, errors.New("out of memory")
	}
	w.cc.SetSampleRate(media.SampleRate)
	w.cc.SetSampleFormat(astiav.SampleFormatS32)
	w.cc.SetChannelLayout(astiav.ChannelLayoutStereo)
	w.cc.SetTimeBase(astiav.NewRational(1, media.SampleRate))
	d, err := footage.Dictionary(map[string]string{"compression_level": flacLevel})
	if err != nil {
		return nil, err
	}
	defer d.Free()
	if err := w.cc.Open(codec, d); err != nil {
		return nil, err
	}
	if w.size = w.cc.FrameSize(); w.size < 16 || w.size > 65535 {
		return nil, fmt.Errorf("frames of %d samples", w.size)
	}
	if w.pkt = astiav.AllocPacket(); w.pkt == nil {
		return nil, errors.New("out of memory")
	}
	if w.f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return nil, err
	}
	head := append([]byte("fLaC"), 0, 0, 0, streamInfo)
	head = append(head, make([]byte, streamInfo)...) // Finish knows it
	const last, commentBlock, most = 0x80, 4, 1<<24 - 1
	block := flacComments(comments)
	if len(block) > most {
		return nil, fmt.Errorf("comments of %d bytes", len(block))
	}
	head = append(head, last|commentBlock, byte(len(block)>>16), byte(len(block)>>8), byte(len(block)))
	return w, w.write(append(head, block...))
}

// flacComments is a block of Vorbis comments, in the order of their names.
func flacComments(comments map[string]string) []byte {
	text := func(b []byte, s string) []byte {
		return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	b := text(nil, "dailies")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(comments)))
	for _, name := range slices.Sorted(maps.Keys(comments)) {
		b = text(b, name+"="+comments[name])
	}
	return b
}

func (w *FLAC) write(b []byte) error {
	_, err := w.f.Write(b)
	w.at += int64(len(b))
	return err
}

// Add codes interleaved pairs of 24 bits.
func (w *FLAC) Add(pairs []int32) error {
	const bytes = flacBits / 8
	w.raw = slices.Grow(w.raw[:0], bytes*len(pairs))[:bytes*len(pairs)]
	for i, v := range pairs {
		b := w.raw[bytes*i : bytes*i+bytes : bytes*i+bytes]
		b[0], b[1], b[2] = byte(v), byte(v>>8), byte(v>>16)
	}
	w.sum.Write(w.raw)
	w.pending = append(w.pending, pairs...)
	done, size := 0, media.Channels*w.size
	for ; len(w.pending)-done >= size; done += size {
		if err := w.send(w.pending[done : done+size]); err != nil {
			return err
		}
	}
	w.pending = append(w.pending[:0], w.pending[done:]...)
	return nil
}

// send codes a frame.
func (w *FLAC) send(pairs []int32) error {
	n := len(pairs) / media.Channels
	f, err := soundFrame(n, astiav.SampleFormatS32)
	if err != nil {
		return fmt.Errorf("encode stem: %w", err)
	}
	defer f.Free()
	plane, size := footage.FramePlaneOf(f, 0)
	if size < 4*len(pairs) {
		return errors.New("encode stem: no room for the samples")
	}
	dst := unsafe.Slice((*int32)(plane), len(pairs))
	for i, v := range pairs {
		dst[i] = v << (32 - flacBits)
	}
	f.SetPts(w.samples)
	w.samples += int64(n)
	if err := w.cc.SendFrame(f); err != nil {
		return fmt.Errorf("encode stem: %w", err)
	}
	return receivePackets(w.cc, w.pkt, w.take)
}

func (w *FLAC) take(pkt *astiav.Packet) error {
	n := pkt.Size()
	if n == 0 {
		return nil // the encoder's last word holds no frame
	}
	if w.min == 0 || n < w.min {
		w.min = n
	}
	w.max = max(w.max, n)
	if err := w.write(pkt.Data()); err != nil {
		return fmt.Errorf("write stem: %w", err)
	}
	return nil
}

// Finish codes what is left, says in front what was coded, and closes the file.
func (w *FLAC) Finish() error {
	if len(w.pending) > 0 {
		if err := w.send(w.pending); err != nil {
			return err
		}
	}
	if err := w.cc.SendFrame(nil); err != nil {
		return fmt.Errorf("encode stem: %w", err)
	}
	if err := receivePackets(w.cc, w.pkt, w.take); err != nil {
		return err
	}
	if _, err := w.f.WriteAt(w.info(), flacInfoAt); err != nil {
		return fmt.Errorf("write stem: %w", err)
	}
	f := w.f
	w.f = nil
	if err := f.Close(); err != nil {
		return fmt.Errorf("write stem: %w", err)
	}
	return nil
}

// info is the stream's description.
func (w *FLAC) info() []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(w.size))
	b = binary.BigEndian.AppendUint16(b, uint16(w.size))
	b = append(b, byte(w.min>>16), byte(w.min>>8), byte(w.min), byte(w.max>>16), byte(w.max>>8), byte(w.max))
	b = binary.BigEndian.AppendUint64(b, media.SampleRate<<44|(media.Channels-1)<<41|(flacBits-1)<<36|uint64(w.samples))
	return w.sum.Sum(b)
}

// Close frees the encoder; without Finish the file is none.
func (w *FLAC) Close() {
	if w.pkt != nil {
		w.pkt.Free()
	}
	if w.cc != nil {
		w.cc.Free()
	}
	if w.f != nil {
		_ = w.f.Close() // an error is already on its way
	}
}
