package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerShows() {
	add(s, "get-me", s.me)
	add(s, "list-shows", s.shows)
	add(s, "get-show", s.show)
	add(s, "get-board", s.board)
	add(s, "list-waiting", s.waiting)
}

// Me is who asks.
type Me struct {
	Name    string   `json:"name"`
	Role    string   `json:"role" enum:"viewer,editor,producer,admin"`
	Shows   []string `json:"shows" doc:"Empty: all"`
	Version string   `json:"version" doc:"Of dailies"`
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*Out[Me], error) {
	a := access.From(ctx)
	m := Me{Name: a.Name, Role: a.Role.String(), Shows: append([]string{}, a.Shows...), Version: s.Version}
	if m.Name == "" {
		m.Name = "person"
	}
	return out(m), nil
}

func (s *Server) shows(ctx context.Context, in *InPage) (*Out[Page[live.Show]], error) {
	all, err := s.Visible(ctx)
	if err != nil {
		return nil, err
	}
	p, err := page(all, *in, func(v live.Show) string { return v.Show })
	return out(p), err
}

// Visible are the shows that the request's actor may know of.
func (s *Server) Visible(ctx context.Context) ([]live.Show, error) {
	all, err := s.Model.Shows(ctx)
	if err != nil {
		return nil, err
	}
	a := access.From(ctx)
	var seen []live.Show
	for _, v := range all {
		if a.Sees(v.Show) {
			seen = append(seen, v)
		}
	}
	return seen, nil
}

// ShowAnswer is a show with its episodes.
type ShowAnswer struct {
	live.Show
	Rows []live.Row `json:"rows"`
}

