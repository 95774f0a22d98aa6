// Package metrics is what a house's numbers look like to Prometheus: which there are,
// and who tells them. It counts through the seams that the program has anyway: it is the
// purchase's Watcher, stands in front of a ledger and of a media runner, and is the
// metrics handler of Temporal's client. Nothing that counts knows it.
//
// Labels are names of the config, and words of the code: no slate, no episode, no job,
// so that what a server of metrics has to keep does not grow with what is rendered.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Set are the numbers of a process. It is safe for use by many goroutines.
type Set struct {
	registry *prometheus.Registry
	house    *house
	temporal map[string]sdkMetric

	calls     *prometheus.HistogramVec // provider, operation
	errors    *prometheus.CounterVec   // provider, operation, kind
	unknown   *prometheus.CounterVec   // provider
	inFlight  *prometheus.GaugeVec     // provider
	waiting   *prometheus.GaugeVec     // provider
	slots     *prometheus.GaugeVec     // provider
	parked    *prometheus.GaugeVec     // provider
	spend     *prometheus.CounterVec   // provider, currency
	jobs      *prometheus.CounterVec   // provider, state
	holds     *prometheus.CounterVec   // provider
	mediaJobs *prometheus.HistogramVec // kind
	mediaMade *prometheus.CounterVec   // kind
	mediaFail *prometheus.CounterVec   // kind, fault
	mediaNow  *prometheus.GaugeVec     // kind
	posts     *prometheus.CounterVec   // result
}

// Buckets, in seconds: a call to a vendor is an answer to a request, or the upload of some
// pictures; a media job lasts from a header's reading to a season's longest master.
var (
	callBuckets  = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120}
	mediaBuckets = []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600}
	stepBuckets  = []float64{.005, .025, .1, .5, 1, 5, 15, 60, 300, 900, 3600, 14400}
)

// New makes the numbers of a process of a release.
func New(version string) *Set {
	s := &Set{registry: prometheus.NewRegistry()}
	s.calls = histogram(s, "dailies_vendor_call_seconds", "How long a vendor took to answer one request.", callBuckets, "provider", "operation")
	s.errors = counter(s, "dailies_vendor_errors_total", "Requests to a vendor that it, or the way to it, did not answer as asked, by the error's kind.", "provider", "operation", "kind")
	s.unknown = counter(s, "dailies_vendor_unknown_words_total", "Jobs of which a vendor said a status that this release does not know.", "provider")
	s.inFlight = gauge(s, "dailies_jobs_in_flight", "Jobs at a vendor, or on the way there, that this process is at.", "provider")
	s.waiting = gauge(s, "dailies_slots_waited_for", "Orders of this process that wait for a slot of the provider's account.", "provider")
	s.slots = gauge(s, "dailies_slots", "Slots of the provider's account, as configured.", "provider")
	s.parked = gauge(s, "dailies_provider_parked", "1: the provider's key or balance did not work when it was last asked for a take, or its key is missing here.", "provider")
	s.spend = counter(s, "dailies_spend_total", "What this process has settled in the ledger, in units of the currency.", "provider", "currency")
	s.jobs = counter(s, "dailies_jobs_settled_total", "Jobs that this process has settled in the ledger, by their outcome.", "provider", "state")
	s.holds = counter(s, "dailies_job_holds_total", "Jobs that this process has left to a person's decision.", "provider")
	s.mediaJobs = histogram(s, "dailies_media_job_seconds", "How long a media job took, from start to end.", mediaBuckets, "kind")
	s.mediaMade = counter(s, "dailies_media_made_seconds_total", "Seconds of picture that media jobs have made.", "kind")
	s.mediaFail = counter(s, "dailies_media_failures_total", "Media jobs that came to nothing, by whose fault it was: clip, machine or ours.", "kind", "fault")
	s.mediaNow = gauge(s, "dailies_media_jobs_running", "Media jobs at work in this process.", "kind")
	s.posts = counter(s, "dailies_webhook_tries_total", "Tries to tell a webhook of an event: taken, pending (it is tried again), failed (given up) or off (it answered 410).", "result")
	for _, result := range []string{"taken", "pending", "failed", "off"} {
		s.posts.WithLabelValues(result).Add(0)
	}
	s.temporal = sdkMetrics(s)
	s.house = newHouse()
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "dailies_build_info", Help: "Always 1; the label says which release this process is.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	s.registry.MustRegister(info, s.house, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

func counter(s *Set, name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	s.registry.MustRegister(v)
	return v
}

func gauge(s *Set, name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	s.registry.MustRegister(v)
	return v
}

func histogram(s *Set, name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	s.registry.MustRegister(v)
	return v
}

// Posted counts a try to tell a webhook of an event.
func (s *Set) Posted(result string) { s.posts.WithLabelValues(result).Inc() }

// Handler answers a scrape.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 20 * time.Second})
}
