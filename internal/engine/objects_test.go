package engine

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/versity/versitygw/s3response"
)

// backendOf is the gateway's, with a bucket, in this process.
func backendOf(t *testing.T) *objects {
	t.Helper()
	t.Chdir(t.TempDir()) // the library goes elsewhere
	cfg := gatewayConfig{Folder: t.TempDir()}
	for _, d := range []string{filepath.Join(cfg.objects(), "dailies"), cfg.metadata()} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o, err := newObjects(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// ifNone is a write on the condition that there is none.
func ifNone(key, body string) s3response.PutObjectInput {
	sum := sha256.Sum256([]byte(body))
	return s3response.PutObjectInput{
		Bucket: new("dailies"), Key: &key, IfNoneMatch: new("*"), ContentLength: new(int64(len(body))), ContentType: new("application/json"), Body: strings.NewReader(body),
		Tagging: new(""), CacheControl: new(""), ObjectLockRetainUntilDate: new(time.Time), // as the library's server has it
		ChecksumSHA256: new(base64.StdEncoding.EncodeToString(sum[:])), ChecksumAlgorithm: "SHA256", Metadata: map[string]string{"sha256": fmt.Sprintf("%x", sum)},
	}
}

// What a kill left of an object that was never put in place keeps nobody from putting it there;
// what is there keeps everybody.
func TestAttributesWithoutAnObjectAreNone(t *testing.T) {
	o := backendOf(t)
	for _, attribute := range []string{"etag", "left"} {
		if err := o.attributes.change("dailies", "ledger/intent.json", attribute, []byte("behind"), false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.PutObject(t.Context(), ifNone("ledger/intent.json", "{}")); err != nil {
		t.Fatal(err)
	}
	if known, err := o.attributes.know("dailies", "ledger/intent.json"); err != nil || known["left"] != nil || string(known["etag"]) == "behind" {
		t.Errorf("attributes %q, %v", known, err)
	}
	if _, err := o.PutObject(t.Context(), ifNone("ledger/intent.json", "[]")); err == nil {
		t.Error("what is there was replaced")
	}
}

// Of those who write the same new object at once on the condition that there is none, one does,
// whatever a kill left of it.
func TestOneOfManyWritesWhatIsNew(t *testing.T) {
	o := backendOf(t)
	for n := range 20 {
		var all sync.WaitGroup
		var won atomic.Int32
		key := fmt.Sprintf("claims/%d", n)
		if err := o.attributes.change("dailies", key, "etag", []byte("behind"), false); err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			all.Go(func() {
				if _, err := o.PutObject(context.WithoutCancel(t.Context()), ifNone(key, fmt.Sprint(i))); err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d of 8 made %s", won.Load(), key)
		}
	}
}
