package ark_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/ark"
	"github.com/dailies/dailies/internal/provider/providertest"
)

const (
	v20  = "doubao-seedance-2-0-260128"
	v25  = "doubao-seedance-2-5-260628"
	v15  = "doubao-seedance-1-5-pro-251215"
	v10  = "doubao-seedance-1-0-pro-250528"
	lite = "doubao-seedance-1-0-lite-i2v-250428"
)

func makeArk(t *testing.T, o ark.Options) provider.Provider {
	t.Helper()
	p, err := ark.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func picture(name, url string) provider.Picture {
	png := "\x89PNG\r\n\x1a\n"
	return provider.Picture{Name: name, URL: url, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(png)), nil }}
}

// take is five seconds of a vertical drama from a text.
func take(model string, change ...func(*provider.Request)) provider.Request {
	r := provider.Request{
		Model: model, Mode: provider.ModeText, Prompt: "Lin opens the door.", Frames: 115, MakeMS: 5000,
		FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func from(mode provider.Mode) func(*provider.Request) {
	first, last := picture("first frame", "https://store.example/first.png?sig=1"), picture("last frame", "")
	return func(r *provider.Request) {
		r.Mode, r.FirstFrame, r.LastFrame = mode, &first, &last
		r.References = []provider.Picture{picture("lin", "https://store.example/lin.png?sig=2"), picture("store", "")}
	}
}

func silent(r *provider.Request) { r.Audio = false }

func seeded(seed int64) func(*provider.Request) { return func(r *provider.Request) { r.Seed = &seed } }

func sized(width, height int) func(*provider.Request) {
	return func(r *provider.Request) { r.Raster = media.Raster{Width: width, Height: height} }
}

// draft is one of 2.5 with references; final is its final.
func draft() provider.Request {
	return take(v25, from(provider.ModeReferences), sized(480, 854), func(r *provider.Request) { r.Draft = true })
}

func final() provider.Request {
	return take(v25, sized(1080, 1920), func(r *provider.Request) {
		r.Mode, r.Prompt, r.FinalOf = provider.ModeReferences, "", "cgt-20261129-draft"
	})
}

func requests() map[string]provider.Request {
	return map[string]provider.Request{
		"text":           take(v20, seeded(7)),
		"silent":         take(v20, silent, sized(496, 864)),
		"first frame":    take(v20, from(provider.ModeFirstFrame)),
		"first and last": take(v20, from(provider.ModeFirstLast)),
		"references":     take(v20, from(provider.ModeReferences)),
		"voices": take(v20, from(provider.ModeReferences), func(r *provider.Request) {
			r.Voices = []provider.Voice{{Name: "lin", URL: "https://store.example/lin.wav?sig=3"}, {Name: "bo", Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader("RIFF\x00\x00\x00\x00WAVE")), nil
			}}}
		}),
		"2.5 frame": take(v25, from(provider.ModeFirstLast)),
		"2.5 text":  take(v25, func(r *provider.Request) { r.MakeMS = 30_000 }),
		"1.5":       take(v15, seeded(4294967295), silent),
		"1.0":       take(v10, seeded(7), silent, sized(1088, 1920)),
		"endpoint":  take("ep-20261101-abcde", seeded(7)),
		"2.5 draft": draft(),
		"2.5 final": final(),
		"long key":  take(v20, func(r *provider.Request) { r.Key = strings.Repeat("k", 70) }),
	}
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider {
			return makeArk(t, ark.Options{BaseURL: base, Key: providertest.Key, Deadline: 2 * time.Hour})
		},
		Requests: requests(),
	})
}

func TestConformance(t *testing.T) {
	v := newVendor(t)
	many := func(r *provider.Request) {
		from(provider.ModeReferences)(r)
		r.References = append(r.References, make([]provider.Picture, 8)...)
	}
	lasting := func(ms int64) func(*provider.Request) { return func(r *provider.Request) { r.MakeMS = ms } }
	noFrame := take(v20)
	noFrame.Mode = provider.ModeFirstFrame
	noLast := take(v20, from(provider.ModeFirstLast))
	noLast.LastFrame = nil
	noReferences := take(v20)
	noReferences.Mode = provider.ModeReferences
	noPrompt := take(v20)
	noPrompt.Prompt = ""
	noMode := take("ep-1")
	noMode.Mode = "dream"
	providertest.Run(t, providertest.Suite{
		New: func(t *testing.T) provider.Provider {
			return makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key})
		},
		Request: func() provider.Request { return take(v20) },
		Wait:    func(context.Context) {},
		Draft:   draft,
		Final:   final,
		Foreign: provider.Job{ID: "cgt-20261122000000-nobody", Model: v20},
		Invalid: map[string]provider.Request{
			"too short": take(v20, lasting(3000)), "too long": take(v20, lasting(16_000)), "half a second": take(v20, lasting(4500)),
			"no length": take("ep-1", lasting(0)), "another size": take(v20, sized(1080, 1080)), "another size, unknown model": take("ep-1", sized(1, 1)),
			"1080p of fast":    take("doubao-seedance-2-0-fast-260128", sized(1080, 1920)),
			"references":       take(v15, from(provider.ModeReferences)),
			"last frame":       take("doubao-seedance-1-0-pro-fast-251015", silent, sized(704, 1248), from(provider.ModeFirstLast)),
			"ten references":   take(v20, many),
			"sound of 1.0":     take(v10, sized(704, 1248)),
			"text of lite":     take(lite, silent, sized(704, 1248)),
			"seed too large":   take(v15, seeded(1<<32)),
			"seed below zero":  take(v15, seeded(-1)),
			"a draft of 2.0":   take(v20, func(r *provider.Request) { r.Draft = true }),
			"a draft at 720p":  take(v25, func(r *provider.Request) { r.Draft = true }),
			"a final of 2.0":   take(v20, func(r *provider.Request) { r.FinalOf = "cgt-1" }),
			"a final of no id": take(v25, func(r *provider.Request) { r.FinalOf = "cgt 1\n" }),
			"no first frame":   noFrame, "no last frame": noLast, "no references": noReferences, "no prompt": noPrompt, "no mode": noMode,
		},
	})
}

