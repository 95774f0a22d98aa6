package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Hook is an address that wants to be told.
type Hook struct {
	URL       string
	SecretEnv string // the variable with its secret
	Events    []Type // empty: all
	Shows     []string
	SpentOver []drama.Money
	// Private lets its name lead to an address that is not public.
	Private bool
}

// ID names the hook in records: its URL, which may hold a secret, cannot be read of it.
// Another URL is another hook.
func (h Hook) ID() string {
	sum := sha256.Sum256([]byte("webhook\n" + h.URL))
	return hex.EncodeToString(sum[:6])
}

// Place is the hook for people: the host alone.
func (h Hook) Place() string {
	u, err := url.Parse(h.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Local says whether the URL itself names a place that is not public: an address in
// numbers, or localhost.
func Local(u *url.URL) bool {
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && !wire.Public(a)
}

// of says whether the hook is about a show and wants to know of a type.
func (h Hook) of(kind Type, show string) bool {
	if kind == SpentOver && len(h.SpentOver) == 0 {
		return false
	}
	return (len(h.Events) == 0 || slices.Contains(h.Events, kind)) && (len(h.Shows) == 0 || slices.Contains(h.Shows, show))
}

// wants says whether the hook is told of an event.
func (h Hook) wants(e Event) bool {
	if !h.of(e.Type, e.Data.Show) {
		return false
	}
	return e.Type != SpentOver || e.Data.Over != nil && slices.Contains(h.SpentOver, *e.Data.Over)
}

// For are the hooks that want an event.
func For(hooks []Hook, e Event) (to []Target) {
	for _, h := range hooks {
		if h.wants(e) {
			to = append(to, Target{Hook: h.ID(), Place: h.Place()})
		}
	}
	return to
}

// Wanted is what anybody wants to know of a show, for its runs, which tell nothing else.
type Wanted struct {
	Types []Type `json:"types"`
	Over  []Over `json:"over,omitempty"`
}

// Over is an amount that an episode may come to cost.
type Over struct {
	Amount drama.Money `json:"amount"` // as configured
	// In is the amount in the run's currency.
	In drama.Money `json:"in"`
}

// Of is what hooks want of a show whose runs count in a currency; nil: nothing. An amount
// that cannot be converted is left out.
func Of(hooks []Hook, show string, x drama.Exchange, currency string) *Wanted {
	var w Wanted
	for _, h := range hooks {
		for _, kind := range Types() {
			if h.of(kind, show) && !slices.Contains(w.Types, kind) {
				w.Types = append(w.Types, kind)
			}
		}
		if !h.of(SpentOver, show) {
			continue
		}
		for _, m := range h.SpentOver {
			in, err := x.Convert(m, currency)
			if o := (Over{Amount: m, In: in}); err == nil && !slices.Contains(w.Over, o) {
				w.Over = append(w.Over, o)
			}
		}
	}
	if len(w.Types) == 0 {
		return nil
	}
	slices.Sort(w.Types)
	return &w
}
