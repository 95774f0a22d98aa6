// Package hooks takes the calls of vendors about their jobs. A call that came to the
// address that the vendor was given, and that is signed where the vendor signs, wakes
// whoever waits for the job. Nothing that it says is believed or kept, and who has no
// such address is told nothing, not even whether there is such a provider.
package hooks

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/provider"
)

// maxBody is the most of a call, bytes: vendors send what a poll would say, and fal a
// model's whole output.
const maxBody = 1 << 20

// Options are what calls are judged by.
type Options struct {
	Desk *callback.Desk
	// Hearer is an instance whose vendor calls; false: there is none of that name.
	Hearer func(instance string) (provider.Hearer, bool)
	// Admit counts a call of one job; an error: it calls too often.
	Admit func(job string) error
	Log   *slog.Logger
	Now   func() time.Time // nil: time.Now
}

// Register serves callback.Prefix.
func Register(mux *http.ServeMux, o Options) {
	if o.Now == nil {
		o.Now = time.Now
	}
	mux.HandleFunc("POST "+callback.Prefix+"{instance}/{token}", o.called)
	mux.HandleFunc("GET "+callback.Prefix+"{instance}/{token}", o.called)
}

// called answers one call. A GET wakes nobody: it is only answered, if its vendor proves
// addresses in that way. The log never says where it came to: that is the secret.
func (o Options) called(w http.ResponseWriter, r *http.Request) {
	instance := r.PathValue("instance")
	id, ok, err := o.Desk.Open(r.Context(), instance, r.PathValue("token"))
	if err != nil {
		o.later(w, instance, err)
		return
	}
	hearer, known := o.Hearer(instance)
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	if err := o.Admit(instance + "/" + id); err != nil {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many calls about one job", http.StatusTooManyRequests)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, fmt.Sprintf("a call of at most %d bytes is read", maxBody), http.StatusRequestEntityTooLarge)
		return
	}
	answer, err := hearer.Hear(r.Context(), provider.Call{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: header(r), Body: body, At: o.Now(),
	})
	if err != nil {
		o.Log.Warn("a call about a job is not the vendor's and was dropped; if it should be, look at callback_secret_env and at this machine's clock", "provider", instance, "error", err)
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		if answer == nil {
			http.NotFound(w, r)
			return
		}
		reply(w, answer)
		return
	}
	if err := o.Desk.Ring(r.Context(), instance, id); err != nil {
		o.later(w, instance, err)
		return
	}
	o.Log.Debug("a vendor called", "provider", instance)
	if answer == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	reply(w, answer)
}

func reply(w http.ResponseWriter, answer []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // who went away needs no answer
}

// header reads the first header of a name; Go keeps Host apart.
func header(r *http.Request) func(string) string {
	return func(name string) string {
		if http.CanonicalHeaderKey(name) == "Host" {
			return r.Host
		}
		return r.Header.Get(name)
	}
}

// later asks the vendor to call again: something of ours is away.
func (o Options) later(w http.ResponseWriter, instance string, err error) {
	o.Log.Warn("take a vendor's call; the job is polled all the same", "provider", instance, "error", err)
	http.Error(w, "call again later", http.StatusServiceUnavailable)
}
