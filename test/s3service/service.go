// Package s3service emulates services that speak S3 in their own ways, for tests of
// what dailies does with them: a service that refuses conditions, one that ignores
// them, one that wants a session token. It keeps objects in memory and checks no
// signatures. It is not the S3 that dailies embeds.
package s3service

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Ways are how a service differs from AWS. The zero Ways is a service like it.
type Ways struct {
	NoConditions     bool                                            // 501 to If-None-Match and If-Match, as OSS
	IgnoreConditions bool                                            // takes them and writes all the same
	NoSums           bool                                            // 400 to x-amz-checksum-sha256
	NoPartSums       bool                                            // 501 to x-amz-checksum-sha256 of parts, as R2
	NoParts          bool                                            // 501 to uploads in parts
	NoRanges         bool                                            // gives the whole object
	Token            string                                          // the session token that requests must have
	HostStyle        bool                                            // 403 to http://host/bucket/key, as OSS, COS, TOS
	NoBucket         bool                                            // no bucket is there until one is made
	Answer           func(r *http.Request) (status int, code string) // refuses a request; 0: does not
}

// Service is a running service with one bucket's objects.
type Service struct {
	URL string

	ways    Ways
	mu      sync.Mutex
	objects map[string]object
	uploads map[string]*upload
	bucket  bool
	count   int
	// Overwritten are keys that were written over although the writer forbade it.
	overwritten []string
	requests    int
}

type object struct {
	body []byte
	tag  string
	head http.Header // Content-Type and x-amz-meta-*
}

type upload struct {
	key   string
	head  http.Header
	parts map[string][]byte
}

// Start starts a service that ends with the test.
func Start(t testing.TB, ways Ways) *Service {
	t.Helper()
	s := &Service{ways: ways, objects: map[string]object{}, uploads: map[string]*upload{}, bucket: !ways.NoBucket}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Keys are all objects there are, in order.
func (s *Service) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for key := range s.objects {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// Overwritten are the keys that were written over although the writer forbade it.
func (s *Service) Overwritten() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.overwritten)
}

// Requests counts what was asked so far.
func (s *Service) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Drop removes an object behind everybody's back.
func (s *Service) Drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, key)
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.ways.Answer != nil {
		if status, code := s.ways.Answer(r); status != 0 {
			refuse(w, status, code)
			return
		}
	}
	if s.ways.Token != "" && r.Header.Get("x-amz-security-token") != s.ways.Token {
		refuse(w, http.StatusForbidden, "InvalidAccessKeyId")
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if s.ways.HostStyle {
		if bucket != "" && !strings.HasPrefix(r.Host, "dailies.") {
			refuse(w, http.StatusForbidden, "SecondLevelDomainForbidden")
			return
		}
		key = strings.TrimPrefix(r.URL.Path, "/")
	}
	switch q := r.URL.Query(); {
	case key == "":
		s.onBucket(w, r)
	case !s.bucket:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case q.Has("uploads") || q.Has("uploadId"):
		s.onUpload(w, r, key, body)
	case r.Method == http.MethodPut:
		s.put(w, r, key, body)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.get(w, r, key)
	}
}

func (s *Service) onBucket(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPut:
		s.bucket = true
	case !s.bucket:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case r.Method == http.MethodGet:
		s.list(w, r.URL.Query().Get("prefix"), r.URL.Query().Get("delimiter"))
	}
}

