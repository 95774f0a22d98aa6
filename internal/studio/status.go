package studio

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/workflows"
)

// Status is how an episode is doing: asked of its open run, or of its last one
// when that ended without a cut, else told by the manifest of its newest cut.
// ErrUnknown when there is none of these.
func (s *Studio) Status(ctx context.Context, id drama.EpisodeID) (drama.EpisodeStatus, error) {
	workflowID := workflows.EpisodeWorkflowID(id)
	last, err := s.lastRun(ctx, workflowID)
	if err != nil {
		return drama.EpisodeStatus{}, err
	}
	stage := last.stage
	if last.open {
		st, err := s.watcher().ask(ctx, workflowID)
		if err != nil {
			if stale := s.stale(ctx, workflowID); stale != nil {
				return st, stale
			}
			if idle, ok := s.unheeded(ctx, id, stage); ok {
				return idle, nil
			}
		}
		return st, err
	}
	if last.id != "" && stage != "" && stage != drama.StateDelivered && stage != drama.StateReview && stage != drama.StateTried && stage != drama.StateDubbed {
		// The cut before must not hide why the newest run made none. Where its
		// history is gone, the cut is what is known.
		if st, err := s.ended(ctx, id, last); err == nil && !refused(st) {
			return st, nil
		}
	}
	st, err := s.ofCut(ctx, id, stage)
	if err == nil {
		return st, nil
	}
	if library.Damaged(err) != nil { // it must not hide the other episodes
		return drama.EpisodeStatus{ID: id, State: drama.StateStopped, Waiting: err.Error()}, nil
	}
	if !errors.Is(err, ErrUnknown) {
		return drama.EpisodeStatus{}, err
	}
	if last.id != "" {
		return s.ended(ctx, id, last)
	}
	if _, _, err := s.LatestScript(ctx, id); err != nil {
		return drama.EpisodeStatus{}, err
	}
	return drama.EpisodeStatus{ID: id, State: drama.StateStopped, Waiting: "no cut of it was delivered yet; render it again"}, nil
}

// askedAtOnce is how many episodes are asked how they do at once.
const askedAtOnce = 16

