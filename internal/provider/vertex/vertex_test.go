package vertex_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
	"github.com/dailies/dailies/internal/provider/vertex"
)

func newProvider(t *testing.T, base string) provider.Provider {
	t.Helper()
	return with(t, vertex.Options{BaseURL: base, Project: "drama-1", Key: providertest.Key})
}

func with(t *testing.T, o vertex.Options) provider.Provider {
	t.Helper()
	p, err := vertex.New(o)
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
	seed := int64(42)
	r := provider.Request{
		Model: "veo-3.1-generate-001", Mode: provider.ModeText, Prompt: "Lin waits at the counter.", Negative: "text", Seed: &seed,
		MakeMS: 4000, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	if change != nil {
		change(&r)
	}
	return r
}

func requests() map[string]provider.Request {
	first, last := picture("first"), picture("last")
	return map[string]provider.Request{
		"text": take(nil),
		"large and silent": take(func(r *provider.Request) {
			r.Model, r.Raster, r.Audio, r.Seed, r.Negative = "veo-3.1-fast-generate-001", media.Raster{Width: 2160, Height: 3840}, false, nil, ""
			r.MakeMS = 8000
		}),
		"first frame": take(func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.MakeMS = provider.ModeFirstFrame, &first, 6000
		}),
		"first and last": take(func(r *provider.Request) {
			r.Model, r.Mode, r.FirstFrame, r.LastFrame = "veo-3.1-lite-generate-001", provider.ModeFirstLast, &first, &last
			r.Raster, r.MakeMS = media.Raster{Width: 1920, Height: 1080}, 8000
		}),
		"references": take(func(r *provider.Request) {
			r.Mode, r.References, r.MakeMS = provider.ModeReferences, []provider.Picture{picture("lin"), picture("store")}, 8000
		}),
		"newer model": take(func(r *provider.Request) { r.Model, r.MakeMS = "veo-4", 10000 }),
		"references for lite": take(func(r *provider.Request) {
			r.Model, r.Mode, r.References = "veo-3.1-lite-generate-001", provider.ModeReferences, []provider.Picture{picture("lin")}
		}),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New:      func(t *testing.T, base string) provider.Provider { return newProvider(t, base+"/v1") },
		Requests: requests(),
		Not: map[string]string{
			"queued":       "an operation is done or not; there is no queue to be seen",
			"unknown word": "there are no status words, only done",
			"expired url":  "the clip comes in the answer; there is no URL",
			"balance":      "use is billed afterwards: the page has no answer of its own for an empty balance (TestWords has what is sorted by its text)",
		},
	})
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	tooLarge := int64(1) << 32
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return newProvider(t, v.URL+"/v1") },
		Request: func() provider.Request { return take(nil) },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: modelName + "/operations/foreign", Model: "veo-3.1-generate-001"},
		Invalid: map[string]provider.Request{
			"size": take(func(r *provider.Request) { r.Raster = media.Raster{Width: 360, Height: 640} }),
			"size of lite": take(func(r *provider.Request) {
				r.Model, r.Raster = "veo-3.1-lite-generate-001", media.Raster{Width: 2160, Height: 3840}
			}),
			"mode of lite":    requests()["references for lite"],
			"mode":            take(func(r *provider.Request) { r.Model, r.Mode = "veo-4", "dream" }),
			"length":          take(func(r *provider.Request) { r.MakeMS = 5000 }),
			"length of 1080p": take(func(r *provider.Request) { r.Raster = media.Raster{Width: 1080, Height: 1920} }),
			"length with references": take(func(r *provider.Request) {
				r.Mode, r.References = provider.ModeReferences, []provider.Picture{picture("lin")}
			}),
			"half a second":  take(func(r *provider.Request) { r.Model, r.MakeMS = "veo-4", 4500 }),
			"seed":           take(func(r *provider.Request) { r.Seed = &tooLarge }),
			"no first frame": take(func(r *provider.Request) { r.Mode = provider.ModeFirstFrame }),
			"no last frame": take(func(r *provider.Request) {
				first := picture("first")
				r.Mode, r.FirstFrame = provider.ModeFirstLast, &first
			}),
			"no references": take(func(r *provider.Request) { r.Mode = provider.ModeReferences }),
			"4 references": take(func(r *provider.Request) {
				r.Mode, r.References, r.MakeMS = provider.ModeReferences, slices.Repeat([]provider.Picture{picture("lin")}, 4), 8000
			}),
		},
	})
	if n := v.count(); n != 2 {
		t.Errorf("the vendor has %d operations, want 2: what is invalid is not sent", n)
	}
}

