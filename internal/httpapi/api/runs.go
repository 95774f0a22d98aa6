package api

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerRuns() {
	add(s, "start-run", s.startRun)
	add(s, "retake", s.retake)
	add(s, "final", s.final)
	add(s, "try-model", s.tryModel)
	add(s, "dub", s.dub)
	add(s, "start-show-run", s.startShowRun)
	add(s, "get-show-run", s.getShowRun)
	add(s, "change-show-run", s.changeShowRun)
	add(s, "retake-show", s.retakeShow)
	add(s, "pause-episode", s.pauseEpisode)
	add(s, "resume-episode", s.resumeEpisode)
	add(s, "cancel-episode", s.cancelEpisode)
	add(s, "pause-show", s.pauseShow)
	add(s, "resume-show", s.resumeShow)
	add(s, "cancel-show", s.cancelShow)
}

// maySee says whether the actor may know of a show that a body names.
func (s *Server) maySee(ctx context.Context, show string) error {
	if !access.From(ctx).Sees(show) {
		return fmt.Errorf("show %s is %w", show, studio.ErrUnknown)
	}
	return nil
}

// Run is a run that was begun or joined.
type Run struct {
	Show   string      `json:"show"`
	Number int         `json:"episode,omitempty"`
	Run    string      `json:"run"`
	Joined bool        `json:"joined" doc:"It was running already, from the same script"`
	Low    drama.Money `json:"low"`
	High   drama.Money `json:"high"`
	Make   []string    `json:"make"`
}

type inRun struct {
	InEpisode
	Body struct {
		Only    []string     `json:"only,omitempty" maxItems:"5000" doc:"Slates or scene numbers; empty: all"`
		Script  *desk.Text   `json:"script,omitempty" doc:"The script as typed; absent: the newest that was submitted"`
		Quote   string       `json:"quote,omitempty" maxLength:"1000" doc:"From make-quote, or plan-script"`
		MaxCost *drama.Money `json:"max_cost,omitempty" doc:"What the run may spend, instead of a quote"`
	}
}

