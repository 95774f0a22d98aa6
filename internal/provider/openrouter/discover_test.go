package openrouter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/openrouter"
	"github.com/dailies/dailies/internal/provider/providertest"
)

// discover reads a listing, and says how many requests that took.
func discover(t testing.TB, code int, body, key string) ([]provider.Model, int, error) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if got, want := r.Header.Get("Authorization") != "", key != ""; got != want || r.URL.Path != "/api/v1/videos/models" {
			t.Errorf("asked for %s, with a key: %v", r.URL, got)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}))
	defer s.Close()
	p, err := openrouter.New(openrouter.Options{BaseURL: s.URL + "/api/v1", Key: key, Now: func() time.Time { return time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	models, err := p.Discover(t.Context())
	return models, asked, err
}

func listing(t testing.TB) string {
	text, err := os.ReadFile("testdata/listing.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// whole sees that a plan can use a model's facts: everything it makes has a price.
func whole(t testing.TB, m provider.Model) {
	if m.ID == "" || len(m.Modes) == 0 || len(m.DurationsMS) == 0 || len(m.Rasters) == 0 || m.Source == "" || m.Checked != "2026-11-22" || !slices.IsSorted(m.DurationsMS) {
		t.Errorf("facts are not whole: %+v", m)
	}
	for _, b := range bought(m) {
		p, err := m.Price(b)
		if err != nil || p.Micros < 0 || p.Micros == 0 && !strings.HasSuffix(m.ID, ":free") {
			t.Errorf("%s: %+v costs %s, %v", m.ID, b, p, err)
		}
	}
}

func bought(m provider.Model) []provider.Bought {
	var all []provider.Bought
	for _, mode := range m.Modes {
		for _, r := range m.Rasters {
			for _, ms := range m.DurationsMS {
				for _, audio := range []bool{true, false} {
					if m.Audio || !audio {
						all = append(all, provider.Bought{Mode: mode, Raster: r, Audio: audio, MS: ms})
					}
				}
			}
		}
	}
	return all
}

func TestDiscover(t *testing.T) {
	models, asked, err := discover(t, http.StatusOK, listing(t), providertest.Key)
	if err != nil || asked != 1 {
		t.Fatalf("%v after %d requests", err, asked)
	}
	var ids []string
	for _, m := range models {
		whole(t, m)
		ids = append(ids, m.ID)
	}
	want := []string{
		"bytedance/seedance-2.5", "alibaba/wan-3.0", "alibaba/happyhorse-1.1", "kwaivgi/kling-v3.0-std", "kwaivgi/kling-v3.0-pro",
		"google/veo-3.1", "x-ai/grok-imagine-video", "docs/example", "minimax/hailuo-3", "somebody/gift:free",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Fatalf("models: %s", diff)
	}
	price := func(i int, mode provider.Mode, w, h int, audio bool) string {
		p, err := models[i].Price(provider.Bought{Mode: mode, Raster: media.Raster{Width: w, Height: h}, Audio: audio, MS: 5000})
		if err != nil {
			t.Error(err)
		}
		return p.String()
	}
	for _, c := range []struct{ what, got, want string }{
		{"tokens of an exact size", price(0, provider.ModeText, 834, 1112, true), "1.162883 USD"},
		{"a tier's price", price(1, provider.ModeText, 480, 854, true), "0.25 USD"},
		{"sound has the highest of what holds", price(3, provider.ModeText, 720, 1280, true), "0.63 USD"},
		{"silence has the lower", price(3, provider.ModeFirstLast, 720, 1280, false), "0.42 USD"},
		{"sound without a tier", price(5, provider.ModeText, 1080, 1920, true), "2.00 USD"},
		{"sound with a tier", price(5, provider.ModeText, 2160, 3840, true), "3.00 USD"},
		{"cents", price(6, provider.ModeText, 480, 854, false), "0.25 USD"},
		{"a frame's price in the shortest take", price(6, provider.ModeFirstFrame, 480, 854, false), "0.26 USD"},
		{"the page's example", price(7, provider.ModeText, 1080, 1920, false), "3.75 USD"},
		{"a free one", price(9, provider.ModeText, 720, 1280, false), "0.00 USD"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
	veo := models[5]
	if !veo.Audio || !veo.Seed || veo.LastFrame || veo.Speech || veo.MaxReferences != 0 || veo.Name != "Google: Veo 3.1 (OpenRouter)" || !strings.HasSuffix(veo.Source, "/api/v1/videos/models") {
		t.Errorf("veo is %+v", veo)
	}
	if diff := cmp.Diff([]media.Raster{{Width: 720, Height: 1280}, {Width: 1280, Height: 720}, {Width: 1080, Height: 1920}, {Width: 1920, Height: 1080}, {Width: 2160, Height: 3840}, {Width: 3840, Height: 2160}}, veo.Rasters); diff != "" {
		t.Errorf("veo's sizes: %s", diff)
	}
	if diff := cmp.Diff([]int64{2000, 5000, 10000, 30000}, models[1].DurationsMS); diff != "" {
		t.Errorf("wan's lengths: %s", diff)
	}
	if models[7].Name != "docs/example (OpenRouter)" {
		t.Errorf("a model without a name is called %q", models[7].Name)
	}
}

// models.yaml promises nothing that the listing does not, and no lower price.
func TestFactsAgreeWithTheListing(t *testing.T) {
	found, _, err := discover(t, http.StatusOK, listing(t), providertest.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range newProvider(t, "http://vendor.example", "").Models() {
		i := slices.IndexFunc(found, func(f provider.Model) bool { return f.ID == m.ID })
		if i < 0 {
			if !m.AnyModel {
				t.Errorf("%s is not listed", m.ID)
			}
			continue
		}
		f := found[i]
		m.DurationsMS = slices.DeleteFunc(slices.Clone(f.DurationsMS), func(ms int64) bool {
			return len(m.DurationsMS) > 0 && !slices.Contains(m.DurationsMS, ms) || len(m.DurationsMS) == 0 && (ms < m.MinMS || ms > m.MaxMS)
		})
		for _, mode := range m.Modes {
			if !slices.Contains(f.Modes, mode) {
				t.Errorf("%s makes no take from %s", m.ID, mode)
			}
		}
		if m.Audio && !f.Audio || m.Seed && !f.Seed || m.LastFrame && !f.LastFrame {
			t.Errorf("%s can do less", m.ID)
		}
		for _, b := range bought(m) {
			own, err := m.Price(b)
			if err != nil {
				t.Fatal(err)
			}
			// Seedance is listed with its exact sizes, the facts have those of tiers.
			if listed, err := f.Price(b); err == nil && own.Less(listed) {
				t.Errorf("%s: %+v costs %s, listed are %s", m.ID, b, own, listed)
			}
		}
	}
}

func TestDiscoverSurvives(t *testing.T) {
	entry := `{"id":"a/m%d","supported_resolutions":["720p"],"supported_aspect_ratios":["9:16"],"supported_durations":[5],"pricing_skus":{"duration_seconds":"0.1"}}`
	var many []string
	for i := range 3000 {
		many = append(many, fmt.Sprintf(entry, i))
	}
	deep := strings.Repeat("[", 100_000)
	for name, c := range map[string]struct {
		code int
		body string
		kind provider.Kind
		max  int
	}{
		"nothing":         {200, "", provider.KindTransient, 0},
		"a web page":      {200, "<html>", provider.KindTransient, 0},
		"no list":         {200, `{"data":{}}`, provider.KindTransient, 0},
		"an empty list":   {200, `{"data":[]}`, "", 0},
		"no data":         {200, `{}`, "", 0},
		"very deep":       {200, `{"data":[` + deep, provider.KindTransient, 0},
		"very many":       {200, `{"data":[` + strings.Join(many, ",") + `]}`, "", 1000},
		"very long":       {200, `{"data":[` + strings.Repeat(" ", 9<<20) + `]}`, provider.KindTransient, 0},
		"a long list":     {200, `{"data":[{"id":"a/b","supported_durations":[` + strings.Repeat("5,", 100_000) + `5],"supported_resolutions":["720p"],"supported_aspect_ratios":["9:16"],"pricing_skus":{"duration_seconds":"0.1"}}]}`, "", 1},
		"a long name":     {200, `{"data":[{"id":"a/b","name":"` + strings.Repeat("é", 100_000) + `","supported_durations":[5],"supported_resolutions":["720p"],"supported_aspect_ratios":["9:16"],"pricing_skus":{"duration_seconds":"0.1"}}]}`, "", 1},
		"down":            {503, `{"error":{"code":503,"message":"down"}}`, provider.KindTransient, 0},
		"too often":       {429, `{"error":{"code":429,"message":"slow down"}}`, provider.KindThrottled, 0},
		"not for us":      {401, `{"error":{"code":401,"message":"who"}}`, provider.KindAuth, 0},
		"a moved listing": {302, ``, provider.KindInvalid, 0},
	} {
		models, asked, err := discover(t, c.code, c.body, "")
		if got := provider.KindOf(err, ""); got != c.kind || len(models) > c.max || c.max > 0 && len(models) != c.max || asked != 1 {
			t.Errorf("%s: %d models after %d requests, %v (%q, want %q)", name, len(models), asked, err, got, c.kind)
		}
		for _, m := range models {
			if whole(t, m); len(m.Name) > 300 {
				t.Errorf("%s: a name of %d bytes", name, len(m.Name))
			}
		}
	}
}
