package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Reading is how the house stands, whatever process did what. A number that could not
// be read is left out, and stands in Failed.
type Reading struct {
	Runs    map[string]int // open ones, by the workflow's type
	Held    map[string]int // jobs that wait for a person, by provider
	Caps    []Cap          // of the episodes with open runs
	Backlog []Backlog
	Failed  []string // what could not be read: runs, held, caps, backlog
}

// Cap is how much of a cap is used.
type Cap struct {
	Show string
	Name string  // episode, season
	Used float64 // spent and reserved by what it allows
}

// Backlog are tasks of a queue that no worker has taken.
type Backlog struct {
	Queue string
	Kind  string // activity, workflow
	Tasks int64
	Age   time.Duration // of the oldest
}

// House reads how it stands. ctx ends after readTimeout.
type House func(ctx context.Context) Reading

// The house is read for a scrape, at most once in readEvery, since it asks the store and
// Temporal; a scrape waits for it for patience, and else shows what was read before.
const (
	readEvery   = 20 * time.Second
	readTimeout = 30 * time.Second
	patience    = 5 * time.Second
)

// Watch has scrapes show a house; nil: none any more. shows: caps are told by show, else
// only the one of each name that is used the most.
func (s *Set) Watch(h House, shows bool) {
	s.house.mu.Lock()
	defer s.house.mu.Unlock()
	s.house.read, s.house.shows, s.house.at, s.house.last = h, shows, time.Time{}, nil
}

type house struct {
	runs, held, caps, backlog, age, failed, took *prometheus.Desc

	mu      sync.Mutex
	read    House
	shows   bool
	reading chan struct{} // closed when the reading under way is there; nil: none is
	last    *Reading
	at      time.Time     // of last
	lasted  time.Duration // it took
}

func newHouse() *house {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &house{
		runs:    desc("dailies_open_runs", "Runs that have not ended, by the workflow's type.", "workflow_type"),
		held:    desc("dailies_jobs_held", "Jobs that wait for a person's decision (dailies jobs --held).", "provider"),
		caps:    desc("dailies_cap_used_ratio", "What open episodes have spent and reserved, by what the cap allows.", "cap", "show"),
		backlog: desc("dailies_queue_backlog", "Tasks that no worker has taken.", "task_queue", "kind"),
		age:     desc("dailies_queue_backlog_age_seconds", "How long the oldest of them waits.", "task_queue", "kind"),
		failed:  desc("dailies_house_unread", "1: the house's numbers of this kind could not be read, and are left out.", "numbers"),
		took:    desc("dailies_house_read_seconds", "How long the last reading of the house's numbers took."),
	}
}

// Describe is prometheus.Collector's.
func (h *house) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{h.runs, h.held, h.caps, h.backlog, h.age, h.failed, h.took} {
		ch <- d
	}
}

// Collect is prometheus.Collector's.
func (h *house) Collect(ch chan<- prometheus.Metric) {
	r, shows, took := h.latest()
	if r == nil {
		return
	}
	send := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for kind, n := range r.Runs {
		send(h.runs, float64(n), kind)
	}
	for provider, n := range r.Held {
		send(h.held, float64(n), provider)
	}
	most := map[[2]string]float64{}
	for _, c := range r.Caps {
		key := [2]string{c.Name, c.Show}
		if !shows {
			key[1] = ""
		}
		most[key] = max(most[key], c.Used)
	}
	for key, used := range most {
		send(h.caps, used, key[0], key[1])
	}
	for _, b := range r.Backlog {
		send(h.backlog, float64(b.Tasks), b.Queue, b.Kind)
		send(h.age, b.Age.Seconds(), b.Queue, b.Kind)
	}
	for _, what := range r.Failed {
		send(h.failed, 1, what)
	}
	send(h.took, took.Seconds())
}

// latest is what was read last; where that is old, it is read again first.
func (h *house) latest() (*Reading, bool, time.Duration) {
	h.mu.Lock()
	if h.read != nil && h.reading == nil && time.Since(h.at) >= readEvery {
		h.reading = make(chan struct{})
		go h.again(h.read, h.reading)
	}
	reading := h.reading
	h.mu.Unlock()
	if reading != nil {
		t := time.NewTimer(patience)
		defer t.Stop()
		select {
		case <-reading:
		case <-t.C:
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last, h.shows, h.lasted
}

func (h *house) again(read House, done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	began := time.Now()
	r := read(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reading, h.at, h.lasted = nil, time.Now(), time.Since(began)
	if h.read != nil { // else nobody is there any more
		h.last = &r
	}
	close(done)
}
