package purchase

import "time"

// Watcher is told what buyers do, as it happens: it counts, decides nothing and must
// not block. It is called from many goroutines. Instances are names of the config.
type Watcher interface {
	// Asked: a vendor has answered, or has not, what op (submit, poll, fetch, find,
	// cancel, enroll) asked of it.
	Asked(instance, op string, took time.Duration, err error)
	// Waits: so many orders more, or fewer, wait for one of the instance's slots.
	Waits(instance string, more int)
	// InFlight: so many jobs more, or fewer, are at the vendor or on their way there, as
	// far as this process is at them.
	InFlight(instance string, more int)
	// Strange: the status of a job is a word that nobody knows; once a word and job.
	Strange(instance string)
}

// asked measures one question to the vendor.
func asked[T any](j *job, op string, ask func() (T, error)) func() (T, error) {
	if j.Watch == nil {
		return ask
	}
	return func() (T, error) {
		began := time.Now()
		answer, err := ask()
		j.Watch.Asked(j.order.Instance, op, time.Since(began), err)
		return answer, err
	}
}

// waits tells of an order that waits for a slot; the end of it is called when it does
// not any more.
func (j *job) waits() (end func()) {
	if j.Watch == nil {
		return func() {}
	}
	j.Watch.Waits(j.order.Instance, 1)
	return func() { j.Watch.Waits(j.order.Instance, -1) }
}

// flies tells of a job that is at the vendor, or is not any more.
func (j *job) flies(now bool) {
	if j.Watch == nil || j.flying == now {
		return
	}
	j.flying = now
	j.Watch.InFlight(j.order.Instance, map[bool]int{true: 1, false: -1}[now])
}