// Statuses is Status of each of several episodes, in their order. ErrUnknown.
func (s *Studio) Statuses(ctx context.Context, ids []drama.EpisodeID) ([]drama.EpisodeStatus, error) {
	all := make([]drama.EpisodeStatus, len(ids))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(askedAtOnce)
	for i, id := range ids {
		group.Go(func() (err error) {
			all[i], err = s.Status(asking, id)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return all, nil
}

// ended tells how a run ended. Its result says nearly all, and is one small answer of the
// engine: a query would have a worker go through the whole history once more, and a season
// has eighty. What only a query tells (the caps that have stopped a run, the shots that a
// result had no room for) is asked once, and kept: a run that has ended does not change.
func (s *Studio) ended(ctx context.Context, id drama.EpisodeID, last lastRun) (drama.EpisodeStatus, error) {
	workflowID := workflows.EpisodeWorkflowID(id)
	if st, ok := s.ofResult(ctx, id, last); ok {
		return s.worded(st), nil
	}
	if st, err := s.library().Ended(ctx, id, last.id); err == nil {
		return s.worded(st), nil
	}
	st, err := s.query(ctx, workflowID)
	if err == nil && st.ID == id && st.RunID == last.id && st.EndedAt != nil {
		_ = s.library().KeepEnded(ctx, st) // else it is asked again
	}
	return st, err
}

// ofResult is the status that a run's result tells; false where it does not say enough.
func (s *Studio) ofResult(ctx context.Context, id drama.EpisodeID, last lastRun) (drama.EpisodeStatus, bool) {
	if !last.completed || last.stage == drama.StateReview {
		return drama.EpisodeStatus{}, false
	}
	asking, stop := context.WithTimeout(ctx, queryTimeout)
	defer stop()
	var d drama.Delivery
	err := s.Temporal.GetWorkflow(asking, workflows.EpisodeWorkflowID(id), last.id).Get(asking, &d)
	if err != nil || d.Short != nil || d.Shots == nil || d.Show != id.Show || d.Episode != id.Number {
		return drama.EpisodeStatus{}, false
	}
	st := drama.EpisodeStatus{
		ID: id, RunID: last.id, State: d.State, Cut: d.Cut, Shots: d.Shots, Spent: d.Spent, Problems: d.Problems,
		Reserved: drama.Money{Currency: d.Spent.Currency}, EndedAt: &last.endedAt,
	}
	if d.Elapsed > 0 { // the run may be the last of a chain
		st.StartedAt = last.endedAt.Add(-time.Duration(d.Elapsed * float64(time.Second)))
	}
	return st, true
}

// ofCut tells the newest cut as a status: delivered, or what it waits for.
func (s *Studio) ofCut(ctx context.Context, id drama.EpisodeID, stage drama.EpisodeState) (drama.EpisodeStatus, error) {
	if stage == drama.StateDelivered {
		m, err := s.Manifest(ctx, id, 0)
		return fromManifest(m), err
	}
	m, waits, err := s.Newest(ctx, id)
	st := fromManifest(m)
	if err != nil || !waits {
		return st, err
	}
	w := drama.Wait{For: drama.WaitReview, Cut: m.Cut, Since: m.MadeAt}
	decided, err := s.desk().Approvals(ctx, id, m.Cut)
	if len(decided) > 0 && !decided[0].Approved {
		w.Reason = strings.TrimSuffix(decided[0].Name+": "+decided[0].Why, ": ")
	}
	st.State, st.Waits = drama.StateReview, []drama.Wait{w}
	return s.worded(st), err
}

// refused says that the run ended when it was planned: it says nothing of how the
// episode stands.
func refused(st drama.EpisodeStatus) bool {
	return st.State == drama.StateNG && !slices.ContainsFunc(st.Shots, func(s drama.ShotStatus) bool { return s.State != drama.ShotWaiting || s.Attempts > 0 })
}

// fromManifest tells a delivered cut as a status. An editor's cut may show a shot in
// pieces, which are told as one, or leave it out.
func fromManifest(m drama.Manifest) drama.EpisodeStatus {
	st := drama.EpisodeStatus{ID: m.ID, State: drama.StateDelivered, Cut: m.Cut, Spent: m.Spent, EndedAt: &m.MadeAt}
	for _, shot := range m.Shots {
		if i := slices.IndexFunc(st.Shots, func(s drama.ShotStatus) bool { return s.Slate == shot.Slate }); m.Edit != nil && i >= 0 {
			st.Shots[i].Frames += shot.Frames
			continue
		}
		st.Shots = append(st.Shots, drama.ShotStatus{
			Slate: shot.Slate, State: drama.ShotCircle, Action: "reuse", Digest: shot.Digest, Take: shot.Take.String(),
			Provider: shot.Provider, Model: shot.Model, Attempts: shot.Attempts, Frames: shot.Frames, Price: shot.Price, Reasons: shot.Reasons, Draft: shot.Draft,
		})
	}
	if m.Edit != nil {
		for _, t := range m.Edit.LeftOut {
			st.Shots = append(st.Shots, drama.ShotStatus{Slate: t.Slate, State: drama.ShotCircle, Action: "reuse", Take: t.String(), Reasons: []string{"the editor's cut does not show it"}})
		}
	}
	return st
}

// Shows lists the shows that the store has anything of, in order.
func (s *Studio) Shows(ctx context.Context) ([]string, error) {
	return s.library().Shows(ctx)
}

// Episodes lists the episodes of a show that were ever submitted, in order.
func (s *Studio) Episodes(ctx context.Context, show string) ([]drama.EpisodeID, error) {
	return s.library().Episodes(ctx, show)
}
