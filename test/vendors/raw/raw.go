// Package raw speaks HTTP to the emulated vendors by hand, for their own tests.
package raw

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client sends requests as a studio would, with nothing added.
type Client struct {
	T    testing.TB
	Base string
	Head map[string]string // of every request; "" in a request's own takes one away
}

// Answer is what came back; Body is nil if it was no JSON object.
type Answer struct {
	Status int
	Header http.Header
	Text   string
	Body   map[string]any
	Err    error // the connection closed
}

// Do sends one request. Extra is more header fields: name, value, name, value …
func (c Client) Do(method, path, body string, extra ...string) Answer {
	c.T.Helper()
	url := path
	if !strings.HasPrefix(path, "http") {
		url = c.Base + path
	}
	r, err := http.NewRequestWithContext(c.T.Context(), method, url, strings.NewReader(body))
	if err != nil {
		c.T.Fatal(err)
	}
	for k, v := range c.Head {
		r.Header.Set(k, v)
	}
	for i := 0; i < len(extra); i += 2 {
		if r.Header.Set(extra[i], extra[i+1]); extra[i+1] == "" {
			r.Header.Del(extra[i])
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return Answer{Err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{Err: err}
	}
	a := Answer{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	_ = d.Decode(&a.Body) // a clip is no JSON
	return a
}

// At is the value at a path of an answer, as text: "output.task_id",
// "data.0.status"; "" if there is none.
func (a Answer) At(path string) string {
	var v any = a.Body
	for step := range strings.SplitSeq(path, ".") {
		switch now := v.(type) {
		case map[string]any:
			v = now[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(now) {
				return ""
			}
			v = now[i]
		default:
			return ""
		}
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// PNG is a picture in base64.
func PNG(w, h int) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// Clock is a clock that stands still until it is told.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock stands at a day in 2026.
func NewClock() *Clock { return &Clock{at: time.Date(2026, 10, 9, 8, 0, 0, 0, time.UTC)} }

// Now is for vendors.Options.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add lets time pass.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
