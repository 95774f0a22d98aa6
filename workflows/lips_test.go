package workflows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// mouths is an episode of three shots, in two of which somebody who is seen speaks, and a
// vendor that changes lips for a yuan a second.
func mouths(t *testing.T, o rehearsal.Options) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	o.Price, o.Lips, o.Good = yuan(1), []string{"lips"}, []string{"fake"}
	s, c := rehearsal.New(t, o), &cabin{}
	s.Media.Runner = rehearsal.Sounding{Runner: s.Media.Runner}
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return c, true }
	s.Media.Prices = activities.Prices{Ledger: s.Ledger}
	shots := rehearsal.Shots(3)
	shots[0].Cast = []string{"lin"}
	shots[0].Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "It was late.", Translation: drama.Text{"fr": "Il était tard."}}}
	shots[1].Cast = []string{"bo"}
	shots[1].Lines = []drama.Line{{Who: "bo", Kind: drama.LineDialogue, Say: "And cold.", Translation: drama.Text{"fr": "Et froid."}}}
	shots[2].Lines = []drama.Line{{Who: "bo", Kind: drama.LineVO, Say: "So cold.", Translation: drama.Text{"fr": "Si froid."}}}
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Cast = map[string]drama.Character{"lin": {Name: "Lin"}, "bo": {Name: "Bo"}}
	p.Season.Subtitles.Sidecar = []string{"en"}
	return s, p
}

// synced is a run that dubs the production into French, with other lips.
func synced(t *testing.T, s *rehearsal.Stage, p drama.Production, change ...func(*workflows.EpisodeInput)) drama.Delivery {
	t.Helper()
	in := s.Submit(t, p)
	in.Dub, in.LipSync = "fr", "lips"
	for _, c := range change {
		c(&in)
	}
	return run(t, env(t, s), in)
}

// lipsBought are the slates of which other lips were bought.
func lipsBought(t *testing.T, s *rehearsal.Stage) (slates []string) {
	t.Helper()
	jobs, err := fake.Jobs(s.Dirs["lips"])
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Request.Clip == nil || j.Request.Speech == nil || j.Request.Clip.Object.Bytes == 0 || j.Request.Prompt != "" {
			t.Errorf("%s was asked for with %+v", j.ID, j.Request)
		}
		slates = append(slates, j.Request.Take.Slate)
	}
	slices.Sort(slates)
	return slates
}

func dubManifest(t *testing.T, s *rehearsal.Stage, p drama.Production, n int) drama.Manifest {
	t.Helper()
	m, _, err := library.Library{Store: s.Store}.DubManifest(t.Context(), p.ID(), "fr", n)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestLipsGoWithADubsLines: of each shot in which somebody who is seen speaks they are
// bought once, for its length; a line that changes buys those of its shot alone.
func TestLipsGoWithADubsLines(t *testing.T) {
	s, p := mouths(t, rehearsal.Options{})
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	cutAt, _, err := library.Library{Store: s.Store}.Manifest(t.Context(), p.ID(), 1)
	if err != nil {
		t.Fatal(err)
	}
	d := synced(t, s, p)
	if d.State != drama.StateDubbed || d.Dub == nil || d.Dub.Lips != 2 || len(d.Problems) != 0 {
		t.Fatalf("%+v, %+v", d, d.Dub)
	}
	if got := lipsBought(t, s); !slices.Equal(got, []string{"1A-lips", "1B-lips"}) {
		t.Errorf("bought %v", got)
	}
	m := dubManifest(t, s, p, 1)
	for i, other := range []bool{true, true, false} {
		if is := m.Shots[i].VideoDigest != cutAt.Shots[i].VideoDigest; is != other {
			t.Errorf("shot %s shows other pictures: %v, want %v", m.Shots[i].Slate, is, other)
		}
	}
	if l := m.Dub.Lips; len(l) != 2 || l[0].Provider != "lips" || l[0].Model != fake.LipsModel || l[0].Price.Micros == 0 || l[0].Take.Slate != "1A-lips" {
		t.Errorf("the manifest says %+v", l)
	}
	spent := d.Spent
	if d := synced(t, s, p); d.Dub == nil || !d.Dub.Same || d.Spent != spent || len(lipsBought(t, s)) != 2 {
		t.Errorf("again: %+v, spent %s of %s", d.Dub, d.Spent, spent)
	}
	if d := dubbing(t, s, p); d.Dub == nil || d.Dub.Same || d.Dub.Lips != 0 {
		t.Errorf("without lips: %+v", d.Dub)
	}

	p.Episode.Scenes[0].Shots[1].Lines[0].Translation["fr"] = "Et si froid."
	if d := synced(t, s, p); d.Dub == nil || d.Dub.Lips != 2 {
		t.Errorf("after a change: %+v, %v", d.Dub, d.Problems)
	}
	if got := lipsBought(t, s); !slices.Equal(got, []string{"1A-lips", "1B-lips", "1B-lips"}) {
		t.Errorf("after a change bought %v", got)
	}
}

// TestLipsThatCannotBeUsed: they are bought so often and no more, the dub is made with the
// pictures that there are, and says which.
func TestLipsThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct {
		does   fake.Behaviour
		bought int
		says   string
		again  int // purchases of a later dub
	}{
		{"black", 2, "black", 0},
		{"black*1", 2, "", 0},
		{"garbage", 2, "decoded", 0},
		{"failed", 2, "gave up", 2},
		{"refused", 0, "moderation", 0},
		{"invalid", 0, "wrong field", 0},
		{"auth", 0, "the key is not valid", 0},
	} {
		s, p := mouths(t, rehearsal.Options{})
		p.Episode.Scenes[0].Shots[0].Action = "She waits. [fake: " + string(c.does) + "]"
		if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
			t.Fatalf("%s: %+v", c.does, d)
		}
		of1A := func() (n int) {
			for _, slate := range lipsBought(t, s) {
				if slate == "1A-lips" {
					n++
				}
			}
			return n
		}
		d := synced(t, s, p)
		want := 1
		if c.says == "" {
			want = 2
		}
		if d.Dub == nil || d.Dub.Lips != want && c.does != fake.Auth || of1A() != c.bought {
			t.Errorf("%s: %+v with %d bought of 1A: %q", c.does, d.Dub, of1A(), d.Problems)
			continue
		}
		if said := strings.Join(d.Problems, "\n"); c.says != "" && (!strings.Contains(said, "shot 1A keeps its lips") || !strings.Contains(said, c.says)) {
			t.Errorf("%s: it says %q", c.does, said)
		}
		if d := synced(t, s, p); d.Dub == nil || of1A() != c.bought+c.again || c.says != "" && len(d.Problems) == 0 {
			t.Errorf("%s, again: %+v with %d bought of 1A: %q", c.does, d.Dub, of1A(), d.Problems)
		}
	}
}

