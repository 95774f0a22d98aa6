package footage

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/asticode/go-astiav"
)

// Graph is a filter chain with one input and one output.
type Graph struct {
	g         *astiav.FilterGraph
	src, sink *astiav.FilterContext
	out       *astiav.Frame
}

// VideoSource describes the pictures that go into a graph.
type VideoSource struct {
	Width, Height int
	Format        astiav.PixelFormat
	TimeBase      astiav.Rational
}

// NewVideoGraph makes a graph of chain, FFmpeg's filter syntax, from in to out.
func NewVideoGraph(in VideoSource, chain string) (*Graph, error) {
	return newGraph("buffer", "buffersink", astiav.FilterArgs{
		"video_size":   fmt.Sprintf("%dx%d", in.Width, in.Height),
		"pix_fmt":      in.Format.Name(),
		"time_base":    avRatio(in.TimeBase),
		"pixel_aspect": "1/1",
	}, chain)
}

// AudioSource describes the sound that goes into a graph.
type AudioSource struct {
	Rate     int
	Format   astiav.SampleFormat
	Layout   string
	TimeBase astiav.Rational
}

// NewAudioGraph makes a graph of chain for sound.
func NewAudioGraph(in AudioSource, chain string) (*Graph, error) {
	return newGraph("abuffer", "abuffersink", astiav.FilterArgs{
		"sample_rate":    fmt.Sprint(in.Rate),
		"sample_fmt":     in.Format.Name(),
		"channel_layout": in.Layout,
		"time_base":      avRatio(in.TimeBase),
	}, chain)
}

func newGraph(srcName, sinkName string, args astiav.FilterArgs, chain string) (*Graph, error) {
	src, sink := astiav.FindFilterByName(srcName), astiav.FindFilterByName(sinkName)
	if src == nil || sink == nil {
		return nil, fmt.Errorf("make filters: FFmpeg has no %s", srcName)
	}
	g := &Graph{g: astiav.AllocFilterGraph(), out: astiav.AllocFrame()}
	if g.g == nil || g.out == nil {
		return nil, errors.New("make filters: out of memory")
	}
	g.g.SetThreadCount(min(runtime.NumCPU(), 4))
	if err := g.build(src, sink, args, chain); err != nil {
		g.Close()
		return nil, fmt.Errorf("make filters: %w", err)
	}
	return g, nil
}

func (g *Graph) build(src, sink *astiav.Filter, args astiav.FilterArgs, chain string) (err error) {
	if g.src, err = g.g.NewFilterContext(src, "in", args); err != nil {
		return err
	}
	if g.sink, err = g.g.NewFilterContext(sink, "out", nil); err != nil {
		return err
	}
	outputs := astiav.AllocFilterInOut()
	defer outputs.Free()
	outputs.SetName("in")
	outputs.SetFilterContext(g.src)
	outputs.SetPadIdx(0)
	outputs.SetNext(nil)
	inputs := astiav.AllocFilterInOut()
	defer inputs.Free()
	inputs.SetName("out")
	inputs.SetFilterContext(g.sink)
	inputs.SetPadIdx(0)
	inputs.SetNext(nil)
	if err := g.g.Parse(chain, inputs, outputs); err != nil {
		return err
	}
	return g.g.Configure()
}

// Push feeds one frame, nil at the end, and hands every frame that comes out to
// emit; the frame is only valid during the call. f itself is left as it is.
func (g *Graph) Push(f *astiav.Frame, emit func(*astiav.Frame) error) error {
	flags := astiav.NewBuffersrcFlags(astiav.BuffersrcFlagKeepRef, astiav.BuffersrcFlagPush)
	if err := g.src.BuffersrcAddFrame(f, flags); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	for {
		err := g.sink.BuffersinkGetFrame(g.out, astiav.NewBuffersinkFlags())
		if errors.Is(err, astiav.ErrEagain) || errors.Is(err, astiav.ErrEof) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("filter: %w", err)
		}
		err = emit(g.out)
		g.out.Unref()
		if err != nil {
			return err
		}
	}
}

// Close frees the graph.
func (g *Graph) Close() {
	g.out.Free()
	g.g.Free()
}

// EscapeFilterValue quotes a value for an option inside a filter chain, once for
// the option and once for the chain.
func EscapeFilterValue(v string) string {
	v = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `:`, `\:`).Replace(v)
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`, `[`, `\[`, `]`, `\]`, `,`, `\,`, `;`, `\;`).Replace(v)
}

// avRatio is a rational in FFmpeg's syntax.
func avRatio(r astiav.Rational) string { return fmt.Sprintf("%d/%d", r.Num(), r.Den()) }

// Dictionary makes FFmpeg's option list; the caller frees it.
func Dictionary(opts map[string]string) (*astiav.Dictionary, error) {
	d := astiav.NewDictionary()
	for k, v := range opts {
		if err := d.Set(k, v, 0); err != nil {
			d.Free()
			return nil, fmt.Errorf("set option %s: %w", k, err)
		}
	}
	return d, nil
}