func (s *Service) list(w http.ResponseWriter, prefix, delimiter string) {
	type content struct {
		Key          string
		LastModified string
		ETag         string
		Size         int
	}
	type common struct{ Prefix string }
	out := struct {
		XMLName        xml.Name `xml:"ListBucketResult"`
		IsTruncated    bool
		Contents       []content
		CommonPrefixes []common
	}{}
	for key, o := range s.objects {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		if name, _, deeper := strings.Cut(rest, delimiter); delimiter != "" && deeper {
			if folder := (common{prefix + name + delimiter}); !slices.Contains(out.CommonPrefixes, folder) {
				out.CommonPrefixes = append(out.CommonPrefixes, folder)
			}
			continue
		}
		out.Contents = append(out.Contents, content{key, "2026-11-28T00:00:00.000Z", o.tag, len(o.body)})
	}
	slices.SortFunc(out.Contents, func(a, b content) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(out.CommonPrefixes, func(a, b common) int { return strings.Compare(a.Prefix, b.Prefix) })
	answer(w, out)
}

func (s *Service) onUpload(w http.ResponseWriter, r *http.Request, key string, body []byte) {
	if s.ways.NoParts {
		refuse(w, http.StatusNotImplemented, "NotImplemented")
		return
	}
	q := r.URL.Query()
	up := s.uploads[q.Get("uploadId")]
	switch {
	case r.Method == http.MethodPost && q.Has("uploads"):
		s.count++
		id := fmt.Sprintf("u%d", s.count)
		s.uploads[id] = &upload{key: key, head: kept(r.Header), parts: map[string][]byte{}}
		answer(w, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadId string   //nolint:revive // as S3 spells it
		}{UploadId: id})
	case up == nil:
		refuse(w, http.StatusNotFound, "NoSuchUpload")
	case r.Method == http.MethodPut:
		if (s.ways.NoPartSums || s.ways.NoSums) && r.Header.Get("x-amz-checksum-sha256") != "" {
			refuse(w, http.StatusNotImplemented, "NotImplemented")
			return
		}
		if !guarded(r.Header, body) {
			refuse(w, http.StatusBadRequest, "BadDigest")
			return
		}
		up.parts[fmt.Sprintf("%08s", q.Get("partNumber"))] = body
		w.Header().Set("ETag", tag(body))
	case r.Method == http.MethodPost:
		var whole []byte
		var names []string
		for n := range up.parts {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			whole = append(whole, up.parts[n]...)
		}
		delete(s.uploads, q.Get("uploadId"))
		s.objects[key] = object{body: whole, tag: fmt.Sprintf(`"%s-%d"`, strings.Trim(tag(whole), `"`), len(names)), head: up.head}
		answer(w, struct {
			XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
			Key     string
		}{Key: key})
	default:
		delete(s.uploads, q.Get("uploadId"))
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Service) put(w http.ResponseWriter, r *http.Request, key string, body []byte) {
	none, match := r.Header.Get("If-None-Match"), r.Header.Get("If-Match")
	there, exists := s.objects[key]
	switch {
	case s.ways.NoConditions && none+match != "":
		refuse(w, http.StatusNotImplemented, "NotImplemented")
		return
	case s.ways.NoSums && r.Header.Get("x-amz-checksum-sha256") != "":
		refuse(w, http.StatusBadRequest, "InvalidArgument")
		return
	case s.ways.IgnoreConditions:
		if none != "" && exists || match != "" && match != there.tag {
			s.overwritten = append(s.overwritten, key)
		}
	case none != "" && exists, match != "" && exists && match != there.tag:
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	case match != "" && !exists:
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	if from := r.Header.Get("x-amz-copy-source"); from != "" {
		s.copy(w, r, key, from)
		return
	}
	if !guarded(r.Header, body) {
		refuse(w, http.StatusBadRequest, "BadDigest")
		return
	}
	s.objects[key] = object{body: body, tag: tag(body), head: kept(r.Header)}
	w.Header().Set("ETag", tag(body))
}

func (s *Service) copy(w http.ResponseWriter, r *http.Request, key, from string) {
	from, err := url.PathUnescape(from)
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidArgument")
		return
	}
	_, from, _ = strings.Cut(strings.TrimPrefix(from, "/"), "/")
	o, ok := s.objects[from]
	switch want := r.Header.Get("x-amz-copy-source-if-match"); {
	case !ok:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case want != "" && s.ways.NoConditions:
		refuse(w, http.StatusNotImplemented, "NotImplemented")
	case want != "" && want != o.tag:
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
	default:
		s.objects[key] = o
		answer(w, struct {
			XMLName xml.Name `xml:"CopyObjectResult"`
			ETag    string
		}{ETag: o.tag})
	}
}

func (s *Service) get(w http.ResponseWriter, r *http.Request, key string) {
	o, ok := s.objects[key]
	if !ok {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	maps.Copy(w.Header(), o.head)
	w.Header().Set("ETag", o.tag)
	w.Header().Set("Last-Modified", "Sat, 28 Nov 2026 00:00:00 GMT")
	body, status := o.body, http.StatusOK
	var first, last int
	if n, _ := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &first, &last); n == 2 && !s.ways.NoRanges {
		if last = min(last, len(body)-1); first > last {
			refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, len(body)))
		body, status = body[first:last+1], http.StatusPartialContent
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

// kept are the headers that come back with an object.
func kept(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Amz-Meta-") {
			out[name] = values
		}
	}
	return out
}

// guarded holds a body to the checksums that came with it.
func guarded(h http.Header, body []byte) bool {
	sha, sum := sha256.Sum256(body), md5.Sum(body)
	for name, got := range map[string][]byte{"x-amz-checksum-sha256": sha[:], "Content-MD5": sum[:]} {
		if want := h.Get(name); want != "" && want != base64.StdEncoding.EncodeToString(got) {
			return false
		}
	}
	return true
}

func tag(body []byte) string {
	sum := md5.Sum(body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func answer(w http.ResponseWriter, v any) {
	body, err := xml.Marshal(v)
	if err != nil {
		panic(err) // plain structs cannot err
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write(body)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>refused</Message></Error>`, code)
}
