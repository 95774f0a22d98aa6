package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

// quoteFor is how long a price holds.
const quoteFor = 10 * time.Minute

// Act is what a quote is of: an operation that spends, and its arguments.
type Act struct {
	Op     string `json:"op" enum:"retake,final,start-run,retake-show,start-show-run,try-model,dub,draw-sheets,retake-sheets,redo-still,resubmit-job,absent-job" doc:"The operation"`
	Show   string `json:"show" maxLength:"64"`
	Number int    `json:"episode,omitempty" minimum:"0" maximum:"999999" doc:"0 for those of a show"`
	// Of and Filter are of retake-show.
	Of     []Shots  `json:"of,omitempty" maxItems:"500" doc:"Which shots of which episodes"`
	Filter string   `json:"filter,omitempty" enum:"ng" doc:"Instead: all shots that are NG"`
	Slates []string `json:"slates,omitempty" maxItems:"5000" doc:"Slates or scene numbers; of a run empty: all"`
	Note   string   `json:"note,omitempty" maxLength:"4000" doc:"A retake's direction"`
	Seed   *int64   `json:"seed,omitempty" doc:"Of the first new take"`
	Use    string   `json:"use,omitempty" maxLength:"64" doc:"A provider instance, instead of the routing"`
	Whole  bool     `json:"whole,omitempty" doc:"A retake's takes are no drafts, whatever the season says"`
	// Model and Like are of try-model, with Use.
	Model string `json:"model,omitempty" maxLength:"200" doc:"The model that is tried, or a provider instance"`
	Like  string `json:"like,omitempty" maxLength:"200" doc:"A known model whose facts hold for it"`
	// Language and LipSync are of dub.
	Language string `json:"language,omitempty" maxLength:"35" doc:"Into which language, BCP 47"`
	LipSync  string `json:"lip_sync,omitempty" maxLength:"64" doc:"The provider that changes lips to go with a dub's lines"`
	// Sheets, Candidates, Roles and Uses are of draw-sheets and retake-sheets, which are a show's.
	Sheets     []string `json:"sheets,omitempty" maxItems:"500" doc:"Names of sheets"`
	Candidates int      `json:"candidates,omitempty" minimum:"0" maximum:"8" doc:"How many pictures of each sheet; 0: one"`
	Roles      []string `json:"roles,omitempty" maxItems:"7" doc:"Further sheets of draw-sheets"`
	Uses       []string `json:"uses,omitempty" maxItems:"20" doc:"Provider instances that make the pictures"`
	// Take and Attempt name the job of resubmit-job and absent-job, whose slate is the only one.
	Take    int `json:"take,omitempty" minimum:"0" maximum:"9999" doc:"Of the acts on a job"`
	Attempt int `json:"try,omitempty" minimum:"0" maximum:"99" doc:"Of the acts on a job"`
	// Script is what a run renders; nil: the newest that was submitted.
	Script *desk.Text `json:"script,omitempty" doc:"A run's script as typed; absent: the newest that was submitted"`
}

// ID names the act's episode.
func (a Act) ID() drama.EpisodeID { return drama.EpisodeID{Show: a.Show, Number: a.Number} }

// Quote is a price without the act.
type Quote struct {
	ID      string           `json:"id" doc:"Pass it with the act"`
	Until   time.Time        `json:"until"`
	Low     drama.Money      `json:"low" doc:"If every first take is good"`
	High    drama.Money      `json:"high" doc:"If all takes that the season allows are made"`
	Make    []string         `json:"make" doc:"Slates that get new takes"`
	Reuse   int              `json:"reuse" doc:"Shots that keep their take"`
	Refused []QuoteProblem   `json:"refused,omitempty" doc:"What stands in the way; then the act is refused"`
	Warns   []QuoteProblem   `json:"warnings,omitempty"`
	Caps    []drama.CapState `json:"caps,omitempty"`
}

// QuoteProblem is why something cannot be made, or a warning.
type QuoteProblem struct {
	Slate    string   `json:"slate,omitempty"`
	Also     []string `json:"also,omitempty" doc:"Further slates of which the same is said"`
	Message  string   `json:"message"`
	Location string   `json:"location,omitempty" doc:"file:line:col of the script"`
}

// sealed is what a quote's id says; it is stored nowhere.
type sealed struct {
	Act   string    `json:"act"`  // its digest
	Make  string    `json:"make"` // of the slates
	High  int64     `json:"high"`
	Low   int64     `json:"low"`
	Until time.Time `json:"until"`
}

