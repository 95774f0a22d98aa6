package dashscope_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/dashscope"
	"github.com/dailies/dailies/internal/provider/providertest"
)

func made(t *testing.T, base string) provider.Provider {
	t.Helper()
	p, err := dashscope.New(dashscope.Options{BaseURL: base, Key: providertest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(url string) *provider.Picture {
	return &provider.Picture{Name: "lin", URL: url, Open: func(context.Context) (io.ReadCloser, error) { return nil, errors.New("its URL is enough") }}
}

func pictureAt(url string) *provider.Picture { return at(url) }

func inline() *provider.Picture {
	return &provider.Picture{Name: "store", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("\x89PNG\r\n\x1a\n")), nil
	}}
}

// request is a take with everything that a request can have, so that what a model
// does not take would show.
func request(model string, mode provider.Mode) provider.Request {
	seed := int64(42)
	r := provider.Request{
		Model: model, Mode: mode, Prompt: "Lin opens the door.", Negative: "blurred", Seed: &seed, Frames: 115, MakeMS: 5000,
		FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280}, Audio: true,
	}
	switch mode {
	case provider.ModeText, provider.ModeImage:
	case provider.ModeFirstLast:
		r.LastFrame = inline()
		fallthrough
	case provider.ModeFirstFrame:
		r.FirstFrame = at("https://store.example/first.png?sig=1")
	case provider.ModeFrameReferences:
		r.FirstFrame = at("https://store.example/first.png?sig=1")
		fallthrough
	case provider.ModeReferences:
		r.Prompt = "Lin opens the door.\n[Image 1] shows Lin; [Image 2] shows the place."
		r.References = []provider.Picture{*at("https://store.example/lin.png?sig=2"), *inline()}
	}
	return r
}

// voiced is a take in which the one in the first picture speaks.
func voiced(model string) provider.Request {
	r := request(model, provider.ModeReferences)
	r.References[0].Name, r.References[0].Kind, r.Audio = "lin", "cast", true
	r.Voices = []provider.Voice{{Name: "lin", URL: "https://store.example/lin.wav?sig=3"}}
	return r
}

// lips are three seconds in which so many are seen, with other lips.
func lips(seen int) provider.Request {
	at := func(name string) *provider.Material {
		return &provider.Material{Object: drama.Object{Bytes: 600_000}, URL: "https://store.example/" + name + "?sig=a"}
	}
	return provider.Request{
		Model: "videoretalk", Mode: provider.ModeLipSync, Frames: 72, MakeMS: 3000, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 720, Height: 1280},
		Clip: at("clip.mp4"), Speech: at("speech.wav"), References: []provider.Picture{*pictureAt("https://store.example/lin.png?sig=2")}, Brief: drama.Brief{Cast: make([]drama.BriefCast, seen)},
	}
}

func TestExchanges(t *testing.T) {
	silent := request("wan3.0-video", provider.ModeText)
	silent.Audio, silent.Seed, silent.Raster = false, nil, media.Raster{Width: 1920, Height: 1080}
	dated := request("wan2.7-t2v-2026-06-12", provider.ModeText)
	dated.Raster, dated.Seed, dated.Negative = media.Raster{Width: 1104, Height: 832}, nil, ""
	beside := request("wan2.7", provider.ModeFrameReferences)
	beside.References[0].Kind = "cast"
	beside.Voices = voiced("wan2.7").Voices
	providertest.RunExchanges(t, providertest.Exchanges{
		New: made,
		Requests: map[string]provider.Request{
			"text":                     request("happyhorse-1.1", provider.ModeText),
			"first frame":              request("happyhorse-1.1", provider.ModeFirstFrame),
			"references":               request("happyhorse-1.0", provider.ModeReferences),
			"unlisted horse":           request("happyhorse-1.2", provider.ModeText),
			"wan text":                 request("wan2.7", provider.ModeText),
			"wan first frame":          request("wan2.7", provider.ModeFirstFrame),
			"wan first last":           request("wan2.7", provider.ModeFirstLast),
			"wan references":           request("wan2.7", provider.ModeReferences),
			"wan voices":               voiced("wan2.7"),
			"wan frame and references": beside,
			"wan3 voices":              voiced("wan3.0-video"),
			"wan dated":                dated,
			"wan3 text":                silent,
			"wan3 first last":          request("wan3.0-video", provider.ModeFirstLast),
			"lips":                     lips(1),
			"lips of two":              lips(2),
			"wan3 references":          request("wan3.0-video-prime", provider.ModeReferences),
		},
	})
}

