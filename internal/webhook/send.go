package webhook

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/provider/wire"
)

const (
	// patience is how long a receiver may take to answer: the specification's 15 to 30 s.
	patience = 20 * time.Second
	// maxAnswer is how much of an answer is read before its connection is given up. Nothing
	// in it counts.
	maxAnswer = 64 << 10
	// Of a secret, in bytes: the specification's.
	leastSecret, mostSecret = 24, 64
)

// CheckSecret errs for a value of secret_env that cannot sign: one secret, or while one is
// exchanged for another both, with a space between them. The error tells nothing of it.
func CheckSecret(value string) error {
	all := strings.Fields(value)
	if len(all) == 0 || len(all) > 2 {
		return errors.New("want whsec_ and base64, or two of them with a space between while one is exchanged for the other")
	}
	for _, s := range all {
		text, ok := strings.CutPrefix(s, "whsec_")
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) < leastSecret || len(key) > mostSecret {
			return fmt.Errorf("want whsec_ and the base64 of %d to %d random bytes, as of: echo whsec_$(openssl rand -base64 32)", leastSecret, mostSecret)
		}
	}
	return nil
}

// Answer is what came of a request.
type Answer struct {
	Status int           // of HTTP; 0: nobody answered
	After  time.Duration // it asks not to be asked sooner
	// Words say what came, without URL or secret.
	Words string
}

// Taken says that the receiver has it: any 2xx.
func (a Answer) Taken() bool { return a.Status >= 200 && a.Status <= 299 }

// Off says that the receiver wants nothing more from here.
func (a Answer) Off() bool { return a.Status == http.StatusGone }

// Sender posts events.
type Sender struct {
	// Patience is how long a receiver may take; 0: 20 s.
	Patience time.Duration
	Now      func() time.Time // nil: time.Now
	Resolver *net.Resolver    // nil: the system's
}

// Post sends an event to a hook once, signed with the value of its secret_env. What went
// wrong at the receiver, or on the way there, is in the Answer; an error is ours, or ctx's.
func (s Sender) Post(ctx context.Context, h Hook, secret string, e Event) (Answer, error) {
	body, err := e.Body()
	if err != nil {
		return Answer{}, fmt.Errorf("send event %s: %w", e.ID, err)
	}
	now := time.Now()
	if s.Now != nil {
		now = s.Now()
	}
	signed := make([]string, 0, 2)
	for one := range strings.FieldsSeq(secret) {
		sig, err := wire.Signature(one, e.ID, now, body)
		if err != nil {
			return Answer{}, fmt.Errorf("send event %s: %w", e.ID, err)
		}
		signed = append(signed, sig)
	}
	if s.Patience == 0 {
		s.Patience = patience
	}
	asked, stop := context.WithTimeout(ctx, s.Patience)
	defer stop()
	r, err := http.NewRequestWithContext(asked, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return Answer{}, fmt.Errorf("send event %s: the URL of webhook %s is none", e.ID, h.ID()) // err has it
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "dailies")
	r.Header.Set("webhook-id", e.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("webhook-signature", strings.Join(signed, " "))
	client := &http.Client{Transport: s.transport(h, r), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	resp, err := client.Do(r)
	switch {
	case ctx.Err() != nil:
		if err == nil {
			_ = resp.Body.Close()
		}
		return Answer{}, ctx.Err()
	case asked.Err() != nil:
		return Answer{Words: fmt.Sprintf("no answer within %v", s.Patience)}, nil
	case err != nil:
		return Answer{Words: wayWords(err)}, nil
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // its status has said all
	a := Answer{Status: resp.StatusCode, After: wire.RetryAfter(resp.Header, now), Words: strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode)}
	if a.Status >= 300 && a.Status <= 399 {
		a.Words += ": redirects are not followed, configure where it leads"
	}
	return a, nil
}

// wayWords is an error of the way to a receiver without the URL, which net/http repeats.
func wayWords(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if private, ok := errors.AsType[*privateError](err); ok {
		return private.Error()
	}
	return strings.ToValidUTF8(cut(err.Error()), "")
}

// privateError says that a name leads where no public hook is.
type privateError struct{ at netip.Addr }

func (e *privateError) Error() string {
	return fmt.Sprintf("its name leads to %s, which is not a public address; say private: true if that is meant", e.at)
}

// transport connects where the hook may lead: the check is of the address that is dialled,
// so no name can lead it elsewhere. A proxy of the environment dials by itself, and is
// whoever runs it trusts.
func (s Sender) transport(h Hook, r *http.Request) *http.Transport {
	d := &net.Dialer{Timeout: patience, Resolver: s.Resolver}
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: d.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: maxAnswer, TLSHandshakeTimeout: patience}
	proxy, err := http.ProxyFromEnvironment(r)
	if h.Private || Local(r.URL) || err == nil && proxy != nil {
		return t
	}
	d.Control = func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !wire.Public(to.Addr()) {
			return &privateError{to.Addr()}
		}
		return nil
	}
	return t
}