func digest(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the values are ours
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

type inQuote struct{ Body Act }

func (s *Server) quote(ctx context.Context, in *inQuote) (*Out[Quote], error) {
	if err := s.maySee(ctx, in.Body.Show); err != nil {
		return nil, err
	}
	q, _, _, err := s.price(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return out(q), nil
}

// price plans an act, of one episode or of several.
func (s *Server) price(ctx context.Context, a Act) (Quote, []studio.Submission, []plan.Plan, error) {
	if one := s.again(a.Op); one != nil {
		q, err := one(ctx, a)
		if err != nil {
			return Quote{}, nil, nil, err
		}
		return s.until(q, a), nil, nil, nil
	}
	parts, err := s.parts(ctx, a)
	if err != nil {
		return Quote{}, nil, nil, err
	}
	q := Quote{Make: []string{}}
	var subs []studio.Submission
	var plans []plan.Plan
	for _, part := range parts {
		sub, err := s.wanted(ctx, part)
		if err != nil {
			return Quote{}, nil, nil, err
		}
		made, err := s.Studio.Plan(ctx, sub)
		if err != nil {
			return Quote{}, nil, nil, err
		}
		prefix := ""
		if a.Number == 0 {
			prefix = part.ID().Code() + " "
		}
		if sub.Try != nil {
			if err := s.Studio.MayTry(ctx, made); err != nil {
				return Quote{}, nil, nil, err
			}
		}
		q.add(made, sub.Retake, sub.Dub != "", prefix)
		sub.Planned = &made
		subs, plans = append(subs, sub), append(plans, made)
	}
	return s.until(q, a), subs, plans, nil
}

// until signs a price.
func (s *Server) until(q Quote, a Act) Quote {
	q.Until = s.Now().Add(quoteFor).UTC().Truncate(time.Second)
	q.ID = s.sign(sealed{digest(a), digest(q.Make), q.High.Micros, q.Low.Micros, q.Until})
	return q
}

// wanted is what an act of one episode hands in.
func (s *Server) wanted(ctx context.Context, a Act) (studio.Submission, error) {
	sub, err := s.script(ctx, a)
	if err != nil {
		return sub, err
	}
	slates, err := studio.Slates(sub.Production.Episode, a.Slates)
	switch {
	case err != nil:
		return sub, err
	case a.Op == "start-run":
		sub.Only = slates
	case a.Op == "dub":
		sub.Dub, sub.LipSync = a.Language, a.LipSync
	case a.Op == "final":
		if len(slates) == 0 {
			offers, _, err := s.Studio.Finals(ctx, a.ID(), nil)
			if err != nil {
				return sub, err
			}
			if slates, _ = studio.Buyable(offers); len(slates) == 0 {
				return sub, ProblemInvalid.With("no shot uses a draft whose final can be bought", &huma.ErrorDetail{Location: "body.slates", Message: "it is empty"})
			}
		}
		sub.Retake = &drama.Retake{Slates: slates, Final: true}
	case a.Op == "try-model" && len(slates) > 0:
		wish, err := s.Studio.Wish(ctx, sub.Production.Episode, studio.Trial{Model: a.Model, Use: a.Use, Like: a.Like, Slates: slates})
		sub.Try = &wish
		return sub, err
	case len(slates) == 0:
		return sub, ProblemInvalid.With("name the slates or scenes", &huma.ErrorDetail{Location: "body.slates", Message: "it is empty"})
	default:
		sub.Retake = &drama.Retake{Slates: slates, Note: a.Note, Seed: a.Seed, Use: a.Use, Whole: a.Whole}
	}
	return sub, nil
}

// script is what an act is done with: the script that it brings, or the newest one.
func (s *Server) script(ctx context.Context, a Act) (studio.Submission, error) {
	if a.Script == nil {
		p, _, err := s.Studio.LatestScript(ctx, a.ID())
		// What a stored script names is stored with it.
		return studio.Submission{Production: p, Open: gone}, err
	}
	sub, err := s.submission(ctx, Typed{Show: a.Show, Text: *a.Script})
	if err != nil {
		return sub, err
	}
	if id := sub.Production.ID(); id != a.ID() {
		return sub, ProblemInvalid.With(fmt.Sprintf("the script is of %s, not of %s", id, a.ID()), &huma.ErrorDetail{Location: "body.script", Message: "another episode"})
	}
	return sub, nil
}

// gone opens nothing: what a stored script names is stored with it.
func gone(path string) (io.ReadSeekCloser, error) {
	return nil, fmt.Errorf("%s is not in the store any more: render the script again from its folder", path)
}

// add takes a plan into the quote. Of a retake only its shots count: what else the plan
// would make is the run's, not the retake's. Of a dub the lines that voices have yet to speak do, and lips that are to be changed.
func (q *Quote) add(p plan.Plan, retake *drama.Retake, dub bool, prefix string) {
	q.Low.Currency, q.High.Currency = p.TotalLow.Currency, p.TotalHigh.Currency
	q.Caps = p.Caps
	for _, shot := range p.Shots {
		if retake != nil && !slices.Contains(retake.Slates, shot.Slate) && !slices.Contains(retake.Slates, shot.Scene) {
			continue
		}
		if shot.Compare != nil && shot.Compare.Origin == arena.Try {
			q.Make = append(q.Make, prefix+shot.Slate)
			continue // its price is in the sum, with what looks at it
		}
		if lips := shot.Lips != nil && shot.Lips.Action == plan.Make; dub && (shot.Lines.Micros > 0 || lips) {
			q.Make = append(q.Make, prefix+shot.Slate)
			q.Low.Micros, q.High.Micros = q.Low.Micros+shot.Lines.Micros, q.High.Micros+shot.Lines.Micros
			if lips {
				q.Low.Micros, q.High.Micros = q.Low.Micros+shot.Lips.PriceLow.Micros, q.High.Micros+shot.Lips.PriceHigh.Micros
			}
		}
		if shot.Action != plan.Make {
			q.Reuse++
			continue
		}
		q.Make = append(q.Make, prefix+shot.Slate)
		q.Low.Micros += shot.PriceLow.Micros
		q.High.Micros += shot.PriceHigh.Micros
	}
	if slices.ContainsFunc(p.Shots, func(s plan.Shot) bool { return s.Compare != nil && s.Compare.Origin == arena.Try }) {
		q.Low.Micros, q.High.Micros = q.Low.Micros+p.TotalLow.Micros, q.High.Micros+p.TotalHigh.Micros
	}
	for _, x := range p.Problems {
		q.Refused = gather(q.Refused, problemAt(x, prefix))
	}
	for _, x := range p.Warnings {
		q.Warns = gather(q.Warns, problemAt(x, prefix))
	}
}

func problemAt(p plan.Problem, prefix string) QuoteProblem {
	q := QuoteProblem{Message: p.Message}
	if p.Slate != "" {
		q.Slate = prefix + p.Slate
	}
	if p.Position.Line > 0 {
		q.Location = fmt.Sprintf("%s:%d:%d", p.Position.File, p.Position.Line, p.Position.Col)
	}
	return q
}

// gather says once what stands in the way of many: of fifty episodes one season's routing.
func gather(all []QuoteProblem, one QuoteProblem) []QuoteProblem {
	i := slices.IndexFunc(all, func(p QuoteProblem) bool { return p.Message == one.Message })
	switch {
	case i < 0:
		return append(all, one)
	case one.Slate != "" && one.Slate != all[i].Slate && !slices.Contains(all[i].Also, one.Slate):
		all[i].Also = append(all[i].Also, one.Slate)
	}
	return all
}

func (s *Server) sign(v sealed) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the values are ours
	}
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(s.mac(body))
}

