package omni_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/omni"
	"github.com/dailies/dailies/internal/provider/providertest"
)

func newProvider(t *testing.T, base, key string) provider.Provider {
	t.Helper()
	p, err := omni.New(omni.Options{BaseURL: base, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// picture is a PNG as far as anybody looks, with its name in it.
func picture(name string) provider.Picture {
	return provider.Picture{Name: name, URL: "https://store.example/" + name, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("\x89PNG\r\n\x1a\n" + name)), nil
	}}
}

func take(change func(*provider.Request)) provider.Request {
	seed := int64(7)
	r := provider.Request{
		Model: "gemini-omni-1.1-flash", Mode: provider.ModeText, Prompt: "Lin waits at the counter.", Negative: "text", Seed: &seed,
		MakeMS: 8000, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	if change != nil {
		change(&r)
	}
	return r
}

func requests() map[string]provider.Request {
	first, last := picture("first"), picture("last")
	return map[string]provider.Request{
		"text":        take(nil),
		"called back": take(func(r *provider.Request) { r.Callback = "https://calls.example/hooks/omni/secret" }),
		"first frame": take(func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.Raster = provider.ModeFirstFrame, &first, media.Raster{Width: 1080, Height: 1920}
			r.Prompt = "<FIRST_FRAME> " + r.Prompt
		}),
		"first and last": take(func(r *provider.Request) {
			r.Model, r.Mode, r.FirstFrame, r.LastFrame = "gemini-omni-1.2-flash", provider.ModeFirstLast, &first, &last
			r.MakeMS, r.Raster = 15000, media.Raster{Width: 3840, Height: 2160}
			r.Prompt = "<FIRST_FRAME> <LAST_FRAME> " + r.Prompt
		}),
		"references": take(func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, []provider.Picture{picture("lin"), picture("store")}
			r.Prompt += "\n<IMAGE_REF_0> shows Lin; <IMAGE_REF_1> shows the place; <IMAGE_REF_9> is nobody."
		}),
		"frame and references": take(func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.References = provider.ModeFrameReferences, &first, []provider.Picture{picture("lin")}
			r.Prompt = "[# Sources <FIRST_FRAME>@Image1] [# References <IMAGE_REF_0>@Image2]\n" + r.Prompt
		}),
		"newer model": take(func(r *provider.Request) { r.Model = "gemini-omni-2-flash" }),
		"odd size":    take(func(r *provider.Request) { r.Raster = media.Raster{Width: 640, Height: 640} }),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider {
			return newProvider(t, base+"/v1beta", providertest.Key)
		},
		Requests: requests(),
	})
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	invalid := map[string]provider.Request{
		"size":                     requests()["odd size"],
		"length":                   take(func(r *provider.Request) { r.MakeMS = 4500 }),
		"no length":                take(func(r *provider.Request) { r.MakeMS = 0 }),
		"mode":                     take(func(r *provider.Request) { r.Mode = "dream" }),
		"no first frame":           take(func(r *provider.Request) { r.Mode = provider.ModeFirstFrame }),
		"no last frame":            take(func(r *provider.Request) { r.Mode, r.FirstFrame = provider.ModeFirstLast, &provider.Picture{} }),
		"no references":            take(func(r *provider.Request) { r.Mode = provider.ModeReferences }),
		"nothing beside the frame": take(func(r *provider.Request) { r.Mode, r.FirstFrame = provider.ModeFrameReferences, new(picture("first")) }),
		"an empty picture": take(func(r *provider.Request) {
			r.Mode, r.FirstFrame = provider.ModeFirstFrame, &provider.Picture{Name: "nothing"}
		}),
	}
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return newProvider(t, v.URL+"/v1beta", providertest.Key) },
		Request: func() provider.Request { return take(nil) },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: "v1_foreign", Model: "gemini-omni-1.1-flash"},
		Invalid: invalid,
	})
	if n := v.count(); n != 3 {
		t.Errorf("the vendor has %d interactions, want 3: what is invalid is not sent", n)
	}
}

func TestNoKey(t *testing.T) {
	v := newVendor(t)
	_, err := newProvider(t, v.URL+"/v1beta", "").Submit(t.Context(), take(nil))
	if kind := provider.KindOf(err, ""); kind != provider.KindAuth || v.count() != 0 {
		t.Errorf("%v (kind %s) after %d submits", err, kind, v.count())
	}
}

// Every size that the facts promise has words.
func TestSizesHaveWords(t *testing.T) {
	v := newVendor(t)
	p := newProvider(t, v.URL+"/v1beta", providertest.Key)
	for _, m := range p.Models() {
		for _, raster := range m.Rasters {
			if _, err := p.Submit(t.Context(), take(func(r *provider.Request) { r.Model, r.Raster = m.ID, raster })); err != nil {
				t.Errorf("%s at %s: %v", m.ID, raster, err)
			}
		}
	}
}

// A clip of megabytes in the answer stays out of what is kept of a poll.
func TestInlineClipIsNotKept(t *testing.T) {
	v := newVendor(t)
	v.inline = strings.Repeat("a clip ", 1<<20)
	p := newProvider(t, v.URL+"/v1beta", providertest.Key)
	job, err := p.Submit(t.Context(), take(nil))
	if err != nil {
		t.Fatal(err)
	}
	for {
		s, err := p.Poll(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		if s.State == provider.Running {
			continue
		}
		if s.State != provider.Succeeded || s.URL != "" || len(s.Extra) != 0 {
			t.Fatalf("got %.200v", s)
		}
		body, err := p.Fetch(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		clip, err := io.ReadAll(body)
		if err != nil || string(clip) != v.inline {
			t.Errorf("%d bytes, want %d: %v", len(clip), len(v.inline), err)
		}
		if err := body.Close(); err != nil {
			t.Error(err)
		}
		return
	}
}

// Whatever the vendor says, a poll is an error of ours or a status that says
// something.
func FuzzPoll(f *testing.F) {
	for _, s := range []string{
		`{"status":"completed","steps":[{"type":"model_output","content":[{"type":"video","data":"AAAA"}]}]}`,
		`{"status":"failed","error":"no"}`, `{"status":"x","usage":{"output_tokens_by_modality":[{"modality":"video","tokens":"1e9"}]}}`, `[]`, `<html>`,
	} {
		f.Add(s)
	}
	known := []provider.State{"", provider.Queued, provider.Running, provider.Succeeded, provider.Failed, provider.Cancelled}
	f.Fuzz(func(t *testing.T, body string) {
		s, err := omni.Read([]byte(body))
		if err != nil {
			return
		}
		ended := s.State == provider.Failed || s.State == provider.Cancelled || s.State == ""
		if !slices.Contains(known, s.State) || s.Word == "" || ended != (s.Err != nil) {
			t.Errorf("%q: %+v", body, s)
		}
	})
}
