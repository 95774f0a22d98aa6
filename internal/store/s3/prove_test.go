package s3_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/test/s3service"
)

// out is a config for an emulated service.
func out(s *s3service.Service) s3.Config {
	return s3.Config{
		Endpoint: s.URL, Bucket: "dailies", Region: "us-east-1", PathStyle: true, AccessKey: "key", SecretKey: "5ecre7", PartBytes: 5 << 20,
	}
}

// TestProve: what a service does is found out with objects that are gone afterwards.
func TestProve(t *testing.T) {
	for name, c := range map[string]struct {
		ways     s3service.Ways
		want     store.Abilities // without words
		checksum string
	}{
		"like AWS":           {s3service.Ways{}, store.Abilities{Exclusive: true, Parts: true, Ranges: true}, "sha256"},
		"refuses conditions": {s3service.Ways{NoConditions: true}, store.Abilities{Parts: true, Ranges: true}, "sha256"},
		"ignores conditions": {s3service.Ways{IgnoreConditions: true}, store.Abilities{Parts: true, Ranges: true}, "sha256"},
		"no sums":            {s3service.Ways{NoSums: true}, store.Abilities{Exclusive: true, Parts: true, Ranges: true}, "md5"},
		"no sums of parts":   {s3service.Ways{NoPartSums: true}, store.Abilities{Exclusive: true, Parts: true, Ranges: true}, "sha256"},
		"no parts":           {s3service.Ways{NoParts: true}, store.Abilities{Exclusive: true, Ranges: true}, "sha256"},
		"no ranges":          {s3service.Ways{NoRanges: true}, store.Abilities{Exclusive: true, Parts: true}, "sha256"},
	} {
		t.Run(name, func(t *testing.T) {
			service := s3service.Start(t, c.ways)
			got, err := open(t, out(service)).Prove(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Exclusive != c.want.Exclusive || got.Parts != c.want.Parts || got.Ranges != c.want.Ranges || got.Checksum != c.checksum {
				t.Errorf("proved %+v, want %+v with %s", got, c.want, c.checksum)
			}
			if got.Exclusive == (got.Why != "") {
				t.Errorf("exclusive %v, but why %q", got.Exclusive, got.Why)
			}
			if left := service.Keys(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestStoreOfOtherServices: whatever checksums and parts a service takes, the store
// keeps its promises; where the service does not decide between writers, under a lock.
func TestStoreOfOtherServices(t *testing.T) {
	for name, ways := range map[string]s3service.Ways{
		"no sums": {NoSums: true}, "refuses conditions": {NoConditions: true}, "ignores conditions": {IgnoreConditions: true},
		"no ranges": {NoRanges: true},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) store.Store {
				service := s3service.Start(t, ways)
				s := open(t, out(service))
				if ways.NoConditions || ways.IgnoreConditions {
					var lock sync.Mutex
					s.Serialize(func(context.Context) (func(), error) { lock.Lock(); return lock.Unlock, nil })
				}
				t.Cleanup(func() {
					if over := service.Overwritten(); len(over) > 0 {
						t.Errorf("written over although it was forbidden: %v", over)
					}
				})
				return s
			})
		})
	}
}

// TestLargeObjectsElsewhere: what has parts of its own way, or none, gets what it takes.
func TestLargeObjectsElsewhere(t *testing.T) {
	large := strings.Repeat("frame", 3<<20)
	for name, ways := range map[string]s3service.Ways{"no sums of parts": {NoPartSums: true}, "no parts": {NoParts: true}} {
		t.Run(name, func(t *testing.T) {
			s := open(t, out(s3service.Start(t, ways)))
			if ways.NoParts { // only a proof tells that
				if _, err := s.Prove(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			ref, err := s.Put(t.Context(), "master.mp4", strings.NewReader(large), "video/mp4")
			if err != nil {
				t.Fatal(err)
			}
			body, err := s.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			if n, err := io.Copy(io.Discard, body); err != nil || n != int64(len(large)) {
				t.Errorf("%d bytes, %v", n, err)
			}
		})
	}
}

// TestSessionToken: keys that expire come with a token.
func TestSessionToken(t *testing.T) {
	c := out(s3service.Start(t, s3service.Ways{Token: "t0ken"}))
	if err := open(t, c).Check(t.Context()); !refused(err) {
		t.Errorf("without its token: %v", err)
	}
	c.SessionToken = "t0ken"
	if err := open(t, c).Check(t.Context()); err != nil {
		t.Errorf("with its token: %v", err)
	}
}

func refused(err error) bool {
	var no *store.RefusedError
	return errors.As(err, &no)
}

// TestAnswersThatStay: what will be answered the same again is told from what may
// get better, and says what to do without a key or a URL.
func TestAnswersThatStay(t *testing.T) {
	for code, status := range map[string]int{
		"InvalidAccessKeyId": 403, "SignatureDoesNotMatch": 403, "AccessDenied": 403, "ExpiredToken": 400, "RequestTimeTooSkewed": 403,
		"NoSuchBucket": 404, "SecondLevelDomainForbidden": 403, "PathStyleDomainForbidden": 403, "InvalidPathAccess": 403,
		"NotImplemented": 501, "PermanentRedirect": 301, "QuotaExceeded": 403, "XMinioStorageFull": 507, "UserDisable": 403,
	} {
		t.Run(code, func(t *testing.T) {
			service := s3service.Start(t, s3service.Ways{Answer: func(*http.Request) (int, string) { return status, code }})
			s := open(t, out(service))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			_, _, read := s.Read(ctx, "a")
			_, write := s.PutNew(ctx, "a", []byte("a"), "")
			for what, err := range map[string]error{"read": read, "write": write} {
				if !refused(err) {
					t.Errorf("%s: %v, want a refusal", what, err)
				} else if text := err.Error(); strings.Contains(text, "5ecre7") || strings.Contains(text, "http") {
					t.Errorf("%s: %s", what, text)
				}
			}
		})
	}
	service := s3service.Start(t, s3service.Ways{Answer: func(r *http.Request) (int, string) { return 500, "InternalError" }})
	if _, _, err := open(t, out(service)).Read(t.Context(), "a"); err == nil || refused(err) {
		t.Errorf("500: %v, want an error that may get better", err)
	}
}

// TestMissingBucket is told as such, and made on request.
func TestMissingBucket(t *testing.T) {
	s := open(t, out(s3service.Start(t, s3service.Ways{NoBucket: true})))
	if _, err := s.Prove(t.Context()); !refused(err) || !strings.Contains(err.Error(), "bucket") {
		t.Errorf("without a bucket: %v", err)
	}
	if err := s.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Prove(t.Context()); err != nil || !a.Exclusive {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestKnownServices: the bucket goes where the service wants it, whatever is configured.
func TestKnownServices(t *testing.T) {
	for endpoint, want := range map[string]string{
		"https://s3.oss-cn-beijing.aliyuncs.com":    "https://dailies.s3.oss-cn-beijing.aliyuncs.com/a",
		"https://tos-s3-cn-beijing.volces.com":      "https://dailies.tos-s3-cn-beijing.volces.com/a",
		"https://cos.ap-beijing.myqcloud.com":       "https://dailies.cos.ap-beijing.myqcloud.com/a",
		"https://0123abcd.r2.cloudflarestorage.com": "https://0123abcd.r2.cloudflarestorage.com/dailies/a",
		"https://aliyuncs.com.example":              "https://aliyuncs.com.example/dailies/a",
		"http://10.0.0.5:9000":                      "http://10.0.0.5:9000/dailies/a",
	} {
		s := open(t, s3.Config{Endpoint: endpoint, Bucket: "dailies", Region: "us-east-1", PathStyle: true, AccessKey: "key", SecretKey: "secret"})
		got, err := s.Presign(t.Context(), "a", time.Minute)
		if err != nil || !strings.HasPrefix(got, want+"?") {
			t.Errorf("%s: %s, %v", endpoint, got, err)
		}
	}
}
