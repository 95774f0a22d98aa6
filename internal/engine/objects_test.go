package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3response"
)

// gatewayBackend is the gateway's, with a bucket, in this process.
func gatewayBackend(t *testing.T) *objects {
	t.Helper()
	t.Chdir(t.TempDir()) // the library goes elsewhere
	dir := t.TempDir()
	cfg := gatewayConfig{Folder: dir}
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

func putting(key, body string) s3response.PutObjectInput {
	sum := sha256.Sum256([]byte(body))
	return s3response.PutObjectInput{
		Bucket: new("dailies"), Key: &key, ContentLength: new(int64(len(body))), ContentType: new("application/json"), Body: strings.NewReader(body),
		Tagging: new(""), CacheControl: new(""), ObjectLockRetainUntilDate: new(time.Time), // as the library's server has it
		ChecksumSHA256: new(base64.StdEncoding.EncodeToString(sum[:])), ChecksumAlgorithm: "SHA256", Metadata: map[string]string{"sha256": fmt.Sprintf("%x", sum)},
	}
}

// A small object that is new is what it would be if the library had written it, attribute by attribute.
func TestSmallObjectsAreAsTheLibraryWritesThem(t *testing.T) {
	o := gatewayBackend(t)
	const body = `{"take":1}`
	ours, err := o.PutObject(t.Context(), putting("show/ep01/takes/1A/1.json", body))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := o.Posix.PutObject(t.Context(), putting("other/2.json", body))
	if err != nil {
		t.Fatal(err)
	}
	if ours.ETag != theirs.ETag || *ours.ChecksumSHA256 != *theirs.ChecksumSHA256 || ours.ChecksumType != theirs.ChecksumType || *ours.Size != *theirs.Size {
		t.Errorf("said %+v, want %+v", ours, theirs)
	}
	a, err := o.attributes.know("dailies", "show/ep01/takes/1A/1.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := o.attributes.know("dailies", "other/2.json")
	if err != nil || !maps.EqualFunc(a, b, bytes.Equal) {
		t.Errorf("attributes %q, want %q, %v", a, b, err)
	}
	// In one piece, which only the shorter way does.
	lines, err := os.ReadFile(fileOf(o.attributes, "show/ep01/takes/1A/1.json"))
	if err != nil || len(bytes.Split(bytes.TrimSpace(lines), []byte("\n"))) != 1 {
		t.Errorf("its attributes were written as %q, %v", lines, err)
	}
	one, err := os.Stat(filepath.Join(o.dir, "dailies/show/ep01/takes/1A/1.json"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.Stat(filepath.Join(o.dir, "dailies/other/2.json"))
	if err != nil || one.Mode() != other.Mode() || one.Size() != other.Size() {
		t.Errorf("a file of mode %v and %d bytes, want %v and %d: %v", one.Mode(), one.Size(), other.Mode(), other.Size(), err)
	}
	if err := filepath.WalkDir(o.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !slices.Contains([]string{"1.json", "2.json"}, d.Name()) {
			t.Errorf("%s was left behind", name)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// What a kill left of an object that was never put in place keeps nobody from putting it there.
func TestAttributesWithoutAnObjectAreNone(t *testing.T) {
	o := gatewayBackend(t)
	if err := o.attributes.set("dailies", "intent.json", map[string][]byte{etagAttribute: []byte("old"), "left": []byte("behind")}); err != nil {
		t.Fatal(err)
	}
	in := putting("intent.json", "{}")
	in.IfNoneMatch = new("*")
	if _, err := o.PutObject(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if known, err := o.attributes.know("dailies", "intent.json"); err != nil || known["left"] != nil {
		t.Errorf("attributes %q, %v", known, err)
	}
}

// Of those who write the same new object at once on the condition that there is none, one does; what cannot be written is refused in the
// library's words, and what it would replace stays.
func TestSmallObjectsKeepConditions(t *testing.T) {
	o := gatewayBackend(t)
	for n := range 20 {
		var all sync.WaitGroup
		var won atomic.Int32
		key := fmt.Sprintf("claims/%d", n)
		for i := range 8 {
			all.Go(func() {
				in := putting(key, fmt.Sprint(i))
				in.IfNoneMatch = new("*")
				if _, err := o.PutObject(context.WithoutCancel(t.Context()), in); err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d of 8 made %s", won.Load(), key)
		}
	}
	wrong := putting("claims/wrong", "right")
	wrong.Body = strings.NewReader("wrong")
	short := putting("claims/short", "whole")
	short.Body = strings.NewReader("who")
	nowhere := putting("x", "x")
	nowhere.Bucket = new("nowhere")
	for name, in := range map[string]s3response.PutObjectInput{
		"another checksum": wrong, "a body cut off": short, "no bucket": nowhere, "below an object": putting("claims/0/below", "x"),
	} {
		if _, err := o.PutObject(t.Context(), in); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	if _, err := o.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: new("dailies"), Key: new("claims/0")}); err != nil {
		t.Fatal(err)
	}
	again := putting("claims/0", "again")
	again.IfNoneMatch = new("*")
	if _, err := o.PutObject(t.Context(), again); err != nil {
		t.Errorf("after it was removed: %v", err)
	}
}