func TestNoKeyIsAuth(t *testing.T) {
	p := makeArk(t, ark.Options{BaseURL: "http://127.0.0.1:1"})
	_, submit := p.Submit(t.Context(), take(v20))
	_, poll := p.Poll(t.Context(), provider.Job{ID: "cgt-1"})
	_, _, find := p.(provider.Finder).Find(t.Context(), take(v20))
	_, cancel := p.(provider.Canceler).Cancel(t.Context(), provider.Job{ID: "cgt-1"})
	for name, err := range map[string]error{"submit": submit, "poll": poll, "find": find, "cancel": cancel} {
		if kind := provider.KindOf(err, ""); kind != provider.KindAuth {
			t.Errorf("%s: %v is %q, want auth", name, err, kind)
		}
	}
}

// A job without an id must not become a question about all tasks, or their end.
func TestNoIDIsNotFound(t *testing.T) {
	v := newVendor(t)
	p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key})
	_, poll := p.Poll(t.Context(), provider.Job{})
	_, cancel := p.(provider.Canceler).Cancel(t.Context(), provider.Job{})
	for name, err := range map[string]error{"poll": poll, "cancel": cancel} {
		if kind := provider.KindOf(err, ""); kind != provider.KindNotFound {
			t.Errorf("%s: %v is %q, want not_found", name, err, kind)
		}
	}
	if v.asked() != 0 {
		t.Errorf("the vendor was asked %d times", v.asked())
	}
}

func TestNewRefusesALikeThatIsNone(t *testing.T) {
	if _, err := ark.New(ark.Options{Like: "doubao-seedance-9"}); err == nil {
		t.Error("made")
	}
}

// What an endpoint of the studio's own takes is known by the model it is like.
func TestLike(t *testing.T) {
	v := newVendor(t)
	p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key, Like: v10})
	if _, err := p.Submit(t.Context(), take("ep-1")); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("1.0 with sound: %v", err)
	}
	if _, err := p.Submit(t.Context(), take("ep-1", silent, seeded(5), sized(704, 1248))); err != nil {
		t.Fatal(err)
	}
	sent := v.lastBody()
	if _, ok := sent["generate_audio"]; ok || sent["seed"] != 5.0 || sent["model"] != "ep-1" {
		t.Errorf("sent %v", sent)
	}
}

func TestExpiry(t *testing.T) {
	v := newVendor(t)
	for deadline, want := range map[time.Duration]float64{
		0: 3600, time.Minute: 3600, 90 * time.Minute: 5400, 2*time.Hour + time.Millisecond: 7201, 1000 * time.Hour: 259_200,
	} {
		p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key, Deadline: deadline})
		if _, err := p.Submit(t.Context(), take(v20)); err != nil {
			t.Fatal(err)
		}
		if got := v.lastBody()["execution_expires_after"]; got != want {
			t.Errorf("%s: %v, want %v", deadline, got, want)
		}
	}
}

func TestLastFrame(t *testing.T) {
	v := newVendor(t)
	p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key})
	job, err := p.Submit(t.Context(), take(v20))
	if err != nil {
		t.Fatal(err)
	}
	var s provider.Status
	for s.State != provider.Succeeded {
		if s, err = p.Poll(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Extra["last_frame_url"]; got != v.server.URL+"/results/"+job.ID+".png" {
		t.Errorf("last_frame_url is %q", got)
	}
}

// Every size of the facts has its words, so that no plan is refused at submit.
func TestEverySizeIsMade(t *testing.T) {
	v := newVendor(t)
	p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key})
	for _, m := range p.Models() {
		for _, r := range m.Rasters {
			take := take(m.ID, from(m.Modes[0]), sized(r.Width, r.Height), func(x *provider.Request) { x.Audio = m.Audio })
			if _, err := p.Submit(t.Context(), take); err != nil {
				t.Errorf("%s at %s: %v", m.ID, r, err)
			}
		}
	}
}

