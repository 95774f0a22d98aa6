package encoder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// Frame decodes a clip from its first picture and writes the one asked for. It
// never seeks: an index may lie, and a clip is short.
func Frame(ctx context.Context, job media.FrameJob, report func(media.Progress)) (*media.FrameResult, error) {
	if job.Frame < -footage.MaxFromEnd || job.Frame >= footage.MaxClipPictures {
		return nil, fmt.Errorf("check frame job: frame %d", job.Frame)
	}
	if fit := job.Fit; fit != (media.Raster{}) && (fit.Width < 1 || fit.Height < 1 || fit.Width > footage.MaxSide || fit.Height > footage.MaxSide) {
		return nil, fmt.Errorf("check frame job: raster %s", fit)
	}
	in, err := footage.Open(ctx, job.In, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f, what, err := footage.FindPicture(in, job.Frame, report)
	if err != nil {
		return nil, err
	}
	defer f.Free()
	r := job.Fit
	if r == (media.Raster{}) {
		r = what.Shape()
	} else {
		r.Width, r.Height = what.Inside(r)
	}
	if err := WriteFrame(f, what, r, job.Out); err != nil {
		_ = os.Remove(job.Out) // half a picture is none
		return nil, err
	}
	return &media.FrameResult{Raster: r}, nil
}

// WriteFrame scales a picture to r and writes it as PNG or JPEG, by out's name.
func WriteFrame(f *astiav.Frame, what footage.Picture, r media.Raster, out string) error {
	var data []byte
	var err error
	switch strings.ToLower(filepath.Ext(out)) {
	case ".png":
		data, err = convert(f, what, r, "png", astiav.PixelFormatRgb24,
			"scale=in_color_matrix=bt709:in_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=rgb24")
	case ".jpg", ".jpeg":
		data, err = JPEG(f, what, r)
	default:
		return fmt.Errorf("write picture: %q is neither .png nor .jpg", filepath.Ext(out))
	}
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o600); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

// JPEG scales a picture to r and encodes it.
func JPEG(f *astiav.Frame, what footage.Picture, r media.Raster) ([]byte, error) {
	// JFIF wants bt.601 and full range.
	return convert(f, what, r, "mjpeg", astiav.PixelFormatYuvj420P,
		"scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc,format=yuvj420p")
}

// convert scales a picture to r, turns it into format by chain and encodes it.
func convert(f *astiav.Frame, what footage.Picture, r media.Raster, codec string, format astiav.PixelFormat, chain string) ([]byte, error) {
	g, err := footage.NewVideoGraph(what.Source(), what.To(r.Width, r.Height)+","+chain)
	if err != nil {
		return nil, media.ClipErrorf("the picture cannot be converted: %v", err)
	}
	defer g.Close()
	f.SetPts(0)
	var data []byte
	err = g.Push(f, func(f *astiav.Frame) (err error) {
		data, err = encodePicture(f, codec, format)
		return err
	})
	if err == nil && data == nil {
		err = errors.New("write picture: no picture came out")
	}
	return data, err
}

// encodePicture encodes one picture.
func encodePicture(f *astiav.Frame, name string, format astiav.PixelFormat) ([]byte, error) {
	codec := astiav.FindEncoderByName(name)
	if codec == nil {
		return nil, fmt.Errorf("write picture: FFmpeg was built without %s", name)
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return nil, errors.New("write picture: out of memory")
	}
	defer cc.Free()
	cc.SetWidth(f.Width())
	cc.SetHeight(f.Height())
	cc.SetPixelFormat(format)
	cc.SetTimeBase(astiav.NewRational(1, 25))
	cc.SetThreadCount(1)
	if name == "mjpeg" {
		cc.SetFlags(astiav.NewCodecContextFlags(astiav.CodecContextFlagQscale))
		cc.SetQmin(2)
	}
	if err := cc.Open(codec, nil); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return nil, errors.New("write picture: out of memory")
	}
	defer pkt.Free()
	f.SetPictureType(astiav.PictureTypeNone)
	if err := cc.SendFrame(f); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	if err := cc.SendFrame(nil); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	var data []byte
	err := receivePackets(cc, pkt, func(p *astiav.Packet) error {
		data = append(data, p.Data()...)
		return nil
	})
	return data, err
}
