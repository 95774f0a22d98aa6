package activities_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/test/signed"
)

// boxed is a runner whose masters are MP4 files, of what it would write itself.
type boxed struct{ media.Runner }

func (b boxed) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := b.Runner.Run(ctx, job, in, report)
	if err != nil || job.Assemble == nil {
		return r, err
	}
	body, err := os.ReadFile(job.Assemble.Out)
	if err != nil {
		return r, err
	}
	body = c2patest.MP4(body)
	sum := sha256.Sum256(body)
	r.Assemble.Bytes, r.Assemble.SHA256 = int64(len(body)), hex.EncodeToString(sum[:])
	return r, os.WriteFile(job.Assemble.Out, body, 0o600)
}

func signing(t *testing.T, s c2patest.Studio) *activities.Signing {
	t.Helper()
	by := signed.By(t, s)
	return &activities.Signing{Chain: by.Chain(), Signer: by}
}

// A master is signed when there is somebody to sign it, and by the next certificate again;
// the cut says so, names what lies in the store, and is foreseen without the key.
func TestMastersAreSigned(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	s.Media.Runner = boxed{rehearsal.Runner{}}
	in, plain := firstCut(t, s)
	lib := library.Library{Store: s.Store}

	by := signing(t, c2patest.New(t))
	s.Media.Signing = by
	in.Cut = 2
	d := deliver(t, s, in)
	if d.Cut != 2 || d.Master.SHA256 == plain.Master.SHA256 {
		t.Fatalf("cut %d, master %s", d.Cut, d.Master.SHA256)
	}
	info, err := s.Store.Head(t.Context(), store.Keys{Show: in.ID.Show}.Cut(in.ID, 2)+library.MasterName)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Store.Get(t.Context(), store.Ref{Key: info.Key, SHA256: info.SHA256, Bytes: info.Bytes})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	raw, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c2pa.Validate(t.Context(), bytes.NewReader(raw), int64(len(raw)), time.Now(), nil)
	if err != nil || !r.Valid() || !strings.Contains(r.Title, "rehearsal/ep01 cut 2") || r.Generator != "rehearsal" || len(r.Sources) != 1 || r.Sources[0] != string(c2pa.Trained) {
		t.Errorf("%+v, %v", r, err)
	}
	man, _, err := lib.Manifest(t.Context(), in.ID, 2)
	if err != nil || man.C2PA == nil || man.C2PA.Certificate != by.Chain.Fingerprint() || man.C2PA.Manifest != r.Label {
		t.Errorf("the manifest says %+v, %v", man.C2PA, err)
	}
	if left, err := filepath.Glob(filepath.Join(s.Media.Scratch, "*", "*.signed")); err != nil || len(left) > 0 {
		t.Errorf("left in the scratch folder: %v, %v", left, err)
	}

	s.Media.Signing = &activities.Signing{Chain: by.Chain} // a planner
	in.Cut = 3
	if d := deliver(t, s, in); d.Cut != 2 {
		t.Errorf("without the key it is cut %d", d.Cut)
	}
	s.Media.Signing = signing(t, c2patest.New(t))
	if d := deliver(t, s, in); d.Cut != 3 {
		t.Errorf("by another certificate it is cut %d", d.Cut)
	}
	s.Media.Signing = nil
	in.Cut = 4
	if d := deliver(t, s, in); d.Cut != 4 || d.Master.Bytes != plain.Master.Bytes {
		t.Errorf("unsigned again it is cut %d of %d bytes", d.Cut, d.Master.Bytes)
	}
}

// Who has no key, or a master that is none, makes no cut.
func TestMastersThatCannotBeSigned(t *testing.T) {
	by := signing(t, c2patest.New(t))
	for want, c := range map[string]struct {
		signing *activities.Signing
		now     time.Time
		runner  media.Runner
	}{
		"has the certificate and no key": {signing: &activities.Signing{Chain: by.Chain}},
		"was good until":                 {signing: by, now: time.Now().AddDate(3, 0, 0)},
		"is no MP4 file":                 {signing: by, runner: rehearsal.Runner{}},
	} {
		s := rehearsal.New(t, rehearsal.Options{})
		s.Media.Runner = boxed{rehearsal.Runner{}}
		in, _ := firstCut(t, s)
		if s.Media.Signing = c.signing; c.runner != nil {
			s.Media.Runner = c.runner
		}
		if !c.now.IsZero() {
			s.Media.Now = func() time.Time { return c.now }
		}
		in.Cut = 2
		_, err := s.Media.Assemble(t.Context(), in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if cuts, err := (library.Library{Store: s.Store}).Cuts(t.Context(), in.ID); err != nil || len(cuts) != 1 {
			t.Errorf("%s: cuts %v, %v", want, cuts, err)
		}
	}
}
