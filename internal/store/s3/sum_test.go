package s3

import "testing"

// TestIsSumOf: a version that is the sum of other bytes is told from theirs, whoever
// made it.
func TestIsSumOf(t *testing.T) {
	const (
		md5OfNew    = "22af645d1859cb5ca6da0c484f1f37ea"
		sha256OfNew = "SHA256-EVB6Di9eadXfpApiob17buV+a82FxnybhDGzb/8hxDc="
	)
	for etag, want := range map[string]bool{
		`"` + md5OfNew + `"`:         true,
		`"` + sha256OfNew + `"`:      true,
		md5OfNew:                     true,
		`"` + sha256OfNew + `-3"`:    true, // of three parts: says nothing
		`"` + md5OfNew + `-3"`:       true,
		`"CRC64NVME-1234567890A="`:   true, // put by somebody else
		`""`:                         false,
		`"SHA256-"`:                  false,
		`"` + md5OfNew[1:] + `0"`:    false,
		`"` + sha256OfNew[:40] + `"`: false,
	} {
		if got := isSumOf(etag, []byte("new")); got != want {
			t.Errorf("%s: %v, want %v", etag, got, want)
		}
	}
	for _, etag := range []string{`"` + md5OfNew + `"`, `"` + sha256OfNew + `"`} {
		if isSumOf(etag, []byte("old")) {
			t.Errorf("%s is taken for the sum of other bytes", etag)
		}
	}
}
