package s3_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dailies/dailies/internal/store"
)

// TestUploadsThatCameToNoEnd are found with what is there of them, and can be ended, twice too.
func TestUploadsThatCameToNoEnd(t *testing.T) {
	c, _ := gateway(t)
	c.Prefix = "house/"
	s := open(t, c)
	client := sdk.New(sdk.Options{BaseEndpoint: &c.Endpoint, Region: c.Region, UsePathStyle: true, Credentials: credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, "")})
	const part = 5 << 20
	for _, key := range []string{"house/tide/ep01/big.mp4", "house/_proof/x", "elsewhere/big.mp4"} {
		up, err := client.CreateMultipartUpload(t.Context(), &sdk.CreateMultipartUploadInput{Bucket: &c.Bucket, Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.UploadPart(t.Context(), &sdk.UploadPartInput{Bucket: &c.Bucket, Key: &key, UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(make([]byte, part))}); err != nil {
			t.Fatal(err)
		}
	}
	found := func(prefix string) (keys []string, all []store.Upload) {
		t.Helper()
		err := s.Uploads(t.Context(), prefix, func(u store.Upload) error {
			if u.Bytes != part || u.Begun.IsZero() || u.ID == "" {
				t.Errorf("%+v", u)
			}
			keys, all = append(keys, u.Key), append(all, u)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys, all
	}
	keys, _ := found("")
	if slices.Sort(keys); !slices.Equal(keys, []string{"_proof/x", "tide/ep01/big.mp4"}) {
		t.Errorf("found %q", keys)
	}
	keys, all := found("tide/")
	if !slices.Equal(keys, []string{"tide/ep01/big.mp4"}) {
		t.Fatalf("found %q", keys)
	}
	for range 2 {
		if err := s.Abort(t.Context(), all[0]); err != nil {
			t.Error(err)
		}
	}
	if keys, _ := found("tide/"); len(keys) != 0 {
		t.Errorf("left: %q", keys)
	}
}
