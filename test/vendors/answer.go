package vendors

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// JSON answers and counts the answer under its operation.
func (h *House) JSON(w http.ResponseWriter, op string, status int, v any) {
	h.Answered(fmt.Sprintf("%s %d", op, status))
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("vendors: encode an answer: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

// Hang closes the connection without an answer.
func (h *House) Hang(op string) {
	h.Answered(op + " lost")
	panic(http.ErrAbortHandler)
}

// Gateway answers as the load balancer in front of a vendor does, in no vendor's form.
func (h *House) Gateway(w http.ResponseWriter, op string) {
	h.Answered(op + " 504")
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusGatewayTimeout)
	_, _ = w.Write([]byte("<html><head><title>504 Gateway Time-out</title></head><body><center><h1>504 Gateway Time-out</h1></center></body></html>\r\n"))
}

// Created ends a submit that was accepted: with the answer, or without as its fate is.
func (h *House) Created(w http.ResponseWriter, f Fate, answer any) {
	switch f {
	case Lost:
		h.Hang("create")
	case Gateway:
		h.Gateway(w, "create")
	default:
		h.JSON(w, "create", http.StatusOK, answer)
	}
}

// ClipPath is where results lie on an emulator's server.
const ClipPath = "/results/"

// ClipURL is a signed URL of a job's result (name is "video.mp4" or
// "last_frame.png"), good for the URL's life from a moment on.
func (h *House) ClipURL(r *http.Request, id, name string, from time.Time) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	until := from.Add(h.opts.URLLife + time.Second - 1).Unix() // whole seconds, never too few
	return fmt.Sprintf("%s://%s%s%s/%s?Expires=%d&OSSAccessKeyId=emulator&Signature=%s", scheme, r.Host, ClipPath, id, name, until, h.sign(id, name, until))
}

func (h *House) sign(id, name string, until int64) string {
	m := hmac.New(sha256.New, fmt.Appendf(nil, "results %d", h.opts.Seed))
	fmt.Fprintf(m, "%s\n%s\n%d", id, name, until)
	return hex.EncodeToString(m.Sum(nil))
}

// onePixel is a PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU" +
	"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"

// ServeClip serves results: to whom has a good URL, and never to whom sends
// credentials.
func (h *House) ServeClip(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code, message string) {
		h.Answered(fmt.Sprintf("clip %d", status))
		if status == http.StatusBadRequest && code != "video_not_ready" {
			h.Refused("clip", status, code, message)
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>\n", code, message)
	}
	id, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, ClipPath), "/")
	q := r.URL.Query()
	until, _ := strconv.ParseInt(q.Get("Expires"), 10, 64)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "GET or HEAD")
		return
	case r.Header.Get("Authorization") != "":
		refuse(http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed; the URL is signed and the Authorization header is there as well.")
		return
	case !hmac.Equal([]byte(q.Get("Signature")), []byte(h.sign(id, name, until))):
		refuse(http.StatusForbidden, "SignatureDoesNotMatch", "The signature does not match.")
		return
	case !h.Now().Before(time.Unix(until, 0)):
		refuse(http.StatusForbidden, "AccessDenied", "Request has expired.")
		return
	}
	h.mu.Lock()
	now := h.Now()
	h.advance(now)
	j := h.byID[id]
	if j == nil || j.State != Succeeded {
		h.mu.Unlock()
		refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	if r.Method == http.MethodGet && !strings.HasSuffix(name, ".png") {
		j.Fetched++
	}
	first, number, out := j.Fetched == 1, uint64(len(h.jobs)), h.seen(j, now)
	for i := range h.jobs {
		if h.jobs[i] == j {
			number = uint64(i)
		}
	}
	h.mu.Unlock()
	if h.opts.Chaos.NotReady > 0 && first && rand.New(rand.NewPCG(h.opts.Seed, 1<<61|number)).Float64() < h.opts.Chaos.NotReady {
		refuse(http.StatusBadRequest, "video_not_ready", "the video is not ready")
		return
	}
	h.Answered("clip 200")
	if strings.HasSuffix(name, ".png") {
		w.Header().Set("Content-Type", "image/png")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(onePixel))
		return
	}
	if strings.HasSuffix(name, ".jpeg") {
		w.Header().Set("Content-Type", "image/jpeg")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(h.opts.Picture(out)))
		return
	}
	w.Header().Set("Content-Type", "video/mp4")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(h.Clip(out)))
}

// Clip is the bytes of a job's result.
func (h *House) Clip(j Job) []byte {
	if h.opts.Clip != nil {
		return h.opts.Clip(j)
	}
	return []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42")
}
