package studio

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

// Retake asks for new takes: of the open run if there is one, else by a new run
// of the script that was submitted last. ErrUnknown when there is none.
func (s *Studio) Retake(ctx context.Context, id drama.EpisodeID, r drama.Retake, maxCost *drama.Money) (Run, error) {
	if r.By == "" {
		r.By = s.by()
	}
	p, ref, err := s.LatestScript(ctx, id)
	if err != nil {
		return Run{}, err
	}
	if r.Slates, err = Slates(p.Episode, r.Slates); err != nil {
		return Run{}, err
	}
	runID, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return Run{}, err
	}
	if open {
		if maxCost != nil {
			err = s.update(ctx, id, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: *maxCost, Name: drama.CapRun})
		}
		if err == nil {
			err = s.update(ctx, id, workflows.UpdateRetake, r)
		}
		if err == nil {
			return Run{ID: id, WorkflowID: workflows.EpisodeWorkflowID(id), RunID: runID, Joined: true}, nil
		}
		if !errors.Is(err, ErrIdle) {
			return Run{}, err
		}
		// It ended meanwhile: a new run it is.
	}
	// What cannot be is refused before there is a run that says so: how the episode
	// stands is not changed by it.
	made, err := s.Plan(ctx, Submission{Production: p, Retake: &r, MaxCost: maxCost})
	if err == nil {
		err = tooDear(id, made)
	}
	if err != nil {
		return Run{}, err
	}
	print, err := fingerprint(p, nil)
	if err != nil {
		return Run{}, err
	}
	return s.startEpisode(ctx, workflows.EpisodeInput{ID: id, Script: ref, Retake: &r, MaxCost: maxCost}, print)
}

// Circle picks a take for a shot: in the open run if there is one, else in the
// records, for the next render; so too when the run is being cut already. An older take may be circled for a shot that has
// changed since, and one that is NG: it is then used as it is, and warnings say what
// that means. ErrUnknown.
func (s *Studio) Circle(ctx context.Context, id drama.EpisodeID, slate string, number int) (warnings []string, err error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return nil, err
	}
	slates, err := Slates(p.Episode, []string{slate})
	if err != nil {
		return nil, err
	}
	slate = slates[0]
	take, err := s.Take(ctx, drama.TakeID{Episode: id, Slate: slate, Number: number})
	if err != nil {
		return nil, err
	}
	if take.Removed != nil {
		return nil, removed(take)
	}
	if take.Media.Key == "" {
		return nil, fmt.Errorf("circle %s: nothing was delivered for this take", take.ID)
	}
	digest, noDigest := s.digest(ctx, p, slate)
	warnings = unusual(take, digest)
	_, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return nil, err
	}
	if open {
		err := s.update(ctx, id, workflows.UpdateCircle, workflows.CircleTake{Slate: slate, Take: number, By: s.by()})
		refused, ok := errors.AsType[*RefusedError](err)
		switch {
		case err == nil, !ok && !errors.Is(err, ErrIdle), ok && !refused.Closed:
			return warnings, err
		case ok: // a person does not wait for a cut to say what the next one shall have
			warnings = append(warnings, fmt.Sprintf("the cut in the making was begun before: take %d is in the next one", number))
		}
	}
	if noDigest != nil {
		return nil, fmt.Errorf("circle %s: %w", take.ID, noDigest)
	}
	c := drama.Circle{Digest: digest, Take: take.ID, By: s.by(), At: s.now(), Draft: take.Draft != nil}
	if err := s.library().WriteCircle(ctx, c, true); err != nil {
		return nil, err
	}
	return warnings, s.stillThere(ctx, c)
}

// stillThere looks at a take again once it is circled: its clip may have been about to be
// removed as one that nothing needs (see gc.letTakes). Then the circle is taken back.
func (s *Studio) stillThere(ctx context.Context, c drama.Circle) error {
	take, err := s.Take(ctx, c.Take)
	if err != nil || take.Removed == nil {
		return err
	}
	c.Take = drama.TakeID{Episode: c.Take.Episode, Slate: c.Take.Slate}
	return errors.Join(removed(take), s.library().WriteCircle(ctx, c, true))
}

// removed says that a take's clip was removed.
func removed(t drama.Take) error {
	return fmt.Errorf("circle %s: its clip was removed on %s by %s, as the policy of retention says; circle another take, or retake the shot", t.ID, t.Removed.At.Format(time.DateOnly), t.Removed.By)
}

// unusual says what it means to use a take that QC would not have circled for the
// digest.
func unusual(t drama.Take, digest string) (warnings []string) {
	if !t.Verdict.Pass {
		why := strings.Join(t.Verdict.Reasons, "; ")
		if why == "" {
			why = "no reason was noted"
		}
		warnings = append(warnings, fmt.Sprintf("take %d of %s is NG (%s): the cut will show it as it is", t.ID.Number, t.ID.Slate, why))
	}
	if digest != "" && t.Digest != "" && t.Digest != digest {
		warnings = append(warnings, fmt.Sprintf("take %d of %s was made before the shot changed: the cut will show and say what that take does, and its subtitles are what it says", t.ID.Number, t.ID.Slate))
	}
	return warnings
}

