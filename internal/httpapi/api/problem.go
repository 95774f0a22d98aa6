package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/studio"
)

// Problem is an answer that is no success: RFC 9457, application/problem+json.
type Problem struct {
	Type   string              `json:"type" doc:"What kind of problem: /problems/…"`
	Title  string              `json:"title" doc:"The kind in words"`
	Status int                 `json:"status"`
	Detail string              `json:"detail,omitempty" doc:"What happened, whose fault it is and what to do"`
	Errors []*huma.ErrorDetail `json:"errors,omitempty" doc:"Each problem by itself; its location is the script's file:line:col, or a field"`
	Next   []NextStep          `json:"next,omitempty" doc:"Operations that lead on"`
	header http.Header
}

// NextStep is an operation that leads on from a problem.
type NextStep struct {
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Path      string `json:"path"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is huma's.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is huma's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// huma makes the errors of requests that are wrong by themselves; they are problems like
// the others.
func init() { //nolint:gochecknoinits // huma's hook is a variable of the package
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		k := ProblemInvalid
		switch status {
		case http.StatusNotFound:
			k = ProblemUnknown
		case http.StatusRequestEntityTooLarge:
			k = ProblemTooLarge
		case http.StatusInternalServerError:
			k = ProblemInternal
		}
		k.Status = status
		var details []*huma.ErrorDetail
		for _, err := range errs {
			if err == nil {
				continue
			}
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				details = append(details, d.ErrorDetail())
			} else {
				details = append(details, &huma.ErrorDetail{Message: err.Error()})
			}
		}
		return k.With(detail, details...)
	}
}

// Kinds of problem.
var (
	ProblemUnknown      = define("unknown", "Not known here", http.StatusNotFound)
	ProblemBusy         = define("busy", "It is being rendered from something else", http.StatusConflict)
	ProblemIdle         = define("idle", "Nothing runs that this could change", http.StatusConflict)
	ProblemPlanChanged  = define("plan-changed", "The plan has changed since the quote", http.StatusConflict)
	ProblemDecided      = define("decided", "Somebody else was first", http.StatusConflict)
	ProblemRefused      = define("refused", "The run says no", http.StatusConflict)
	ProblemInWork       = define("in-work", "The same request is being worked on", http.StatusConflict)
	ProblemKeyReused    = define("key-reused", "The idempotency key was used for another request", http.StatusUnprocessableEntity)
	ProblemScript       = define("script", "The script has problems", http.StatusUnprocessableEntity)
	ProblemInvalid      = define("invalid", "The request is wrong", http.StatusUnprocessableEntity)
	ProblemStale        = define("stale", "It was changed by someone else", http.StatusPreconditionFailed)
	ProblemPrecondition = define("precondition", "A header is missing", http.StatusPreconditionRequired)
	ProblemOverCap      = define("over-cap", "A cap is in the way", http.StatusPaymentRequired)
	ProblemLogin        = define("login", "Log in first", http.StatusUnauthorized)
	ProblemForbidden    = define("forbidden", "Not allowed", http.StatusForbidden)
	ProblemTooLarge     = define("too-large", "Too large", http.StatusRequestEntityTooLarge)
	ProblemRate         = define("rate", "Too many requests", http.StatusTooManyRequests)
	ProblemParked       = define("parked", "No vendor can be asked", http.StatusServiceUnavailable)
	ProblemAway         = define("away", "The engine or the store does not answer", http.StatusServiceUnavailable)
	ProblemDamaged      = define("damaged", "A record is damaged", http.StatusInternalServerError)
	ProblemInternal     = define("internal", "Something went wrong here", http.StatusInternalServerError)
)

// ProblemTypes is what the type of a problem begins with; the kind's name follows. A page
// lies there that explains it.
const ProblemTypes = "/problems/"

// Kind is a kind of problem.
type Kind struct {
	Name, Title string
	Status      int
}

// kinds are all that are defined.
var kinds []Kind

func define(name, title string, status int) Kind {
	k := Kind{name, title, status}
	kinds = append(kinds, k)
	return k
}

// Kinds are all kinds of problem.
func Kinds() []Kind { return slices.Clone(kinds) }

// With is a problem of the kind.
func (k Kind) With(detail string, errs ...*huma.ErrorDetail) *Problem {
	return &Problem{Type: ProblemTypes + k.Name, Title: k.Title, Status: k.Status, Detail: detail, Errors: errs}
}

// ProblemOf is what an error of the studio means, for pages.
func ProblemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](problemOf(err)); ok {
		return p
	}
	return ProblemInternal.With(err.Error())
}

// problemOf says in HTTP what an error of the studio means: the one table.
func problemOf(err error) error {
	var p *Problem
	var refused *studio.RefusedError
	var stale *studio.StaleError
	var gone *studio.UnreachableError
	var status huma.StatusError
	var limit *access.LimitError
	k := ProblemInternal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return p
	case errors.As(err, &status):
		return err
	case errors.As(err, &limit):
		p := ProblemRate.With(err.Error())
		p.header = http.Header{"Retry-After": {strconv.Itoa(int(limit.After/time.Second) + 1)}}
		return p
	case errors.Is(err, access.ErrLogin), errors.Is(err, access.ErrNoToken), errors.Is(err, access.ErrNotAToken):
		k = ProblemLogin
	case errors.Is(err, access.ErrForbidden):
		k = ProblemForbidden
	case errors.Is(err, access.ErrDay):
		k = ProblemOverCap
	case errors.Is(err, studio.ErrUnknown), errors.Is(err, access.ErrUnseen), errors.Is(err, store.ErrNotFound):
		k = ProblemUnknown
	case errors.Is(err, studio.ErrBusy):
		k = ProblemBusy
	case errors.Is(err, studio.ErrIdle):
		k = ProblemIdle
	case errors.Is(err, studio.ErrRemark), errors.Is(err, desk.ErrText):
		k = ProblemInvalid
	case errors.Is(err, studio.ErrStale):
		k = ProblemStale
	case errors.Is(err, studio.ErrDecided):
		k = ProblemDecided
	case errors.Is(err, studio.ErrCurrency), errors.Is(err, review.ErrAsked), errors.Is(err, studio.ErrUnlabelled), errors.Is(err, studio.ErrModel), errors.Is(err, studio.ErrTry), errors.Is(err, studio.ErrNoJudge):
		k = ProblemInvalid
	case errors.As(err, &refused), errors.As(err, &stale):
		k = ProblemRefused
	case errors.As(err, &gone), studio.Away(err):
		k = ProblemAway
	case library.Damaged(err) != nil:
		k = ProblemDamaged
	}
	p = k.With(err.Error())
	for _, n := range studio.NextOf(err) {
		i := slices.IndexFunc(table, func(o Operation) bool { return o.ID == n.Operation })
		if i >= 0 {
			p.Next = append(p.Next, NextStep{n.Operation, table[i].Method, table[i].about(n.Of)})
		}
	}
	return p
}

var table = Operations()

// about is the path of an operation about SHOW, SHOW/epNN or SHOW/epNN/SLATE. One that has
// none of them in its path is asked of the show.
func (o Operation) about(of string) string {
	parts := strings.SplitN(of, "/", 3)
	if !strings.Contains(o.Path, "{") {
		return o.At() + "?show=" + parts[0]
	}
	if len(parts) > 1 {
		if id, err := drama.ParseEpisodeID(parts[0] + "/" + parts[1]); err == nil {
			parts[1] = strconv.Itoa(id.Number)
		}
	}
	return o.At(parts...)
}

var _ huma.StatusError = (*Problem)(nil)
