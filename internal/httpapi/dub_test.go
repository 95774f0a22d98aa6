package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// A dub is begun at its quote, which is what its lines cost; what stands in its way is said
// there. What was dubbed is listed, and its files are read by their names.
func TestDubsAreQuoted(t *testing.T) {
	d := newAsker(t, func(s *studio.Studio) {
		s.Lines = activities.Lines{Speech: func(string) drama.Money { return drama.Money{Micros: 100 * drama.Micro, Currency: "CNY"} }}
	})
	lib := library.Library{Store: d.studio.Store}
	shot := rehearsal.Shot("1A", "She runs.")
	shot.Lines = []drama.Line{{Kind: drama.LineNarration, Say: "Run.", Translation: drama.Text{"fr": "Vas-y, cours !"}}}
	p := rehearsal.Production([]string{"fake"}, shot)
	id := p.ID()
	if _, err := lib.SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	const act = `{"op":"dub","show":"rehearsal","episode":1,"language":"LANG"}`
	french := strings.Replace(act, "LANG", "fr", 1)
	if q := d.quote(french); len(q.Refused) != 1 || !strings.Contains(q.Refused[0].Message, "no circled take") {
		t.Errorf("before it was rendered: %+v", q.Refused)
	}
	made, err := d.studio.Plan(t.Context(), studio.Submission{Production: p})
	if err != nil {
		t.Fatal(err)
	}
	take := drama.TakeID{Episode: id, Slate: "1A", Number: 1}
	if _, err := lib.WriteTake(t.Context(), drama.Take{ID: take, Digest: made.Shots[0].Digest, Verdict: drama.Verdict{Pass: true}, Media: drama.Object{Key: "k"}}); err != nil {
		t.Fatal(err)
	}
	if err := lib.WriteCircle(t.Context(), drama.Circle{Digest: made.Shots[0].Digest, Take: take, By: "qc"}, false); err != nil {
		t.Fatal(err)
	}
	if q := d.quote(strings.Replace(act, "LANG", "de", 1)); len(q.Refused) != 1 || !strings.Contains(q.Refused[0].Message, "fr") {
		t.Errorf("into a language that nobody wrote: %+v", q.Refused)
	}
	q := d.quote(french)
	if fmt.Sprint(q.Make) != "[1A]" || len(q.Refused) > 0 || q.Low.Micros != 1_400_000 || q.High != q.Low {
		t.Fatalf("quote %+v, want 1A for 1.40 CNY", q)
	}
	var run api.Run
	if code, p, _ := d.do("POST", ep+"/dubs", fmt.Sprintf(`{"language":"fr","quote":%q}`, q.ID), &run, "Idempotency-Key", key1); code != http.StatusAccepted || len(d.engine.started) != 1 {
		t.Errorf("dub: %d %+v, %d runs", code, p, len(d.engine.started))
	}
	if code, _, _ := d.do("POST", ep+"/dubs", fmt.Sprintf(`{"language":"de","quote":%q}`, q.ID), &run, "Idempotency-Key", key2); code == http.StatusAccepted {
		t.Error("into another language by the same quote")
	}

	ref, err := d.studio.Store.Put(t.Context(), fmt.Sprintf("rehearsal/ep01/dubs/fr/1/%s", library.MasterName), strings.NewReader("a master"), "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	m := drama.Manifest{ID: id, Cut: 1, Dub: &drama.ManifestDub{Language: "fr", Number: 1}, Files: []drama.ManifestFile{{Name: library.MasterName, SHA256: ref.SHA256, Bytes: ref.Bytes, Type: "video/mp4"}}}
	if _, _, err := lib.DeliverDub(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var list api.DubList
	if code, p, _ := d.do("GET", ep+"/dubs", "", &list); code != http.StatusOK || len(list.Items) != 1 || list.Items[0].Dub.Language != "fr" {
		t.Fatalf("the list: %d %+v, %+v", code, p, list)
	}
	url := strings.TrimPrefix(list.Items[0].URLs[library.MasterName], api.Prefix)
	if w := ask(d, "GET", api.Prefix+url); w.Code != http.StatusOK || w.Body.String() != "a master" {
		t.Errorf("%s: %d %q", url, w.Code, w.Body)
	}
	for _, wrong := range []string{"/dubs/fr/1/files/manifest.json", "/dubs/fr/2/files/master.mp4", "/dubs/de/1/files/master.mp4"} {
		if code, p, _ := d.do("GET", ep+wrong, "", nil); code != http.StatusNotFound {
			t.Errorf("%s: %d %+v", wrong, code, p)
		}
	}
}