func (s *Server) mac(body []byte) []byte {
	h := hmac.New(sha256.New, s.seal)
	h.Write(body)
	return h.Sum(nil)
}

// honour plans an act again and holds it against its quote: what would be made must be
// the same, and must not cost more. It gives what to do then.
func (s *Server) honour(ctx context.Context, a Act, id string) (Quote, []studio.Submission, error) {
	first, second, _ := strings.Cut(id, ".")
	body, err1 := base64.RawURLEncoding.DecodeString(first)
	mac, err2 := base64.RawURLEncoding.DecodeString(second)
	var then sealed
	if err1 != nil || err2 != nil || !hmac.Equal(mac, s.mac(body)) || json.Unmarshal(body, &then) != nil {
		return Quote{}, nil, ProblemPlanChanged.With("this is no quote of this server; ask for the price again")
	}
	switch {
	case then.Act != digest(a):
		return Quote{}, nil, ProblemPlanChanged.With("the quote is of another act; ask for the price of this one")
	case s.Now().After(then.Until):
		return Quote{}, nil, ProblemPlanChanged.With("the quote has expired; ask for the price again")
	}
	now, subs, _, err := s.price(ctx, a)
	if err != nil {
		return now, subs, err
	}
	switch {
	case len(now.Refused) > 0:
		return now, subs, refusal(now)
	case digest(now.Make) != then.Make:
		return now, subs, ProblemPlanChanged.With(fmt.Sprintf("other shots would be made now: %s; ask for the price again", strings.Join(now.Make, " ")))
	case now.High.Micros > then.High || now.Low.Micros > then.Low:
		return now, subs, ProblemPlanChanged.With(fmt.Sprintf("it costs %s to %s now, the quote said %s to %s; ask for the price again",
			now.Low, now.High, drama.Money{Micros: then.Low, Currency: now.Low.Currency}, drama.Money{Micros: then.High, Currency: now.High.Currency}))
	}
	return now, subs, s.draw(ctx, now.High, drama.Money{})
}

// draw counts what an act may cost against what the actor's token may ask for in a day,
// and says so in the record of the act. limit is the run's own, if it was given one.
func (s *Server) draw(ctx context.Context, high, limit drama.Money) error {
	most := high
	if limit.Currency == high.Currency && limit.Micros > 0 && limit.Less(high) {
		most = limit
	}
	access.Costs(ctx, high, limit)
	p := access.Purses{Store: s.Studio.Store, Exchange: s.Studio.Exchange, Now: s.Now}
	return p.Draw(ctx, access.From(ctx), most)
}

// refusal says what stands in the way of an act.
func refusal(q Quote) error {
	var details []*huma.ErrorDetail
	for _, r := range q.Refused {
		details = append(details, &huma.ErrorDetail{Message: r.Message, Location: r.Location})
	}
	return ProblemScript.With("it cannot be made so: "+q.Refused[0].Message, details...)
}
