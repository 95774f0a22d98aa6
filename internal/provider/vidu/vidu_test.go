package vidu

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
)

// png is the beginning of a PNG: enough to be known as one. In base64 it is
// iVBORw0KGgo=.
const png = "\x89PNG\r\n\x1a\n"

func inlined(name, content string) provider.Picture {
	return provider.Picture{Name: name, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func base(model string) provider.Request {
	seed := int64(7)
	return provider.Request{
		Model: model, Mode: provider.ModeText, Prompt: "林晚推开门。", MakeMS: 5000, Seed: &seed,
		Raster: media.Raster{Width: 720, Height: 1280}, Audio: true, Negative: "blur",
	}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

func requests() map[string]provider.Request {
	lin := provider.Picture{Name: "lin", URL: "https://store.example/lin.png"}
	shop := inlined("store", png)
	frames := func(r *provider.Request) {
		r.Mode, r.FirstFrame, r.LastFrame = provider.ModeFirstLast, &lin, &shop
	}
	refs := func(r *provider.Request) {
		r.Mode, r.References = provider.ModeReferences, []provider.Picture{lin, shop}
	}
	return map[string]provider.Request{
		"text": base("viduq3-turbo"),
		"silent, no seed": with(base("viduq3-pro"), func(r *provider.Request) {
			r.Audio, r.Seed, r.Raster = false, nil, media.Raster{Width: 1440, Height: 1080}
		}),
		"first frame": with(base("viduq3-pro-fast"), func(r *provider.Request) { r.Mode, r.FirstFrame = provider.ModeFirstFrame, &shop }),
		"first last":  with(base("viduq3-pro"), frames),
		"references":  with(base("viduq3-turbo"), refs),
		"voice": with(with(base("viduq3-turbo"), refs), func(r *provider.Request) {
			r.References = slices.Clone(r.References)
			r.References[0].Name, r.References[0].Kind = "lin", "cast"
			r.Voices = []provider.Voice{{Name: "lin", ID: "v-1"}}
		}),
		"plain references": with(base("viduq3-mix"), refs),
		"like another":     with(base("viduq2"), refs),
	}
}

func made(t *testing.T, o Options) *Provider {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider {
			return made(t, Options{BaseURL: base, Key: providertest.Key})
		},
		Requests: requests(),
	})
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	providertest.Run(t, providertest.Suite{
		New: func(t *testing.T) provider.Provider {
			return made(t, Options{BaseURL: v.server.URL, Key: providertest.Key})
		},
		Request: func() provider.Request { return base("viduq3-turbo") },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: "404", Model: "viduq3-turbo"},
		Invalid: invalidRequests(),
	})
}

func invalidRequests() map[string]provider.Request {
	text := base("viduq3-turbo")
	big := inlined("lin", png+strings.Repeat("x", 8<<20))
	return map[string]provider.Request{
		"an unknown model":               with(text, func(r *provider.Request) { r.Model = "wan2.7" }),
		"a mode nobody knows":            with(base("viduq9"), func(r *provider.Request) { r.Mode = "keyframes" }),
		"a mode it has not":              with(base("viduq3-pro"), func(r *provider.Request) { r.Mode, r.References = provider.ModeReferences, []provider.Picture{big} }),
		"text for a model of frames":     base("viduq3-pro-fast"),
		"too short":                      with(text, func(r *provider.Request) { r.MakeMS = 2000 }),
		"too long":                       with(text, func(r *provider.Request) { r.MakeMS = 17000 }),
		"half a second":                  with(text, func(r *provider.Request) { r.MakeMS = 5500 }),
		"an odd picture":                 with(text, func(r *provider.Request) { r.Raster = media.Raster{Width: 768, Height: 1344} }),
		"an odd picture of a like model": with(base("viduq2"), func(r *provider.Request) { r.Raster = media.Raster{Width: 768, Height: 1344} }),
		"540p of a model without it": with(base("viduq3-mix"), func(r *provider.Request) {
			r.Mode, r.References, r.Raster = provider.ModeReferences, []provider.Picture{big}, media.Raster{Width: 540, Height: 960}
		}),
		"no prompt":         with(text, func(r *provider.Request) { r.Prompt = "" }),
		"too long a prompt": with(text, func(r *provider.Request) { r.Prompt = strings.Repeat("林", 5001) }),
		"no frame":          with(base("viduq3-pro"), func(r *provider.Request) { r.Mode = provider.ModeFirstLast }),
		"no references":     with(text, func(r *provider.Request) { r.Mode = provider.ModeReferences }),
		"eight references":  with(text, func(r *provider.Request) { r.Mode, r.References = provider.ModeReferences, make([]provider.Picture, 8) }),
		"too large pictures": with(text, func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, []provider.Picture{big, big}
		}),
	}
}

