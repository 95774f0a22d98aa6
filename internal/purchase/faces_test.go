package purchase_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store/mem"
)

// registrar is a vendor that wants faces registered, and keeps them by name.
type registrar struct {
	mu                sync.Mutex
	provider.Provider // nil: what is not here is not asked
	faces             map[string]provider.Face
	created           int
	looks             int // until a face that is looked at is let through
	lose              int // answers to a registration that are lost
	late              int // times that a face is not listed though it is there
	refuse            string
	off               bool
	sent              []string // what each submit had in place of its pictures
	submit            func() error
}

func (r *registrar) Enrolls(string) bool { return !r.off }

func (r *registrar) Enroll(_ context.Context, f provider.Face) (provider.Face, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.faces[f.Name]
	switch {
	case f.ID != "":
		if !ok || known.ID != f.ID {
			f.ID, f.State = "", provider.FaceAbsent
			return f, nil
		}
		if r.looks--; r.looks < 0 {
			f.State = provider.FaceActive
			if r.refuse != "" {
				f.State, f.Why = provider.FaceRefused, r.refuse
			}
		}
		return f, nil
	case f.State == provider.FaceAbsent:
		if u, err := url.Parse(f.URL); err != nil || u.Host == "" {
			return f, errors.New("registered without an address")
		}
		r.created++
		f.ID, f.State, f.URL = fmt.Sprintf("asset-%d", r.created), provider.FacePending, ""
		r.faces[f.Name] = f
		if r.lose--; r.lose >= 0 {
			return f, &provider.Error{Kind: provider.KindTransient, Op: "upload", Message: "no answer"}
		}
		return f, nil
	case ok:
		if r.late--; r.late < 0 {
			return known, nil
		}
	}
	f.State = provider.FaceAbsent
	return f, nil
}

func (r *registrar) Submit(_ context.Context, q provider.Request) (provider.Job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sent []string
	for _, p := range q.References {
		sent = append(sent, p.Name+":"+p.Face)
	}
	r.sent = append(r.sent, strings.Join(sent, " "))
	if r.submit != nil {
		if err := r.submit(); err != nil {
			return provider.Job{}, err
		}
	}
	return provider.Job{ID: fmt.Sprintf("j%d", len(r.sent)), Model: q.Model}, nil
}

func (r *registrar) Poll(_ context.Context, j provider.Job) (provider.Status, error) {
	return provider.Status{Job: j, State: provider.Succeeded, Word: "done"}, nil
}

func (r *registrar) Fetch(context.Context, provider.Status) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(mp4(1000)))), nil
}

// addressed is a store whose objects vendors can read.
type addressed struct{ *mem.Store }

func (addressed) Presign(_ context.Context, key string, _ time.Duration) (string, error) {
	return "https://store.example/" + key, nil
}

func newFaces(t *testing.T) (*house, *registrar) {
	t.Helper()
	r := &registrar{faces: map[string]provider.Face{}}
	h := &house{t: t, store: &flaky{Store: mem.New()}}
	h.ledger = ledger.Objects{Store: h.store}
	h.buyer = &purchase.Buyer{
		Store: addressed{h.store.Store}, Ledger: h.ledger, Scratch: t.TempDir(), Grace: 20 * time.Millisecond, URLs: true,
		Providers: func(name string) (provider.Provider, provider.Instance, bool) {
			return r, provider.Instance{Name: name, Type: "ark", Model: "m", PollEveryMS: 1, DeadlineMS: 2000}, true
		},
	}
	h.order = order(1)
	picture := func(name, kind, sum, consent string) plan.Reference {
		return plan.Reference{Name: name, Kind: kind, File: drama.File{Path: name + ".png", SHA256: sum, Type: "image/png"}, Consent: consent}
	}
	h.order.Shot.References = []plan.Reference{picture("mara", "cast", "aa", "c1"), picture("bo", "cast", "bb", ""), picture("office", "location", "cc", "")}
	h.order.Shot.Routes = []plan.Route{{Route: attempts.Route{Instance: "wan", Model: "m"}, Mode: provider.ModeReferences, MakeMS: 2000, Raster: h.order.Shot.Routes[0].Raster}}
	return h, r
}

const registeredOnce = "mara:asset-1 bo: office:"

// A face for which somebody has signed is registered once, waited for, and sent by its id;
// nobody else's is. The next take of the show finds it.
func TestAFaceIsRegisteredBeforeItIsBought(t *testing.T) {
	h, r := newFaces(t)
	r.looks = 2
	if clip, f := h.until(1); clip.Media.Key == "" {
		t.Fatal(f)
	}
	h.order = func(o purchase.Order) purchase.Order { o.Take.Number = 2; return o }(h.order)
	if clip, f := h.until(1); clip.Media.Key == "" {
		t.Fatal(f)
	}
	if want := []string{registeredOnce, registeredOnce}; !slices.Equal(r.sent, want) || r.created != 1 {
		t.Errorf("sent %q, want %q; registered %d times", r.sent, want, r.created)
	}
	raw, _, err := h.store.Read(t.Context(), "s/faces/wan/aa.json")
	if err != nil || !strings.Contains(string(raw), `"consent":"c1"`) || strings.Contains(string(raw), "https://") {
		t.Errorf("kept %s, %v", raw, err)
	}
}

