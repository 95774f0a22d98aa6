package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/roster"
)

// leaveTime bounds saying that this process has left.
const leaveTime = 5 * time.Second

// sign tells others what this process works as, what it knows of its instances and what
// it lacks for its roles, now and as long as it works.
func (s *Session) sign(ctx context.Context, n Need) error {
	if !s.app.Cluster() || !n.serve {
		return nil
	}
	r := roster.Roster{Store: s.store}
	me := s.app.presence(n, time.Now().UTC())
	for what, why := range me.Lacks {
		s.app.Log.Warn("this worker lacks what its roles may need", "what", what, "reason", why)
	}
	once := func() error {
		me.Seen = time.Now().UTC()
		errs := []error{r.Come(ctx, me)}
		for _, f := range s.app.Facts() {
			if slices.Contains(n.providers, f.Instance) {
				c := s.app.Config.Providers[f.Instance]
				errs = append(errs, r.Sign(ctx, roster.Entry{Facts: f, Slots: c.Slots, SubmitRPS: c.SubmitRPS, Worker: me.Worker, Seen: me.Seen}))
			}
		}
		return errors.Join(errs...)
	}
	if err := once(); err != nil {
		return err
	}
	if err := r.Forget(ctx, me.Started); err != nil {
		s.log.Warn("workers that were killed long ago are still listed", "error", err)
	}
	s.running.Go(func() {
		tick := time.NewTicker(roster.Every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
				defer cancel()
				if err := r.Leave(ctx, me.Process); err != nil {
					s.log.Warn("others are not told that this worker has left", "error", err)
				}
				return
			case <-tick.C:
				if err := once(); err != nil && ctx.Err() == nil {
					s.log.Warn("planners are not told who works here", "error", err)
				}
			}
		}
	})
	return nil
}

// presence is this process as others see it.
func (a *Main) presence(n Need, now time.Time) roster.Presence {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	return roster.Presence{
		Process: hex.EncodeToString(id), Worker: fmt.Sprintf("%s, process %d", host, os.Getpid()), Version: a.Version,
		Roles: n.roles(), Started: now, Seen: now, Lacks: a.lacks(n),
	}
}

// lacks are the secrets that a process's roles need and that are not here, by what of the
// config needs them.
func (a *Main) lacks(n Need) map[string]string {
	all := map[string]string{}
	missing := func(what, env string) {
		if env != "" && a.Secret(env) == "" {
			all[what] = env + " is not set"
		}
	}
	for _, name := range n.providers {
		if why := a.Parked(name); why != "" {
			all["providers."+name] = why
		}
	}
	if n.media {
		for name, v := range a.Config.Voices {
			missing("voices."+name, v.APIKeyEnv)
		}
		missing("judge", a.Config.Judge.APIKeyEnv)
		missing("listen", a.Config.Listen.APIKeyEnv)
	}
	if n.studio {
		for name, why := range a.unheard() {
			all["calls."+name] = why
		}
	}
	return all
}

// Present are the processes that work, of a cluster, and those that were killed in the
// last day, the latest seen first.
func (s *Session) Present(ctx context.Context) ([]roster.Presence, error) {
	if !s.app.Cluster() {
		return nil, nil
	}
	return roster.Roster{Store: s.store}.Present(ctx)
}
