package footage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
)

// demuxers is a comma-separated whitelist of FFmpeg's demuxers. Playlists,
// concat scripts, SDP and everything else that makes FFmpeg open another file
// or a network address are on none of them.
type demuxers string

const (
	Clips  demuxers = "mov,matroska,webm,avi,mpegts,mpeg,flv,mxf,asf,ogg,dv,ivf,h264,hevc,mpegvideo,yuv4mpegpipe,gif,apng,webp_pipe,png_pipe,jpeg_pipe"
	Sounds demuxers = "wav,w64,flac,mp3,ogg,aac,aiff,mov,matroska,webm"
)

// Input is an open local file.
type Input struct {
	fc      *astiav.FormatContext
	ctx     context.Context //nolint:containedctx // one input lives within one call
	breaker astiav.IOInterrupter
	unwatch func() bool
	Streams []*astiav.Stream
	bytes   int64
	mend    *mender // nil: time stamps are handed on as they are
}

// Open opens a local file with the demuxers allowed and reads its stream
// headers. It opens no network protocol, no second file and no device; ctx ends
// reads that take long.
//
// It returns *media.ClipError when the bytes are at fault.
func Open(ctx context.Context, path string, allow demuxers) (*Input, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	if !st.Mode().IsRegular() {
		return nil, errors.New("open media: not a regular file")
	}
	if st.Size() == 0 {
		return nil, media.ClipErrorf("the file is empty")
	}
	opts, err := Dictionary(map[string]string{
		"protocol_whitelist": "file",
		"format_whitelist":   string(allow),
		"max_streams":        strconv.Itoa(maxStreams),
		"probesize":          strconv.Itoa(8 << 20),
		"analyzeduration":    "10000000", // microseconds
		"max_probe_packets":  "5000",
		"formatprobesize":    strconv.Itoa(1 << 20),
	})
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	defer opts.Free()

	fc := astiav.AllocFormatContext()
	if fc == nil {
		return nil, errors.New("open media: out of memory")
	}
	in := &Input{fc: fc, ctx: ctx, bytes: st.Size(), breaker: fc.SetInterruptCallback()}
	in.unwatch = context.AfterFunc(ctx, in.breaker.Interrupt)
	// The prefix keeps a colon in the path from being read as a protocol.
	if err := fc.OpenInput("file:"+path, nil, opts); err != nil {
		// FFmpeg has freed the context.
		in.unwatch()
		return nil, in.fault("open media", err)
	}
	if err := fc.FindStreamInfo(nil); err != nil {
		in.Close()
		return nil, in.fault("read headers", err)
	}
	in.Streams = fc.Streams()
	if len(in.Streams) == 0 {
		in.Close()
		return nil, media.ClipErrorf("the file holds no streams")
	}
	return in, nil
}

// Close closes the file.
func (in *Input) Close() {
	in.unwatch()
	in.fc.CloseInput()
}

// Read reads the next packet of any stream, io.EOF at the end. The caller
// unrefs pkt.
func (in *Input) Read(pkt *astiav.Packet) error {
	if err := in.ctx.Err(); err != nil {
		return err
	}
	err := in.fc.ReadFrame(pkt)
	if errors.Is(err, astiav.ErrEof) {
		return io.EOF
	}
	if err != nil {
		return in.fault("read packet", err)
	}
	if in.mend != nil {
		in.mend.packet(pkt)
	}
	return nil
}

// Container is FFmpeg's name of the demuxer in use.
func (in *Input) Container() string {
	if f := in.fc.InputFormat(); f != nil {
		return f.Name()
	}
	return ""
}

// Tag is what the container says under a key; empty: nothing.
func (in *Input) Tag(key string) string {
	d := in.fc.Metadata()
	if d == nil {
		return ""
	}
	if e := d.Get(key, nil, astiav.DictionaryFlags(0)); e != nil {
		return e.Value()
	}
	return ""
}

// fault blames the context, the machine or the clip, in this order.
func (in *Input) fault(doing string, err error) error {
	if cerr := in.ctx.Err(); cerr != nil {
		return cerr
	}
	var av astiav.Error
	if errors.As(err, &av) && machineFault(av) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if errors.Is(err, astiav.ErrInvaliddata) {
		return media.ClipErrorf("%s: this is no clip of a kind that is taken, or it is damaged or cut short", doing)
	}
	return media.ClipErrorf("%s: %s", doing, strings.ToLower(err.Error()))
}

// machineFault says whether an FFmpeg error is about this machine, not the
// bytes: out of memory, no permission, no file, I/O.
func machineFault(err astiav.Error) bool {
	switch err {
	case astiav.ErrEperm, ErrNoMemory, avENOENT, avEACCES:
		return true
	default:
		return err < 0 && machine.Lacks(syscall.Errno(-err)) // AVERROR(errno)
	}
}

// AVERROR(errno) of what is wrong here without being the machine's, in the sense of
// package machine, and which the binding does not name.
const (
	avENOENT    astiav.Error = -2
	ErrNoMemory astiav.Error = -12
	avEACCES    astiav.Error = -13
)