func (s *Server) show(ctx context.Context, in *InShow) (*Out[ShowAnswer], error) {
	v, _, err := s.Find(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	a := ShowAnswer{Show: v, Rows: []live.Row{}}
	for _, e := range v.Episodes {
		a.Rows = append(a.Rows, e.Row)
	}
	return out(a), nil
}

// Find is a show of the model, with its place in the events.
func (s *Server) Find(ctx context.Context, name string) (live.Show, string, error) {
	v, seq, ok, err := s.Model.Show(ctx, name)
	if err == nil && !ok {
		err = fmt.Errorf("show %s is %w", name, studio.ErrUnknown)
	}
	return v, seq, err
}

// Board is every shot of a show.
type Board struct {
	Show     live.Show       `json:"show"`
	Episodes []*live.Episode `json:"episodes"`
	Seq      string          `json:"seq" doc:"Pass it to events as since, and nothing is missed"`
}

func (s *Server) board(ctx context.Context, in *InShow) (*Out[Board], error) {
	v, seq, err := s.Find(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	return out(Board{Show: v, Episodes: v.Episodes, Seq: seq}), nil
}

// Waiting is one thing that waits for a person.
type Waiting struct {
	Show   string `json:"show"`
	Number int    `json:"episode"`
	drama.Wait
	Answers []Answer `json:"answers" doc:"Operations that end the wait"`
}

// Answer is an operation that ends a wait.
type Answer struct {
	Operation string         `json:"operation"`
	Method    string         `json:"method"`
	Path      string         `json:"path"`
	Body      map[string]any `json:"body,omitempty"`
	Match     string         `json:"if_match,omitempty" doc:"What to send as If-Match"`
	Quote     *Act           `json:"quote,omitempty" doc:"It costs money: what to ask make-quote, whose id the body's quote is"`
}

func (s *Server) waiting(ctx context.Context, in *InPage) (*Out[Page[Waiting]], error) {
	all, err := s.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	p, err := page(all, *in, func(w Waiting) string { return fmt.Sprintf("%s/%d/%s/%s", w.Show, w.Number, w.Slate, w.For) })
	return out(p), err
}

// Waiting is all that waits for a person in the shows that the actor may know of.
func (s *Server) Waiting(ctx context.Context) ([]Waiting, error) {
	shows, err := s.Visible(ctx)
	if err != nil {
		return nil, err
	}
	var all []Waiting
	books := s.Model.Books()
	for _, v := range shows {
		rows := v.Episodes
		if b := books[v.Show]; b != nil {
			rows = append(slices.Clip(rows), b)
		}
		for _, e := range rows {
			for _, w := range e.Waits {
				if w.Person() {
					all = append(all, Waiting{Show: v.Show, Number: e.Number, Wait: w, Answers: s.answers(e.ID(), w)})
					if w.For == drama.WaitJob {
						last := &all[len(all)-1]
						if last.Answers, err = s.jobAnswers(ctx, e.ID(), w.Slate); err != nil {
							return nil, err
						}
					}
				}
			}
		}
	}
	return all, nil
}

// jobAnswers are the four answers about a shot's held job. The ledger has its name.
func (s *Server) jobAnswers(ctx context.Context, id drama.EpisodeID, slate string) ([]Answer, error) {
	answers := []Answer{}
	err := s.Studio.Ledger.List(ctx, id.Show, id.Number, func(e ledger.Entry) error {
		take := e.Intent.ID.Take
		if !e.Held() || drama.ShotSlate(take.Slate) != slate {
			return nil
		}
		for _, op := range []string{"adopt-job", "absent-job", "resubmit-job", "drop-job"} {
			o := s.ops[op]
			a := Answer{Operation: op, Method: o.Method, Path: o.At(id.Show, fmt.Sprint(id.Number), take.Slate, fmt.Sprint(take.Number), fmt.Sprint(e.Intent.ID.Attempt))}
			if op == "adopt-job" {
				a.Body = map[string]any{"vendor_job": ""} // a person fills it in
			}
			if o.Spends {
				act := againOf(op, e.Intent.ID)
				a.Quote = &act
			}
			answers = append(answers, a)
		}
		return nil
	})
	return answers, err
}

// answers says which operations end a wait.
func (s *Server) answers(id drama.EpisodeID, w drama.Wait) []Answer {
	number := fmt.Sprint(id.Number)
	to := func(op string, body map[string]any, values ...string) Answer {
		o := s.ops[op]
		return Answer{Operation: op, Method: o.Method, Path: o.At(values...), Body: body}
	}
	switch w.For {
	case drama.WaitMoney:
		op, values := "put-episode-cap", []string{id.Show, number}
		if w.Cap != nil && w.Cap.Name == drama.CapSeason {
			op, values = "put-show-cap", []string{id.Show}
		}
		var body map[string]any
		if w.Cap != nil && w.Price != nil {
			body = map[string]any{"cap": drama.Money{Micros: w.Cap.Limit.Micros + w.Cap.Missing(*w.Price).Micros, Currency: w.Cap.Limit.Currency}}
		}
		raise := to(op, body, values...)
		if w.Cap != nil {
			raise.Match = Cap{Cap: w.Cap}.tag()
		}
		return []Answer{raise, to("cancel-episode", nil, id.Show, number)}
	case drama.WaitResume, drama.WaitProvider:
		return []Answer{to("resume-episode", nil, id.Show, number), to("cancel-episode", nil, id.Show, number)}
	case drama.WaitStill:
		redo, act := to("redo-still", nil, id.Show, number, w.Slate), redoOf(id, w.Slate)
		redo.Quote = &act
		return []Answer{to("approve-still", nil, id.Show, number, w.Slate), redo}
	case drama.WaitReview:
		cut := fmt.Sprint(w.Cut)
		return []Answer{
			to("approve-cut", map[string]any{"approved": true}, id.Show, number, cut),
			to("approve-cut", map[string]any{"approved": false, "why": ""}, id.Show, number, cut), // a person fills it in
		}
	case drama.WaitJob, drama.WaitShare, drama.WaitSource, drama.WaitStep, drama.WaitWorker, drama.WaitDelivery:
	}
	return []Answer{}
}