func TestContract(t *testing.T) {
	v := newVendor(t)
	with := func(change func(*provider.Request)) provider.Request {
		r := request("happyhorse-1.1", provider.ModeText)
		change(&r)
		return r
	}
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { t.Helper(); return made(t, v.URL+"/api/v1") },
		Request: func() provider.Request { return request("happyhorse-1.1", provider.ModeText) },
		Wait:    func(context.Context) {},
		Foreign: provider.Job{ID: "0385dc79-5ff8-4d82-bcb6-000000000000", Model: "happyhorse-1.1"},
		Invalid: map[string]provider.Request{
			"the vendor says so": request("happyhorse-9", provider.ModeText),
		},
	})
	for name, r := range map[string]provider.Request{
		"a model that is resold":           with(func(r *provider.Request) { r.Model = "kling/kling-v3-video-generation" }),
		"an older model":                   with(func(r *provider.Request) { r.Model = "wan2.6-t2v" }),
		"a mode it has not":                request("happyhorse-1.1", provider.ModeFirstLast),
		"no mode":                          with(func(r *provider.Request) { r.Mode = "" }),
		"a model of another mode":          request("wan2.7-t2v-2026-06-12", provider.ModeReferences),
		"a raster it has not":              with(func(r *provider.Request) { r.Raster.Width = 704 }),
		"a tier of 1.1":                    with(func(r *provider.Request) { r.Model, r.Raster = "happyhorse-1.0", media.Raster{Width: 480, Height: 854} }),
		"half a second":                    with(func(r *provider.Request) { r.MakeMS = 4500 }),
		"too short":                        with(func(r *provider.Request) { r.MakeMS = 2000 }),
		"too long":                         with(func(r *provider.Request) { r.MakeMS = 16000 }),
		"no frame":                         with(func(r *provider.Request) { r.Mode = provider.ModeFirstFrame }),
		"no last frame":                    with(func(r *provider.Request) { r.Model, r.Mode, r.FirstFrame = "wan2.7", provider.ModeFirstLast, inline() }),
		"a frame that excludes references": request("wan3.0-video", provider.ModeFrameReferences),
		"references without their frame": with(func(r *provider.Request) {
			*r = request("wan2.7", provider.ModeReferences)
			r.Mode = provider.ModeFrameReferences
		}),
		"a frame without references": with(func(r *provider.Request) {
			*r = request("wan2.7", provider.ModeFirstFrame)
			r.Mode = provider.ModeFrameReferences
		}),
		"no references": with(func(r *provider.Request) { r.Mode = provider.ModeReferences }),
		"ten references": with(func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, slices.Repeat([]provider.Picture{*inline()}, 10)
		}),
		"a long prompt":    with(func(r *provider.Request) { r.Prompt = strings.Repeat("é", 5001) }),
		"a seed too large": with(func(r *provider.Request) { r.Seed = new(int64(1 << 31)) }),
		"a picture of text": with(func(r *provider.Request) {
			r.Mode, r.References = provider.ModeReferences, []provider.Picture{{Name: "x", Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader("<html>")), nil
			}}}
		}),
	} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
		_, err := made(t, s.URL).Submit(t.Context(), r)
		s.Close()
		if kind := provider.KindOf(err, ""); kind != provider.KindInvalid || asked != 0 {
			t.Errorf("%s: %v (kind %q) after %d requests, want invalid before any", name, err, kind, asked)
		}
	}
}

