package test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
)

// TestLipsBeforeEmulators holds the adapters that change lips to the contract, before
// emulators that were written from what is documented, and to the price that is billed.
func TestLipsBeforeEmulators(t *testing.T) {
	for _, j := range adapters() {
		house, open := j.serve(t)
		for _, m := range open(t).Models() {
			if m.LipSync == nil {
				continue
			}
			request := func() provider.Request {
				at := func(name string) *provider.Material {
					return &provider.Material{Object: drama.Object{Bytes: 900_000}, URL: "https://store.example/" + name + "?sig=a", Open: func(context.Context) (io.ReadCloser, error) {
						return io.NopCloser(strings.NewReader(name)), nil
					}}
				}
				return provider.Request{
					Model: m.ID, Mode: provider.ModeLipSync, Frames: 120, MakeMS: 5000, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280},
					Clip: at("clip.mp4"), Speech: at("speech.wav"),
				}
			}
			t.Run(m.ID, func(t *testing.T) {
				long, unseen := request(), request()
				long.Frames, unseen.Clip.URL = 24*600, ""
				foreign := provider.Job{ID: j.foreign, Model: m.ID}
				if j.name == "kling" {
					foreign.Extra = map[string]string{"path": "/v1/videos/advanced-lip-sync"}
				}
				providertest.Run(t, providertest.Suite{
					New: open, Request: request, Foreign: foreign,
					Invalid: map[string]provider.Request{"ten minutes": long, "a clip that nobody can read": unseen},
					Draft:   nil,
				})
				p := open(t)
				r := request()
				r.Key = "suite-price"
				job, err := p.Submit(t.Context(), r)
				if err != nil {
					t.Fatal(err)
				}
				for {
					st, err := p.Poll(t.Context(), job)
					if err != nil {
						t.Fatal(err)
					}
					if st.State == provider.Queued || st.State == provider.Running {
						continue
					}
					want, err := m.Price(provider.Bought{Mode: provider.ModeLipSync, MS: 5000})
					if err != nil || st.Price == nil || *st.Price != want {
						t.Errorf("priced %s, billed %v (%v)", want, st.Price, err)
					}
					break
				}
				if refused := house.Refusals(); len(refused) > 0 {
					t.Errorf("the vendor refused %v", refused)
				}
			})
		}
	}
}