// startRun renders a script: the typed one, or the newest.
func (s *Server) startRun(ctx context.Context, in *inRun) (*Out[Run], error) {
	a := Act{Op: "start-run", Show: in.Show, Number: in.Number, Slates: in.Body.Only, Script: in.Body.Script}
	q, subs, err := s.agreed(ctx, a, in.Body.Quote, in.Body.MaxCost)
	if err != nil {
		return nil, err
	}
	subs[0].MaxCost = in.Body.MaxCost
	run, err := s.by(ctx).Submit(ctx, subs[0])
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	return out(Run{in.Show, in.Number, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}

// agreed is an act whose price somebody has agreed to: by a quote, or by a cap.
func (s *Server) agreed(ctx context.Context, a Act, quote string, maxCost *drama.Money) (q Quote, subs []studio.Submission, err error) {
	switch {
	case quote != "":
		return s.honour(ctx, a, quote)
	case maxCost != nil:
		if q, subs, _, err = s.price(ctx, a); err == nil && len(q.Refused) > 0 {
			err = refusal(q)
		}
		if err == nil {
			err = s.draw(ctx, q.High, *maxCost)
		}
		return q, subs, err
	}
	return q, nil, ProblemInvalid.With("a run spends: send a quote, or max_cost", &huma.ErrorDetail{Location: "body.quote", Message: "it is missing"})
}

type inShowRun struct {
	InShow
	Body struct {
		Quote   string       `json:"quote,omitempty" maxLength:"1000" doc:"From make-quote"`
		MaxCost *drama.Money `json:"max_cost,omitempty" doc:"What the whole run may spend, instead of a quote"`
		Window  int          `json:"window,omitempty" minimum:"0" maximum:"100" doc:"So many episodes in work at once; 0: four, or as the run that is joined has it"`
	}
}

func (s *Server) startShowRun(ctx context.Context, in *inShowRun) (*Out[Run], error) {
	a := Act{Op: "start-show-run", Show: in.Show}
	q, subs, err := s.agreed(ctx, a, in.Body.Quote, in.Body.MaxCost)
	if err != nil {
		return nil, err
	}
	run, err := s.by(ctx).SubmitSeason(ctx, in.Show, subs, in.Body.MaxCost, in.Body.Window)
	if err != nil {
		return nil, err
	}
	for _, sub := range subs {
		s.Model.Touch(ctx, sub.Production.ID())
	}
	return out(Run{in.Show, 0, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}

// SeasonRun is the run of a season.
type SeasonRun struct {
	drama.SeasonStatus
	ETA *drama.ETA `json:"eta,omitempty" doc:"When the last of its takes will be there, of how long vendors' last jobs took"`
}

func (s *Server) getShowRun(ctx context.Context, in *InShow) (*Out[SeasonRun], error) {
	st := s.by(ctx)
	season, err := st.Season(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	eta, err := st.SeasonETA(ctx, season)
	return out(SeasonRun{season, eta}), err
}

type inChangeShowRun struct {
	InShow
	Body struct {
		Window int   `json:"window,omitempty" minimum:"0" maximum:"100" doc:"So many episodes in work at once; 0: as it is"`
		Drop   []int `json:"drop,omitempty" maxItems:"1000" doc:"Episodes that are not to be rendered; their takes are kept"`
	}
}

// changeShowRun buys nothing: what joins the run is submitted, with its price, by
// start-show-run.
func (s *Server) changeShowRun(ctx context.Context, in *inChangeShowRun) (*Out[SeasonRun], error) {
	if in.Body.Window == 0 && len(in.Body.Drop) == 0 {
		return nil, ProblemInvalid.With("say what to change: window, or drop", &huma.ErrorDetail{Location: "body", Message: "it is empty"})
	}
	if _, err := s.by(ctx).ChangeSeason(ctx, in.Show, studio.SeasonChange{Window: in.Body.Window, Drop: in.Body.Drop}); err != nil {
		return nil, err
	}
	for _, n := range in.Body.Drop {
		s.Model.Touch(ctx, drama.EpisodeID{Show: in.Show, Number: n})
	}
	return s.getShowRun(ctx, &in.InShow)
}

type inRetake struct {
	InEpisode
	Body struct {
		Slates []string `json:"slates" minItems:"1" maxItems:"5000" doc:"Slates or scene numbers"`
		Note   string   `json:"note,omitempty" maxLength:"4000" doc:"A direction for the new takes"`
		Seed   *int64   `json:"seed,omitempty"`
		Use    string   `json:"use,omitempty" maxLength:"64" doc:"A provider instance, instead of the routing"`
		Whole  bool     `json:"whole,omitempty" doc:"The takes are no drafts, whatever the season says"`
		Quote  string   `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

type inFinal struct {
	InEpisode
	Body struct {
		Slates []string `json:"slates,omitempty" maxItems:"5000" doc:"Slates or scene numbers; empty: all whose draft has not expired"`
		Quote  string   `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// final buys the finals of circled drafts. One that has expired is refused by name, with
// what there is to choose.
func (s *Server) final(ctx context.Context, in *inFinal) (*Out[Run], error) {
	return s.retaken(ctx, Act{Op: "final", Show: in.Show, Number: in.Number, Slates: in.Body.Slates}, in.Body.Quote)
}

func (s *Server) retake(ctx context.Context, in *inRetake) (*Out[Run], error) {
	b := in.Body
	return s.retaken(ctx, Act{Op: "retake", Show: in.Show, Number: in.Number, Slates: b.Slates, Note: b.Note, Seed: b.Seed, Use: b.Use, Whole: b.Whole}, b.Quote)
}

// retaken begins the run of a retake, or of finals, that was quoted.
func (s *Server) retaken(ctx context.Context, a Act, quote string) (*Out[Run], error) {
	q, subs, err := s.honour(ctx, a, quote)
	if err != nil {
		return nil, err
	}
	run, err := s.by(ctx).Retake(ctx, a.ID(), *subs[0].Retake, nil)
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, a.ID())
	return out(Run{a.Show, a.Number, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}

type inShowRetake struct {
	InShow
	Body struct {
		Of     []Shots `json:"of,omitempty" maxItems:"500" doc:"Which shots of which episodes"`
		Filter string  `json:"filter,omitempty" enum:"ng" doc:"Instead: all shots that are NG"`
		Note   string  `json:"note,omitempty" maxLength:"4000" doc:"A direction for the new takes"`
		Use    string  `json:"use,omitempty" maxLength:"64" doc:"A provider instance, instead of the routing"`
		Quote  string  `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// retakeShow asks for new takes in several episodes. All are tried; what each said is told.
func (s *Server) retakeShow(ctx context.Context, in *inShowRetake) (*Out[ChangedList], error) {
	b := in.Body
	a := Act{Op: "retake-show", Show: in.Show, Of: b.Of, Filter: b.Filter, Note: b.Note, Use: b.Use}
	_, subs, err := s.honour(ctx, a, b.Quote)
	if err != nil {
		return nil, err
	}
	list := ChangedList{Items: []Changed{}}
	for _, sub := range subs {
		id := sub.Production.ID()
		one := Changed{Name: id.String()}
		if _, err := s.by(ctx).Retake(ctx, id, *sub.Retake, nil); err != nil {
			one.Refused = err.Error()
		}
		list.Items = append(list.Items, one)
		s.Model.Touch(ctx, id)
	}
	return out(list), nil
}

// InReason is why, shown to whoever looks.
type InReason struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

type inPauseEpisode struct {
	InEpisode
	Body InReason
}

func (s *Server) pauseEpisode(ctx context.Context, in *inPauseEpisode) (*Out[live.Row], error) {
	if e, err := s.Episode(ctx, in.ID()); err == nil && pausedByPerson(e.Waits) {
		return out(e.Row), nil // a second one changes nothing
	}
	if err := s.by(ctx).Pause(ctx, in.ID(), in.Body.Reason); err != nil {
		return nil, err
	}
	return s.touched(ctx, in.InEpisode)
}

func pausedByPerson(waits []drama.Wait) bool {
	for _, w := range waits {
		if w.For == drama.WaitResume {
			return true
		}
	}
	return false
}

func (s *Server) resumeEpisode(ctx context.Context, in *InEpisode) (*Out[live.Row], error) {
	if err := s.by(ctx).Resume(ctx, in.ID()); err != nil {
		return nil, err
	}
	return s.touched(ctx, *in)
}

func (s *Server) cancelEpisode(ctx context.Context, in *InEpisode) (*Out[live.Row], error) {
	if _, err := s.by(ctx).Cancel(ctx, in.ID()); err != nil {
		return nil, err
	}
	return s.touched(ctx, *in)
}

// Changed is what became of a wish for each run of a show.
type Changed struct {
	Name    string `json:"name" doc:"The episode, or the show for its season's run"`
	Refused string `json:"refused,omitempty"`
}

// ChangedList is what became of a wish for a show.
type ChangedList struct {
	Items []Changed `json:"items"`
}

type inPauseShow struct {
	InShow
	Body InReason
}

func (s *Server) pauseShow(ctx context.Context, in *inPauseShow) (*Out[ChangedList], error) {
	st := s.by(ctx)
	return s.ofShow(ctx, in.Show,
		func(ctx context.Context) error { return st.PauseSeason(ctx, in.Show, in.Body.Reason) },
		func(ctx context.Context, id drama.EpisodeID) error { return st.Pause(ctx, id, in.Body.Reason) })
}

func (s *Server) resumeShow(ctx context.Context, in *InShow) (*Out[ChangedList], error) {
	st := s.by(ctx)
	return s.ofShow(ctx, in.Show, func(ctx context.Context) error { return st.ResumeSeason(ctx, in.Show) }, st.Resume)
}

func (s *Server) cancelShow(ctx context.Context, in *InShow) (*Out[ChangedList], error) {
	st := s.by(ctx)
	return s.ofShow(ctx, in.Show,
		func(ctx context.Context) error { _, err := st.CancelSeason(ctx, in.Show); return err },
		func(ctx context.Context, id drama.EpisodeID) error { _, err := st.Cancel(ctx, id); return err })
}

func (s *Server) ofShow(ctx context.Context, show string, season func(context.Context) error, episode func(context.Context, drama.EpisodeID) error) (*Out[ChangedList], error) {
	if _, _, err := s.Find(ctx, show); err != nil {
		return nil, err
	}
	changes, err := s.Studio.Of(ctx, show, season, episode)
	if err != nil {
		return nil, err
	}
	list := ChangedList{Items: []Changed{}}
	for _, c := range changes {
		one := Changed{Name: c.Name}
		if c.Err != nil {
			one.Refused = c.Err.Error()
		}
		list.Items = append(list.Items, one)
		if id, err := drama.ParseEpisodeID(c.Name); err == nil {
			s.Model.Touch(ctx, id)
		}
	}
	return out(list), nil
}
