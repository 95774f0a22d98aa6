package images_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/images"
	"github.com/dailies/dailies/internal/provider/providertest"
)

const png = "\x89PNG\r\n\x1a\n"

func text() provider.Request {
	seed := int64(7)
	return provider.Request{
		Key: "lost-property-ep01-1A-still-t1-a1", Model: "Qwen/Qwen-Image", Mode: provider.ModeImage, Prompt: "Rain on a tram stop.", Negative: "blurred",
		Seed: &seed, Raster: media.Raster{Width: 928, Height: 1664},
	}
}

func with(r provider.Request, change func(*provider.Request)) provider.Request {
	change(&r)
	return r
}

func seedream(r *provider.Request) {
	r.Model, r.Seed, r.Raster = "doubao-seedream-4-0-250828", nil, media.Raster{Width: 1440, Height: 2560}
}

func banana(r *provider.Request) {
	r.Model, r.Seed, r.Negative, r.Raster = "gemini-nano-banana-2.1", nil, "", media.Raster{Width: 768, Height: 1376}
}

func gptImage(r *provider.Request) {
	r.Model, r.Seed, r.Negative, r.Raster = "gpt-image-2", nil, "", media.Raster{Width: 1008, Height: 1792}
}

func qwen(model string) func(*provider.Request) {
	return func(r *provider.Request) { r.Model = model }
}

func edited(r *provider.Request) {
	r.References = []provider.Picture{reference("https://store.example/lin.png"), reference("")}
}

func reference(url string) provider.Picture {
	return provider.Picture{Name: "lin", Kind: "cast", URL: url, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(png)), nil
	}}
}

func requests() map[string]provider.Request {
	return map[string]provider.Request{
		"text":     text(),
		"any":      with(text(), func(r *provider.Request) { r.Model, r.Seed, r.Negative = "any", nil, "" }),
		"seedream": with(text(), seedream),
		"endpoint": with(with(text(), seedream), func(r *provider.Request) { r.Model = "ep-20261122-abcde" }),
		"seedream 5": with(with(text(), seedream), func(r *provider.Request) {
			r.Model, r.References = "dola-seedream-5-0-pro-260628", []provider.Picture{reference("https://store.example/lin.png"), reference("https://store.example/bo.png")}
		}),
		"banana":    with(text(), banana),
		"gpt":       with(text(), gptImage),
		"gpt edit":  with(with(text(), gptImage), edited),
		"qwen 2":    with(text(), qwen("qwen-image-2.0")),
		"qwen edit": with(with(text(), qwen("qwen-image-edit-plus")), edited),
		"banana references": with(with(text(), banana), func(r *provider.Request) {
			r.Raster = media.Raster{Width: 1536, Height: 2752}
			r.References = []provider.Picture{reference("https://store.example/lin.png"), reference("")}
		}),
		"references": with(with(text(), seedream), func(r *provider.Request) {
			r.References = []provider.Picture{reference("https://store.example/lin.png"), reference("")}
		}),
	}
}

