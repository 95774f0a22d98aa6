package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// maxFromEnd is how far from the end a still may be counted: the pictures in
// between are kept.
const maxFromEnd = 32

// still decodes a clip from its first picture and writes the one asked for. It
// never seeks: an index may lie, and a clip is short.
func still(ctx context.Context, job media.StillJob, report func(media.Progress)) (*media.StillResult, error) {
	if job.Frame < -maxFromEnd || job.Frame >= maxClipPictures {
		return nil, fmt.Errorf("check still job: frame %d", job.Frame)
	}
	if fit := job.Fit; fit != (media.Raster{}) && (fit.Width < 1 || fit.Height < 1 || fit.Width > maxSide || fit.Height > maxSide) {
		return nil, fmt.Errorf("check still job: raster %s", fit)
	}
	in, err := openInput(ctx, job.In, clipDemuxers)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f, what, err := findPicture(in, job.Frame, report)
	if err != nil {
		return nil, err
	}
	defer f.Free()
	r := job.Fit
	if r == (media.Raster{}) {
		r = what.shape()
	} else {
		r.Width, r.Height = what.inside(r)
	}
	if err := writeStill(f, what, r, job.Out); err != nil {
		_ = os.Remove(job.Out) // half a still is none
		return nil, err
	}
	return &media.StillResult{Raster: r}, nil
}

// errFound ends decoding early.
var errFound = errors.New("found")

// findPicture decodes up to picture n, or to the n-th from the end, and returns
// it; the caller frees it.
func findPicture(in *input, n media.Frames, report func(media.Progress)) (*astiav.Frame, picture, error) {
	video := in.Video()
	if video == nil {
		return nil, picture{}, clipErrorf("the file holds no picture track")
	}
	dec, err := openDecoder(video)
	if err != nil {
		return nil, picture{}, err
	}
	defer dec.Close()
	keep := 1 // pictures kept: the last ones
	if n < 0 {
		keep = int(-n)
	}
	var kept []shown
	defer func() {
		for _, s := range kept {
			s.frame.Free()
		}
	}()
	seen := media.Frames(0)
	err = decodeAll(in, video, dec, func(f *astiav.Frame) error {
		seen++
		if report != nil {
			report(media.Progress{Done: seen})
		}
		if seen > maxClipPictures {
			return clipErrorf("the clip has more than %d pictures", maxClipPictures)
		}
		if n >= 0 && seen <= n {
			return nil
		}
		what, err := describe(f, in, video)
		if err != nil {
			return err
		}
		if len(kept) == keep {
			kept[0].frame.Free()
			kept = append(kept[:0], kept[1:]...)
		}
		c := f.Clone()
		if c == nil {
			return errors.New("keep picture: out of memory")
		}
		kept = append(kept, shown{frame: c, what: what})
		if n >= 0 {
			return errFound
		}
		return nil
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, picture{}, err
	}
	if len(kept) < keep {
		return nil, picture{}, clipErrorf("the clip has %d pictures; picture %d is wanted", seen, n)
	}
	s := kept[0]
	kept = kept[1:]
	return s.frame, s.what, nil
}

// writeStill scales a picture to r and writes it as PNG or JPEG, by out's name.
func writeStill(f *astiav.Frame, what picture, r media.Raster, out string) error {
	var name, chain string
	var format astiav.PixelFormat
	switch strings.ToLower(filepath.Ext(out)) {
	case ".png":
		name, format = "png", astiav.PixelFormatRgb24
		chain = "scale=in_color_matrix=bt709:in_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=rgb24"
	case ".jpg", ".jpeg":
		// JFIF wants bt.601 and full range.
		name, format = "mjpeg", astiav.PixelFormatYuvj420P
		chain = "scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc,format=yuvj420p"
	default:
		return fmt.Errorf("write still: %q is neither .png nor .jpg", filepath.Ext(out))
	}
	g, err := newVideoGraph(what.source(), what.to(r.Width, r.Height)+","+chain)
	if err != nil {
		return clipErrorf("the picture cannot be converted: %v", err)
	}
	defer g.Close()
	f.SetPts(0)
	var data []byte
	err = g.Push(f, func(f *astiav.Frame) (err error) {
		data, err = encodeStill(f, name, format)
		return err
	})
	if err != nil {
		return err
	}
	if data == nil {
		return errors.New("write still: no picture came out")
	}
	if err := os.WriteFile(out, data, 0o600); err != nil {
		return fmt.Errorf("write still: %w", err)
	}
	return nil
}

// encodeStill encodes one picture.
func encodeStill(f *astiav.Frame, name string, format astiav.PixelFormat) ([]byte, error) {
	codec := astiav.FindEncoderByName(name)
	if codec == nil {
		return nil, fmt.Errorf("write still: FFmpeg was built without %s", name)
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return nil, errors.New("write still: out of memory")
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
		return nil, fmt.Errorf("write still: %w", err)
	}
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return nil, errors.New("write still: out of memory")
	}
	defer pkt.Free()
	f.SetPictureType(astiav.PictureTypeNone)
	if err := cc.SendFrame(f); err != nil {
		return nil, fmt.Errorf("write still: %w", err)
	}
	if err := cc.SendFrame(nil); err != nil {
		return nil, fmt.Errorf("write still: %w", err)
	}
	var data []byte
	err := receivePackets(cc, pkt, func(p *astiav.Packet) error {
		data = append(data, p.Data()...)
		return nil
	})
	return data, err
}
