package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerJobs() {
	add(s, "list-jobs", s.jobs)
	add(s, "adopt-job", s.adoptJob)
	add(s, "absent-job", s.againJob("absent-job", (*studio.Studio).Absent))
	add(s, "resubmit-job", s.againJob("resubmit-job", (*studio.Studio).Resubmit))
	add(s, "drop-job", s.decideJob(func(ctx context.Context, id ledger.ID) error { return s.by(ctx).Drop(ctx, id) }))
}

// Job is a purchase as the ledger has it.
type Job struct {
	ID    string `json:"id" example:"lost-property/ep01/2B/3/1"`
	State string `json:"state" doc:"submitting, held, running, damaged, or how it ended"`
	ledger.Entry
}

type inJobs struct {
	InPage
	Show string `query:"show" maxLength:"64" doc:"Of one show; empty: of all"`
	Held bool   `query:"held" doc:"Only those that wait for a person"`
}

// errEnough ends a list that has what is wanted.
var errEnough = errors.New("enough")

func (s *Server) jobs(ctx context.Context, in *inJobs) (*Out[Page[Job]], error) {
	p, err := s.Jobs(ctx, in.Show, in.Held, in.InPage)
	if err != nil {
		return nil, err
	}
	return out(p), nil
}

// Jobs reads the ledger on until the page is full: a season has tens of thousands.
func (s *Server) Jobs(ctx context.Context, show string, held bool, in InPage) (Page[Job], error) {
	actor := access.From(ctx)
	shows := []string{show}
	if show == "" {
		visible, err := s.Visible(ctx)
		if err != nil {
			return Page[Job]{}, err
		}
		shows = shows[:0]
		for _, v := range visible {
			shows = append(shows, v.Show)
		}
	} else if !actor.Sees(show) {
		return Page[Job]{}, access.ErrUnseen
	}
	names, err := s.names(ctx)
	if err != nil {
		return Page[Job]{}, err
	}
	p := Page[Job]{Items: []Job{}}
	past := in.After == ""
	var from drama.EpisodeID
	if last, err := ledger.ParseID(in.After); err == nil {
		from = last.Take.Episode
		shows = shows[max(0, slices.Index(shows, from.Show)):]
	}
	for _, show := range shows {
		first := 0
		if show == from.Show {
			first = from.Number
		}
		err := s.Studio.JobsFrom(ctx, show, first, held, func(e ledger.Entry) error {
			id := e.Intent.ID.String()
			switch {
			case !past:
				past = id == in.After
			case len(p.Items) == in.Limit:
				p.Next = p.Items[in.Limit-1].ID
				return errEnough
			default:
				p.Items = append(p.Items, jobOf(e, names))
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			break
		}
		if err != nil {
			return Page[Job]{}, err
		}
	}
	if !past {
		return Page[Job]{}, ProblemInvalid.With("no such job is in the list any more; begin again without it",
			&huma.ErrorDetail{Location: "query.after", Message: "not in the list", Value: in.After})
	}
	return p, nil
}

// InJob names a job.
type InJob struct {
	InShow
	Number  int    `path:"n" minimum:"1" maximum:"999999" doc:"The episode's number"`
	Slate   string `path:"slate" maxLength:"64"`
	Take    int    `path:"take" minimum:"1" maximum:"9999"`
	Attempt int    `path:"try" minimum:"1" maximum:"99"`
}

// ID names the job.
func (in InJob) ID() ledger.ID {
	return ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: in.Show, Number: in.Number}, Slate: in.Slate, Number: in.Take}, Attempt: in.Attempt}
}

type inAdopt struct {
	InJob
	Body struct {
		VendorJob string `json:"vendor_job" minLength:"1" maxLength:"500" doc:"As the vendor's console has it"`
	}
}

func (s *Server) adoptJob(ctx context.Context, in *inAdopt) (*Out[Job], error) {
	if err := s.by(ctx).Adopt(ctx, in.ID(), in.Body.VendorJob); err != nil {
		return nil, err
	}
	return s.job(ctx, in.InJob)
}

func (s *Server) decideJob(decide func(context.Context, ledger.ID) error) func(context.Context, *InJob) (*Out[Job], error) {
	return func(ctx context.Context, in *InJob) (*Out[Job], error) {
		if err := decide(ctx, in.ID()); err != nil {
			return nil, err
		}
		return s.job(ctx, *in)
	}
}

// job answers with a job after it was decided about.
func (s *Server) job(ctx context.Context, in InJob) (*Out[Job], error) {
	s.Model.Touch(ctx, in.ID().Take.Episode)
	e, err := s.Studio.Ledger.Get(ctx, in.ID())
	var damaged *ledger.DamagedError
	if err != nil && !errors.As(err, &damaged) {
		return nil, fmt.Errorf("read job %s: %w", in.ID(), err)
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	return out(jobOf(e, names)), nil
}

// jobOf is a job as it is told.
func jobOf(e ledger.Entry, names arena.Names) Job {
	e.Intent.Model = names.Of(e.Intent.Model)
	if e.Receipt != nil {
		r := *e.Receipt
		r.Job.Model = names.Of(r.Job.Model)
		e.Receipt = &r
	}
	return Job{ID: e.Intent.ID.String(), State: e.State(), Entry: e}
}
