package fal_test

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
	"github.com/dailies/dailies/internal/provider/fal"
	"github.com/dailies/dailies/internal/provider/providertest"
)

func take(model string, mode provider.Mode) provider.Request {
	seed := int64(7)
	r := provider.Request{
		Key: "lost-property-ep01-1A-t1-a1", Model: model, Mode: mode, Prompt: "Lin opens the drawer.", Negative: "blur", Seed: &seed,
		MakeMS: 6000, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	switch mode {
	case provider.ModeText:
	case provider.ModeFirstLast:
		r.LastFrame = picture("last")
		fallthrough
	case provider.ModeFirstFrame:
		r.FirstFrame = picture("first")
	case provider.ModeReferences:
		r.References = []provider.Picture{*picture("lin"), *inline("store")}
	case provider.ModeFrameReferences, provider.ModeImage: // none of its models has them
	}
	return r
}

func picture(name string) *provider.Picture {
	return &provider.Picture{Name: name, URL: "https://s3.example/" + name + ".png?sig=1"}
}

// inline is a picture whose store the vendor cannot reach.
func inline(name string) *provider.Picture {
	return &provider.Picture{Name: name, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("\x89PNG\r\n\x1a\n")), nil
	}}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

const (
	seedance = "bytedance/seedance-2.0"
	wan      = "fal-ai/wan/v2.7"
	kling    = "fal-ai/kling-video/v3/pro"
	horse    = "alibaba/happy-horse/v1.1"
	ltx      = "fal-ai/ltx-2.3"
	veo      = "fal-ai/veo3.1"
	kling4   = "kling/v4"
	wan3     = "alibaba/wan-3.0-prime"
	grok     = "xai/grok-imagine-video/v1.5"
	h3max    = "minimax/h3-max"
)

func hd(r *provider.Request)     { r.Raster = media.Raster{Width: 1080, Height: 1920} }
func silent(r *provider.Request) { r.Audio = false }

func requests() map[string]provider.Request {
	return map[string]provider.Request{
		"text":                take(seedance, provider.ModeText),
		"seedance first":      with(take(seedance, provider.ModeFirstFrame), silent),
		"seedance first last": take("bytedance/seedance-2.0/fast", provider.ModeFirstLast),
		"seedance references": take(seedance, provider.ModeReferences),
		"horse":               with(take(horse, provider.ModeText), hd),
		"horse first":         take(horse, provider.ModeFirstFrame),
		"horse references":    take(horse, provider.ModeReferences),
		"kling":               with(take(kling, provider.ModeText), hd),
		"kling first last":    with(take(kling, provider.ModeFirstLast), hd),
		"wan":                 take(wan, provider.ModeText),
		"wan first last":      take(wan, provider.ModeFirstLast),
		"wan references":      take(wan, provider.ModeReferences),
		"ltx":                 with(take(ltx, provider.ModeText), func(r *provider.Request) { r.Raster = media.Raster{Width: 2160, Height: 3840} }),
		"ltx fast first":      with(take("fal-ai/ltx-2.3/fast", provider.ModeFirstFrame), hd),
		"veo":                 take(veo, provider.ModeText),
		"veo first last":      take("fal-ai/veo3.1/fast", provider.ModeFirstLast),
		"newer":               take("bytedance/seedance-2.5/us", provider.ModeText),
		"newer kling":         take("kling/v5", provider.ModeFirstFrame),
		"seedance 2.5":        with(take("bytedance/seedance-2.5", provider.ModeReferences), func(r *provider.Request) { r.MakeMS = 30000 }),
		"kling 4":             with(take(kling4, provider.ModeText), func(r *provider.Request) { r.MakeMS = 30000 }),
		"kling 4 first last":  with(take(kling4, provider.ModeFirstLast), hd),
		"wan 3":               with(take(wan3, provider.ModeText), silent),
		"wan 3 first last":    take(wan3, provider.ModeFirstLast),
		"wan 3 references":    take(wan3, provider.ModeReferences),
		"ltx 2.5 pro":         with(take("lightricks/ltx-2.5/pro", provider.ModeFirstLast), func(r *provider.Request) { r.FPS.Num = 48 }),
		"ltx 2.5 fast":        with(take("lightricks/ltx-2.5/fast", provider.ModeText), func(r *provider.Request) { r.MakeMS, r.FPS.Num = 20000, 48 }),
		"grok":                with(take(grok, provider.ModeText), hd),
		"grok first":          take(grok, provider.ModeFirstFrame),
		"grok references":     take(grok, provider.ModeReferences),
		"h3 max":              with(take(h3max, provider.ModeText), func(r *provider.Request) { r.Raster = media.Raster{Width: 768, Height: 1366} }),
		"h3 max first last":   with(take(h3max, provider.ModeFirstLast), func(r *provider.Request) { r.Raster = media.Raster{Width: 480, Height: 854} }),
		"h3 max references":   with(take(h3max, provider.ModeReferences), func(r *provider.Request) { r.Raster = media.Raster{Width: 480, Height: 854} }),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider { return newProvider(t, base, providertest.Key) }, Requests: requests(),
	})
}

