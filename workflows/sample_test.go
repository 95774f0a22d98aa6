package workflows_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
)

// booth speaks eight seconds whatever it is asked for, and counts.
type booth struct {
	mu    sync.Mutex
	spoke map[string]int // by voice
	fails int            // so many times first
}

func (*booth) Name() string        { return "booth" }
func (*booth) Deterministic() bool { return false }
func (b *booth) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails > 0 {
		b.fails--
		return voice.Speech{}, context.DeadlineExceeded
	}
	b.spoke[r.Name+"/"+r.Language]++
	return voice.Speech{Samples: make([]int16, 8*8000), Rate: 8000}, nil
}

// Three shots, in which two speak whose voices have no sample: each voice is recorded
// once, by the voice that the script casts, booked, kept within the caps, and every take
// is given it. The next run records nothing. The third shot starts from the first and
// ends on the second.
func TestVoiceSamplesAreMadeOnce(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	b := &booth{spoke: map[string]int{}}
	lines := activities.Lines{
		Samples: func(name string) bool { return name == "booth" },
		Speech:  func(string) drama.Money { return yuan(100) }, // of a thousand characters
	}
	s.Planner.Lines = lines
	s.Media.Speakers = func(name string) (voice.Speaker, bool) { return b, name == "booth" }
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Speech: lines.Speech}
	episode := func() drama.Production {
		p := rehearsal.Production([]string{"fake"})
		p.Season.Cast = map[string]drama.Character{
			"lin": {Name: "Lin", Voice: &drama.Voice{Provider: "booth", Name: "kate"}},
			"bo":  {Name: "Bo", Voice: &drama.Voice{Provider: "booth", Name: "jack"}},
			"cai": {Name: "Cai", Voice: &drama.Voice{Provider: "espeak"}},
		}
		for i, who := range [][]string{{"lin"}, {"lin", "bo"}, {"bo", "cai"}} {
			shot := rehearsal.Shot(fmt.Sprintf("1%c", 'A'+i), "Somebody.")
			for _, id := range who {
				shot.Lines = append(shot.Lines, drama.Line{Who: id, Kind: drama.LineDialogue, Say: "No."})
			}
			p.Episode.Scenes[0].Shots = append(p.Episode.Scenes[0].Shots, shot)
		}
		last := &p.Episode.Scenes[0].Shots[2]
		last.From, last.To = &drama.From{Slate: "1A", Frame: "last"}, &drama.From{Slate: "1B", Frame: "first"}
		return p
	}
	p := episode()
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 3 {
		t.Fatalf("ended as %s, %d bought: %v %+v", d.State, s.Bought(t), d.Problems, d.Shots)
	}
	if b.spoke["kate/en"] != 1 || b.spoke["jack/en"] != 1 || len(b.spoke) != 2 {
		t.Errorf("recorded %v", b.spoke)
	}
	text, _ := voice.SampleText("en")
	each := yuan(100).Micros * int64(len(text)) / 1000
	if takes := yuan(12).Micros; d.Spent.Micros != takes+2*each {
		t.Errorf("spent %s; two samples are %d", d.Spent, 2*each)
	}
	jobs, err := fake.Jobs(s.Dirs["fake"])
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"1A": {"lin"}, "1B": {"lin", "bo"}, "1C": {"bo"}}
	key := map[string]string{}
	for _, j := range jobs {
		slate := j.Request.Take.Slate
		if len(j.Request.Voices) != len(want[slate]) {
			t.Fatalf("%s was given %+v", slate, j.Request.Voices)
		}
		for i, v := range j.Request.Voices {
			if key[v.Name] == "" {
				key[v.Name] = v.Object.Key
			}
			if v.Name != want[slate][i] || v.Object.Key != key[v.Name] || v.Object.Bytes != 44+2*5*8000 {
				t.Errorf("%s was given %+v", slate, v)
			}
		}
		if ends := j.Request.LastFrame != nil; ends != (slate == "1C") || (j.Request.Mode == "first_last") != ends {
			t.Errorf("%s was asked for in mode %s, to end on %+v", slate, j.Request.Mode, j.Request.LastFrame)
		}
	}
	// A retake needs no new sample, and keeps both frames.
	p = episode()
	p.Episode.Scenes[0].Shots[2].Action = "Somebody else."
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 4 || len(b.spoke) != 2 || b.spoke["jack/en"] != 1 {
		t.Errorf("the next run ended as %s, %d bought, recorded %v: %v", d.State, s.Bought(t), b.spoke, d.Problems)
	}
}

// A voice that says no ends the shots that need it, before a take is bought.
func TestAVoiceThatCannotBeRecorded(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Planner.Lines = activities.Lines{Samples: func(string) bool { return true }}
	p := rehearsal.Production([]string{"fake"})
	p.Season.Cast = map[string]drama.Character{"lin": {Name: "Lin", Voice: &drama.Voice{Provider: "gone"}}}
	shot := rehearsal.Shot("1A", "Somebody.")
	shot.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "No."}}
	p.Episode.Scenes[0].Shots = append(p.Episode.Scenes[0].Shots, shot)
	if d := run(t, env(t, s), s.Submit(t, p)); s.Bought(t) != 0 || len(d.Shots) != 1 || d.Shots[0].State != drama.ShotNG || len(d.Shots[0].Reasons) == 0 {
		t.Errorf("%d bought, %+v", s.Bought(t), d)
	}
}