// What is billed is reckoned by the resolution's name, also where a square's
// shorter side says otherwise; what is open stays open.
func TestPrice(t *testing.T) {
	for name, c := range map[string]struct {
		model, more string
		want        int64 // micros; 0: none
	}{
		"2.0 720p":               {v20, `"resolution":"720p","ratio":"1:1"`, 46_000_000},
		"2.0 1080p":              {v20, `"resolution":"1080p","ratio":"21:9"`, 51_000_000},
		"2.0 4K":                 {v20, `"resolution":"4K"`, 26_000_000},
		"2.0 somehow":            {v20, `"ratio":"9:16"`, 0},
		"1.5 with sound":         {v15, `"resolution":"720p","generate_audio":true`, 16_000_000},
		"1.5 silent":             {v15, `"resolution":"720p","generate_audio":false`, 8_000_000},
		"1.5 somehow":            {v15, `"resolution":"720p"`, 0},
		"1.0 needs no more":      {v10, `"x":1`, 15_000_000},
		"offline is half price":  {v10, `"service_tier":"flex"`, 0},
		"tokens as text":         {v10, `"usage":{"completion_tokens":"1000000.0"}`, 15_000_000},
		"no tokens":              {v10, `"usage":{"completion_tokens":null}`, 0},
		"an endpoint":            {"ep-1", `"x":1`, 0},
		"an endpoint that tells": {"ep-1", `"model":"` + v10 + `"`, 15_000_000},
	} {
		v := newVendor(t)
		v.say = `{"id":"cgt-1","status":"succeeded","content":{"video_url":"https://a.example/x"},"usage":{"completion_tokens":1000000},` + c.more + `}`
		p := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key})
		s, err := p.Poll(t.Context(), provider.Job{ID: "cgt-1", Model: c.model})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got int64
		if s.Price != nil {
			got = s.Price.Micros
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// A page that is full proves something only if it is in order and goes far back.
func TestFindAcrossPages(t *testing.T) {
	asked := time.Now()
	hours := func(ago ...int) []map[string]any {
		var items []map[string]any
		for i, h := range ago {
			items = append(items, map[string]any{"id": "cgt-" + string(rune('a'+i)), "safety_identifier": "another", "created_at": asked.Add(-time.Duration(h) * time.Hour).Unix()})
		}
		return items
	}
	untagged := hours(1, 2, 30)
	for _, i := range untagged {
		delete(i, "safety_identifier")
	}
	undated := hours(1, 2, 30)
	delete(undated[1], "created_at")
	mine := append(hours(30, 1), map[string]any{"id": "cgt-mine", "safety_identifier": "mine"})
	for name, c := range map[string]struct {
		items []map[string]any
		total any
		kind  provider.Kind // of the error
		found bool
		age   time.Duration // of the request
	}{
		"all of it":            {hours(1, 2), 2, "", false, 0},
		"no total, short page": {hours(1, 2), nil, "", false, 0},
		"none at all":          {[]map[string]any{}, 0, "", false, 0},
		"more, a day back":     {hours(1, 2, 30), 900, "", false, 0},
		"more, an hour back":   {hours(0, 0, 1), 900, provider.KindTransient, false, 0},
		// A season buys more than a page of takes in a night, and what was sent a moment ago is
		// among the newest.
		"more, hours back, sent since":   {hours(0, 0, 2), 900, "", false, 3 * time.Minute},
		"more, hours back, sent earlier": {hours(0, 0, 2), 900, provider.KindTransient, false, 50 * time.Minute},
		"more, an hour back, sent since": {hours(0, 0, 1), 900, provider.KindTransient, false, 3 * time.Minute},
		"more, out of order, sent since": {hours(0, 1, 0), 900, provider.KindTransient, false, 3 * time.Minute},
		"more, a day back, sent earlier": {hours(1, 2, 30), 900, "", false, 100 * time.Hour},
		"more, out of order":             {hours(2, 1, 30), 900, provider.KindTransient, false, 0},
		"more, undated":                  {undated, 900, provider.KindTransient, false, 0},
		"more, but none shown":           {[]map[string]any{}, 900, provider.KindTransient, false, 0},
		"no tags":                        {untagged, 3, provider.KindTransient, false, 0},
		"no list":                        {nil, nil, provider.KindTransient, false, 0},
		"ours, whatever else":            {mine, 900, "", true, 0},
	} {
		v := newVendor(t)
		answer := map[string]any{}
		if c.items != nil {
			answer["items"] = c.items
		}
		if c.total != nil {
			answer["total"] = c.total
		}
		raw, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		v.say = string(raw)
		r := take(v20)
		r.Key, r.Age = "mine", c.age
		job, found, err := makeArk(t, ark.Options{BaseURL: v.server.URL, Key: providertest.Key}).(provider.Finder).Find(t.Context(), r)
		if provider.KindOf(err, "") != c.kind || found != c.found || found && (job.ID != "cgt-mine" || job.Model != v20) {
			t.Errorf("%s: %+v, %v, %v", name, job, found, err)
		}
	}
}