func newProvider(t *testing.T, base, key string) provider.Provider {
	t.Helper()
	p, err := fal.New(fal.Options{BaseURL: base, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return newProvider(t, v.server.URL, providertest.Key) },
		Request: func() provider.Request { return take(seedance, provider.ModeText) },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: "never-made", Model: seedance},
		Invalid: map[string]provider.Request{
			"no such model":                   take("somebody/else", provider.ModeText),
			"only the aggregator":             take("fal-ai/pika/v2.2", provider.ModeText),
			"a mode it has not":               take(kling, provider.ModeReferences),
			"a size that references have not": with(take(grok, provider.ModeReferences), hd),
			"a last frame of grok":            take(grok, provider.ModeFirstLast),
			"references of kling 4":           take(kling4, provider.ModeReferences),
			"only the maker":                  take("minimax/hailuo-2.3", provider.ModeText),
			"a size it has not":               with(take(seedance, provider.ModeText), hd),
			"a size nobody has":               with(take(seedance, provider.ModeText), func(r *provider.Request) { r.Raster.Width = 722 }),
			"half a second":                   with(take(seedance, provider.ModeText), func(r *provider.Request) { r.MakeMS = 4500 }),
			"too long":                        with(take(seedance, provider.ModeText), func(r *provider.Request) { r.MakeMS = 16000 }),
			"a length between":                with(take(ltx, provider.ModeText), func(r *provider.Request) { hd(r); r.MakeMS = 7000 }),
			"no first frame":                  with(take(seedance, provider.ModeFirstFrame), func(r *provider.Request) { r.FirstFrame = nil }),
			"no last frame":                   with(take(seedance, provider.ModeFirstLast), func(r *provider.Request) { r.LastFrame = nil }),
			"no references":                   with(take(seedance, provider.ModeReferences), func(r *provider.Request) { r.References = nil }),
			"too many references":             with(take(wan, provider.ModeReferences), func(r *provider.Request) { r.References = sixPictures() }),
			"a negative too long":             with(take(wan, provider.ModeText), func(r *provider.Request) { r.Negative = strings.Repeat("x", 501) }),
			"a picture that is no":            with(take(seedance, provider.ModeFirstFrame), func(r *provider.Request) { r.FirstFrame = &provider.Picture{Name: "x"} }),
		},
	})
}

func sixPictures() []provider.Picture {
	var all []provider.Picture
	for range 6 {
		all = append(all, *picture("p"))
	}
	return all
}

// Every raster of the facts has words, and every mode an endpoint.
func TestFactsCanBeAsked(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{"request_id": "r-1"})
	}))
	defer s.Close()
	p := newProvider(t, s.URL, providertest.Key)
	for _, m := range p.Models() {
		for _, mode := range m.Modes {
			for _, raster := range m.For(provider.Asked{Mode: mode, Audio: true}).Rasters {
				r := take(m.ID, mode)
				r.Raster = raster
				if j, err := p.Submit(t.Context(), r); err != nil || j.ID != "r-1" {
					t.Errorf("%s from %s at %s: %v", m.ID, mode, raster, err)
				}
			}
		}
	}
}

// The key goes to the queue's own host, whatever addresses an answer or a ledger has.
func TestLinksElsewhereAreNotFollowed(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a stranger was asked for %s with the key %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer stranger.Close()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		if r.Method == http.MethodPost {
			reply(w, http.StatusOK, map[string]any{"request_id": "r-1", "status_url": stranger.URL + "/status", "response_url": "http://u:p@" + r.Host + "/x", "cancel_url": "://"})
			return
		}
		reply(w, http.StatusOK, map[string]any{"status": "IN_QUEUE"})
	}))
	defer s.Close()
	p := newProvider(t, s.URL, providertest.Key)
	j, err := p.Submit(t.Context(), take(kling, provider.ModeText))
	if err == nil || j.ID != "" { // 720p is not pro's
		t.Fatalf("got %+v, %v", j, err)
	}
	r := take(kling, provider.ModeText)
	hd(&r)
	if j, err = p.Submit(t.Context(), r); err != nil || len(j.Extra) != 0 {
		t.Fatalf("got %+v, %v", j, err)
	}
	j.Extra = map[string]string{"status_url": stranger.URL + "/status", "cancel_url": stranger.URL + "/cancel"}
	if st, err := p.Poll(t.Context(), j); err != nil || st.State != provider.Queued {
		t.Errorf("got %+v, %v", st, err)
	}
	if _, err := p.(provider.Canceler).Cancel(t.Context(), j); err != nil {
		t.Error(err)
	}
	want := "POST /fal-ai/kling-video/v3/pro/text-to-video, GET /fal-ai/kling-video/requests/r-1/status, PUT /fal-ai/kling-video/requests/r-1/cancel"
	if got := strings.Join(asked, ", "); got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestWithoutAKeyNothingIsSent(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer s.Close()
	p := newProvider(t, s.URL, "")
	_, err := p.Submit(t.Context(), take(seedance, provider.ModeText))
	if kind := provider.KindOf(err, ""); kind != provider.KindAuth {
		t.Errorf("%v is %s", err, kind)
	}
}

// An id is put into a path: what cannot be one of fal's is not asked about.
func TestStrangeIDs(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) }))
	defer s.Close()
	p := newProvider(t, s.URL, providertest.Key)
	for _, id := range []string{"", "..", "a/b", "a?b", "a#b", "a b", strings.Repeat("a", 200)} {
		var e *provider.Error
		if _, err := p.Poll(t.Context(), provider.Job{ID: id, Model: seedance}); !errors.As(err, &e) || e.Kind != provider.KindNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}
