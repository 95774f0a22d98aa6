package rehearsal

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// Season is a season of episodes with so many shots each, in scenes of ten, under a cap of
// all its episodes. No two shots are the same.
func Season(show string, episodes, shots int) []drama.Production {
	var all []drama.Production
	for n := 1; n <= episodes; n++ {
		p := Production([]string{"fake"}, Shots(shots)...)
		p.Season.Show = show
		p.Season.Budget = &drama.Budget{Currency: "CNY", Season: &drama.Money{Micros: 1_000_000 * drama.Micro, Currency: "CNY"}}
		p.Episode.Number = n
		for i := range p.Episode.Scenes[0].Shots {
			s := &p.Episode.Scenes[0].Shots[i]
			s.Scene = strconv.Itoa(i/10 + 1)
			s.Slate = fmt.Sprintf("%d%c", i/10+1, 'A'+i%10)
			s.Action = fmt.Sprintf("Episode %d: %s", n, s.Action)
		}
		all = append(all, p)
	}
	return all
}

// Finish writes what a run of an episode leaves in the store when each shot came out at its
// first take: ledger, takes, circles, mezzanines and a cut. Files are left out, records are
// all there. It is quicker than a run.
func Finish(t testing.TB, s *Stage, p drama.Production) {
	t.Helper()
	ctx := context.Background()
	id := p.ID()
	lib, book := library.Library{Store: s.Store}, ledger.Objects{Store: s.Store}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	script, err := lib.SubmitScript(ctx, p)
	must(err)
	facts, err := s.Planner.Facts(ctx)
	must(err)
	made, err := lib.Plan(ctx, plan.Input{Production: p, Providers: facts}, nil)
	must(err)
	_, err = lib.KeepPlan(ctx, made)
	must(err)
	must(lib.PinTemplates(ctx, id.Show, made.Templates))
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	price := drama.Money{Micros: drama.Micro / 2, Currency: "CNY"}
	man := drama.Manifest{ID: id, Cut: 1, Digest: fmt.Sprintf("%064x", id.Number), Script: script, FPS: "24", Raster: media.Raster{Width: 1080, Height: 1920}, MadeAt: at}
	for i, shot := range made.Shots {
		job := ledger.ID{Take: drama.TakeID{Episode: id, Slate: shot.Slate, Number: 1}, Attempt: 1}
		clip := store.Ref{Key: store.Keys{Show: id.Show}.TakeMedia(job.Take), SHA256: fmt.Sprintf("%064x", i), Bytes: 1, Type: "video/mp4"}
		must(book.Intend(ctx, ledger.Intent{ID: job, Key: job.Key(), Provider: "fake", Model: "fake-1", Estimate: price, Digest: shot.Digest, At: at}))
		must(book.Receive(ctx, job, ledger.Receipt{Job: provider.Job{ID: job.String(), Model: "fake-1"}, Provider: "fake", At: at}))
		must(book.Settle(ctx, job, ledger.Outcome{State: "succeeded", Price: price, Media: clip, At: at}))
		_, err := lib.WriteTake(ctx, drama.Take{
			ID: job.Take, Digest: shot.Digest, Origin: drama.OriginGenerated, Provider: "fake", Model: "fake-1", Price: price, Media: clip, Verdict: drama.Verdict{Pass: true}, MadeAt: at,
		})
		must(err)
		must(lib.WriteCircle(ctx, drama.Circle{Digest: shot.Digest, Take: job.Take, By: library.ByQC, At: at}, false))
		must(lib.WriteMezzanine(ctx, id.Show, shot.Digest, library.Mezzanine{Video: clip, Audio: clip}))
		man.Shots = append(man.Shots, drama.ManifestShot{
			Slate: shot.Slate, Scene: shot.Scene, Frames: shot.Frames, Take: job.Take, Digest: shot.Digest, Origin: drama.OriginGenerated, Provider: "fake", Model: "fake-1", Price: price, Attempts: 1,
		})
		man.Frames += shot.Frames
	}
	_, _, err = lib.Deliver(ctx, id, 1, man)
	must(err)
}
