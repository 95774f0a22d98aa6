package kling

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
)

// png is the beginning of a PNG: enough to be known as one. In base64 it is
// iVBORw0KGgo=.
const png = "\x89PNG\r\n\x1a\n"

func store(name, url string) provider.Picture {
	return provider.Picture{Name: name, Kind: "cast", URL: url}
}

func inline(name, content string) provider.Picture {
	return provider.Picture{Name: name, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func base(model string) provider.Request {
	return provider.Request{
		Model: model, Mode: provider.ModeText, Prompt: "林晚推开门。", MakeMS: 5000,
		Raster: media.Raster{Width: 720, Height: 1280}, Audio: true, Negative: "blur",
	}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

// lips are three seconds of a show, with other lips.
func lips() provider.Request {
	at := func(name string) *provider.Material {
		return &provider.Material{Object: drama.Object{Bytes: 600_000}, URL: "https://store.example/" + name + "?sig=a"}
	}
	return provider.Request{
		Model: "advanced-lip-sync", Mode: provider.ModeLipSync, Frames: 76, MakeMS: 3167, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280},
		Clip: at("clip.mp4"), Speech: at("speech.wav"),
	}
}

func requests() map[string]provider.Request {
	first, last := store("frame", "https://store.example/a.png"), inline("frame", png)
	lin, shop := store("lin", "https://store.example/lin.png"), inline("store", png)
	silent := func(r *provider.Request) { r.Audio = false }
	fullHD := func(r *provider.Request) { r.Raster = media.Raster{Width: 1080, Height: 1920} }
	frames := func(r *provider.Request) {
		r.Mode, r.FirstFrame, r.LastFrame = provider.ModeFirstLast, &first, &last
	}
	return map[string]provider.Request{
		"text": base("kling-3.0"),
		"voices": with(base("kling-3.0"), func(r *provider.Request) {
			r.Voices = []provider.Voice{{Name: "lin", ID: "v-1"}, {Name: "bo", ID: "v-2"}}
		}),
		"silent 4k":   with(with(base("kling-3.0"), silent), func(r *provider.Request) { r.Raster, r.MakeMS = media.Raster{Width: 2160, Height: 3840}, 15000 }),
		"first frame": with(base("kling-3.0"), func(r *provider.Request) { r.Mode, r.FirstFrame = provider.ModeFirstFrame, &last }),
		"first last":  with(base("kling-3.0"), frames),
		"turbo":       base("kling-3.0-turbo"),
		"omni text":   base("kling-3.0-omni"),
		"omni frames": with(base("kling-3.0-omni"), frames),
		"references": with(base("kling-3.0-omni"), func(r *provider.Request) {
			r.Mode, r.References, r.Raster = provider.ModeReferences, []provider.Picture{lin, shop}, media.Raster{Width: 1080, Height: 1920}
		}),
		"frame and references": with(base("kling-3.0-omni"), func(r *provider.Request) {
			r.Mode, r.FirstFrame, r.References = provider.ModeFrameReferences, &first, []provider.Picture{lin, shop}
		}),
		"lips":           lips(),
		"lips unseen":    with(lips(), func(r *provider.Request) { r.Clip.URL = "" }),
		"o1":             with(with(base("kling-o1"), silent), func(r *provider.Request) { r.Mode, r.References = provider.ModeReferences, []provider.Picture{lin} }),
		"2.6 with sound": with(base("kling-2.6"), fullHD),
		"2.6 silent":     with(base("kling-2.6"), silent),
		"like another":   with(base("kling-4.0-omni"), func(r *provider.Request) { r.MakeMS = 20000 }),
		"2.5 frames":     with(with(with(base("kling-2.5-turbo"), silent), frames), fullHD),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		// Exchanges that say "the older pair" in their name are of an account that has no API key.
		New: func(t *testing.T, base string) provider.Provider {
			o := Options{BaseURL: base, Key: providertest.Key}
			if strings.Contains(t.Name(), "the_older_pair") {
				o = Options{BaseURL: base, AccessKey: "AK_TEST", SecretKey: providertest.Key, Now: clock}
			}
			return made(t, o)
		},
		Requests: requests(),
		NotOdd:   map[string]string{"one more wrapper": "the code that says whether it was accepted is not where it belongs"},
	})
}

func clock() time.Time { return time.Unix(1781080778, 0) }

func made(t *testing.T, o Options) *Provider {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestContract(t *testing.T) {
	for name, o := range map[string]Options{
		"with an API key":     {Key: providertest.Key},
		"with the older pair": {AccessKey: "AK_TEST", SecretKey: providertest.Key, Now: clock},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, 2)
			o.BaseURL = v.server.URL
			foreign := provider.Job{ID: "404", Model: "kling-3.0"}
			if o.Key == "" {
				foreign.Extra = map[string]string{extraPath: legacyText}
			}
			providertest.Run(t, providertest.Suite{
				New:     func(t *testing.T) provider.Provider { return made(t, o) },
				Request: func() provider.Request { return base("kling-3.0") },
				Wait:    func(context.Context) {},
				Foreign: foreign,
				Invalid: invalidRequests(),
			})
		})
	}
}

