package test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/ark"
	"github.com/dailies/dailies/internal/provider/dashscope"
	"github.com/dailies/dailies/internal/provider/kling"
	"github.com/dailies/dailies/internal/provider/minimax"
	"github.com/dailies/dailies/internal/provider/providertest"
	"github.com/dailies/dailies/test/vendors"
	emulatedark "github.com/dailies/dailies/test/vendors/ark"
	emulateddashscope "github.com/dailies/dailies/test/vendors/dashscope"
	emulatedkling "github.com/dailies/dailies/test/vendors/kling"
	emulatedminimax "github.com/dailies/dailies/test/vendors/minimax"
)

const vendorKey = "sk-emulated-0123456789"

// judged is an adapter and the emulator that judges it.
type judged struct {
	name    string
	emulate func(vendors.Options) (http.Handler, *vendors.House, func(string) string)
	adapter func(base string) (provider.Provider, error)
	// priced are the models whose prices both know from the vendor's own pages;
	// nil: all.
	priced  []string
	foreign string
	// beyond are takes that the emulator's documentation does not have, with what
	// the adapter knows them from.
	beyond map[string]string
}

func adapters() []judged {
	return []judged{
		{
			name: "ark", priced: []string{"doubao-seedance-2-0-260128", "doubao-seedance-2-0-fast-260128", "doubao-seedance-1-5-pro-251215", "doubao-seedance-1-0-pro-250528", "doubao-seedance-1-0-pro-fast-251015"}, foreign: "cgt-20260101000000-zzzzz",
			emulate: func(o vendors.Options) (http.Handler, *vendors.House, func(string) string) {
				v := emulatedark.New(o)
				return v, v.House(), emulatedark.BaseURL
			},
			adapter: func(base string) (provider.Provider, error) {
				return ark.New(ark.Options{BaseURL: base, Key: vendorKey})
			},
		},
		{
			name: "dashscope", priced: []string{"happyhorse-1.1", "happyhorse-1.0", "wan2.7", "wan3.0-video"}, foreign: "00000000-0000-4000-8000-000000000000",
			emulate: func(o vendors.Options) (http.Handler, *vendors.House, func(string) string) {
				v := emulateddashscope.New(o)
				return v, v.House(), emulateddashscope.BaseURL
			},
			adapter: func(base string) (provider.Provider, error) {
				return dashscope.New(dashscope.Options{BaseURL: base, Key: vendorKey})
			},
		},
		{
			name: "kling", priced: []string{"kling-3.0", "kling-3.0-turbo", "kling-3.0-omni", "kling-o1", "kling-2.6", "kling-2.5-turbo"}, foreign: "999999999999999999",
			beyond: map[string]string{
				"kling-2.6 text":       "a stored copy of the vendor's page of the model",
				"kling-2.5-turbo text": "likewise",
			},
			emulate: func(o vendors.Options) (http.Handler, *vendors.House, func(string) string) {
				v := emulatedkling.New(o)
				return v, v.House(), emulatedkling.BaseURL
			},
			adapter: func(base string) (provider.Provider, error) {
				return kling.New(kling.Options{BaseURL: base, Key: vendorKey})
			},
		},
		{
			name: "minimax", foreign: "999999999999999999",
			emulate: func(o vendors.Options) (http.Handler, *vendors.House, func(string) string) {
				o.Currency = "USD"
				v := emulatedminimax.New(o)
				return v, v.House(), emulatedminimax.BaseURL
			},
			adapter: func(base string) (provider.Provider, error) {
				return minimax.New(minimax.Options{BaseURL: base, Key: vendorKey})
			},
		},
	}
}

