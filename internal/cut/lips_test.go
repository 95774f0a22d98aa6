package cut_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// TestLipsInADub: what is sent is what somebody who is seen says, where it is heard; what
// comes back is another dub of the cut, which says so and is labelled whatever its
// pictures were.
func TestLipsInADub(t *testing.T) {
	footage := func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
		for i := range s {
			s[i].Take.Origin = drama.OriginFootage
		}
	}
	original, dub := spoke(t, 15, footage)
	if len(original.Lips()) != 0 {
		t.Error("a cut has lips to change")
	}
	lips := dub.Lips()
	if len(lips) != 1 || lips[0].Slate != "1B" || lips[0].Who != "lin" || len(lips[0].Lines) != 1 || lips[0].Lines[0].At == nil || lips[0].Lines[0].Rate != 1.25 {
		t.Fatalf("%+v", lips)
	}
	before, labelled := dub.Identity(), dub.Labelled()
	mz := dub.Shown(lips[0].Use)
	mz.Video = drama.Object{Key: "other"}
	dub.Sync(lips[0].Use, "other", mz, drama.ManifestLips{Provider: "lips"})
	job, needed := dub.Job("/scratch")
	var brought bool
	for _, m := range needed {
		brought = brought || m.Ref.Key == "other"
	}
	if dub.Identity() == before || !brought || labelled || !dub.Labelled() || job.Label == nil || !dub.Makings().Trained {
		t.Errorf("the same dub: %v, brought %v; labelled %v, then %v", dub.Identity() == before, brought, labelled, dub.Labelled())
	}
	m := dub.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96}}, nil, "dailies", time.Time{})
	if len(m.Dub.Lips) != 1 || m.Dub.Lips[0].Slate != "1B" {
		t.Errorf("%+v", m.Dub.Lips)
	}

	_, rehearsal := spoke(t, 15, footage)
	rehearsal.Sync("1B", "other", library.Mezzanine{}, drama.ManifestLips{Provider: "animatic", Rehearsal: true})
	if rehearsal.Labelled() || rehearsal.Makings().Trained {
		t.Error("a rehearsal generates something")
	}

	_, unseen := spoke(t, 15, func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Episode.Scenes[0].Shots[1].Cast = nil })
	if len(unseen.Lips()) != 0 {
		t.Error("lips of somebody who is not seen")
	}
	unseen.KeepLips("1B", "it is gone")
	if m := unseen.Manifest(cut.Made{}, nil, "dailies", time.Time{}); !strings.Contains(strings.Join(m.Notes, " "), "shot 1B keeps its lips: it is gone") {
		t.Errorf("%q", m.Notes)
	}
}