func invalidRequests() map[string]provider.Request {
	text := base("kling-3.0")
	webp := inline("lin", "RIFF\x00\x00\x00\x00WEBPVP8 ")
	return map[string]provider.Request{
		"an unknown model":         with(text, func(r *provider.Request) { r.Model = "kling-v1" }),
		"a mode it has not":        with(text, func(r *provider.Request) { r.Mode = provider.ModeReferences }),
		"too short":                with(text, func(r *provider.Request) { r.MakeMS = 2000 }),
		"half a second":            with(text, func(r *provider.Request) { r.MakeMS = 5500 }),
		"a length between":         with(base("kling-2.6"), func(r *provider.Request) { r.MakeMS = 7000 }),
		"an odd picture":           with(text, func(r *provider.Request) { r.Raster = media.Raster{Width: 720, Height: 960} }),
		"sound of a silent model":  base("kling-2.5-turbo"),
		"no prompt":                with(text, func(r *provider.Request) { r.Prompt = " " }),
		"too long a prompt":        with(text, func(r *provider.Request) { r.Prompt = strings.Repeat("林", 3073) }),
		"no frame":                 with(text, func(r *provider.Request) { r.Mode = provider.ModeFirstFrame }),
		"no references":            with(base("kling-3.0-omni"), func(r *provider.Request) { r.Mode = provider.ModeReferences }),
		"a WebP":                   with(text, func(r *provider.Request) { r.Mode, r.FirstFrame = provider.ModeFirstFrame, &webp }),
		"sound with a last frame":  with(base("kling-2.6"), func(r *provider.Request) { r.Mode, r.FirstFrame, r.LastFrame = provider.ModeFirstLast, &webp, &webp }),
		"4k of a model without it": with(base("kling-3.0-turbo"), func(r *provider.Request) { r.Raster = media.Raster{Width: 2160, Height: 3840} }),
		"a last frame for Turbo":   with(base("kling-3.0-turbo"), func(r *provider.Request) { r.Mode = provider.ModeFirstLast }),
		"more references than are taken": with(base("kling-3.0-omni"), func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, make([]provider.Picture, 8)
		}),
	}
}

// The signature of a pair whose parts are known.
func TestToken(t *testing.T) {
	const want = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBS19URVNUIiwiZXhwIjoxNzgxMDgyNTc4LCJuYmYiOjE3ODEwODA3NzN9.iWkly3CPqpihcR9ptO5gCUgUDPJKErvjWj3BfaFfFZc"
	got, err := token("AK_TEST", "SK_TEST", clock())
	if err != nil || got != want {
		t.Errorf("token is %s, %v; want %s", got, err, want)
	}
}

