package studio

import (
	"context"
	"fmt"

	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

// As is the same studio in somebody's name: what they decide is recorded as theirs.
func (s *Studio) As(by string) *Studio {
	theirs := *s
	theirs.By = by
	return &theirs
}

// openPage is how many open runs are listed at a time, openMost at most: a house has
// four in work unless somebody asks for more.
const (
	openPage = 200
	openMost = 2000
)

// OpenEpisodes lists the episodes that have an open run.
func (s *Studio) OpenEpisodes(ctx context.Context) ([]drama.EpisodeID, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var ids []drama.EpisodeID
	for token := []byte(nil); ; {
		r, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: s.Namespace, PageSize: openPage, NextPageToken: token,
			Query: fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus = 'Running'", workflows.EpisodeName),
		})
		if err != nil {
			return nil, fmt.Errorf("list open runs: %w", err)
		}
		for _, e := range r.GetExecutions() {
			if id, ok := episodeOf(e); ok {
				ids = append(ids, id)
			}
		}
		if token = r.GetNextPageToken(); len(token) == 0 || len(ids) >= openMost {
			return ids, nil
		}
	}
}

func episodeOf(e *workflow.WorkflowExecutionInfo) (drama.EpisodeID, bool) {
	var show string
	var number int64
	fields := e.GetSearchAttributes().GetIndexedFields()
	dc := converter.GetDefaultDataConverter()
	if dc.FromPayload(fields[showAttribute.GetName()], &show) != nil || dc.FromPayload(fields[episodeAttribute.GetName()], &number) != nil {
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
