package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/store"
)

// keyHeader names an act, so that it is done once however often it is asked for.
// https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.html
const keyHeader = "Idempotency-Key"

const (
	// keptFor is how long an act's answer is given again.
	keptFor = 24 * time.Hour
	// doubtfulAfter is when an act in work may have died with its process. Whether it was
	// done then nobody can say, so it is not done again under the same key: a person looks.
	doubtfulAfter = 2 * time.Minute
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)

// act is the record of a request with a key. It lies in the store, by actor and key.
type act struct {
	Request string    `json:"request"` // digest of what was asked
	At      time.Time `json:"at"`
	Done    bool      `json:"done"` // false: in work
	Status  int       `json:"status,omitempty"`
	Type    string    `json:"type,omitempty"`
	Body    string    `json:"body,omitempty"`
}

// once does a request with a key once: the same again gets the answer that was given.
func (s *Server) once(hc huma.Context, next func(huma.Context)) {
	op := s.operation(hc)
	if !op.Key {
		next(hc)
		return
	}
	r, w := humago.Unwrap(hc)
	key := r.Header.Get(keyHeader)
	if !uuid.MatchString(key) {
		s.refuse(hc, ProblemPrecondition.With("send "+keyHeader+" with a UUID of your own for this act, the same when you send it again"))
		return
	}
	var body []byte
	if !op.Upload { // a file may be larger than memory: its key is of the path alone
		var err error
		if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, max(op.MaxBody, maxBody))); err != nil {
			s.refuse(hc, ProblemTooLarge.With(fmt.Sprintf("read the request: %v", err)))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n%s", r.Method, r.URL.Path, body)
	mine := act{Request: hex.EncodeToString(sum.Sum(nil)), At: s.Now().UTC()}
	name := actKey(access.From(r.Context()).Name, key)
	was, err := s.begin(r.Context(), name, mine)
	if err != nil {
		s.refuse(hc, problemOf(err))
		return
	}
	if was != nil {
		w.Header().Set("Content-Type", was.Type)
		w.Header().Set("Idempotent-Replay", "true")
		w.WriteHeader(was.Status)
		_, _ = io.WriteString(w, was.Body) // who went away asks again
		return
	}
	rec := &recorded{header: w.Header(), status: http.StatusOK}
	next(humago.NewContext(hc.Operation(), r, rec))
	mine.Done, mine.Status, mine.Type, mine.Body = true, rec.status, rec.header.Get("Content-Type"), rec.body.String()
	// What went wrong here may go right the next time; what was refused is refused.
	if rec.status >= http.StatusInternalServerError {
		mine = act{At: mine.At.Add(-keptFor)}
	}
	if err := s.end(context.WithoutCancel(r.Context()), name, mine); err != nil {
		s.Log.Warn("keep the answer of a request", "operation", op.ID, "error", err)
	}
	w.WriteHeader(rec.status)
	_, _ = w.Write(rec.body.Bytes()) // who went away asks again
}

// actKey is where the record lies: no show has such a name.
func actKey(actor, key string) string {
	sum := sha256.Sum256([]byte(actor))
	return "_studio/acts/" + hex.EncodeToString(sum[:8]) + "/" + key + ".json"
}

// begin notes that the request is worked on. It gives the record of the same request,
// if it was done.
func (s *Server) begin(ctx context.Context, name string, mine act) (*act, error) {
	body, err := json.Marshal(mine)
	if err != nil {
		return nil, err
	}
	_, err = s.Studio.Store.PutNew(ctx, name, body, "application/json")
	if !errors.Is(err, store.ErrExists) {
		return nil, err
	}
	old, info, err := s.Studio.Store.Read(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read the record of a request: %w", err)
	}
	var was act
	if err := json.Unmarshal(old, &was); err != nil {
		was = act{} // damaged: it says nothing
	}
	age := s.Now().Sub(was.At)
	switch {
	case age >= keptFor:
		err := s.Studio.Store.PutIf(ctx, name, body, "application/json", info.Version)
		if errors.Is(err, store.ErrChanged) {
			return nil, ProblemInWork.With("the same request has just come by another way; ask again in a moment")
		}
		return nil, err
	case was.Request != mine.Request:
		return nil, ProblemKeyReused.With("this " + keyHeader + " was sent with another request; make a new one for each act")
	case !was.Done && age >= doubtfulAfter:
		return nil, ProblemInWork.With("this request began at " + was.At.Format(time.RFC3339) + " and nobody knows whether it came to its end: look whether it is done, and if not ask again under a new " + keyHeader)
	case !was.Done:
		return nil, ProblemInWork.With("the same request is being worked on; ask again in a moment")
	}
	return &was, nil
}

// end keeps the answer.
func (s *Server) end(ctx context.Context, name string, done act) error {
	body, err := json.Marshal(done)
	if err != nil {
		return err
	}
	_, err = s.Studio.Store.Put(ctx, name, bytes.NewReader(body), "application/json")
	return err
}

// recorded takes an answer instead of the network.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header         { return r.header }
func (r *recorded) WriteHeader(status int)      { r.status = status }
func (r *recorded) Write(b []byte) (int, error) { return r.body.Write(b) }