func TestWithoutAKey(t *testing.T) {
	for name, o := range map[string]Options{"nothing": {}, "half a pair": {AccessKey: "AK_TEST"}} {
		p := made(t, o)
		_, submitted := p.Submit(t.Context(), base("kling-3.0"))
		_, polled := p.Poll(t.Context(), provider.Job{ID: "1"})
		_, _, found := p.Find(t.Context(), base("kling-3.0"))
		for op, err := range map[string]error{"submit": submitted, "poll": polled, "find": found} {
			if provider.KindOf(err, "") != provider.KindAuth {
				t.Errorf("%s with %s: %v, want auth", op, name, err)
			}
		}
	}
}

func TestGenerations(t *testing.T) {
	for name, c := range map[string]struct {
		o      Options
		legacy bool
	}{
		"a key":               {Options{Key: "k"}, false},
		"a key and a pair":    {Options{Key: "k", AccessKey: "a", SecretKey: "s"}, false},
		"a pair":              {Options{AccessKey: "a", SecretKey: "s"}, true},
		"a key, the old host": {Options{Key: "k", BaseURL: "https://api.klingai.com/"}, true},
	} {
		p := made(t, c.o)
		if p.legacy != c.legacy {
			t.Errorf("%s: legacy is %v", name, p.legacy)
		}
		for _, m := range p.Models() {
			if m.LipSync != nil {
				continue // of both generations, in the same words
			}
			omni := traits[m.ID].omni
			if c.legacy && (m.ID == "kling-3.0-turbo" || m.MaxPrompt > 2500 || m.Negative == omni) {
				t.Errorf("%s: the legacy generation has %+v", name, m)
			}
			if want := map[bool]string{false: "@image_{n}", true: "<<<image_{n}>>>"}[c.legacy]; omni && m.Cite != want {
				t.Errorf("%s: %s cites by %q", name, m.ID, m.Cite)
			}
		}
	}
}

func TestTraitOf(t *testing.T) {
	for model, want := range map[string]trait{
		"kling-3.0":       traits["kling-3.0"],
		"kling-4.0":       {switches: true, multiShot: true},
		"kling-4.0-turbo": {},
		"kling-4.0-omni":  {omni: true, switches: true, multiShot: true},
		"kling-o2":        {omni: true},
	} {
		if got, ok := traitOf(model); !ok || got != want {
			t.Errorf("%s: %+v, %v", model, got, ok)
		}
	}
	for _, model := range []string{"kling-v2-6", "kling-v1", "wan2.7", ""} {
		if _, ok := traitOf(model); ok {
			t.Errorf("%q is taken for a model", model)
		}
	}
}

// Every model of the facts has its traits, every size its words.
func TestFactsFitTheCode(t *testing.T) {
	models := made(t, Options{}).Models()
	models = slices.DeleteFunc(models, func(m provider.Model) bool { return m.LipSync != nil })
	if len(models) != len(traits) {
		t.Errorf("%d models, %d traits", len(models), len(traits))
	}
	for _, m := range models {
		if _, ok := traits[m.ID]; !ok {
			t.Errorf("%s has no traits", m.ID)
		}
		for _, r := range m.Rasters {
			if _, ok := rasters[r]; !ok {
				t.Errorf("%s: %s has no words", m.ID, r)
			}
		}
	}
}

