package beat_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/beat"
)

// Work that ends soon says nothing; what lasts beats; what was said is repeated.
func TestOnlyWhatLastsBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []any
		ctx := beat.With(t.Context(), func(detail any) { told = append(told, detail) })
		beat.Now(ctx)
		if err := beat.Wait(ctx, beat.Every-time.Second); err != nil {
			t.Fatal(err)
		}
		if len(told) != 0 {
			t.Fatalf("work that has only begun told %v", told)
		}
		if err := beat.Wait(ctx, 3*beat.Every); err != nil {
			t.Fatal(err)
		}
		if len(told) < 2 {
			t.Fatalf("%d beats in %s", len(told), 4*beat.Every)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var told []any
		ctx := beat.With(t.Context(), func(detail any) { told = append(told, detail) })
		beat.Say(ctx, "job 7")
		beat.Now(ctx)
		if len(told) != 2 || told[0] != "job 7" || told[1] != "job 7" {
			t.Errorf("told %v", told)
		}
	})
}
