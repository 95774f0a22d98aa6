package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/studio"
)

// shown are types of files that a browser may show in a page of ours. Everything else
// is handed over as a download.
var shown = map[string]bool{
	"video/mp4": true, "video/webm": true, "video/quicktime": true, "audio/wav": true, "audio/mp4": true, "audio/mpeg": true,
	"image/jpeg": true, "image/png": true, "image/webp": true, "text/vtt": true,
}

// mediaURL is where an object is read; its digest is in it, so that a browser never
// plays an old clip for a new one.
func (s *Server) mediaURL(op string, o drama.Object, values ...string) string {
	url := s.ops[op].At(values...)
	if len(o.SHA256) >= 16 {
		url += "?v=" + o.SHA256[:16]
	}
	return url
}

// InVersion is the digest that a media URL bears.
type InVersion struct {
	Version string `query:"v" maxLength:"64" doc:"The beginning of the object's digest: with it the answer may be kept for ever"`
}

type inOriginal struct {
	InTake
	InVersion
}

func (s *Server) original(ctx context.Context, in *inOriginal) (*huma.StreamResponse, error) {
	t, err := s.Studio.Take(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	s.opened.note(access.From(ctx).Name, t.ID.Episode, t.ID.Slate, s.Now())
	if t.Media.Key == "" {
		return nil, fmt.Errorf("the clip of take %s is %w: nothing was delivered", t.ID, studio.ErrUnknown)
	}
	return s.file(ctx, t.Media, fmt.Sprintf("%s-%s-%d", t.ID.Episode.Code(), t.ID.Slate, t.ID.Number), in.Version)
}

// file streams an object by ranges. What is stored is never trusted to be what it
// says: it goes out as one of few types that a browser only shows, or as a download.
func (s *Server) file(ctx context.Context, o drama.Object, name, version string) (*huma.StreamResponse, error) {
	body, err := s.Studio.OpenObject(ctx, o)
	if err != nil {
		return nil, err
	}
	if version != "" && !strings.HasPrefix(o.SHA256, version) {
		_ = body.Close()
		return nil, fmt.Errorf("version %s of %s is %w: it is %.16s now", version, name, studio.ErrUnknown, o.SHA256)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer body.Close()
		r, w := humago.Unwrap(hc)
		send(w, r, body, o, name, version != "")
	}}, nil
}

// Send streams an object by ranges to somebody who may have it.
func (s *Server) Send(w http.ResponseWriter, r *http.Request, o drama.Object, name string) error {
	body, err := s.Studio.OpenObject(r.Context(), o)
	if err != nil {
		return err
	}
	defer body.Close()
	send(w, r, body, o, name, false)
	return nil
}

func send(w http.ResponseWriter, r *http.Request, body io.ReadSeeker, o drama.Object, name string, forever bool) {
	h := w.Header()
	kind, _, _ := strings.Cut(o.Type, ";")
	if !shown[kind] {
		kind = "application/octet-stream"
		h.Set("Content-Disposition", "attachment; filename="+quoted(name))
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if o.SHA256 != "" {
		h.Set("ETag", `"`+o.SHA256+`"`)
	}
	h.Set("Cache-Control", "private, no-cache")
	if forever {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	// One part is what players ask for. A list of thousands would be as many reads of the
	// store; whoever sends one gets the whole, as RFC 9110, 14.2 lets us.
	if strings.Contains(r.Header.Get("Range"), ",") {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	http.ServeContent(paced{w, http.NewResponseController(w)}, r, "", time.Time{}, body)
}

// quoted is a file name as Content-Disposition takes it: nothing that ends the quotes.
func quoted(name string) string {
	return `"` + strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/`, r) {
			return '_'
		}
		return r
	}, path.Base(name)) + `"`
}

// writeWithin is how long one write may take: who does not read is gone.
const writeWithin = 30 * time.Second

// paced gives each write its own deadline, so that a long film may be read slowly and a
// connection that nobody reads ends.
type paced struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p paced) Write(b []byte) (int, error) {
	if err := p.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.ResponseWriter.Write(b)
}