func TestPriceList(t *testing.T) {
	portrait := media.Raster{Width: 1080, Height: 1920}
	for _, c := range []struct {
		base, model string
		audio       bool
		want        drama.Money
	}{
		{"", "kling-3.0", false, drama.Money{Micros: 4_000_000, Currency: "CNY"}},
		{"https://api-singapore.klingai.com", "kling-3.0", false, drama.Money{Micros: 560_000, Currency: "USD"}},
		{"https://api-singapore.klingai.com", "kling-3.0", true, drama.Money{Micros: 840_000, Currency: "USD"}},
		{"https://api-singapore.klingai.com", "kling-2.6", true, drama.Money{Micros: 700_000, Currency: "USD"}},
	} {
		for _, m := range made(t, Options{BaseURL: c.base}).Models() {
			if m.ID != c.model {
				continue
			}
			got, err := m.Price(provider.Bought{Mode: provider.ModeText, Raster: portrait, Audio: c.audio, MS: 5000})
			if err != nil || got != c.want {
				t.Errorf("5 s of %s at %q: %v, %v; want %v", c.model, c.base, got, err, c.want)
			}
		}
	}
}

func TestPaid(t *testing.T) {
	cny := unitAt("")
	for name, c := range map[string]struct {
		task string
		want *drama.Money
	}{
		"units":              {`{"billing":[{"charge_type":"unit","amount":"1.8","package_type":"video"}]}`, &drama.Money{Micros: 1_800_000, Currency: "CNY"}},
		"a number":           {`{"billing":[{"charge_type":"unit","amount":3}]}`, &drama.Money{Micros: 3_000_000, Currency: "CNY"}},
		"two packs":          {`{"billing":[{"charge_type":"unit","amount":"1"},{"charge_type":"unit","amount":"0.5"}]}`, &drama.Money{Micros: 1_500_000, Currency: "CNY"}},
		"cash":               {`{"billing":[{"charge_type":"cash","amount":"2.55","list_price":"3","currency":"CNY"}]}`, &drama.Money{Micros: 2_550_000, Currency: "CNY"}},
		"cash of elsewhere":  {`{"billing":[{"charge_type":"cash","amount":"0.42","currency":"USD"}]}`, &drama.Money{Micros: 420_000, Currency: "USD"}},
		"two currencies":     {`{"billing":[{"charge_type":"cash","amount":"1","currency":"USD"},{"charge_type":"unit","amount":"1"}]}`, nil},
		"an unknown account": {`{"billing":[{"charge_type":"coupon","amount":"9"}]}`, nil},
		"nothing of nothing": {`{"billing":[{"amount":"0"}]}`, &drama.Money{Currency: "CNY"}},
		"some of nothing":    {`{"billing":[{"amount":"3"}]}`, nil},
		"no list":            {`{}`, nil},
		"a huge exponent":    {`{"billing":[{"charge_type":"unit","amount":"1e999999999"}]}`, nil},
		"less than nothing":  {`{"billing":[{"charge_type":"unit","amount":"-3"}]}`, nil},
		"legacy units":       {`{"task_id":"1","final_unit_deduction":"2","final_balance_deduction":""}`, &drama.Money{Micros: 2_000_000, Currency: "CNY"}},
		"legacy money":       {`{"task_id":"1","final_unit_deduction":"0","final_balance_deduction":{"quota":"2.1","list_price":"3"}}`, nil},
		"legacy nothing":     {`{"task_id":"1"}`, nil},
	} {
		var tk task
		if err := json.Unmarshal([]byte(c.task), &tk); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, cny.paid(tk)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Whatever a vendor types, reading it ends, and ends as an envelope or an error.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"code":0,"data":[{"id":1}]}`, `{"code":"1303","message":"x"}`, `{"code":0,"data":{"task_id":"1","task_status":"succeed"}}`, `[]`, `null`, ``} {
		f.Add([]byte(s))
	}
	p, err := New(Options{Key: "k"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		explainAsk(400, raw)
		explainBuy(400, raw)
		e, err := decode(raw)
		if err != nil {
			return
		}
		all, _ := e.all()
		for _, tk := range all {
			s := p.status(provider.Job{ID: "1"}, tk)
			if s.State == provider.Succeeded && s.URL == "" {
				t.Errorf("a success without a clip: %s", bytes.TrimSpace(raw))
			}
		}
	})
}
