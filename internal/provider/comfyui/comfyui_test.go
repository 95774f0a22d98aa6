package comfyui_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/comfyui"
	"github.com/dailies/dailies/internal/provider/providertest"
)

const png = "\x89PNG\r\n\x1a\n"

func picture(name, bytes string) provider.Picture {
	return provider.Picture{Name: name, URL: "https://store.example/not-for-comfyui", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(bytes)), nil
	}}
}

func text() provider.Request {
	seed := int64(7)
	return provider.Request{
		Key: "lost-property-ep01-1A-t1-a1", Model: "workflow", Mode: provider.ModeText, Prompt: `Rain on a "{{seed}}" tram stop.`, Negative: "blurred", Seed: &seed,
		MakeMS: 4000, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280},
	}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

func requests() map[string]provider.Request {
	first, last := picture("first frame", png), picture("last frame", png+"last")
	return map[string]provider.Request{
		"text": text(),
		"first_frame": with(text(), func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.Prompt, r.MakeMS = provider.ModeFirstFrame, &first, "The door opens.", 2500
			r.FPS = media.Rational{Num: 24000, Den: 1001}
		}),
		"first_last": with(text(), func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.LastFrame, r.Prompt = provider.ModeFirstLast, &first, &last, "The door closes."
		}),
		"references": with(text(), func(r *provider.Request) {
			r.Mode, r.References, r.Prompt, r.Audio, r.MakeMS = provider.ModeReferences, []provider.Picture{first}, "Lin waits.", true, 2500
		}),
	}
}

// newProvider is of the server and the workflow that a test's name tells.
func newProvider(t *testing.T, base string) provider.Provider {
	t.Helper()
	o := comfyui.Options{BaseURL: base, Key: providertest.Key, Server: "v2", Workflow: "testdata/workflows/text.json"}
	if strings.Contains(t.Name(), "native") {
		o.Server = "native"
	}
	for _, w := range []string{"first frame", "first last", "references"} {
		if strings.Contains(t.Name(), strings.ReplaceAll(w, " ", "_")) {
			o.Workflow = "testdata/workflows/" + strings.ReplaceAll(w, " ", "_") + ".json"
		}
	}
	p, err := comfyui.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: newProvider, Requests: requests(),
		Not: map[string]string{"refused": "the studio's own machine has no moderation, and the API no word for it"},
	})
}

func TestContract(t *testing.T) {
	for _, server := range []string{"v2", "native"} {
		t.Run(server, func(t *testing.T) {
			s := newComfy(t)
			providertest.Run(t, providertest.Suite{
				New:     func(t *testing.T) provider.Provider { return newProvider(t, s.URL) },
				Request: text,
				Wait:    func(context.Context) {},
				Foreign: provider.Job{ID: "somebody/else?s"},
				Invalid: map[string]provider.Request{
					"no prompt":         with(text(), func(r *provider.Request) { r.Prompt = "" }),
					"a mode it has not": requests()["first_frame"],
					"too long":          with(text(), func(r *provider.Request) { r.MakeMS = 11_000 }),
					"no length":         with(text(), func(r *provider.Request) { r.MakeMS = 0 }),
					"a strange size":    with(text(), func(r *provider.Request) { r.Raster.Width = 721 }),
				},
			})
		})
	}
}

// TestCancelInterrupts_native: a running job is interrupted only after it was seen
// to run.
func TestCancelInterrupts_native(t *testing.T) {
	s := newComfy(t)
	p := newProvider(t, s.URL).(*comfyui.Native)
	job, err := p.Submit(t.Context(), text())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Poll(t.Context(), job); err != nil { // it begins
		t.Fatal(err)
	}
	s.heard = nil
	for range 2 {
		if stopped, err := p.Cancel(t.Context(), job); err != nil || !stopped {
			t.Errorf("stopped %v, %v", stopped, err)
		}
	}
	want := []string{"GET /queue", "POST /interrupt", "GET /queue", "GET /history/" + job.ID}
	if diff := cmp.Diff(want, s.heard); diff != "" {
		t.Errorf("heard: %s", diff)
	}
	if st, err := p.Poll(t.Context(), job); err != nil || st.State != provider.Cancelled {
		t.Errorf("%v, %v", st, err)
	}
}

// TestUploads sees what arrives of pictures; exchanges compare JSON only.
func TestUploads(t *testing.T) {
	const first = "dailies-4c4b6a3be1314ab86138bef4314dde02.png"
	for server, want := range map[string]map[string]string{
		"v2":     {"content_type": "image/png", "file_path": "input/" + first},
		"native": {"type": "input", "overwrite": "true"},
	} {
		t.Run(server+" first frame", func(t *testing.T) {
			s := newComfy(t)
			if _, err := newProvider(t, s.URL).Submit(t.Context(), requests()["first_frame"]); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]string{first: png}, s.files); diff != "" {
				t.Errorf("files: %s", diff)
			}
			if diff := cmp.Diff([]map[string]string{want}, s.forms); diff != "" {
				t.Errorf("forms: %s", diff)
			}
		})
	}
}

func TestNoPictureIsNoTake(t *testing.T) {
	for mode, spoil := range map[string]func(*provider.Request){
		"first frame": func(r *provider.Request) { r.FirstFrame = nil },
		"first last":  func(r *provider.Request) { r.LastFrame = nil },
		"references":  func(r *provider.Request) { r.References = nil },
	} {
		t.Run(mode, func(t *testing.T) {
			s := newComfy(t)
			r := with(requests()[strings.ReplaceAll(mode, " ", "_")], spoil)
			_, err := newProvider(t, s.URL).Submit(t.Context(), r)
			if provider.KindOf(err, "") != provider.KindInvalid || len(s.heard) > 0 {
				t.Errorf("%v after %v", err, s.heard)
			}
		})
	}
	t.Run("references, too many", func(t *testing.T) {
		s := newComfy(t)
		r := requests()["references"]
		r.References = append(r.References, r.References[0], r.References[0])
		_, err := newProvider(t, s.URL).Submit(t.Context(), r)
		if provider.KindOf(err, "") != provider.KindInvalid || len(s.heard) > 0 {
			t.Errorf("%v after %v", err, s.heard)
		}
	})
}

// TestIdempotencyKeyIsNotReplayed: net/http sends a request with an Idempotency-Key
// again by itself if a used connection breaks. Submits have a fresh one.
func TestIdempotencyKeyIsNotReplayed(t *testing.T) {
	var submits atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answer(w, http.StatusOK, map[string]any{"id": "job-1", "status": "running"})
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		submits.Add(1)
		panic(http.ErrAbortHandler) // the connection breaks without a word
	}))
	t.Cleanup(s.Close)
	p := newProvider(t, s.URL)
	for range 3 { // leaves a connection behind that could be used again
		if _, err := p.Poll(t.Context(), provider.Job{ID: "job-1"}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := p.Submit(t.Context(), text())
	if provider.KindOf(err, "") != provider.KindAmbiguous {
		t.Errorf("%v, want ambiguous", err)
	}
	if n := submits.Load(); n != 1 {
		t.Errorf("the submit was sent %d times", n)
	}
}