// Uncircle takes the choice of a shot's take back: the next render makes a new one.
// The takes are kept. ErrBusy while the episode is in work, ErrUnknown.
func (s *Studio) Uncircle(ctx context.Context, id drama.EpisodeID, slate string) error {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return err
	}
	slates, err := Slates(p.Episode, []string{slate})
	if err != nil {
		return err
	}
	slate = slates[0]
	_, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return err
	}
	if open {
		return fmt.Errorf("take the circle of %s back: %s %w; circle another take, or retake it, or wait", slate, id, ErrBusy)
	}
	digest, err := s.digest(ctx, p, slate)
	if err != nil {
		return fmt.Errorf("take the circle of %s back: %w", slate, err)
	}
	circles, _, err := s.library().Circles(ctx, id.Show, []string{digest})
	if err != nil {
		return err
	}
	if _, ok := circles[digest]; !ok {
		return fmt.Errorf("take the circle of %s back: none of its takes is circled as the shot is now: %w", slate, ErrUnknown)
	}
	none := drama.TakeID{Episode: id, Slate: slate}
	return s.library().WriteCircle(ctx, drama.Circle{Digest: digest, Take: none, By: s.by(), At: s.now()}, true)
}

// Approve lets the take of a shot start from the still that waits for a person;
// with redo another still is made. ErrIdle, ErrUnknown.
func (s *Studio) Approve(ctx context.Context, id drama.EpisodeID, slate string, redo bool) error {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return err
	}
	slates, err := Slates(p.Episode, []string{slate})
	if err != nil {
		return err
	}
	return s.update(ctx, id, workflows.UpdateApprove, workflows.ApproveStill{Slate: slates[0], Redo: redo, By: s.by()})
}

// CancelShot gives a shot of the open run up; its job is stopped where the vendor can,
// else collected. ErrIdle, ErrUnknown.
func (s *Studio) CancelShot(ctx context.Context, id drama.EpisodeID, slate string) error {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return err
	}
	slates, err := Slates(p.Episode, []string{slate})
	if err != nil {
		return err
	}
	return s.update(ctx, id, workflows.UpdateCancelShot, workflows.CancelShot{Slate: slates[0]})
}

// Pause stops new submissions of an episode; what runs is collected. ErrIdle.
func (s *Studio) Pause(ctx context.Context, id drama.EpisodeID, reason string) error {
	return s.update(ctx, id, workflows.UpdatePause, workflows.Pause{Reason: reason})
}

// Resume goes on after Pause or a budget stop. ErrIdle.
func (s *Studio) Resume(ctx context.Context, id drama.EpisodeID) error {
	return s.update(ctx, id, workflows.UpdateResume, workflows.Resume{})
}

// Cancel ends the open run of an episode and waits a while for its end. ended is
// false when it still collects what it has paid for. A run that cannot hear it, such
// as one that another release began, is ended from outside. Finished takes stay.
// ErrIdle.
func (s *Studio) Cancel(ctx context.Context, id drama.EpisodeID) (ended bool, err error) {
	return s.cancel(ctx, workflows.EpisodeWorkflowID(id), id.String())
}

// CancelSeason does so for the run of a show's season with all its episodes.
func (s *Studio) CancelSeason(ctx context.Context, show string) (ended bool, err error) {
	return s.cancel(ctx, workflows.SeasonWorkflowID(show), show)
}

// A cancelled run is waited for: a vendor that can stop a job says so in seconds. A
// run that does not even hear it is ended from outside then.
const collecting = 15 * time.Second

func (s *Studio) cancel(ctx context.Context, workflowID, name string) (ended bool, err error) {
	_, open, err := s.running(ctx, workflowID)
	if err != nil {
		return false, err
	}
	if !open {
		return false, fmt.Errorf("%s %w", name, ErrIdle)
	}
	if err := s.Temporal.CancelWorkflow(ctx, workflowID, ""); err != nil {
		return false, fmt.Errorf("cancel %s: %w", name, err)
	}
	// One that cannot go on will never hear it: that needs no waiting.
	patience := collecting
	if s.stale(ctx, workflowID) != nil {
		patience = 0
	}
	if s.endsWithin(ctx, workflowID, patience) {
		return true, nil
	}
	if ended, err = s.terminateDeaf(ctx, workflowID); err != nil || ended {
		return ended, err
	}
	// A season ends when the last of its episodes has been ended.
	return s.endsWithin(ctx, workflowID, unheard), ctx.Err()
}

// endsWithin waits for a run's end, whatever it ends with.
func (s *Studio) endsWithin(ctx context.Context, workflowID string, patience time.Duration) bool {
	wait, stop := context.WithTimeout(ctx, patience)
	defer stop()
	err := s.Temporal.GetWorkflow(wait, workflowID, "").Get(wait, nil)
	// The call may give up a moment before wait itself has ended.
	_, ended := errors.AsType[*temporal.WorkflowExecutionError](err)
	return err == nil || ended
}