func TestWithoutAKey(t *testing.T) {
	p := made(t, Options{})
	_, submitted := p.Submit(t.Context(), base("viduq3-turbo"))
	_, polled := p.Poll(t.Context(), provider.Job{ID: "1"})
	_, cancelled := p.Cancel(t.Context(), provider.Job{ID: "1"})
	for op, err := range map[string]error{"submit": submitted, "poll": polled, "cancel": cancelled} {
		if provider.KindOf(err, "") != provider.KindAuth {
			t.Errorf("%s: %v, want auth", op, err)
		}
	}
}

// Every size of the facts has its words, and what is cited is what is sent.
func TestFactsFitTheCode(t *testing.T) {
	for _, m := range made(t, Options{}).Models() {
		for _, r := range m.Rasters {
			if _, ok := rasters[r]; !ok {
				t.Errorf("%s: %s has no words", m.ID, r)
			}
		}
		if m.Cite != "" && strings.ReplaceAll(m.Cite, "{n}", "1") != "@"+subjects([]string{""})[0].Name {
			t.Errorf("%s cites by %q", m.ID, m.Cite)
		}
		if m.Cite == "" && m.MaxReferences > 0 && !plain(m.ID) {
			t.Errorf("%s sends subjects that are not cited", m.ID)
		}
	}
}

func TestPaid(t *testing.T) {
	for _, c := range []struct {
		base, credits string
		want          int64 // micro-units; -1: not told
	}{
		{"", `60`, 1_875_000},
		{"", `"60"`, 1_875_000},
		{"", `0`, 0},
		{"", `null`, -1},
		{"", `-1`, -1},
		{"", `7.5`, -1},
		{"", `99999999999999`, -1},
		{"https://api.vidu.com", `60`, -1},
	} {
		var tk task
		if err := json.Unmarshal([]byte(`{"credits":`+c.credits+`}`), &tk); err != nil {
			t.Fatal(err)
		}
		got := int64(-1)
		if m := made(t, Options{BaseURL: c.base}).paid(tk); m != nil {
			got = m.Micros
		}
		if got != c.want {
			t.Errorf("%s credits at %q cost %d, want %d", c.credits, c.base, got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	for from, want := range map[string]string{
		"http://b.s3.cn-northwest-1.amazonaws.com.cn/a.mp4?x=1": "https://b.s3.cn-northwest-1.amazonaws.com.cn/a.mp4?x=1",
		"https://cdn.example/a.mp4":                             "https://cdn.example/a.mp4",
		"http://127.0.0.1/a.mp4":                                "http://127.0.0.1/a.mp4",
	} {
		if got := clip([]creation{{}, {URL: from}}); got != want {
			t.Errorf("the clip of %s is %s", from, got)
		}
	}
}

// Whatever a vendor types, reading it ends.
func FuzzTask(f *testing.F) {
	for _, s := range []string{`{"id":1,"state":"success","creations":[{"url":"x"}]}`, `{"state":"failed","err_code":"UserCancelled"}`, `{"code":400,"reason":"BadRequest"}`, `[]`, ``} {
		f.Add([]byte(s))
	}
	p, err := New(Options{Key: "k"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		explainAsk(400, raw)
		explainBuy(400, raw)
		var tk task
		if json.Unmarshal(raw, &tk) != nil {
			return
		}
		if s := p.status(provider.Job{ID: "1"}, tk); s.State == provider.Succeeded && s.URL == "" {
			t.Errorf("a success without a clip: %s", raw)
		}
	})
}
