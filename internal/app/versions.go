package app

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"runtime/debug"
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/studio"
)

// unnamed is the version of a program that was built without one.
const unnamed = "devel"

// BuildID is by which a cluster tells this program's workers that decide from others':
// temporal.build_id, else the version, else the commit that Go built it of.
func (a *Main) BuildID() string {
	id := cmp.Or(a.Config.Temporal.BuildID, a.Version, unnamed)
	if id == unnamed {
		if commit := builtOf(); commit != "" {
			id = commit
		}
	}
	return regexp.MustCompile(`[^A-Za-z0-9._+-]`).ReplaceAllString(id, "-")
}

// builtOf is the commit that Go stamped into the program; empty: it did not.
func builtOf() (commit string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "-dirty"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + changed
}

// versions has a worker that decides belong to this program's build, where a cluster tells
// builds apart; it says whether it does.
func (s *Session) versions(ctx context.Context, o *worker.Options) (bool, error) {
	a := s.app
	if !a.Cluster() || a.Config.Temporal.BuildID == config.Unversioned {
		return false, nil
	}
	_, err := s.Studio.Succession(ctx, a.BuildID())
	if errors.Is(err, studio.ErrNoVersions) {
		s.log.Warn("workers belong to no build", "error", err)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	o.DeploymentOptions = worker.DeploymentOptions{
		UseVersioning: true,
		Version:       worker.WorkerDeploymentVersion{DeploymentName: studio.Deployment, BuildID: a.BuildID()},
		// A run goes with the current build. Which cannot is known before (dailies replay), and
		// is kept by hand: a run may wait for a person for days, and a build that runs were
		// pinned to would have to be kept up for as long.
		DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}
	return true, nil
}

// How often a worker looks whether the current build still has workers. At first it is not
// known to Temporal yet itself.
const (
	succeedFirst = 250 * time.Millisecond
	succeedEvery = 15 * time.Second
	// vacantFor is how long no worker of the current build must ask for work: when a server
	// begins anew, those that ask again first are not the only ones.
	vacantFor = 10 * time.Second
)

// succeed makes this build the current one at a house's first start, and where no worker of
// the current one is left, for as long as this worker works: whoever replaces all workers
// without a word goes on.
func (s *Session) succeed(ctx context.Context) {
	build, told := s.app.BuildID(), ""
	var vacant time.Time // since when; zero: it is not
	for wait := succeedFirst; ; wait = min(2*wait, succeedEvery) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		now, err := s.Studio.Succession(ctx, build)
		switch {
		case err == nil && !now.Vacant:
			vacant = time.Time{}
		case err == nil && vacant.IsZero():
			vacant = time.Now()
		}
		if err == nil && now.Vacant && (now.First || time.Since(vacant) >= vacantFor) {
			if err = s.Studio.MakeCurrent(ctx, build); err == nil {
				now.Current = build
			}
		}
		if err != nil {
			if ctx.Err() == nil && wait == succeedEvery { // before, it may be too early
				s.log.Warn("the builds of workers are not known", "error", err)
			}
			continue
		}
		if now.Current == told || now.Vacant && now.Current != build {
			continue
		}
		if told = now.Current; told == build {
			s.app.Say("build %s is current: it gets all runs", build)
		} else {
			s.app.Say("build %s waits: runs go to %s until dailies versions --current %s, or until no worker of that is left", build, told, build)
		}
	}
}