// What cannot be asked for is told as what it is, before anything is sent.
func TestNoToken(t *testing.T) {
	v := newVendor(t)
	base := v.URL + "/v1"
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	fails := func(ctx context.Context) (string, error) {
		return "", errors.Join(errors.New("no metadata server"), ctx.Err())
	}
	for name, c := range map[string]struct {
		o    vertex.Options
		ctx  context.Context
		want provider.Kind
	}{
		"no token":        {vertex.Options{BaseURL: base, Project: "drama-1"}, t.Context(), provider.KindAuth},
		"no project":      {vertex.Options{BaseURL: base, Key: providertest.Key}, t.Context(), provider.KindAuth},
		"the token fails": {vertex.Options{BaseURL: base, Project: "drama-1", Token: fails}, t.Context(), provider.KindAuth},
		"we gave up":      {vertex.Options{BaseURL: base, Project: "drama-1", Token: fails}, gone, provider.KindTransient},
	} {
		_, err := with(t, c.o).Submit(c.ctx, take(nil))
		if kind := provider.KindOf(err, ""); kind != c.want || v.count() != 0 {
			t.Errorf("%s: %v (kind %s, want %s) after %d submits", name, err, kind, c.want, v.count())
		}
	}
}

// A token is asked for with every request: one lives for an hour, a job may wait
// for longer.
func TestFreshTokens(t *testing.T) {
	v := newVendor(t)
	asked := 0
	p := with(t, vertex.Options{BaseURL: v.URL + "/v1", Project: "drama-1", Token: func(context.Context) (string, error) {
		asked++
		return providertest.Key, nil
	}})
	job, err := p.Submit(t.Context(), take(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Poll(t.Context(), job); err != nil || asked != 2 {
		t.Errorf("%d tokens for two requests, %v", asked, err)
	}
}

// A clip of megabytes in the answer stays out of what is kept of a poll.
func TestClipIsNotKept(t *testing.T) {
	v := newVendor(t)
	v.clip = strings.Repeat("a clip ", 1<<20)
	p := newProvider(t, v.URL+"/v1")
	job, err := p.Submit(t.Context(), take(nil))
	if err != nil {
		t.Fatal(err)
	}
	s := provider.Status{State: provider.Running}
	for s.State == provider.Running {
		if s, err = p.Poll(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	if s.State != provider.Succeeded || s.URL != "" || len(s.Extra) != 0 {
		t.Fatalf("got %.200v", s)
	}
	body, err := p.Fetch(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if clip, err := io.ReadAll(body); err != nil || string(clip) != v.clip {
		t.Errorf("%d bytes, want %d: %v", len(clip), len(v.clip), err)
	}
}

// Larger pictures, and takes with references, are made for 8 seconds only.
func TestLengthsDependOnHowItIsAsked(t *testing.T) {
	models := newProvider(t, "").Models()
	for _, c := range []struct {
		model string
		asked provider.Asked
		want  []int64
	}{
		{"veo-3.1-generate-001", provider.Asked{Mode: provider.ModeText, Raster: media.Raster{Width: 720, Height: 1280}}, []int64{4000, 6000, 8000}},
		{"veo-3.1-generate-001", provider.Asked{Mode: provider.ModeReferences, Raster: media.Raster{Width: 720, Height: 1280}}, []int64{8000}},
		{"veo-3.1-generate-001", provider.Asked{Mode: provider.ModeText, Raster: media.Raster{Width: 1080, Height: 1920}}, []int64{8000}},
		{"veo-3.1-fast-generate-001", provider.Asked{Mode: provider.ModeFirstFrame, Raster: media.Raster{Width: 3840, Height: 2160}}, []int64{8000}},
		{"veo-3.1-lite-generate-001", provider.Asked{Mode: provider.ModeFirstFrame, Raster: media.Raster{Width: 1920, Height: 1080}}, []int64{8000}},
	} {
		m := models[slices.IndexFunc(models, func(m provider.Model) bool { return m.ID == c.model })]
		if got := m.For(c.asked).DurationsMS; !slices.Equal(got, c.want) {
			t.Errorf("%s, %+v: %v, want %v", c.model, c.asked, got, c.want)
		}
	}
}

// Texts decide where the codes are the same for different things.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		status  int
		message string
		want    provider.Kind
	}{
		{403, "This API method requires billing to be enabled.", provider.KindQuota},
		{429, "Quota exceeded: requests per day per project", provider.KindQuota},
		{429, "Quota exceeded: requests per minute per project", ""}, // the status says it
		{400, "The prompt contains words that violate our usage guidelines.", provider.KindRefused},
		{400, "Billing account is closed.", provider.KindQuota},
		{500, "billing is down", ""},
	} {
		if got := vertex.KindOf(c.status, c.message); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.status, c.message, got, c.want)
		}
	}
}

// Whatever the vendor says, a poll is an error of ours or a status that says
// something.
func FuzzPoll(f *testing.F) {
	for _, s := range []string{
		`{"name":"n","done":true,"response":{"videos":[{"bytesBase64Encoded":"AAAA"}]}}`, `{"done":true,"error":{"code":3,"message":"Support codes: 58061214"}}`,
		`{"done":true,"response":{"raiMediaFilteredCount":"1","raiMediaFilteredReasons":["no"]}}`, `{"done":false}`, `[]`, `<html>`,
	} {
		f.Add(s)
	}
	known := []provider.State{provider.Running, provider.Succeeded, provider.Failed}
	f.Fuzz(func(t *testing.T, body string) {
		s, err := vertex.Read([]byte(body))
		if err != nil {
			return
		}
		if !slices.Contains(known, s.State) || s.Word == "" || (s.State == provider.Failed) != (s.Err != nil) {
			t.Errorf("%q: %+v", body, s)
		}
	})
}