func newProvider(t *testing.T, o images.Options) provider.Provider {
	t.Helper()
	o.Key = providertest.Key
	p, err := images.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExchanges(t *testing.T) {
	providertest.RunExchanges(t, providertest.Exchanges{
		New: func(t *testing.T, base string) provider.Provider {
			o := images.Options{BaseURL: base, Dir: t.TempDir()}
			for _, server := range []string{"ark", "gemini", "sglang", "openai", "dashscope"} {
				if strings.HasPrefix(t.Name(), "TestExchanges/"+server) {
					o.Server = server
				}
			}
			if o.Server == "ark" {
				o.Like = "doubao-seedream-4-0-250828"
			}
			return newProvider(t, o)
		},
		Requests: requests(),
		Not: map[string]string{
			"queued": "the answer to a submit is the picture", "running": "the answer to a submit is the picture",
			"unknown word": "there are no status words",
		},
	})
}

// machine answers every generation with a picture of its own.
func machine(t *testing.T) *httptest.Server {
	made := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		made++
		fmt.Fprintf(w, `{"data": [{"b64_json": %q}]}`, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s picture %d", png, made)))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestContract(t *testing.T) {
	s, dir := machine(t), t.TempDir()
	providertest.Run(t, providertest.Suite{
		New:     func(t *testing.T) provider.Provider { return newProvider(t, images.Options{BaseURL: s.URL, Dir: dir}) },
		Request: text,
		Foreign: provider.Job{ID: "somebody/else"},
		Invalid: map[string]provider.Request{
			"no prompt":      with(text(), func(r *provider.Request) { r.Prompt = "" }),
			"a take":         with(text(), func(r *provider.Request) { r.Mode = provider.ModeText }),
			"a strange size": with(text(), func(r *provider.Request) { r.Raster.Width = 929 }),
			"a reference":    with(text(), func(r *provider.Request) { r.References = []provider.Picture{reference("")} }),
		},
	})
}

// TestContractOfVendors holds those with a shape of their own to the same.
func TestContractOfVendors(t *testing.T) {
	made, mux := 0, http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	inline := func(w http.ResponseWriter, _ *http.Request) {
		made++
		fmt.Fprintf(w, `{"data": [{"b64_json": %q}], "usage": {"output_tokens": 1266}}`, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s picture %d", png, made)))
	}
	mux.HandleFunc("POST /images/generations", inline)
	mux.HandleFunc("POST /images/edits", inline)
	mux.HandleFunc("POST /services/aigc/multimodal-generation/generation", func(w http.ResponseWriter, _ *http.Request) {
		made++
		fmt.Fprintf(w, `{"output": {"choices": [{"message": {"content": [{"image": "%s/made/%d"}]}}]}, "usage": {"image_count": 1}}`, s.URL, made)
	})
	mux.HandleFunc("GET /made/{n}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s picture %s", png, r.PathValue("n"))
	})
	for server, change := range map[string]func(*provider.Request){"openai": gptImage, "dashscope": qwen("qwen-image-2.0")} {
		t.Run(server, func(t *testing.T) {
			dir := t.TempDir()
			ask := func() provider.Request { return with(text(), change) }
			invalid := map[string]provider.Request{
				"no prompt":      with(ask(), func(r *provider.Request) { r.Prompt = "" }),
				"a take":         with(ask(), func(r *provider.Request) { r.Mode = provider.ModeText }),
				"a strange size": with(ask(), func(r *provider.Request) { r.Raster.Width = 929 }),
				"too many":       with(ask(), func(r *provider.Request) { r.References = make([]provider.Picture, 17) }),
				"a long prompt":  with(ask(), func(r *provider.Request) { r.Prompt = strings.Repeat("x", 32001) }),
			}
			if server == "dashscope" {
				invalid["nothing to edit"] = with(ask(), qwen("qwen-image-edit-max"))
				invalid["a long negative prompt"] = with(ask(), func(r *provider.Request) { r.Negative = strings.Repeat("x", 501) })
				invalid["a seed too large"] = with(ask(), func(r *provider.Request) { r.Seed = new(int64(1 << 31)) })
			}
			providertest.Run(t, providertest.Suite{
				New: func(t *testing.T) provider.Provider {
					return newProvider(t, images.Options{BaseURL: s.URL, Server: server, Dir: dir})
				},
				Request: ask, Foreign: provider.Job{ID: "somebody/else"}, Invalid: invalid,
			})
		})
	}
}

// TestVendorsFacts holds those of the models that cost money to the same suite's rules.
func TestVendorsFacts(t *testing.T) {
	own, err := images.New(images.Options{BaseURL: "http://gpu1:8091/v1/"})
	if err != nil {
		t.Fatal(err)
	}
	ark, err := images.New(images.Options{Server: "ark"})
	if err != nil {
		t.Fatal(err)
	}
	gemini, err := images.New(images.Options{Server: "gemini"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range own.Models() {
		if m.Currency() != "" {
			t.Errorf("%s costs money on a machine of one's own", m.ID)
		}
	}
	var vendors []provider.Model
	for _, server := range []string{"ark", "gemini", "openai", "dashscope"} {
		p, err := images.New(images.Options{Server: server})
		if err != nil || len(p.Models()) == 0 {
			t.Fatalf("%s has %d models, %v", server, len(p.Models()), err)
		}
		vendors = append(vendors, p.Models()...)
	}
	for _, m := range vendors {
		if p, err := m.Price(provider.Bought{Mode: provider.ModeImage, Raster: m.Rasters[0]}); err != nil || p.Micros == 0 || m.AnyModel {
			t.Errorf("%s: %s, %v", m.ID, p, err)
		}
	}
	for _, m := range gemini.Models() {
		for _, r := range m.Rasters {
			if _, err := gemini.Submit(t.Context(), with(text(), func(ask *provider.Request) { banana(ask); ask.Model, ask.Raster, ask.Prompt = m.ID, r, "" })); provider.KindOf(err, "") != provider.KindInvalid {
				t.Errorf("%s at %s without a prompt: %v", m.ID, r, err)
			}
		}
	}
	if _, err := ark.Submit(t.Context(), with(text(), func(r *provider.Request) { r.Model = "doubao-seedream-9" })); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("a model that nobody knows the price of: %v", err)
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		o    images.Options
		want string
	}{
		"no address":       {images.Options{}, "base_url is missing"},
		"no web address":   {images.Options{BaseURL: "gpu1:8091"}, "no web address"},
		"a strange server": {images.Options{BaseURL: "http://gpu1:8091", Server: "dalle"}, `server "dalle" is not known; known are ark, dashscope, gemini, openai, sglang, vllm`},
	} {
		if _, err := images.New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestPicturesDoNotPileUp: what nobody fetched is dropped after two days.
func TestPicturesDoNotPileUp(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "old.picture")
	if err := os.WriteFile(old, []byte(png), 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-72 * time.Hour)
	if err := os.Chtimes(old, then, then); err != nil {
		t.Fatal(err)
	}
	if _, err := newProvider(t, images.Options{BaseURL: machine(t).URL, Dir: dir}).Submit(t.Context(), text()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() == "old.picture" {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestNoPlaceForThePicture: it was made and is lost; another may be made.
func TestNoPlaceForThePicture(t *testing.T) {
	_, err := newProvider(t, images.Options{BaseURL: machine(t).URL}).Submit(t.Context(), text())
	if provider.KindOf(err, "") != provider.KindFailed {
		t.Errorf("%v, want failed", err)
	}
}