// TestLipsKeepToTheCaps: those that do not fit stay as they are.
func TestLipsKeepToTheCaps(t *testing.T) {
	s, p := mouths(t, rehearsal.Options{})
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(12) {
		t.Fatalf("%+v", d)
	}
	p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "stop"}
	limit := yuan(17) // twelve are spent, and each lips are four
	p.Season.Budget.Episode = &limit
	d := synced(t, s, p)
	if d.Dub == nil || d.Dub.Lips != 1 || d.Spent != yuan(16) || len(lipsBought(t, s)) != 1 {
		t.Fatalf("%+v, spent %s: %q", d.Dub, d.Spent, d.Problems)
	}
	if said := strings.Join(d.Problems, " "); !strings.Contains(said, "keeps its lips") || !strings.Contains(said, "cap is 17.00") {
		t.Errorf("it says %q", said)
	}
	limit = yuan(30)
	if d := synced(t, s, p); d.Dub == nil || d.Dub.Lips != 2 || d.Spent != yuan(20) {
		t.Errorf("with more: %+v, spent %s: %q", d.Dub, d.Spent, d.Problems)
	}
}

// TestALostAnswerAboutLipsIsNotBoughtAgain: a vendor that can be asked is, else a person
// is, and the job that was found is gone on with.
func TestALostAnswerAboutLipsIsNotBoughtAgain(t *testing.T) {
	s, p := mouths(t, rehearsal.Options{})
	p.Episode.Scenes[0].Shots[0].Action = "She waits. [fake: lost*1]"
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	if d := synced(t, s, p); d.Dub == nil || d.Dub.Lips != 2 || len(lipsBought(t, s)) != 2 {
		t.Errorf("a vendor that can be asked: %+v, %v", d.Dub, lipsBought(t, s))
	}

	s, p = mouths(t, rehearsal.Options{NoFinder: true})
	p.Episode.Scenes[0].Shots[0].Action = "She waits. [fake: lost*1]"
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	e := env(t, s)
	at(e, 60, func() {
		id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "1A-lips", Number: 1}, Attempt: 1}
		entry, err := s.Ledger.Get(t.Context(), id)
		if err != nil || !entry.Held() {
			t.Errorf("the job does not wait for a person: %+v, %v", entry, err)
			return
		}
		err = s.Ledger.Receive(t.Context(), id, ledger.Receipt{Job: provider.Job{ID: "fake-" + id.Key(), Model: fake.LipsModel}, Provider: "lips", Found: "adopted"})
		if err != nil {
			t.Error(err)
		}
		accepted(t, e, workflows.UpdateResolveJob, workflows.ResolveJob{Slate: "1A-lips"})
	})
	in := s.Submit(t, p)
	in.Dub, in.LipSync = "fr", "lips"
	if d := run(t, e, in); d.Dub == nil || d.Dub.Lips != 2 || len(lipsBought(t, s)) != 2 {
		t.Errorf("a person who has looked: %+v, %v, %q", d.Dub, lipsBought(t, s), d.Problems)
	}
}
