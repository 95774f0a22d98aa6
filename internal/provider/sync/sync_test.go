package sync_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
	"github.com/dailies/dailies/internal/provider/sync"
	"github.com/dailies/dailies/test/vendors"
	emulated "github.com/dailies/dailies/test/vendors/sync"
)

func open(t *testing.T, base string) provider.Provider {
	t.Helper()
	p, err := sync.New(sync.Options{BaseURL: base, Key: providertest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func material(name, url string, bytes int64) *provider.Material {
	return &provider.Material{Object: drama.Object{Key: name, Bytes: bytes}, URL: url, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("the bytes of " + name)), nil
	}}
}

// request is three seconds of a show.
func request(change ...func(*provider.Request)) provider.Request {
	r := provider.Request{
		Model: "lipsync-2", Mode: provider.ModeLipSync, Frames: 72, MakeMS: 3000, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280},
		Clip: material("clip", "", 900_000), Speech: material("speech", "", 576_044),
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func requests() map[string]provider.Request {
	return map[string]provider.Request{
		"text": request(),
		"large": request(func(r *provider.Request) {
			r.Model = "sync-3"
			r.Clip, r.Speech = material("clip", "https://store.example/clip.mp4?sig=a", 40_000_000), material("speech", "https://store.example/speech.wav?sig=b", 576_044)
		}),
		"too large": request(func(r *provider.Request) { r.Clip = material("clip", "", 19_450_000) }),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{New: open, Requests: requests()})
}

func TestContract(t *testing.T) {
	v := emulated.Serve(t, vendors.Options{Key: providertest.Key, SubmitRPS: -1, QueryQPS: -1, JobTime: 40 * time.Millisecond})
	text := request(func(r *provider.Request) { r.Mode = provider.ModeText })
	bare := request(func(r *provider.Request) { r.Speech = nil })
	long := request(func(r *provider.Request) { r.Frames = 24 * 121 })
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return open(t, v.URL) },
		Request: func() provider.Request { return request() },
		Foreign: provider.Job{ID: "7a2b0c1e-93a4-4bb1-9a6d-999999999999", Model: "sync-3"},
		Invalid: map[string]provider.Request{"a take": text, "nothing that is said": bare, "two minutes": long},
	})
	if refused := v.House().Refusals(); len(refused) > 0 {
		t.Errorf("the vendor refused: %v", refused)
	}
}

// TestARequestIsRepeatedOnlyWhereItIsTheSame: an address is signed anew each time.
func TestARequestIsRepeatedOnlyWhereItIsTheSame(t *testing.T) {
	p := open(t, "http://localhost").(provider.Repeater)
	if p.Repeats(requests()["text"]) <= 0 || p.Repeats(requests()["large"]) != 0 {
		t.Error("clips in a request may be sent again, those by address not")
	}
}