// Nothing is asked without a key.
func TestNoKey(t *testing.T) {
	p, err := dashscope.New(dashscope.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, submit := p.Submit(t.Context(), request("happyhorse-1.1", provider.ModeText))
	_, poll := p.Poll(t.Context(), provider.Job{ID: "x"})
	_, cancel := p.Cancel(t.Context(), provider.Job{ID: "x"})
	for _, err := range []error{submit, poll, cancel} {
		if provider.KindOf(err, "") != provider.KindAuth {
			t.Errorf("%v, want auth", err)
		}
	}
	if _, err := made(t, "http://127.0.0.1:1").Poll(t.Context(), provider.Job{}); provider.KindOf(err, "") != provider.KindNotFound {
		t.Errorf("a job without an id: %v", err)
	}
}

// Every code of the vendor's page, as the answer to a submit, and as a task's end.
func TestCodes(t *testing.T) {
	const (
		invalid, refused, auth, quota = provider.KindInvalid, provider.KindRefused, provider.KindAuth, provider.KindQuota
		failed, ambiguous, throttled  = provider.KindFailed, provider.KindAmbiguous, provider.KindThrottled
	)
	var status int
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer s.Close()
	p := made(t, s.URL)
	for _, c := range []struct {
		status       int
		codes        string
		submit, task provider.Kind
	}{
		{400, "InvalidParameter InvalidURL InvalidImage.FileFormat InvalidFile.Duration UnsupportedOperation", invalid, invalid},
		{400, "SomethingNew", invalid, failed},
		{400, "BadRequest.EmptyInput BadRequest.EmptyParameters BadRequest.EmptyModel BadRequest.IllegalInput BadRequest.TooLarge", invalid, invalid},
		{400, "InvalidURL.ConnectionRefused InvalidURL.Timeout BadRequest.InputDownloadFailed", failed, failed},
		{400, "DataInspectionFailed data_inspection_failed IPInfringementSuspect FaqRuleBlocked CustomRoleBlocked InvalidParameter.DataInspection", refused, refused},
		{400, "Arrearage", quota, quota},
		{401, "InvalidApiKey NOT+AUTHORIZED", auth, auth},
		{403, "AccessDenied Model.AccessDenied App.AccessDenied Workspace.AccessDenied", auth, auth},
		{403, "AccessDenied.Unpurchased AllocationQuota.FreeTierOnly", quota, quota},
		{404, "ModelNotFound model_not_found model_not_supported", invalid, invalid},
		{404, "WorkSpaceNotFound", auth, auth},
		{404, "NotFound", invalid, failed},
		{429, "Throttling Throttling.RateQuota LimitRequests Throttling.BurstRate", throttled, failed},
		{429, "Throttling.AllocationQuota insufficient_quota CommodityNotPurchased PrepaidBillOverdue PostpaidBillOverdue", quota, quota},
		{500, "InternalError InternalError.Algo InternalError.Timeout InternalError.Upload InternalError.FileUpload", ambiguous, failed},
		{500, "SystemError ModelServiceFailed RequestTimeOut ModelServingError", ambiguous, failed},
		{503, "ModelServingError", ambiguous, failed},
		{503, "ModelUnavailable", provider.KindTransient, failed},
	} {
		for code := range strings.FieldsSeq(c.codes) {
			code = strings.ReplaceAll(code, "+", " ")
			status, body = c.status, fmt.Sprintf(`{"code":%q,"message":"no","request_id":"r"}`, code)
			_, err := p.Submit(t.Context(), request("happyhorse-1.1", provider.ModeText))
			if kind := provider.KindOf(err, ""); kind != c.submit {
				t.Errorf("submit: %d %s is %q, want %s", c.status, code, kind, c.submit)
			}
			status, body = 200, fmt.Sprintf(`{"output":{"task_status":"FAILED","code":%q,"message":"no"}}`, code)
			got, err := p.Poll(t.Context(), provider.Job{ID: "x"})
			if err != nil || got.State != provider.Failed || got.Err.Kind != c.task || got.Err.Code != code {
				t.Errorf("task: %s is %+v, %v, want %s", code, got.Err, err, c.task)
			}
		}
	}
}

// A price is told only where it is the listed one and the answer says what for.
func TestPrice(t *testing.T) {
	for _, c := range []struct{ host, model, usage, want string }{
		{"", "happyhorse-1.1", `{"duration":5,"SR":720}`, "4.50 CNY"},
		{"", "happyhorse-1.1", `{"duration":"5.0","SR":"480P"}`, "2.25 CNY"},
		{"", "happyhorse-1.0", `{"duration":3.5,"SR":"1080"}`, "5.60 CNY"},
		{"", "happyhorse-1.0", `{"duration":5,"SR":480}`, ""},
		{"", "wan2.7", `{"video_duration":10,"SR":720,"video_ratio":"1:1"}`, "6.00 CNY"},
		{"", "wan2.7", `{"duration":10,"video_duration":5,"SR":1080}`, "10.00 CNY"},
		{"", "wan3.0-video", `{"video_count":1,"duration":5.0,"input_video_duration":0.0,"output_video_duration":5.0,"fps":30,"SR":720,"ratio":"16:9"}`, "3.00 CNY"},
		{"", "wan3.0-video-prime", `{"duration":5,"SR":720}`, ""},
		{"", "wan3.0-video", `{"duration":5}`, ""},
		{"", "wan3.0-video", `{"duration":-5,"SR":720}`, ""},
		{"", "wan3.0-video", `{"duration":"NaN","SR":720}`, ""},
		{"", "wan3.0-video", `{"duration":{},"SR":[]}`, ""},
		{"", "wan3.0-video", `[]`, ""},
		{"", "wan3.0-video", `null`, ""},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"output":{"task_status":"SUCCEEDED","video_url":"https://x.example/v.mp4"},"usage":%s}`, c.usage)
		}))
		got, err := made(t, s.URL).Poll(t.Context(), provider.Job{ID: "x", Model: c.model})
		s.Close()
		have := ""
		if got.Price != nil {
			have = got.Price.String()
		}
		if err != nil || got.State != provider.Succeeded || have != c.want {
			t.Errorf("%s %s: %s, price %q, %v, want %q", c.model, c.usage, got.State, have, err, c.want)
		}
	}
}

// A raster of the facts has words on the wire, and the price of its own tier.
func TestEveryRasterIsAskedFor(t *testing.T) {
	var sent atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent.Store(body)
		fmt.Fprint(w, `{"output":{"task_id":"x"}}`)
	}))
	defer s.Close()
	p := made(t, s.URL)
	for _, m := range p.Models() {
		seen := map[string]media.Raster{}
		for _, raster := range m.Rasters {
			r := request(m.ID, provider.ModeText)
			r.Raster = raster
			if _, err := p.Submit(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			var body struct {
				Parameters struct{ Resolution, Ratio string }
			}
			if err := json.Unmarshal(sent.Load().([]byte), &body); err != nil {
				t.Fatal(err)
			}
			words := body.Parameters.Resolution + " " + body.Parameters.Ratio
			if other, twice := seen[words]; twice || body.Parameters.Resolution == "" {
				t.Errorf("%s: %s is %q, as is %s", m.ID, raster, words, other)
			}
			seen[words] = raster
			rate, ok := m.Rate(provider.Bought{Mode: provider.ModeText, Raster: raster, Audio: true, MS: 5000})
			same, _ := m.Rate(provider.Bought{Mode: provider.ModeText, Raster: seen[body.Parameters.Resolution+" 9:16"], Audio: true, MS: 5000})
			if !ok || *rate.PerSecond != *same.PerSecond {
				t.Errorf("%s: %s costs another tier's price", m.ID, raster)
			}
			wide := strings.Split(body.Parameters.Ratio, ":")
			var w, h int
			if _, err := fmt.Sscan(wide[0]+" "+wide[1], &w, &h); err != nil {
				t.Fatal(err)
			}
			if off := raster.Width*h*100/(raster.Height*w) - 100; off < -2 || off > 1 {
				t.Errorf("%s: %s is no %s", m.ID, raster, body.Parameters.Ratio)
			}
		}
		if m.LipSync == nil && m.Rasters[0] != (media.Raster{Width: 720, Height: 1280}) {
			t.Errorf("%s: the first raster is %s", m.ID, m.Rasters[0])
		}
	}
}
