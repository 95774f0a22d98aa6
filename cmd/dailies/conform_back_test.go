package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// cutOf is what a cut shows: slate, take, first frame, frames.
func cutOf(m drama.Manifest) (all []string) {
	for _, s := range m.Shots {
		all = append(all, fmt.Sprintf("%s-%d %d+%d", s.Slate, s.Take.Number, s.In, s.Frames))
	}
	return all
}

// TestAnEditorsCutComesBack: a cut goes out with all its takes, an editor trims one shot,
// swaps two and shows another take of one, and each form brings exactly that back; a later
// script goes on from it, and it can be taken back.
func TestAnEditorsCutComesBack(t *testing.T) {
	labelled := strings.Replace(tiny, "  label: {off: true, reason: a test}\n", "", 1)
	h := newHouse(t, labelled)
	h.must(exitDone, "render", h.script)
	h.must(exitDone, "retake", "tiny/ep01", "1B")
	h.must(exitDone, "circle", "tiny/ep01", "1B", "1")
	h.must(exitDone, "render", h.script)
	out := filepath.Join(h.dir, "out")
	h.must(exitDone, "export", "tiny/ep01", "--out", out, "--takes")
	body, err := os.ReadFile(filepath.Join(out, "timeline.otio"))
	if err != nil {
		t.Fatal(err)
	}
	targets := regexp.MustCompile(`"target_url": "([^"]+)"`).FindAllStringSubmatch(string(body), -1)
	if len(targets) < 4 {
		t.Errorf("%d references", len(targets))
	}
	for _, m := range targets {
		if info, err := os.Stat(filepath.Join(out, m[1])); err != nil || info.Size() == 0 {
			t.Errorf("%s is not beside the timeline: %v", m[1], err)
		}
	}
	bought := h.bought()
	fcpxml, err := os.ReadFile(filepath.Join(out, "timeline.fcpxml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1A-1 6+12", "1C-1 0+24", "1B-2 0+24"}
	for _, form := range []struct{ name, body string }{
		{"back.otio", editOTIO(t, body)},
		{"back.fcpxml", editFCPXML(string(fcpxml))},
		{"back.edl", "TITLE: back\n001 1AT1 V C 00:00:00:06 00:00:00:18 01:00:00:00 01:00:00:12\n002 1CT1 V C 00:00:00:00 00:00:01:00 01:00:00:12 01:00:01:12\n003 1BT2 V C 00:00:00:00 00:00:01:00 01:00:01:12 01:00:02:12\n"},
	} {
		h.write(form.name, form.body)
		d := decode[drama.Delivery](t, h.must(exitDone, "conform-back", "tiny/ep01", filepath.Join(h.dir, form.name), "--json", "--out", out))
		man := manifestIn(t, out)
		if diff := cmp.Diff(want, cutOf(man)); diff != "" || man.Frames != 60 || d.Master.Frames != 60 {
			t.Errorf("%s: %d frames (-want +cut)\n%s", form.name, man.Frames, diff)
		}
		if d.Cut != 4 {
			t.Errorf("%s is cut %d: the same edit made another cut", form.name, d.Cut)
		}
	}
	h.must(exitDone, "verify", out)
	bare := filepath.Join(h.dir, "bare")
	h.must(exitDone, "export", "tiny/ep01", "--unlabelled", "--to", "acme-tv", "--reason", "contract 12", "--out", bare)
	if man := manifestIn(t, bare); man.Label.Unlabelled == nil || man.Label.Unlabelled.To != "acme-tv" || man.Frames != 60 || man.Edit == nil {
		t.Errorf("the copy says %+v of %d frames", man.Label, man.Frames)
	}
	h.must(exitDone, "verify", bare)
	if n := h.bought(); n != bought {
		t.Errorf("%d takes were bought for an edit", n-bought)
	}

	h.write("ep01.yaml", labelled+"  - {shot: 1D, duration: 1s, action: a cat}\n")
	h.must(exitDone, "render", h.script, "--out", out)
	man := manifestIn(t, out)
	if diff := cmp.Diff([]string{"1A-1 6+12", "1C-1 0+24", "1D-1 0+24", "1B-2 0+24"}, cutOf(man)); diff != "" {
		t.Errorf("a later script (-want +cut)\n%s", diff)
	}
	if !slices.ContainsFunc(man.Notes, func(n string) bool { return strings.Contains(n, "1D") }) {
		t.Errorf("nothing is said of the new shot: %q", man.Notes)
	}

	h.must(exitDone, "conform-back", "tiny/ep01", "--none", "--out", out)
	if diff := cmp.Diff([]string{"1A-1 0+24", "1B-1 0+24", "1C-1 0+24", "1D-1 0+24"}, cutOf(manifestIn(t, out))); diff != "" {
		t.Errorf("taken back (-want +cut)\n%s", diff)
	}

	t.Run("refused", func(t *testing.T) {
		h.t = t
		h.must(exitUsage, "conform-back", "tiny/ep01", "--none")
		h.must(exitUsage, "conform-back", "tiny/ep01")
		h.must(exitUsage, "conform-back", "tiny/ep01", filepath.Join(out, "master.mp4"))
		h.write("typo.edl", "TITLE: back\n001 AX V C 00:00:00:06 00:00:00:18 01:00:00:00 01:00:00:12\n* FROM CLIP NAME: 1B-7.mp4\n")
		if r := h.must(exitUsage, "conform-back", "tiny/ep01", filepath.Join(h.dir, "typo.edl")); !strings.Contains(r.stderr, "1B has no take 7") {
			t.Errorf("refused with %s", r.stderr)
		}
	})
}

// editOTIO trims 1A, puts 1C before 1B and has 1B's other take play.
func editOTIO(t *testing.T, body []byte) string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	root["metadata"] = map[string]any{} // editors keep little of it
	stack := root["tracks"].(map[string]any)
	track := stack["children"].([]any)[0].(map[string]any)
	clips := track["children"].([]any)
	trim := clips[0].(map[string]any)["source_range"].(map[string]any)
	trim["start_time"].(map[string]any)["value"] = 6
	trim["duration"].(map[string]any)["value"] = 12
	clips[1].(map[string]any)["active_media_reference_key"] = "take 2"
	track["children"] = []any{clips[0], clips[2], clips[1]}
	edited, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(edited)
}

func editFCPXML(body string) string {
	ids := map[string]string{}
	for _, m := range regexp.MustCompile(`<asset id="(\w+)" name="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		ids[m[2]] = m[1]
	}
	clip := func(take string, at, in, frames media.Frames) string {
		return fmt.Sprintf(`<asset-clip ref="%s" name="x" offset="%d/24s" start="%d/24s" duration="%d/24s"/>`, ids[take], at, in, frames)
	}
	spine := "<spine>" + clip("1A-1", 0, 6, 12) + clip("1C-1", 12, 0, 24) + clip("1B-2", 36, 0, 24)
	from, to := strings.Index(body, "<spine>"), strings.Index(body, "</spine>")
	return body[:from] + spine + body[to:]
}
