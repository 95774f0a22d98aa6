package histories

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/test/rehearsal"
)

// BenchmarkEpisodes renders ten episodes of forty shots at once on the durable
// embedded engine, with the fake vendor, null media and the store in memory.
func BenchmarkEpisodes(b *testing.B) {
	eng, err := engine.Start(b.Context(), engine.Options{Data: b.TempDir(), NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = eng.Close() }()
	c, err := dial(b.Context(), eng.Address())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	s := play(b, c, rehearsal.New(b, rehearsal.Options{}))
	number := 0
	const episodes, shots = 10, 40
	for b.Loop() {
		began := time.Now()
		var runs []client.WorkflowRun
		for range episodes {
			number++
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(shots)...)
			p.Episode.Number = number
			for i := range p.Episode.Scenes[0].Shots {
				shot := &p.Episode.Scenes[0].Shots[i]
				shot.Action = fmt.Sprintf("Episode %d: %s", number, shot.Action)
			}
			runs = append(runs, s.start(s.Submit(b, p)))
		}
		for _, run := range runs {
			if d := s.end(run); d.State != drama.StateDelivered {
				b.Fatalf("%+v", d.Problems)
			}
		}
		b.ReportMetric(float64(episodes*shots)/time.Since(began).Seconds(), "shots/s")
	}
}