// serve starts an emulator of an account.
func (j judged) serve(t *testing.T) (*vendors.House, func(*testing.T) provider.Provider) {
	t.Helper()
	handler, house, base := j.emulate(vendors.Options{Key: vendorKey, JobTime: 40 * time.Millisecond, SubmitRPS: -1, QueryQPS: -1, ListQPS: -1})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return house, func(t *testing.T) provider.Provider {
		t.Helper()
		p, err := j.adapter(base(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// picture is the smallest PNG that vendors' limits allow by name; emulators look at
// its kind only.
func picture(name string) provider.Picture {
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 64)
	return provider.Picture{Name: name, Kind: "cast", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(png)), nil
	}}
}

// order is a take that the model can make in the mode.
func order(m provider.Model, mode provider.Mode) provider.Request {
	r := provider.Request{
		Model: m.ID, Mode: mode, Prompt: m.Opening[mode] + "A lamp swings in the hold of a ship.", Frames: 48, FPS: media.Rational{Num: 24, Den: 1},
		Raster: media.Raster{Width: 720, Height: 1280}, Audio: m.AudioAlways,
	}
	asked := provider.Asked{Mode: mode, Audio: r.Audio}
	if sizes := m.For(asked).Rasters; len(sizes) > 0 {
		r.Raster = sizes[0]
	}
	asked.Raster = r.Raster
	made := m.For(asked)
	r.MakeMS = made.MinMS
	if len(made.DurationsMS) > 0 {
		r.MakeMS = made.DurationsMS[0]
	}
	if m.Seed {
		seed := int64(7)
		r.Seed = &seed
	}
	if m.Negative {
		r.Negative = "text, logos"
	}
	frame := picture("frame")
	switch mode {
	case provider.ModeFirstFrame:
		r.FirstFrame = &frame
	case provider.ModeFirstLast:
		r.FirstFrame, r.LastFrame = &frame, &frame
	case provider.ModeFrameReferences:
		r.FirstFrame = &frame
		fallthrough
	case provider.ModeReferences:
		r.References = []provider.Picture{picture("lin"), picture("store")}
	case provider.ModeText, provider.ModeImage, provider.ModeLipSync:
	}
	if m.Voices != nil && slices.Contains(m.Voices.Modes, mode) {
		r = providertest.Voiced(m, r, 0)
	}
	return r
}

// TestVoicesThatAModelDoesNotTake: more than it takes, or in a mode in which it takes
// none, never reach the vendor.
func TestVoicesThatAModelDoesNotTake(t *testing.T) {
	for _, j := range adapters() {
		_, open := j.serve(t)
		p := open(t)
		for _, m := range p.Models() {
			if m.Voices == nil {
				continue
			}
			for _, mode := range m.Modes {
				r, more := order(m, mode), 1
				if r.Voices = nil; !slices.Contains(m.Voices.Modes, mode) {
					more = 1 - m.Voices.Most()
					r.References = []provider.Picture{picture("lin")}
				}
				r = providertest.Voiced(m, r, more)
				r.Key = "suite-voices"
				if _, err := p.Submit(t.Context(), r); provider.KindOf(err, "") != provider.KindInvalid {
					t.Errorf("%s with %d voices in mode %s: %v", m.ID, len(r.Voices), mode, err)
				}
			}
		}
	}
}

// TestAdaptersBeforeEmulators runs the contract suite of every adapter that has an
// emulator of its vendor: one that was written from the documentation alone, and
// refuses what the documentation does not allow.
func TestAdaptersBeforeEmulators(t *testing.T) {
	for _, j := range adapters() {
		t.Run(j.name, func(t *testing.T) {
			_, open := j.serve(t)
			models := open(t).Models()
			suite := providertest.Suite{
				New:     open,
				Request: func() provider.Request { return order(models[0], provider.ModeText) },
				Foreign: provider.Job{ID: j.foreign, Model: models[0].ID},
			}
			for _, m := range models {
				if m.Draft != nil && suite.Draft == nil {
					suite.Draft = func() provider.Request { return order(m.Drafting(), provider.ModeReferences) }
					suite.Final = func() provider.Request { return order(m.Finishing(), provider.ModeText) }
				}
			}
			providertest.Run(t, suite)
		})
	}
}

// TestEveryModeOfEveryModel has each model make a take from everything it says that
// it takes. Nothing may be refused, and the price is the vendor's to the micro-unit.
func TestEveryModeOfEveryModel(t *testing.T) {
	for _, j := range adapters() {
		t.Run(j.name, func(t *testing.T) {
			house, open := j.serve(t)
			p := open(t)
			seen := map[string]bool{}
			for _, m := range p.Models() {
				seen[m.ID] = true
				for _, mode := range m.Modes {
					if mode == provider.ModeLipSync {
						continue // TestLips
					}
					take := m.ID + " " + string(mode)
					if j.beyond[take] != "" {
						continue
					}
					t.Run(take, func(t *testing.T) { j.makeOne(t, house, p, m, mode) })
				}
			}
			for _, id := range j.priced {
				if !seen[id] {
					t.Errorf("%s is not known", id)
				}
			}
			for _, w := range house.Warnings() {
				if strings.Contains(w.Text, "watermark") {
					t.Errorf("warning: %v", w)
				}
			}
		})
	}
}

func (j judged) makeOne(t *testing.T, house *vendors.House, p provider.Provider, m provider.Model, mode provider.Mode) {
	r := order(m, mode)
	r.Key = "suite-" + strings.NewReplacer(".", "-", "/", "-", "_", "-").Replace(m.ID+"-"+string(mode))
	r.Key = r.Key[:min(len(r.Key), 64)]
	if _, hears := p.(provider.Hearer); hears {
		r.Callback = "https://studio.example/hooks/suite/" + r.Key
	}
	job, err := p.Submit(t.Context(), r)
	if err != nil {
		t.Fatalf("submit: %v", err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		st, err := p.Poll(t.Context(), job)
		if err != nil {
			t.Fatalf("poll: %v", err)
		}
		if st.State != provider.Queued && st.State != provider.Running {
			j.settle(t, house, p, m, r, job, st)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not done: %+v", st)
		}
		pause := time.NewTimer(10 * time.Millisecond)
		select {
		case <-pause.C:
		case <-t.Context().Done():
			return
		}
	}
}

// settle holds what a finished job says against the vendor's books.
func (j judged) settle(t *testing.T, house *vendors.House, p provider.Provider, m provider.Model, r provider.Request, job provider.Job, st provider.Status) {
	t.Helper()
	if st.State != provider.Succeeded {
		t.Fatalf("ended as %s: %v", st.State, st.Err)
	}
	body, err := p.Fetch(t.Context(), st)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if clip, err := io.ReadAll(body); err != nil || len(clip) == 0 {
		t.Errorf("clip of %d bytes, %v", len(clip), err)
	}
	_ = body.Close()
	made, ok := house.Get(job.ID)
	if !ok {
		t.Fatalf("the vendor does not know %s", job.ID)
	}
	if made.Callback != r.Callback {
		t.Errorf("the vendor shall call %q, want %q", made.Callback, r.Callback)
	}
	told := st.Price
	if told == nil { // then the caller's estimate is what counts
		price, err := m.Price(provider.Bought{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio, MS: r.MakeMS})
		if err != nil {
			t.Fatal(err)
		}
		told = &price
	}
	if j.priced != nil && !slices.Contains(j.priced, m.ID) {
		return
	}
	if told.Micros != made.Billed || told.Currency != made.Currency {
		t.Errorf("price %s, the vendor billed %d micros %s (%s, %d s)", told, made.Billed, made.Currency, made.Resolution, made.Seconds)
	}
}
