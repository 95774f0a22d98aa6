package test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/vendors"
	emulatedark "github.com/dailies/dailies/test/vendors/ark"
)

// reachable is a store that vendors can read.
type reachable struct{ *mem.Store }

func (reachable) Presign(_ context.Context, key string, _ time.Duration) (string, error) {
	return "https://store.example/" + key + "?sig=1", nil
}

// studio buys takes of one character from an Ark account that takes no face that it does
// not know.
type studio struct {
	t       *testing.T
	library *emulatedark.Library
	house   *vendors.House
	buyer   *purchase.Buyer
}

func newStudio(t *testing.T, configured bool) *studio {
	t.Helper()
	v := emulatedark.New(vendors.Options{Key: vendorKey, JobTime: time.Millisecond, SubmitRPS: 1000, QueryQPS: 1000})
	library := &emulatedark.Library{AccessKey: "AK", SecretKey: "SK", Looks: 2}
	v.Faces(library)
	api, assets := httptest.NewServer(v), httptest.NewServer(library)
	t.Cleanup(api.Close)
	t.Cleanup(assets.Close)
	o := all.Options{BaseURL: emulatedark.BaseURL(api.URL), Secret: func(key string) string {
		return map[string]string{"api_key_env": vendorKey, "access_key_env": "AK", "secret_key_env": "SK"}[key]
	}}
	if configured {
		o.Own = map[string]string{"assets_group": "drama", "assets_project": "default", "assets_url": assets.URL}
	}
	adapters := all.Adapters()
	p, err := adapters[slices.IndexFunc(adapters, func(a all.Adapter) bool { return a.Type == "ark" })].New(o)
	if err != nil {
		t.Fatal(err)
	}
	st := reachable{mem.New()}
	return &studio{t: t, library: library, house: v.House(), buyer: &purchase.Buyer{
		Store: st, Ledger: ledger.Objects{Store: st}, Scratch: t.TempDir(), Grace: 50 * time.Millisecond, URLs: true,
		Providers: func(name string) (provider.Provider, provider.Instance, bool) {
			return p, provider.Instance{Name: name, Type: "ark", Model: "doubao-seedance-2-0-260128", PollEveryMS: 1, DeadlineMS: 20_000}, true
		},
	}}
}

// buy brings take n to its end as an engine does, again after what is not final.
func (s *studio) buy(n int, consent string) error {
	s.t.Helper()
	o := purchase.Order{
		Take:     drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: "1A", Number: n},
		Instance: "seedance", Estimate: drama.Money{Micros: 10_000_000, Currency: "CNY"},
		Shot: plan.Shot{
			Slate: "1A", Frames: 96, Brief: drama.Brief{FPS: media.Rational{Num: 24, Den: 1}}, Prompt: prompt.Prompt{Text: "Mara turns to the window."},
			References: []plan.Reference{{Name: "mara", Kind: "cast", File: drama.File{Path: "mara.png", SHA256: "aa11", Type: "image/png"}, Consent: consent}},
			Routes: []plan.Route{{
				Route: attempts.Route{Instance: "seedance", Model: "doubao-seedance-2-0-260128"}, Mode: provider.ModeReferences, MakeMS: 4000, Raster: media.Raster{Width: 720, Height: 1280},
			}},
		},
	}
	for range 20 {
		_, err := s.buyer.Buy(s.t.Context(), o)
		f, ok := errors.AsType[*purchase.Failure](err)
		if err == nil || !ok || f.Final {
			return err
		}
	}
	s.t.Fatal("no end")
	return nil
}

// A face that looks real is refused with a remedy that names whose it is; with a consent and
// an asset group it is registered once for all takes, whatever answer is lost, found anew
// when somebody has dropped it, and the take is bought once.
func TestARealFaceOnArk(t *testing.T) {
	s := newStudio(t, true)
	for consent, remedy := range map[string]string{"": "consent", "paper": ""} {
		err := s.buy(len(consent)+1, consent)
		if (remedy == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), remedy) || !strings.Contains(err.Error(), "mara")) {
			t.Fatalf("with the consent %q: %v", consent, err)
		}
	}
	if err := newStudio(t, false).buy(1, "paper"); err == nil || !strings.Contains(err.Error(), "assets_group") {
		t.Errorf("without a group: %v", err)
	}
	s.library.Forget()
	s.library.Lose = func(action string, n int) bool { return action == "CreateAsset" || n%2 == 1 }
	if err := s.buy(20, "paper"); err != nil {
		t.Fatalf("after it was dropped: %v", err)
	}
	if got := s.library.Assets(); !slices.Equal(got, []string{"aa11"}) {
		t.Errorf("registered %v", got)
	}
	accepted := 0
	for _, j := range s.house.List() {
		if j.State == vendors.Succeeded {
			accepted++
		}
	}
	if accepted != 2 {
		t.Errorf("%d takes were made of two", accepted)
	}
}

// What moderation says of a picture is the take's reason, and nothing is bought.
func TestAFaceThatArksModerationRefuses(t *testing.T) {
	s := newStudio(t, true)
	s.library.Refuse = func(string) string { return "a public figure" }
	err := s.buy(1, "paper")
	f, ok := errors.AsType[*purchase.Failure](err)
	if !ok || f.Type != string(provider.KindRefused) || !strings.Contains(f.NoClip.Reason, "a public figure") || len(s.house.List()) != 0 {
		t.Errorf("%v; %d jobs", err, len(s.house.List()))
	}
}
