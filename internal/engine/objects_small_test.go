package engine

import (
	"bytes"
	"context"
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

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3response"
)

// putting is a write without a condition.
func putting(key, body string) s3response.PutObjectInput {
	in := ifNone(key, body)
	in.IfNoneMatch = nil
	return in
}

// A small object that is new is what it would be if the library had written it, attribute by attribute.
func TestSmallObjectsAreAsTheLibraryWritesThem(t *testing.T) {
	o := backendOf(t)
	const body = `{"take":1}`
	theirs, err := o.Posix.PutObject(t.Context(), putting("other/2.json", body))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := o.PutObject(t.Context(), putting("show/ep01/takes/1A/1.json", body))
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

// Of those who write the same new object at once on the condition that there is none, one does; what cannot be written is refused in the
// library's words, and what it would replace stays.
func TestSmallObjectsKeepConditions(t *testing.T) {
	o := backendOf(t)
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
