package dashscope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// family is models that are asked for in the same words.
type family struct {
	prefix string // of their ids
	facts  string // the model whose facts hold for those that models.yaml does not list
	// perMode: there is a model for each mode, and its name says which.
	perMode bool
	// sizes are the vendor's words for a raster.
	sizes map[media.Raster]size
	// audio: sound can be switched.
	audio bool
	// rewrites: prompts are written anew unless that is switched off. It is, for a
	// prompt's lines are spoken as they are written.
	rewrites bool
}

// size is a raster in the vendor's words.
type size struct{ resolution, ratio string }

var families = []family{
	{prefix: "happyhorse-", facts: "happyhorse-1.1", perMode: true, sizes: sizes(tiers, slices.Concat(ratios, extremes)...)},
	{prefix: "wan2.7", facts: "wan2.7", perMode: true, sizes: wan27, rewrites: true},
	{prefix: "wan3.", facts: "wan3.0-video", sizes: sizes(tiers, slices.Concat(ratios, cinema)...), audio: true, rewrites: true},
}

// familyOf is the family of a model; nil: none.
func familyOf(model string) *family {
	for i := range families {
		if strings.HasPrefix(model, families[i].prefix) {
			return &families[i]
		}
	}
	return nil
}

// suffixes of a family's models by mode.
var suffixes = map[provider.Mode]string{
	provider.ModeText:            "-t2v",
	provider.ModeFirstFrame:      "-i2v",
	provider.ModeFirstLast:       "-i2v",
	provider.ModeReferences:      "-r2v",
	provider.ModeFrameReferences: "-r2v",
}

// model is what the vendor calls a model in a mode. An id that names one of the
// models itself, as dated ones do, is for its own modes only.
func (f *family) model(id string, mode provider.Mode) (string, error) {
	if !f.perMode {
		return id, nil
	}
	want := suffixes[mode]
	for _, has := range suffixes {
		if strings.Contains(id, has) && has != want {
			return "", fmt.Errorf("model %s is not for mode %s", id, mode)
		}
	}
	if strings.Contains(id, want) {
		return id, nil
	}
	return id + want, nil
}

var (
	tiers    = []int{480, 720, 1080}
	ratios   = [][2]int{{9, 16}, {16, 9}, {1, 1}, {4, 3}, {3, 4}}
	cinema   = [][2]int{{21, 9}}
	extremes = [][2]int{{4, 5}, {5, 4}, {9, 21}, {21, 9}}
)

// sizes of models whose page names tiers and ratios but no pixels: the tier is
// the shorter side, the longer one is even.
func sizes(tiers []int, ratios ...[2]int) map[media.Raster]size {
	out := map[media.Raster]size{}
	for _, tier := range tiers {
		for _, q := range ratios {
			long := (tier*max(q[0], q[1])/min(q[0], q[1]) + 1) / 2 * 2
			r := media.Raster{Width: long, Height: tier}
			if q[0] < q[1] {
				r = media.Raster{Width: tier, Height: long}
			}
			out[r] = size{fmt.Sprintf("%dP", tier), fmt.Sprintf("%d:%d", q[0], q[1])}
		}
	}
	return out
}

// wan27 is the table of https://help.aliyun.com/zh/model-studio/text-to-video-api-reference.
var wan27 = map[media.Raster]size{
	{Width: 720, Height: 1280}:  {"720P", "9:16"},
	{Width: 1280, Height: 720}:  {"720P", "16:9"},
	{Width: 960, Height: 960}:   {"720P", "1:1"},
	{Width: 1104, Height: 832}:  {"720P", "4:3"},
	{Width: 832, Height: 1104}:  {"720P", "3:4"},
	{Width: 1080, Height: 1920}: {"1080P", "9:16"},
	{Width: 1920, Height: 1080}: {"1080P", "16:9"},
	{Width: 1440, Height: 1440}: {"1080P", "1:1"},
	{Width: 1648, Height: 1248}: {"1080P", "4:3"},
	{Width: 1248, Height: 1648}: {"1080P", "3:4"},
}
