package animatic

import (
	"context"
	"io"
	"os"

	"github.com/dailies/dailies/internal/provider"
)

// final is the request of a draft again, at another size: the same drawing. Invalid
// where the draft is not there any more.
func (p *Provider) final(r provider.Request) (provider.Request, error) {
	none := &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "there is no such draft, or not any more: what was asked for is kept for a day"}
	if !validKey(r.FinalOf) {
		return r, none
	}
	w, err := p.read(r.FinalOf)
	switch {
	case provider.KindOf(err, "") == provider.KindTransient:
		return r, err
	case err != nil || !w.Request.Draft:
		return r, none
	}
	f := w.Request
	f.Key, f.Take, f.Raster, f.Draft, f.FinalOf, f.Overlay.Slate = r.Key, r.Take, r.Raster, false, r.FinalOf, r.Overlay.Slate
	for _, pic := range []struct {
		p    *provider.Picture
		name string
		kept bool
	}{{f.FirstFrame, firstName, w.First}, {f.LastFrame, lastName, w.Last}} {
		if pic.p != nil && pic.kept {
			pic.p.Open = func(context.Context) (io.ReadCloser, error) { return os.Open(p.path(r.FinalOf, pic.name)) }
		}
	}
	return f, nil
}
