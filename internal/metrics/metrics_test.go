package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store/mem"
)

func TestAProviderIsParkedUntilItTakesAJob(t *testing.T) {
	s := New("test")
	s.Serves("ark", 4, false)
	parked := func() float64 { return testutil.ToFloat64(s.parked.WithLabelValues("ark")) }
	for i, step := range []struct {
		op   string
		err  error
		want float64
	}{
		{"submit", &provider.Error{Kind: provider.KindAuth}, 1},
		{"poll", nil, 1}, // jobs that it has are another matter
		{"submit", &provider.Error{Kind: provider.KindTransient}, 1},
		{"submit", context.Canceled, 1},
		{"submit", nil, 0},
		{"submit", &provider.Error{Kind: provider.KindQuota}, 1},
	} {
		if s.Asked("ark", step.op, time.Second, step.err); parked() != step.want {
			t.Errorf("step %d: parked is %v, want %v", i, parked(), step.want)
		}
	}
	if n := testutil.ToFloat64(s.errors.WithLabelValues("ark", "submit", "quota")); n != 1 {
		t.Errorf("%v errors of the balance", n)
	}
	s.Asked("ark", "submit", time.Second, &provider.Error{Kind: "job-4711"}) // an adapter of somebody's own
	s.Asked("ark", "submit", time.Second, errors.New("job-4712"))
	s.Asked("ark", "submit", time.Second, &media.HostError{Err: errors.New("no space")})
	if other, here := testutil.ToFloat64(s.errors.WithLabelValues("ark", "submit", "other")), testutil.ToFloat64(s.errors.WithLabelValues("ark", "submit", "machine")); other != 2 || here != 1 {
		t.Errorf("%v errors are other, %v the machine's", other, here)
	}
}

// TestSpendIsWhatTheLedgerTook: an outcome that stands already costs nothing again, and
// one of a job that another process has begun is its provider's all the same.
func TestSpendIsWhatTheLedgerTook(t *testing.T) {
	s, objects := New("test"), ledger.Objects{Store: mem.New()}
	ours := s.Ledger(objects)
	ctx := t.Context()
	id := func(n int) ledger.ID {
		return ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "show", Number: 1}, Slate: "1A", Number: n}, Attempt: 1}
	}
	intent := func(n int, by string) ledger.Intent { return ledger.Intent{ID: id(n), Key: "k", Provider: by} }
	paid := ledger.Outcome{State: "succeeded", Price: drama.Money{Micros: 1_500_000, Currency: "CNY"}}
	if err := errors.Join(ours.Intend(ctx, intent(1, "ark")), objects.Intend(ctx, intent(2, "kling")), objects.Intend(ctx, intent(3, "kling")), objects.Settle(ctx, id(3), paid)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ours.Settle(ctx, id(1), paid), ours.Settle(ctx, id(2), paid)); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 3} {
		if err := ours.Settle(ctx, id(n), paid); !errors.Is(err, ledger.ErrExists) {
			t.Fatalf("settled twice: %v", err)
		}
	}
	for _, name := range []string{"ark", "kling"} {
		if got := testutil.ToFloat64(s.spend.WithLabelValues(name, "CNY")); got != 1.5 {
			t.Errorf("%s has spent %v", name, got)
		}
	}
}

// TestOnlyQueuesThatHaveANameAreTold: queues of single workers are made up anew with each.
func TestOnlyQueuesThatHaveANameAreTold(t *testing.T) {
	s := New("test")
	for _, q := range []string{"provider:ark", "dailies", "host:0f3a", "host:99bc"} {
		s.Temporal().WithTags(map[string]string{"task_queue": q, "namespace": "default", "activity_type": "Generate"}).Counter("temporal_activity_execution_failed").Inc(1)
	}
	s.Temporal().Counter("temporal_sticky_cache_hit").Inc(1) // not kept
	if n := testutil.CollectAndCount(s.temporal["temporal_activity_execution_failed"].counter); n != 3 {
		t.Errorf("%d series", n)
	}
}

// TestWhoMayAsk: on loopback by its names; elsewhere by an address or a name of ours, and
// by no other name, which might be a page's.
func TestWhoMayAsk(t *testing.T) {
	for _, c := range []struct {
		listen, called string
		want           int
	}{
		{"127.0.0.1", "127.0.0.1:9464", 200},
		{"127.0.0.1", "localhost:9464", 200},
		{"127.0.0.1", "[::1]:9464", 200},
		{"127.0.0.1", "evil.example:9464", 421},
		{"127.0.0.1", "10.0.0.7:9464", 421},
		{"0.0.0.0", "10.0.0.7:9464", 200},
		{"0.0.0.0", "evil.example", 421},
		{"0.0.0.0", "studio.example", 200},
		{"worker-3", "worker-3:9464", 200},
		{"worker-3", "evil.example:9464", 421},
		{"", "10.0.0.7:9464", 200},
	} {
		ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Host = c.called
		w := httptest.NewRecorder()
		if known(ok, c.listen, []string{"studio.example:8443"}).ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s called %s: %d, want %d", c.listen, c.called, w.Code, c.want)
		}
	}
}

// TestTheHouse: caps by show where a studio wants that, else the most used; a part that
// cannot be read is said to be missing, and is not nothing.
func TestTheHouse(t *testing.T) {
	for byShow, want := range map[bool]string{
		true:  "dailies_cap_used_ratio{cap=\"season\",show=\"noon\"} 0.25\ndailies_cap_used_ratio{cap=\"season\",show=\"tide\"} 0.5\n",
		false: "dailies_cap_used_ratio{cap=\"season\",show=\"\"} 0.5\n",
	} {
		s := New("test")
		reads := 0
		s.Watch(func(context.Context) Reading {
			reads++
			return Reading{Caps: []Cap{{"noon", "season", .25}, {"tide", "season", .5}, {"noon", "season", .125}}, Failed: []string{"held"}}
		}, byShow)
		help := "# HELP dailies_cap_used_ratio What open episodes have spent and reserved, by what the cap allows.\n# TYPE dailies_cap_used_ratio gauge\n"
		unread := "# HELP dailies_house_unread 1: the house's numbers of this kind could not be read, and are left out.\n# TYPE dailies_house_unread gauge\ndailies_house_unread{numbers=\"held\"} 1\n"
		for range 3 {
			if err := testutil.GatherAndCompare(s.registry, strings.NewReader(help+want+unread), "dailies_cap_used_ratio", "dailies_house_unread", "dailies_jobs_held"); err != nil {
				t.Error(err)
			}
		}
		if reads != 1 {
			t.Errorf("the house was read %d times for three scrapes", reads)
		}
	}
}
