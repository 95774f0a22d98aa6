package workflows_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
)

type parrot struct{}

func (parrot) Name() string        { return "espeak" }
func (parrot) Deterministic() bool { return true }
func (parrot) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	return voice.Speech{Samples: make([]int16, 1000*len(r.Text)), Rate: 24000}, nil
}

func TestScratchVoices(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	shot := rehearsal.Shot("1A", "She waits.")
	shot.Lines = []drama.Line{{Who: drama.Narrator, Kind: drama.LineVO, Say: "It was late."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Dialogue = drama.DialogueScratch
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateNG || s.Bought(t) != 0 || !strings.Contains(strings.Join(d.Shots[0].Reasons, " "), "voice") {
		t.Errorf("without a voice: %s, %d bought: %+v", d.State, s.Bought(t), d.Shots[0])
	}
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return parrot{}, true }
	if d = run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Errorf("with a voice: %+v", d)
	}
}

func TestFootage(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	const clip = "a clip that someone shot"
	ref, err := s.Store.Put(t.Context(), "blob", strings.NewReader(clip), "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.Put(t.Context(), store.Keys{Show: "rehearsal"}.Blob(ref.SHA256), strings.NewReader(clip), "video/mp4"); err != nil {
		t.Fatal(err)
	}
	shot := rehearsal.Shot("1A", "")
	shot.Footage = &drama.File{Path: "1A.mov", SHA256: ref.SHA256, Bytes: ref.Bytes, Type: "video/mp4"}
	b := rehearsal.Shot("1B", "After.")
	b.From = &drama.From{Slate: "1A", Frame: "last"}
	p := rehearsal.Production([]string{"fake"}, shot, b)
	for n := range 2 {
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != drama.StateDelivered || d.Cut != 1 || s.Bought(t) != 1 || d.Shots[0].Reused != (n == 1) {
			t.Errorf("run %d: %s, cut %d, %d bought: %+v", n+1, d.State, d.Cut, s.Bought(t), d.Shots)
		}
	}
	man := record[drama.Manifest](t, s.Store, store.Keys{Show: "rehearsal"}.Cut(p.ID(), 1)+"manifest.json")
	if man.Shots[0].Origin != "footage" || man.Shots[0].Provider != "" {
		t.Errorf("manifest: %+v", man.Shots[0])
	}
}

// Editing one line's shot makes that shot again and nothing else.
func TestEditMakesOneShot(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(5)...)
	run(t, env(t, s), s.Submit(t, p))
	p.Episode.Scenes[0].Shots[3].Action = "She counts to a hundred."
	d := run(t, env(t, s), s.Submit(t, p))
	if d.Cut != 2 || s.Bought(t) != 6 || d.Shots[3].Take != "rehearsal/ep01/1D/2" {
		t.Errorf("cut %d, %d bought: %+v", d.Cut, s.Bought(t), d.Shots[3])
	}
}
