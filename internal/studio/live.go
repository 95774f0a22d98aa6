package studio

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// As is the same studio in somebody's name: what they decide is recorded as theirs.
func (s *Studio) As(by string) *Studio {
	theirs := *s
	theirs.By = by
	return &theirs
}

// openPage is how many runs are listed at a time, openMost at most: a house has four in
// work unless somebody asks for more.
const (
	openPage = 200
	openMost = 2000
)

// Moved lists the episodes that have an open run, and those of which a run has ended since
// a time (zero: none), with that run's id.
func (s *Studio) Moved(ctx context.Context, since time.Time) (open []drama.EpisodeID, ended map[drama.EpisodeID]string, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	which := "ExecutionStatus = 'Running'"
	if !since.IsZero() {
		which += fmt.Sprintf(" OR CloseTime >= '%s'", since.UTC().Format(time.RFC3339Nano))
	}
	ended = make(map[drama.EpisodeID]string)
	for token, n := []byte(nil), 0; ; {
		r, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: s.Namespace, PageSize: openPage, NextPageToken: token,
			Query: fmt.Sprintf("WorkflowType = '%s' AND (%s)", workflows.EpisodeName, which),
		})
		if err != nil {
			return nil, nil, fmt.Errorf("list runs: %w", err)
		}
		for _, e := range r.GetExecutions() {
			id, ok := episodeOf(e)
			switch {
			case !ok:
			case e.GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
				open = append(open, id)
			case ended[id] == "": // the newest comes first
				ended[id] = e.GetExecution().GetRunId()
			}
		}
		n += len(r.GetExecutions())
		if token = r.GetNextPageToken(); len(token) == 0 || n >= openMost {
			return open, ended, nil
		}
	}
}

// Version names what the store has of an episode's newest script and cut, without
// reading them: while it is the same, nothing of them has changed.
func (s *Studio) Version(ctx context.Context, id drama.EpisodeID) (string, error) {
	k := keys(id)
	var version strings.Builder
	err := s.Store.ListLevel(ctx, path.Dir(k.LatestScript(id))+"/", func(i store.Info) error {
		if i.Key == k.LatestScript(id) || i.Key == k.Latest(id) {
			fmt.Fprintf(&version, "%s %s\n", i.Key, i.Version)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("list %s: %w", id, err)
	}
	return version.String(), nil
}

func episodeOf(e *workflow.WorkflowExecutionInfo) (drama.EpisodeID, bool) {
	var show string
	var number int64
	fields := e.GetSearchAttributes().GetIndexedFields()
	dc := converter.GetDefaultDataConverter()
	if dc.FromPayload(fields[workflows.ShowAttribute.GetName()], &show) != nil || dc.FromPayload(fields[workflows.EpisodeAttribute.GetName()], &number) != nil {
		return drama.EpisodeID{}, false
	}
	return drama.EpisodeID{Show: show, Number: int(number)}, drama.ValidID(show) && number > 0
}

// Changes asks an episode's open run what is not as known. It errs where no run of it
// is known.
func (s *Studio) Changes(ctx context.Context, id drama.EpisodeID, known workflows.Known) (workflows.Changes, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var c workflows.Changes
	v, err := s.Temporal.QueryWorkflow(ctx, workflows.EpisodeWorkflowID(id), "", workflows.QueryChanges, known)
	if err != nil {
		return c, fmt.Errorf("ask %s for changes: %w", id, err)
	}
	if err := v.Get(&c); err != nil {
		return c, fmt.Errorf("read the changes of %s: %w", id, err)
	}
	c.Status = s.worded(c.Status)
	return c, nil
}
