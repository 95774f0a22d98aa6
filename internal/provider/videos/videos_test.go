package videos_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/providertest"
	"github.com/dailies/dailies/internal/provider/videos"
)

const (
	wanText  = "Wan-AI/Wan2.2-T2V-A14B-Diffusers"
	wanFrame = "Wan-AI/Wan2.2-I2V-A14B-Diffusers"
	png      = "\x89PNG\r\n\x1a\n"
)

func picture(url string) *provider.Picture {
	return &provider.Picture{Name: "first frame", Kind: "frame", URL: url, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(png)), nil
	}}
}

func fps(n int64) media.Rational { return media.Rational{Num: n, Den: 1} }

func text() provider.Request {
	seed := int64(7)
	return provider.Request{
		Key: "lost-property-ep01-1A-t1-a1", Model: wanText, Mode: provider.ModeText, Prompt: "Rain on a tram stop.", Negative: "blurred", Seed: &seed,
		Frames: 96, MakeMS: 4000, FPS: fps(24), Raster: media.Raster{Width: 720, Height: 1280},
	}
}

func firstFrame(url string) provider.Request {
	return provider.Request{
		Key: "lost-property-ep01-1B-t1-a1", Model: wanFrame, Mode: provider.ModeFirstFrame, Prompt: "The door opens.",
		MakeMS: 5062, FPS: fps(24), Raster: media.Raster{Width: 480, Height: 832}, FirstFrame: picture(url),
	}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

func requests() map[string]provider.Request {
	return map[string]provider.Request{
		"text": text(), "first_frame": firstFrame(""), "first_frame_url": firstFrame("https://store.example/first.png"),
		"any":   with(text(), func(r *provider.Request) { r.Model, r.Seed, r.Negative = "any", nil, "" }),
		"sound": with(text(), sound),
	}
}

func sound(r *provider.Request) {
	r.Model, r.Seed, r.Negative, r.Audio = "Lightricks/LTX-2", nil, "", true
	r.Raster, r.FPS, r.MakeMS = media.Raster{Width: 704, Height: 1280}, fps(25), 5900
}

func newProvider(t *testing.T, base, server string) provider.Provider {
	t.Helper()
	p, err := videos.New(videos.Options{BaseURL: base, Key: providertest.Key, Server: server})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider {
			server := "vllm"
			if strings.HasPrefix(t.Name(), "TestExchanges/sglang") {
				server = "sglang"
			}
			return newProvider(t, base, server)
		},
		Requests: requests(),
		Not: map[string]string{
			"refused": "open models on one's own machine have no moderation",
			"balance": "nobody is paid",
		},
	})
}

func TestContract(t *testing.T) {
	for _, server := range []string{"vllm", "sglang"} {
		t.Run(server, func(t *testing.T) {
			s := newServer(t)
			providertest.Run(t, providertest.Suite{
				New:     func(t *testing.T) provider.Provider { return newProvider(t, s.URL, server) },
				Request: text,
				Wait:    func(context.Context) {},
				Foreign: provider.Job{ID: "video_gen_of/somebody?else"},
				Invalid: map[string]provider.Request{
					"no prompt":         with(text(), func(r *provider.Request) { r.Prompt = "" }),
					"a mode it has not": with(text(), func(r *provider.Request) { r.Mode = provider.ModeReferences }),
					"no first frame":    with(firstFrame(""), func(r *provider.Request) { r.FirstFrame = nil }),
					"too long":          with(text(), func(r *provider.Request) { r.MakeMS = 6000 }),
					"no length":         with(text(), func(r *provider.Request) { r.Model, r.MakeMS = "other/model", 0 }),
					"a strange size":    with(text(), func(r *provider.Request) { r.Raster.Width = 721 }),
					"no picture": with(firstFrame(""), func(r *provider.Request) {
						r.FirstFrame.Open = func(context.Context) (io.ReadCloser, error) {
							return io.NopCloser(strings.NewReader("text")), nil
						}
					}),
				},
			})
		})
	}
}

