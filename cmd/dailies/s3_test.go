package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/s3service"
)

// at makes the house keep everything in an emulated service.
func (h *house) at(s *s3service.Service, more string) {
	h.t.Helper()
	h.write("dailies.yaml", fmt.Sprintf("providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n  animatic: {type: animatic}\ns3: {endpoint: %q}\n%s", s.URL, more))
	h.env = []string{"AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=value", "AWS_SESSION_TOKEN=t0ken"}
}

// TestS3ThatDoesNotDecide: a service that ignores conditions is good enough for the
// processes of one data folder, which take turns, and for nobody else.
func TestS3ThatDoesNotDecide(t *testing.T) {
	h := newHouse(t, tiny)
	service := s3service.Start(t, s3service.Ways{IgnoreConditions: true, Token: "t0ken"})
	h.at(service, "")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || h.bought() != 3 {
		t.Errorf("%+v, %d jobs bought", d, h.bought())
	}
	for _, key := range service.Overwritten() {
		if !strings.HasPrefix(key, "_proof/") {
			t.Errorf("%s was written over although it was forbidden", key)
		}
	}
	other := house{t: t, dir: t.TempDir(), script: h.script}
	other.at(service, "")
	if r := other.must(exitUsage, "render", h.script); !strings.Contains(r.stderr, "_writer.json") {
		t.Errorf("another data folder: %s", r.stderr)
	}
}

// TestClusterOnS3ThatDoesNotDecide: workers refuse to start, at once and with the reason.
func TestClusterOnS3ThatDoesNotDecide(t *testing.T) {
	for name, ways := range map[string]s3service.Ways{"refuses": {NoConditions: true}, "ignores": {IgnoreConditions: true}} {
		h := house{t: t, dir: t.TempDir()}
		h.at(s3service.Start(t, ways), "temporal: {address: \"127.0.0.1:1\"}\n")
		if r := h.must(exitUsage, "worker", "--roles", "all"); !strings.Contains(r.stderr, "If-None-Match") {
			t.Errorf("%s: %s", name, r.stderr)
		}
	}
}

// TestDoctorAsksS3: doctor tells what an S3 elsewhere can do, and makes a bucket.
func TestDoctorAsksS3(t *testing.T) {
	h := newHouse(t, tiny)
	h.at(s3service.Start(t, s3service.Ways{NoBucket: true, NoSums: true}), "")
	find := func(args ...string) map[string]check {
		out := decode[struct{ Checks []check }](t, h.run(append([]string{"doctor", "--json"}, args...)...))
		all := map[string]check{}
		for _, c := range out.Checks {
			all[c.Name] = c
		}
		return all
	}
	if c := find()["S3"]; c.OK || !strings.Contains(c.Found, "--make-bucket") {
		t.Errorf("without a bucket: %+v", c)
	}
	all := find("--make-bucket")
	if !all["S3"].OK || !strings.Contains(all["S3"].Found, "md5") || !all["S3 writers"].OK {
		t.Errorf("with one: %+v, %+v", all["S3"], all["S3 writers"])
	}
}
