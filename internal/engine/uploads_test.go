package engine

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3response"
)

// TestAnUploadWhoseCompletionWasCutOff by a kill is listed again, and can be completed.
func TestAnUploadWhoseCompletionWasCutOff(t *testing.T) {
	o := backendOf(t)
	cfg := gatewayConfig{Folder: filepath.Dir(o.dir)}
	ctx := context.WithValue(t.Context(), "account", auth.Account{}) //nolint:revive,staticcheck // the library's own key
	bucket, key, part := "dailies", "show/big.mp4", int32(1)
	up, err := o.CreateMultipartUpload(ctx, s3response.CreateMultipartUploadInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := o.UploadPart(ctx, &s3.UploadPartInput{Bucket: &bucket, Key: &key, UploadId: &up.UploadId, PartNumber: &part, Body: bytes.NewReader([]byte("bytes")), ContentLength: new(int64(5))})
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{cfg.objects(), cfg.metadata()} {
		dirs, err := filepath.Glob(filepath.Join(root, bucket, hiddenFolder, "multipart", "*", up.UploadId))
		if err != nil || len(dirs) != 1 {
			t.Fatalf("%v %v", dirs, err)
		}
		if err := os.Rename(dirs[0], dirs[0]+".0123abc-1"+completing); err != nil {
			t.Fatal(err)
		}
	}
	listed := func() int {
		t.Helper()
		all, err := o.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &bucket, MaxUploads: new(int32(10))})
		if err != nil {
			t.Fatal(err)
		}
		return len(all.Uploads)
	}
	if n := listed(); n != 0 {
		t.Fatalf("%d uploads are listed in the middle of being completed", n)
	}
	if err := recallUploads(cfg); err != nil {
		t.Fatal(err)
	}
	if n := listed(); n != 1 {
		t.Errorf("%d uploads are listed", n)
	}
	if _, _, err := o.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &bucket, Key: &key, UploadId: &up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: sent.ETag, PartNumber: &part}}},
	}); err != nil {
		t.Error(err)
	}
	if body, err := os.ReadFile(filepath.Join(o.dir, bucket, key)); err != nil || string(body) != "bytes" {
		t.Errorf("%q %v", body, err)
	}
}

// TestUploadsAreTakenBackInAnyFolder, whatever it is called.
func TestUploadsAreTakenBackInAnyFolder(t *testing.T) {
	cfg := gatewayConfig{Folder: filepath.Join(t.TempDir(), "season [2]")}
	dir := filepath.Join(cfg.objects(), "dailies", hiddenFolder, "multipart", "0a")
	if err := os.MkdirAll(filepath.Join(dir, "id.00-1"+completing), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := recallUploads(cfg); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "id")); err != nil {
		t.Error(err)
	}
}
