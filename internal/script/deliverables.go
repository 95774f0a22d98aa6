package script

import (
	"fmt"
	"math"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

const (
	maxRungs    = 8 // sizes
	maxVersions = 8
	leastRung   = 64 // pixels of a rung's shorter side where half is taken
)

// delivery reads what a cut delivers beside its master.
func (b *builder) delivery(s *seasonSyntax, out *drama.Season) {
	out.HLS = b.hls(s.HLS, out.Format.Raster)
	if len(s.Versions) > maxVersions {
		b.errorf(s.Versions[maxVersions].Where.mark, "more than %d versions", maxVersions)
	}
	named := map[string]bool{}
	for _, v := range s.Versions[:min(len(s.Versions), maxVersions)] {
		b.version(v, out, named)
	}
	seen := map[string]bool{}
	for _, c := range s.Covers {
		switch {
		case !c.set():
		case seen[c.Text]:
			b.errorf(c.mark, "cover %s is listed twice", c.Text)
		default:
			seen[c.Text] = true
			out.Covers = append(out.Covers, coverRaster(c.Text))
		}
	}
}

// hls is the ladder of a master of a size; nil: none is asked for.
func (b *builder) hls(s *hlsSyntax, whole media.Raster) *drama.HLS {
	if s == nil {
		return nil
	}
	out := &drama.HLS{Rungs: b.rungs(s.Rungs, whole)}
	if s.AV1.On {
		for _, r := range out.Rungs {
			out.Rungs = append(out.Rungs, media.Rung{Raster: r.Raster, Codec: media.CodecAV1})
		}
	}
	return out
}

// rungs are those of the ladder, by default the whole size and half of it.
func (b *builder) rungs(list []raster, whole media.Raster) []media.Rung {
	rung := func(r media.Raster) media.Rung { return media.Rung{Raster: r, Codec: media.CodecH264} }
	var out []media.Rung
	seen := map[media.Raster]bool{}
	for i, r := range list {
		switch {
		case !r.set():
		case i == maxRungs:
			b.errorf(r.mark, "more than %d rungs", maxRungs)
			return out
		case seen[r.Raster]:
			b.errorf(r.mark, "rung %s is listed twice", r.Raster)
		case r.Width > whole.Width || r.Height > whole.Height:
			b.errorf(r.mark, "rung %s is larger than its master, which is %s; more pixels would show no more", r.Raster, whole)
		case !alike(r.Raster, whole):
			near := media.Raster{Width: r.Width, Height: evenly(float64(r.Width) * float64(whole.Height) / float64(whole.Width))}
			if whole.Width > whole.Height {
				near = media.Raster{Width: evenly(float64(r.Height) * float64(whole.Width) / float64(whole.Height)), Height: r.Height}
			}
			b.hintf(r.mark, fmt.Sprintf("did you mean %s?", near), "rung %s has another shape than its master, which is %s", r.Raster, whole)
		default:
			seen[r.Raster] = true
			out = append(out, rung(r.Raster))
		}
	}
	if len(out) > 0 {
		return out
	}
	out = append(out, rung(whole))
	half := media.Raster{Width: evenly(float64(whole.Width) / 2), Height: evenly(float64(whole.Height) / 2)}
	if half.ShortSide() >= leastRung {
		out = append(out, rung(half))
	}
	return out
}

// evenly is the nearest even number of pixels.
func evenly(n float64) int { return max(2, 2*int(math.Round(n/2))) }

// alike says whether two rasters have one shape, as far as even sides can.
func alike(a, b media.Raster) bool {
	off := a.Width*b.Height - a.Height*b.Width
	return max(off, -off) <= 2*max(b.Width, b.Height)
}

func (b *builder) version(v versionSyntax, out *drama.Season, named map[string]bool) {
	if !v.Name.set() {
		return // which is said already
	}
	if named[v.Name.Text] {
		b.errorf(v.Name.mark, "version %s is listed twice", v.Name.Text)
		return
	}
	named[v.Name.Text] = true
	d := drama.Version{Name: v.Name.Text, Raster: or(v.Raster.Raster, out.Format.Raster), NoTexts: v.Texts.set() && !v.Texts.On}
	fit := out.Format.Fit
	if !alike(d.Raster, out.Format.Raster) {
		fit = media.FitBlur
	}
	d.Fit, d.HLS = media.Fit(or(v.Fit.Text, string(fit))), b.hls(v.HLS, d.Raster)
	if d.Raster == out.Format.Raster && d.Fit == out.Format.Fit && !d.NoTexts {
		b.hintf(v.Where.mark, "name a raster, a fit or texts: false", "version %s is what the master is", d.Name)
		return
	}
	out.Versions = append(out.Versions, d)
}

// focus is where the subject of a picture is.
type focus struct {
	mark
	media.Focus
}

// focusWords are the places that have a name, in thousandths of width and height.
func focusWords() map[string]media.Focus {
	const near, middle, far = 250, 500, 750
	return map[string]media.Focus{
		"left": {X: near, Y: middle}, "right": {X: far, Y: middle}, "top": {X: middle, Y: near}, "bottom": {X: middle, Y: far},
		"center": {X: middle, Y: middle},
	}
}

func focusNames() []string { return []string{"left", "center", "right", "top", "bottom"} }

func (v *focus) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a place such as left, or a number from 0 to 1")
	if !m.set() {
		return
	}
	if word, ok := canonical(s, focusNames()); ok {
		v.Focus, v.mark = focusWords()[word], m
		return
	}
	x, err := decimal(s)
	switch {
	case err != nil:
		d.hintf(m, d.didYouMean(s, focusNames()), "%s is no place in a picture; write left, center, right, top, bottom or a number from 0 to 1", quote(s))
	case x < 0 || x > 1:
		d.errorf(m, "%s is %s; it must be from 0 to 1", f.key, quote(s))
	default:
		at := int(math.Round(1000 * x))
		v.Focus, v.mark = media.Focus{X: at, Y: at}, m
	}
}

func (*focus) schema(*generator, *field) object {
	return object{{"anyOf", []object{listed(focusNames()), {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}}}}
}

func (*focus) words(*field) string {
	return "`left` `center` `right` `top` `bottom`, or a number 0…1"
}