// TestForm reads what vLLM-Omni is sent.
func TestForm(t *testing.T) {
	for name, c := range map[string]struct {
		request provider.Request
		want    map[string]string
		file    string
	}{
		"text": {text(), map[string]string{
			"prompt": "Rain on a tram stop.", "model": wanText, "size": "720x1280", "num_frames": "65", "fps": "16", "seed": "7",
			"negative_prompt": "blurred", "user": "lost-property-ep01-1A-t1-a1",
		}, ""},
		"a first frame by its bytes": {firstFrame(""), map[string]string{
			"prompt": "The door opens.", "model": wanFrame, "size": "480x832", "num_frames": "81", "fps": "16", "user": "lost-property-ep01-1B-t1-a1",
		}, png},
		"a first frame by its URL": {firstFrame("https://store.example/first.png"), map[string]string{
			"prompt": "The door opens.", "model": wanFrame, "size": "480x832", "num_frames": "81", "fps": "16", "user": "lost-property-ep01-1B-t1-a1",
			"image_reference": `{"image_url":"https://store.example/first.png"}`,
		}, ""},
		"sound": {with(text(), sound), map[string]string{
			"prompt": "Rain on a tram stop.", "model": "Lightricks/LTX-2", "size": "704x1280", "num_frames": "153", "fps": "25",
			"generate_sound": "true", "user": "lost-property-ep01-1A-t1-a1",
		}, ""},
		"a model that is not listed": {with(text(), func(r *provider.Request) { r.Model, r.Raster.Width, r.MakeMS = "studio/ours", 704, 8000 }), map[string]string{
			"prompt": "Rain on a tram stop.", "model": "studio/ours", "size": "704x1280", "num_frames": "193", "fps": "24", "seed": "7",
			"negative_prompt": "blurred", "user": "lost-property-ep01-1A-t1-a1",
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			if _, err := newProvider(t, s.URL+"/v1/", "").Submit(t.Context(), c.request); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for k, v := range s.forms[0].MultipartForm.Value {
				got[k] = strings.Join(v, "|")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("form (-want +sent):\n%s", diff)
			}
			if file, kind := upload(t, s.forms[0]); file != c.file || file != "" && kind != "image/png" {
				t.Errorf("sent the file %q (%s), want %q", file, kind, c.file)
			}
		})
	}
}

func upload(t *testing.T, r *http.Request) (body, kind string) {
	t.Helper()
	files := r.MultipartForm.File["input_reference"]
	if len(files) == 0 {
		return "", ""
	}
	f, err := files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	return b.String(), files[0].Header.Get("Content-Type")
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		o    videos.Options
		want string
	}{
		"no address":       {videos.Options{}, "base_url is missing"},
		"no web address":   {videos.Options{BaseURL: "gpu1:8091"}, "no web address"},
		"a strange server": {videos.Options{BaseURL: "http://gpu1:8091", Server: "triton"}, `server "triton" is not known; known are sglang, vllm`},
	} {
		if _, err := videos.New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestNoKeyIsSentToABucket: the clip may lie elsewhere.
func TestNoKeyIsSentToABucket(t *testing.T) {
	var sent []string
	bucket := http.NewServeMux()
	bucket.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Header.Get("Authorization"))
		_, _ = w.Write([]byte("clip"))
	})
	s := newServer(t)
	other := newServer(t)
	other.Config.Handler = bucket
	body, err := newProvider(t, s.URL, "sglang").Fetch(t.Context(), provider.Status{URL: other.URL + "/clip.mp4"})
	if err != nil {
		t.Fatal(err)
	}
	_ = body.Close()
	if diff := cmp.Diff([]string{""}, sent); diff != "" {
		t.Errorf("Authorization at the bucket: %s", diff)
	}
}
