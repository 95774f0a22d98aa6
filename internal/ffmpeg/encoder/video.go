package encoder

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// keyintSeconds is the longest distance between keyframes: short enough to cut
// HLS segments at, long enough to cost little.
const keyintSeconds = 2

// encoderThreads is fixed, not the machine's core count: x264's output depends
// on it, and a shot must come out the same on every worker.
const encoderThreads = 4

// defaultPreset and defaultCRF stand in where a Spec leaves the encoder open.
// A CRF of 0 would be lossless, which High profile cannot carry.
const (
	defaultPreset = "veryfast"
	defaultCRF    = 20
)

// presets are x264's own, without placebo, whose cost buys nothing.
var presets = []string{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"}

// Video is the one H.264 encoder of this package. Two of them opened
// with the same Spec write byte-identical parameter sets, so that what they
// write can be joined by copying packets.
type Video struct {
	CC  *astiav.CodecContext
	pkt *astiav.Packet
}

// OpenVideo opens the stitchable encoder of spec: closed GOPs, headers
// that depend on the Spec alone, bt.709 limited range, square pixels. Frames it
// takes are yuv420p of spec.Raster; time stamps are in frames of spec.FPS.
func OpenVideo(spec media.Spec) (*Video, error) {
	if err := CheckSpec(spec); err != nil {
		return nil, err
	}
	codec := astiav.FindEncoderByName("libx264")
	if codec == nil {
		return nil, errors.New("open encoder: FFmpeg was built without libx264")
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return nil, errors.New("open encoder: out of memory")
	}
	describe(cc, spec)

	opts, err := footage.Dictionary(encoderOptions(spec))
	if err != nil {
		cc.Free()
		return nil, fmt.Errorf("open encoder: %w", err)
	}
	defer opts.Free()
	if err := cc.Open(codec, opts); err != nil {
		cc.Free()
		return nil, fmt.Errorf("open encoder: %w", err)
	}
	pkt := astiav.AllocPacket()
	if pkt == nil {
		cc.Free()
		return nil, errors.New("open encoder: out of memory")
	}
	return &Video{CC: cc, pkt: pkt}, nil
}

// describe tells an encoder what its pictures are.
func describe(cc *astiav.CodecContext, spec media.Spec) {
	cc.SetWidth(spec.Raster.Width)
	cc.SetHeight(spec.Raster.Height)
	cc.SetPixelFormat(astiav.PixelFormatYuv420P)
	cc.SetSampleAspectRatio(astiav.NewRational(1, 1))
	cc.SetTimeBase(FrameTimeBase(spec.FPS))
	cc.SetFramerate(astiav.NewRational(int(spec.FPS.Num), int(spec.FPS.Den)))
	cc.SetThreadCount(encoderThreads)
	// Parameter sets go into the container's header, once, not before each
	// keyframe.
	cc.SetFlags(astiav.NewCodecContextFlags(astiav.CodecContextFlagGlobalHeader))
}

// encoderOptions is the one x264 parameter set. stitchable keeps x264 from
// fitting the headers to the pictures; a fixed level keeps it from guessing.
func encoderOptions(spec media.Spec) map[string]string {
	preset, crf := spec.Encoder.Preset, spec.Encoder.CRF
	if preset == "" {
		preset = defaultPreset
	}
	if crf == 0 {
		crf = defaultCRF
	}
	keyint := keyframeInterval(spec.FPS)
	return map[string]string{
		"preset":          preset,
		"crf":             strconv.Itoa(crf),
		"profile":         "high",
		"level":           h264Level(spec),
		"forced-idr":      "1",
		"color_range":     "tv",
		"colorspace":      "bt709",
		"color_primaries": "bt709",
		"color_trc":       "bt709",
		// Without cpu-independent x264 (core 164) takes macroblock trees by AVX-512
		// code that reads memory nobody wrote, and rounds otherwise on other
		// machines: the same pictures came out differently, one run in ten.
		"x264-params": "stitchable=1:cpu-independent=1:open-gop=0:scenecut=0:keyint=" + strconv.Itoa(keyint) +
			":min-keyint=1:lookahead-threads=1:ref=" + strconv.Itoa(encoderRefs),
	}
}

// encoderRefs is the number of reference pictures: fixed so that the level
// follows from raster and rate alone.
const encoderRefs = 2

// keyframeInterval is the longest GOP in frames.
func keyframeInterval(fps media.Rational) int {
	return max(1, int((keyintSeconds*fps.Num+fps.Den/2)/fps.Den))
}

// Encode sends one frame, whose Pts is its number, and hands every packet that
// is ready to emit; the packet is only valid during the call. key asks for an
// IDR picture. A nil frame ends the stream and drains the encoder.
func (e *Video) Encode(f *astiav.Frame, key bool, emit func(*astiav.Packet) error) error {
	if f != nil {
		// The decoder left its own picture type, which x264 would obey.
		f.SetPictureType(astiav.PictureTypeNone)
		f.SetKeyFrame(false)
		if key {
			f.SetPictureType(astiav.PictureTypeI)
		}
	}
	if err := e.CC.SendFrame(f); err != nil {
		return fmt.Errorf("encode picture: %w", err)
	}
	return receivePackets(e.CC, e.pkt, emit)
}

// Close frees the encoder.
func (e *Video) Close() {
	e.pkt.Free()
	e.CC.Free()
}

// receivePackets drains an encoder of the packets that are ready.
func receivePackets(cc *astiav.CodecContext, pkt *astiav.Packet, emit func(*astiav.Packet) error) error {
	for {
		err := cc.ReceivePacket(pkt)
		if errors.Is(err, astiav.ErrEagain) || errors.Is(err, astiav.ErrEof) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		err = emit(pkt)
		pkt.Unref()
		if err != nil {
			return err
		}
	}
}

// FrameTimeBase is the duration of one frame in seconds.
func FrameTimeBase(fps media.Rational) astiav.Rational {
	return astiav.NewRational(int(fps.Den), int(fps.Num))
}

// CheckSpec says what is wrong with a Spec.
func CheckSpec(spec media.Spec) error {
	r := spec.Raster
	switch {
	case r.Width < 16 || r.Height < 16 || r.Width > footage.MaxSide || r.Height > footage.MaxSide:
		return fmt.Errorf("check spec: raster %s is outside 16..%d", r, footage.MaxSide)
	case r.Width%2 != 0 || r.Height%2 != 0:
		return fmt.Errorf("check spec: raster %s is odd; yuv420p wants even sides", r)
	case !spec.FPS.Valid() || spec.FPS.Float() > footage.MaxFPS || spec.FPS.Float() < 1 || spec.FPS.Num > 1_000_000:
		return fmt.Errorf("check spec: frame rate %s is outside 1..%d", spec.FPS, footage.MaxFPS)
	case spec.Encoder.Preset != "" && !slices.Contains(presets, spec.Encoder.Preset):
		return fmt.Errorf("check spec: %q is no x264 preset", spec.Encoder.Preset)
	case spec.Encoder.CRF < 0 || spec.Encoder.CRF > 51:
		return fmt.Errorf("check spec: crf %d is outside 0..51", spec.Encoder.CRF)
	}
	return nil
}
