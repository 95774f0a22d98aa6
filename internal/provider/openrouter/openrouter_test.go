package openrouter_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/openrouter"
	"github.com/dailies/dailies/internal/provider/providertest"
)

const (
	wan   = "alibaba/wan-3.0"
	horse = "alibaba/happyhorse-1.1"
	kling = "kwaivgi/kling-v3.0-pro"
	newer = "somebody/something-9"
)

func take(model string, mode provider.Mode) provider.Request {
	seed := int64(7)
	r := provider.Request{
		Key: "lost-property-ep01-1A-t1-a1", Model: model, Mode: mode, Prompt: "Lin opens the drawer.", Negative: "blur", Seed: &seed,
		MakeMS: 6000, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	switch mode {
	case provider.ModeText:
	case provider.ModeFirstLast:
		r.LastFrame = picture("last")
		fallthrough
	case provider.ModeFirstFrame:
		r.FirstFrame = picture("first")
	case provider.ModeReferences:
		r.References = []provider.Picture{*picture("lin"), {Name: "store", Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("\x89PNG\r\n\x1a\n")), nil
		}}}
	case provider.ModeFrameReferences, provider.ModeImage: // none of its models has them
	}
	return r
}

func picture(name string) *provider.Picture {
	return &provider.Picture{Name: name, URL: "https://s3.example/" + name + ".png?sig=1"}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

func newProvider(t *testing.T, base, key string) *openrouter.Provider {
	t.Helper()
	p, err := openrouter.New(openrouter.Options{BaseURL: base, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider { return newProvider(t, base, providertest.Key) },
		Requests: map[string]provider.Request{
			"text":       take(wan, provider.ModeText),
			"silent":     with(take(wan, provider.ModeText), func(r *provider.Request) { r.Audio = false }),
			"first":      with(take(horse, provider.ModeFirstFrame), func(r *provider.Request) { r.Raster = media.Raster{Width: 1080, Height: 1920} }),
			"first last": take(kling, provider.ModeFirstLast),
			"references": take(newer, provider.ModeReferences),
			"exact size": with(take(newer, provider.ModeText), func(r *provider.Request) { r.Raster = media.Raster{Width: 834, Height: 1112}; r.Audio = false }),
		},
	})
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return newProvider(t, v.server.URL, providertest.Key) },
		Request: func() provider.Request { return take(wan, provider.ModeText) },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: "never-made", Model: wan},
		Invalid: map[string]provider.Request{
			"no maker":            take("any", provider.ModeText),
			"a mode nobody has":   take(newer, "dream"),
			"a mode it has not":   take(horse, provider.ModeFirstLast),
			"a size it has not":   with(take(kling, provider.ModeText), func(r *provider.Request) { r.Raster = media.Raster{Width: 1080, Height: 1920} }),
			"no size":             with(take(newer, provider.ModeText), func(r *provider.Request) { r.Raster = media.Raster{} }),
			"half a second":       with(take(newer, provider.ModeText), func(r *provider.Request) { r.MakeMS = 4500 }),
			"a length it has not": with(take("google/veo-3.1", provider.ModeText), func(r *provider.Request) { r.MakeMS = 5000 }),
			"too long":            with(take(kling, provider.ModeText), func(r *provider.Request) { r.MakeMS = 16000 }),
			"no first frame":      with(take(kling, provider.ModeFirstFrame), func(r *provider.Request) { r.FirstFrame = nil }),
			"no last frame":       with(take(kling, provider.ModeFirstLast), func(r *provider.Request) { r.LastFrame = nil }),
			"no references":       with(take(newer, provider.ModeReferences), func(r *provider.Request) { r.References = nil }),
			"no picture":          with(take(newer, provider.ModeReferences), func(r *provider.Request) { r.References = []provider.Picture{{Name: "x"}} }),
		},
	})
}

// The key goes to the API's own host, whatever addresses an answer or a ledger has.
func TestAddressesElsewhereAreNotFollowed(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a stranger was asked for %s with the key %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer stranger.Close()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		switch {
		case r.Method == http.MethodPost:
			reply(w, http.StatusAccepted, map[string]any{"id": "job-1", "polling_url": stranger.URL})
		case strings.HasSuffix(r.URL.Path, "/content"):
			_, _ = io.WriteString(w, "a clip")
		default:
			reply(w, http.StatusOK, map[string]any{"status": "completed", "unsigned_urls": []string{stranger.URL + "/clip", "http://u:p@" + r.Host + "/clip"}})
		}
	}))
	defer s.Close()
	p := newProvider(t, s.URL, providertest.Key)
	j, err := p.Submit(t.Context(), take(wan, provider.ModeText))
	if err != nil || j.Extra != nil {
		t.Fatalf("got %+v, %v", j, err)
	}
	j.Extra = map[string]string{"polling_url": stranger.URL}
	st, err := p.Poll(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.Fetch(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	_ = body.Close()
	if got, want := strings.Join(asked, ", "), "POST /videos, GET /videos/job-1, GET /videos/job-1/content?index=0"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestWithoutAKeyNothingIsSent(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer s.Close()
	_, err := newProvider(t, s.URL, "").Submit(t.Context(), take(wan, provider.ModeText))
	if kind := provider.KindOf(err, ""); kind != provider.KindAuth {
		t.Errorf("%v is %s", err, kind)
	}
}

func TestStrangeIDs(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) }))
	defer s.Close()
	p := newProvider(t, s.URL, providertest.Key)
	for _, id := range []string{"", "..", "a/b", "a?b", "a#b", "a b", strings.Repeat("a", 300)} {
		var e *provider.Error
		if _, err := p.Poll(t.Context(), provider.Job{ID: id, Model: wan}); !errors.As(err, &e) || e.Kind != provider.KindNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}
