package runner

import "time"

// BarkAtProgress makes a stall of a child's first word of progress: a machine that is
// busy starts children later than any limit that a test has the time to wait for.
func (r *Runner) BarkAtProgress() {
	r.watch = func(_ time.Duration, bark func()) watchdog { return deaf{bark} }
}

// deaf is a watchdog for which a child that has spoken has spoken its last.
type deaf struct{ bark func() }

func (d deaf) Reset(time.Duration) bool { d.bark(); return true }
func (deaf) Stop() bool                 { return true }