// Without somebody's signature, a group, or an address nothing is registered, and the
// picture goes as it is; of the address the take says so.
func TestNobodysFaceIsRegisteredUnasked(t *testing.T) {
	for name, change := range map[string]func(*house, *registrar){
		"unsigned":   func(h *house, _ *registrar) { h.order.Shot.References[0].Consent = "" },
		"off":        func(_ *house, r *registrar) { r.off = true },
		"no address": func(h *house, _ *registrar) { h.buyer.URLs = false },
	} {
		h, r := newFaces(t)
		change(h, r)
		clip, f := h.until(1)
		if clip.Media.Key == "" || r.created != 0 || len(r.faces) != 0 || !slices.Equal(r.sent, []string{"mara: bo: office:"}) {
			t.Errorf("%s: sent %q, registered %d (%v)", name, r.sent, r.created, f)
		}
		if said := len(clip.Notes) > 0; said != (name == "no address") {
			t.Errorf("%s: notes %q", name, clip.Notes)
		}
	}
}

// A process that dies, or an answer that is lost, registers nothing twice, even where the
// vendor's list is late; nothing is bought meanwhile.
func TestALostRegistrationIsFoundAgain(t *testing.T) {
	h, r := newFaces(t)
	r.lose, r.late = 1, 1
	_, f := h.until(1)
	if len(f) != 1 || f[0].Final || len(r.sent) != 0 {
		t.Fatalf("%+v, sent %q", f, r.sent)
	}
	h.buyer.Grace = 200 * time.Millisecond
	if clip, f := h.until(1); clip.Media.Key == "" {
		t.Fatal(f)
	}
	if r.created != 1 || !slices.Equal(r.sent, []string{registeredOnce}) {
		t.Errorf("registered %d times, sent %q", r.created, r.sent)
	}
	if _, err := h.ledger.Get(t.Context(), ledger.ID{Take: h.order.Take, Attempt: 2}); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("a second attempt: %v", err)
	}
}

// Several shots with the same face at once register it once between them.
func TestShotsOfOneFaceRegisterItOnce(t *testing.T) {
	h, r := newFaces(t)
	h.buyer.Grace, r.looks = 300*time.Millisecond, 5
	var all sync.WaitGroup
	for n := range 6 {
		o := h.order
		o.Take.Number = n + 1
		all.Go(func() {
			for range 5 {
				if _, err := h.buyer.Buy(t.Context(), o); err == nil {
					return
				}
			}
			t.Errorf("take %d was not made", o.Take.Number)
		})
	}
	all.Wait()
	if r.created != 1 || !slices.Equal(slices.Compact(r.sent), []string{registeredOnce}) || len(r.sent) != 6 {
		t.Errorf("registered %d times, sent %q", r.created, r.sent)
	}
}

// One that nobody has got is registered when its time is over.
func TestARegistrationThatNeverArrivedIsMadeAgain(t *testing.T) {
	h, r := newFaces(t)
	r.lose = 1
	h.until(1)
	clear(r.faces)
	if clip, f := h.until(1); clip.Media.Key == "" || r.created != 2 {
		t.Fatalf("registered %d times, %v", r.created, f)
	}
}

// A picture that moderation refuses is a refusal in words, once: nothing is bought, and the
// run goes its usual way with it.
func TestARefusedFace(t *testing.T) {
	h, r := newFaces(t)
	r.refuse = "a known person"
	for range 2 {
		_, f := h.until(1)
		if len(f) != 1 || !f[0].Final || f[0].Type != string(provider.KindRefused) || !strings.Contains(f[0].NoClip.Reason, "mara") || !strings.Contains(f[0].NoClip.Reason, "a known person") || f[0].NoClip.Price.Micros != 0 {
			t.Fatalf("%+v", f)
		}
	}
	if r.created != 1 || len(r.sent) != 0 {
		t.Errorf("registered %d times, sent %q", r.created, r.sent)
	}
	h.order.Remedies = []attempts.Remedy{attempts.RemedyNoReferences}
	if clip, f := h.until(1); clip.Media.Key == "" || !slices.Equal(r.sent, []string{""}) {
		t.Errorf("without references: %v, sent %q", f, r.sent)
	}
}

// A face that the vendor has lost is registered anew when it says so, and a request that is
// wrong for another reason stays wrong.
func TestAFaceThatIsGoneIsRegisteredAnew(t *testing.T) {
	h, r := newFaces(t)
	if clip, f := h.until(1); clip.Media.Key == "" {
		t.Fatal(f)
	}
	h.order.Take.Number = 2
	wrong := &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "no such asset"}
	r.submit = func() error {
		if len(r.sent) == 2 {
			return wrong
		}
		return nil
	}
	clear(r.faces)
	_, f := h.until(1)
	if len(f) != 1 || f[0].Final {
		t.Fatalf("%+v", f)
	}
	if clip, f := h.until(1); clip.Media.Key == "" || r.created != 2 || r.sent[2] != "mara:asset-2 bo: office:" {
		t.Errorf("registered %d times, sent %q, %v", r.created, r.sent, f)
	}
	h.order.Take.Number = 3
	r.submit = func() error { return wrong }
	if _, f := h.until(1); len(f) != 1 || !f[0].Final || f[0].Type != string(provider.KindInvalid) {
		t.Errorf("%+v", f)
	}
}

// A face is not waited for longer than an activity may be, and a context that ends ends it.
func TestAFaceIsNotWaitedForEver(t *testing.T) {
	h, r := newFaces(t)
	h.buyer.Grace = time.Millisecond
	r.looks = 1 << 30
	if _, f := h.until(1); len(f) != 1 || f[0].Final || !strings.Contains(f[0].Error(), "mara") {
		t.Fatalf("%+v", f)
	}
	h.buyer.Grace = time.Minute
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := h.buyer.Buy(ctx, h.order); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
