package ark

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

// A draft and its final are two tasks, both billed; the final is the draft's take at the
// one size of finals, asked for by its id and nothing else, within seven days.
func TestDraftAndFinal(t *testing.T) {
	v, c, clock := open(t, vendors.Options{})
	const model = `"model":"dreamina-seedance-2-5-260628"`
	body := func(more string) string {
		return `{` + model + `,"content":[{"type":"text","text":"x"}],"ratio":"9:16","duration":5` + more + `}`
	}
	final := func(id, more string) string {
		return `{` + model + `,"content":[{"type":"draft_task","draft_task":{"id":"` + id + `"}}]` + more + `}`
	}
	a := c.Do("POST", path, body(`,"draft":true`))
	draft := a.At("id")
	if a := c.Do("POST", path, final(draft, "")); a.Status != 400 {
		t.Errorf("the final of a draft that runs: %s", a.Text)
	}
	clock.Add(time.Minute)
	d := c.Do("GET", path+"/"+draft, "")
	if d.At("status") != "succeeded" || d.At("draft") != "true" || d.At("resolution") != "480p" || d.At("usage.completion_tokens") != "48437" {
		t.Errorf("draft %s", d.Text)
	}
	a = c.Do("POST", path, final(draft, ""))
	clock.Add(time.Minute)
	f := c.Do("GET", path+"/"+a.At("id"), "")
	if f.At("status") != "succeeded" || f.At("draft_task_id") != draft || f.At("resolution") != "1080p" || f.At("ratio") != "9:16" || f.At("duration") != "5" ||
		f.At("generate_audio") != d.At("generate_audio") || f.At("seed") != d.At("seed") || f.At("usage.completion_tokens") != "245025" {
		t.Errorf("final %s of %s", f.Text, d.Text)
	}
	// 48437 tokens at 10.70 and 245025 at 11.70 a million.
	if got := v.House().Billed()["USD"]; got != 518_276+2_866_793 {
		t.Errorf("billed %d", got)
	}
	whole := c.Do("POST", path, body("")).At("id")
	clock.Add(time.Minute)
	for name, s := range map[string]struct{ body, code string }{
		"another resolution": {final(draft, `,"resolution":"720p"`), "InvalidResolutionParameter"},
		"a length":           {final(draft, `,"duration":5`), "InvalidParameter"},
		"a ratio":            {final(draft, `,"ratio":"9:16"`), "InvalidParameter"},
		"a prompt":           {strings.Replace(final(draft, ""), `"content":[`, `"content":[{"type":"text","text":"x"},`, 1), "InvalidParameter"},
		"another model":      {strings.Replace(final(draft, ""), "dreamina", "doubao", 1), "InvalidParameter"},
		"no draft":           {final(whole, ""), "InvalidParameter"},
		"nobody":             {final("cgt-nobody", ""), "InvalidParameter"},
		"a larger draft":     {body(`,"draft":true,"resolution":"1080p"`), "InvalidParameter"},
	} {
		if a := c.Do("POST", path, s.body); a.Status != 400 || a.At("error.code") != s.code {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	clock.Add(7 * 24 * time.Hour)
	if a := c.Do("POST", path, final(draft, "")); a.Status != 400 || !strings.Contains(a.At("error.message"), "expired") {
		t.Errorf("after a week: %s", a.Text)
	}
}
