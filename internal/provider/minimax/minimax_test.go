package minimax_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/minimax"
	"github.com/dailies/dailies/internal/provider/providertest"
)

func open(t *testing.T, base, key string) *minimax.Provider {
	t.Helper()
	p, err := minimax.New(minimax.Options{BaseURL: base, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New:      func(t *testing.T, base string) provider.Provider { return open(t, base, providertest.Key) },
		Requests: requests(),
	})
}

func at(w, h int) media.Raster { return media.Raster{Width: w, Height: h} }

func url(name, kind string) provider.Picture {
	return provider.Picture{Name: name, Kind: kind, URL: "https://store.example/" + name + ".png?sig=abc"}
}

func requests() map[string]provider.Request {
	first, last := url("first", "frame"), url("last", "frame")
	inline := provider.Picture{Name: "first", Kind: "frame", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("\x89PNG\r\n\x1a\n")), nil
	}}
	h3 := provider.Request{Model: "MiniMax-H3", Mode: provider.ModeText, Prompt: "Lin opens the box.", MakeMS: 5000, Raster: at(768, 1366), Audio: true}
	hailuo := provider.Request{Model: "MiniMax-Hailuo-2.3", Mode: provider.ModeText, Prompt: "[Push in] Lin opens the box.", MakeMS: 6000, Raster: at(1366, 768)}
	with := func(r provider.Request, edit func(*provider.Request)) provider.Request {
		edit(&r)
		return r
	}
	return map[string]provider.Request{
		"text":    h3,
		"text 2K": with(h3, func(r *provider.Request) { r.Raster = at(1440, 2560); r.MakeMS = 15000 }),
		"first frame": with(h3, func(r *provider.Request) {
			r.Mode, r.FirstFrame = provider.ModeFirstFrame, &first
		}),
		"first and last": with(h3, func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.LastFrame = provider.ModeFirstLast, &first, &last
		}),
		"references": with(h3, func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, []provider.Picture{url("lin", "cast"), url("store", "location")}
		}),
		"ten references": with(h3, func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, make([]provider.Picture, 10)
		}),
		"max references": with(h3, func(r *provider.Request) {
			r.Model, r.Mode, r.Raster = "MiniMax-H3-Max", provider.ModeReferences, at(480, 854)
			r.References = []provider.Picture{url("lin", "cast"), url("bo", "cast"), url("store", "location")}
		}),
		"max": with(h3, func(r *provider.Request) { r.Model = "MiniMax-H3-Max"; r.Raster = at(480, 854) }),

		"hailuo": hailuo,
		"hailuo first frame": with(hailuo, func(r *provider.Request) {
			r.Model, r.Mode, r.FirstFrame, r.Raster = "MiniMax-Hailuo-2.3@frame", provider.ModeFirstFrame, &inline, at(768, 1366)
		}),
		// Not in the lists, which have no price for it: a studio says `like:`.
		"hailuo first and last": with(hailuo, func(r *provider.Request) {
			r.Model, r.Mode, r.FirstFrame, r.LastFrame, r.Raster = "MiniMax-Hailuo-02", provider.ModeFirstLast, &first, &last, at(768, 1366)
		}),
		"face": with(hailuo, func(r *provider.Request) {
			r.Model, r.Mode, r.References, r.Raster = "S2V-01", provider.ModeReferences, []provider.Picture{url("lin", "cast")}, at(1280, 720)
		}),
	}
}

func TestContract(t *testing.T) {
	for api, c := range map[string]struct {
		take    string
		foreign provider.Job
		invalid map[string]provider.Request
	}{
		"v1": {"hailuo", provider.Job{ID: "1", Model: "MiniMax-Hailuo-2.3", Extra: map[string]string{"api": "v1"}}, invalidV1()},
		"v2": {"text", provider.Job{ID: "1", Model: "MiniMax-H3"}, invalidV2()},
	} {
		t.Run(api, func(t *testing.T) {
			v := newVendor(t)
			providertest.Run(t, providertest.Suite{
				New:     func(t *testing.T) provider.Provider { return open(t, v.base, "sk-contract") },
				Request: func() provider.Request { return requests()[c.take] },
				Foreign: c.foreign,
				Invalid: c.invalid,
			})
		})
	}
}

func invalidV1() map[string]provider.Request {
	text, face := requests()["hailuo"], requests()["face"]
	portrait, shape, short, place, none := text, text, text, face, text
	portrait.Model, portrait.Raster = "MiniMax-Hailuo-02", at(768, 1366)
	shape.Raster = at(999, 111)
	short.MakeMS = 0
	place.References = []provider.Picture{url("store", "location")}
	none.Mode, none.FirstFrame = provider.ModeFirstLast, &provider.Picture{}
	other := face
	other.Model, other.Raster = "MiniMax-Hailuo-02", at(768, 1366)
	return map[string]provider.Request{
		"a portrait from text": portrait, "an odd shape": shape, "no length": short, "a place as a face": place,
		"a mode that the model has not": none, "references to a model without": other,
	}
}

func invalidV2() map[string]provider.Request {
	text := requests()["text"]
	shape, nothing, mode, bare := text, text, text, text
	shape.Raster = at(1080, 1920)
	nothing.Prompt = " "
	mode.Mode = "dance"
	bare.Mode = provider.ModeFirstFrame
	unlisted := text
	unlisted.Model, unlisted.Mode = "MiniMax-H4", "dance"
	return map[string]provider.Request{
		"a shape of another model": shape, "no prompt": nothing, "an unknown mode": mode, "no picture": bare,
		"ten references": requests()["ten references"], "an unknown mode of an unlisted model": unlisted,
	}
}

func TestNoKey(t *testing.T) {
	_, err := open(t, "http://127.0.0.1:1", "").Submit(t.Context(), requests()["text"])
	if kind := provider.KindOf(err, ""); kind != provider.KindAuth {
		t.Errorf("%v is %q", err, kind)
	}
}

// Each site has its own price list, and each list only what that site has.
func TestPricesFollowTheSite(t *testing.T) {
	for base, want := range map[string]string{
		"": "USD", "https://api.minimax.io": "USD", "https://api.minimaxi.com": "CNY", "https://api.minimaxi.com.evil.example": "USD",
	} {
		p := open(t, base, "")
		for _, m := range p.Models() {
			if m.Currency() != want {
				t.Errorf("%q: %s is priced in %q, want %s", base, m.ID, m.Currency(), want)
			}
		}
	}
	v := newVendor(t)
	providertest.Run(t, providertest.Suite{
		New: func(t *testing.T) provider.Provider {
			return chinese{open(t, "https://api.minimaxi.com", ""), open(t, v.base, "sk-contract")}
		},
		Request: func() provider.Request { return requests()["text"] },
		Foreign: provider.Job{ID: "1", Model: "MiniMax-H3"},
	})
}

// chinese has the facts of one site and, for the suite's other questions, a
// vendor that answers.
type chinese struct {
	facts *minimax.Provider
	*minimax.Provider
}

func (c chinese) Models() []provider.Model { return c.facts.Models() }
