package metrics

import (
	"maps"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
)

// sdkMetric is one of the numbers that Temporal's client, or a run through it, tells.
type sdkMetric struct {
	labels  []string
	counter *prometheus.CounterVec
	gauge   *prometheus.GaugeVec
	timer   *prometheus.HistogramVec
}

// Which numbers of the SDK's are kept, with which of their tags. The SDK tells many more,
// each under up to ten tags; what is not here is dropped, so that their number is ours to
// say. Names are as in Temporal's own dashboards for Prometheus.
//
// The tags that a run gives its own counters are workflows'.
func sdkMetrics(s *Set) map[string]sdkMetric {
	all := map[string]sdkMetric{}
	count := func(name, help string, labels ...string) {
		all[name] = sdkMetric{labels: labels, counter: counter(s, name+"_total", help, labels...)}
	}
	level := func(name, help string, labels ...string) {
		all[name] = sdkMetric{labels: labels, gauge: gauge(s, name, help, labels...)}
	}
	timer := func(name, help string, labels ...string) {
		all[name] = sdkMetric{labels: labels, timer: histogram(s, name+"_seconds", help, stepBuckets, labels...)}
	}
	count("dailies_shots", "Shots that runs are done with: circle, reused, NG or cancelled, by whose take they have.", "state", "provider")
	count("dailies_circled_shot_takes", "Takes that were made for shots whose state is circle.", "provider")
	count("dailies_takes", "Takes that were judged: good or NG; none: nothing came of what was asked for.", "verdict", "provider")

	count("dailies_finished_seconds", "Seconds of the cuts that runs have made, without those that were there already.")

	count("temporal_workflow_completed", "Runs that have ended as they should.", "workflow_type")
	count("temporal_workflow_failed", "Runs that have failed.", "workflow_type")
	count("temporal_workflow_canceled", "Runs that were cancelled.", "workflow_type")
	count("temporal_workflow_continue_as_new", "Runs that went on as new ones.", "workflow_type")
	count("temporal_workflow_task_execution_failed", "Decisions of runs that failed: a program that does not know the run, mostly.", "workflow_type", "failure_reason")
	timer("temporal_workflow_task_schedule_to_start_latency", "How long decisions waited for a worker.", "task_queue")
	timer("temporal_workflow_task_execution_latency", "How long decisions took.", "workflow_type")
	timer("temporal_activity_schedule_to_start_latency", "How long steps waited for a worker.", "task_queue")
	timer("temporal_activity_execution_latency", "How long tries of steps took; its count is that of the tries.", "task_queue", "activity_type")
	count("temporal_activity_execution_failed", "Tries of steps that failed.", "task_queue", "activity_type")
	level("temporal_worker_task_slots_available", "Steps that this worker could take on.", "task_queue", "worker_type")
	level("temporal_worker_task_slots_used", "Steps that this worker is at.", "task_queue", "worker_type")
	level("temporal_num_pollers", "Pollers of this worker.", "task_queue", "poller_type")
	count("temporal_request_failure", "Requests to Temporal that failed.", "operation", "status_code")
	timer("temporal_request_latency", "How long Temporal took to answer; its count is that of the requests.", "operation")
	return all
}

// Temporal takes the numbers of Temporal's client and workers, and those that runs tell
// through them.
func (s *Set) Temporal() client.MetricsHandler { return handler{set: s} }

type handler struct {
	set  *Set
	tags map[string]string
}

// WithTags is client.MetricsHandler's.
func (h handler) WithTags(tags map[string]string) client.MetricsHandler {
	all := maps.Clone(h.tags)
	if all == nil {
		all = make(map[string]string, len(tags))
	}
	maps.Copy(all, tags)
	return handler{h.set, all}
}

// Counter is client.MetricsHandler's.
func (h handler) Counter(name string) client.MetricsCounter {
	m := h.set.temporal[name]
	if m.counter == nil {
		return client.MetricsNopHandler.Counter(name)
	}
	c := m.counter.WithLabelValues(h.values(m)...)
	return counterFunc(func(n int64) {
		if n > 0 { // a counter of Prometheus' only grows
			c.Add(float64(n))
		}
	})
}

// Gauge is client.MetricsHandler's.
func (h handler) Gauge(name string) client.MetricsGauge {
	m := h.set.temporal[name]
	if m.gauge == nil {
		return client.MetricsNopHandler.Gauge(name)
	}
	return gaugeFunc(m.gauge.WithLabelValues(h.values(m)...).Set)
}

// Timer is client.MetricsHandler's.
func (h handler) Timer(name string) client.MetricsTimer {
	m := h.set.temporal[name]
	if m.timer == nil {
		return client.MetricsNopHandler.Timer(name)
	}
	o := m.timer.WithLabelValues(h.values(m)...)
	return timerFunc(func(d time.Duration) { o.Observe(d.Seconds()) })
}

// values are those of a number's labels, in order; empty: Prometheus takes it for no
// label.
func (h handler) values(m sdkMetric) []string {
	all := make([]string, len(m.labels))
	for i, label := range m.labels {
		all[i] = h.tags[label]
		if label == "task_queue" {
			all[i] = queue(all[i])
		}
	}
	return all
}

// queue keeps to the queues that have a name: those by which a worker is told apart from
// others are made up anew with each.
func queue(name string) string {
	switch {
	case name == "dailies" || name == "media" || strings.HasPrefix(name, "provider:"):
		return name
	case name == "" || name == "none":
		return ""
	}
	return "other"
}

type (
	counterFunc func(int64)
	gaugeFunc   func(float64)
	timerFunc   func(time.Duration)
)

func (f counterFunc) Inc(n int64)          { f(n) }
func (f gaugeFunc) Update(v float64)       { f(v) }
func (f timerFunc) Record(d time.Duration) { f(d) }
