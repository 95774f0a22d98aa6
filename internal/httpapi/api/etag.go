package api

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// etag names what a value says.
func etag(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the values are ours
	}
	return tag(body)
}

func tag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches says whether a header that lists ETags has this one. A proxy may have made
// one weak (W/) when it compressed.
func matches(header, etag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == etag {
			return true
		}
	}
	return false
}

// Tagged gives answers to GET that are JSON or a page an ETag of what they say, and
// answers 304 where the asker has just that; what is long goes out compressed. Media and
// events go through untouched.
func Tagged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		t := &tagging{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(t, r)
		t.end(r)
	})
}

// tagging holds an answer back until it is whole, where it can be tagged.
type tagging struct {
	http.ResponseWriter
	status  int
	body    []byte
	begun   bool
	holding bool
}

// Unwrap is http.ResponseController's.
func (t *tagging) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *tagging) WriteHeader(status int) {
	if t.begun {
		return
	}
	t.begun, t.status = true, status
	kind, _, _ := strings.Cut(t.Header().Get("Content-Type"), ";")
	t.holding = status == http.StatusOK && (kind == "application/json" || kind == "text/html")
	if !t.holding {
		t.ResponseWriter.WriteHeader(status)
	}
}

func (t *tagging) Write(b []byte) (int, error) {
	if !t.begun {
		t.WriteHeader(http.StatusOK)
	}
	if t.holding {
		t.body = append(t.body, b...)
		return len(b), nil
	}
	return t.ResponseWriter.Write(b)
}

// longBody is from where on compressing is worth its time.
const longBody = 1 << 10

func (t *tagging) end(r *http.Request) {
	if !t.holding {
		return
	}
	h := t.Header()
	if h.Get("ETag") == "" {
		h.Set("ETag", tag(t.body))
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache") // may be kept, must be asked for
	}
	h.Add("Vary", "Accept-Encoding")
	if known := r.Header.Get("If-None-Match"); known != "" && matches(known, h.Get("ETag")) {
		h.Del("Content-Type")
		t.ResponseWriter.WriteHeader(http.StatusNotModified)
		return
	}
	if len(t.body) < longBody || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		t.ResponseWriter.WriteHeader(t.status)
		_, _ = t.ResponseWriter.Write(t.body) // who went away needs no answer
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Set("ETag", "W/"+h.Get("ETag")) // the same said in other bytes
	t.ResponseWriter.WriteHeader(t.status)
	z, err := gzip.NewWriterLevel(t.ResponseWriter, gzip.BestSpeed)
	if err == nil {
		_, _ = z.Write(t.body)
		_ = z.Close() // who went away needs no answer
	}
}
