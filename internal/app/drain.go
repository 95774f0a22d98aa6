package app

import (
	"context"
	"sync"
	"time"
)

// stopTimeout is how long activities may take to say that they stop. What says
// so is tried again at once by the next worker; what does not, when its
// heartbeat is missed.
const stopTimeout = 10 * time.Second

// drain is how long workers that were asked to end may finish what they have. On one
// machine nobody else would do it meanwhile, and a person waits for the prompt.
func (s *Session) drain() time.Duration {
	if !s.app.Cluster() {
		return 0
	}
	return s.app.Config.Temporal.Drain
}

// stopWorkers has the workers take nothing new. Waiting at a vendor is handed back at once,
// media work and small steps when they are not done within drain.
func (s *Session) stopWorkers() {
	if s.leave == nil {
		return // there never were any
	}
	s.leave(errStopping)
	s.running.Wait()
	s.mu.Lock()
	workers := s.workers
	s.workers = nil
	s.mu.Unlock()
	var stopping sync.WaitGroup
	for _, w := range workers {
		stopping.Go(w.Stop)
	}
	// The last chance ends with the time, or before it with the last work.
	end := time.AfterFunc(s.drain(), func() { s.end(errStopping) })
	defer end.Stop()
	stopping.Wait()
	s.end(context.Canceled) // nobody is left to hear it
}
