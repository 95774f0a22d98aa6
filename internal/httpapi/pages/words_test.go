package pages

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/purchase"
)

func ended(state string) ledger.Entry { return ledger.Entry{Outcome: &ledger.Outcome{State: state}} }

// TestEveryWordIsThere: what templates and modules say has words in both languages.
func TestEveryWordIsThere(t *testing.T) {
	said := map[string]string{} // key → where
	look := func(fsys fs.FS, glob string, word *regexp.Regexp) {
		t.Helper()
		names, err := fs.Glob(fsys, glob)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", glob, names, err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range word.FindAllStringSubmatch(string(body), -1) {
				said[m[1]] = name
			}
		}
	}
	look(templates, "templates/*.html", regexp.MustCompile(`\.W "([^"]+)"`))
	look(os.DirFS(filepath.Join("..", "assets", "js")), "*.js", regexp.MustCompile(`\bsay\("([^"]+[^."])"[,)]`))
	look(os.DirFS("."), "*.go", regexp.MustCompile(`\bv\.W\("([^"]+[^ "])"\)`))
	for _, w := range []drama.WaitFor{
		drama.WaitMoney, drama.WaitResume, drama.WaitJob, drama.WaitStill, drama.WaitProvider, drama.WaitShare, drama.WaitSource, drama.WaitStep, drama.WaitWorker, drama.WaitDelivery,
	} {
		said["wait for "+string(w)] = "a wait"
	}
	for _, c := range boardChips {
		said["is "+c.word] = "the board"
	}
	for _, k := range api.Kinds() {
		for _, part := range []string{"problem ", "what ", "whose ", "do "} {
			said[part+k.Name] = "the page of a problem"
		}
		if page := words["problem "+k.Name][0]; page != k.Title {
			t.Errorf("the page of %s is called %q, its title is %q", k.Name, page, k.Title)
		}
	}
	sheet, err := keySheet()
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range sheet {
		said["keys "+room.Where] = "the help sheet"
		for _, k := range room.Rows {
			said["key "+k.Where+"."+k.Op] = "the help sheet"
		}
	}
	for _, job := range []ledger.Entry{
		{},
		{Receipt: &ledger.Receipt{}},
		{Hold: &ledger.Hold{}},
		{Damaged: []string{"s3://"}},
		ended(purchase.StateSucceeded), ended(purchase.StateFailed), ended(purchase.StateRefused), ended(purchase.StateCancelled), ended(purchase.StateExpired),
		ended(purchase.StateNotAccepted), ended(purchase.StateDropped), ended(purchase.StateResubmitted),
	} {
		if w := states[job.State()]; w[0] == "" || w[1] == "" {
			t.Errorf("a job is %q, which has no words: %q", job.State(), w)
		}
	}
	for _, mark := range []drama.TakeState{drama.TakeNG, drama.TakeHold, drama.TakePrint, drama.TakeCircle} {
		if w := states[string(mark)]; w[0] == "" || w[1] == "" {
			t.Errorf("a take is %q, which has no words: %q", mark, w)
		}
	}
	for key, where := range said {
		if w := words[key]; w[0] == "" || w[1] == "" {
			t.Errorf("%s says %q, which has no words: %q", where, key, w)
		}
	}
}
