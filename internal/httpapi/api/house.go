package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/studio"
)

// registerHouse serves who may come in and what they did.
func (s *Server) registerHouse() {
	add(s, "log-in", s.logIn)
	add(s, "log-out", s.logOut)
	add(s, "list-tokens", s.listTokens)
	add(s, "list-audit", s.listAudit)
}

type inLogIn struct {
	Body struct {
		Token string `json:"token" maxLength:"200" doc:"As dailies token new printed it"`
	}
}

// Session is who logged in.
type Session struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// session answers by the network itself: huma knows no cookie that must be taken away.
func (s *Server) session(ctx context.Context, do func(w http.ResponseWriter, r *http.Request) error) error {
	w, r, ok := rawOf(ctx)
	if !ok {
		return errors.New("begin a session: the request did not come over HTTP")
	}
	return do(w, r)
}

func (s *Server) logIn(ctx context.Context, in *inLogIn) (*Out[Session], error) {
	var who access.Actor
	err := s.session(ctx, func(w http.ResponseWriter, r *http.Request) (err error) {
		who, err = s.Guard.LogIn(w, r, in.Body.Token)
		return err
	})
	if errors.Is(err, access.ErrNoLogin) {
		return nil, ProblemIdle.With(err.Error())
	}
	if err != nil {
		return nil, err
	}
	access.ActedAs(ctx, who)
	return out(Session{who.Name, who.Role.String()}), nil
}

func (s *Server) logOut(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.session(ctx, func(w http.ResponseWriter, r *http.Request) error {
		access.LogOut(w, r)
		return nil
	})
}

// TokenList is who may do what.
type TokenList struct {
	Items []access.Shown `json:"items"`
}

func (s *Server) listTokens(context.Context, *struct{}) (*Out[TokenList], error) {
	all, err := s.Guard.Tokens()
	if err != nil {
		return nil, err
	}
	list := TokenList{Items: []access.Shown{}}
	for _, t := range all {
		list.Items = append(list.Items, t.Shown())
	}
	return out(list), nil
}

type inAudit struct {
	Show  string `query:"show" maxLength:"64" doc:"The show's id; without it, what belongs to none, for admins"`
	After string `query:"after" maxLength:"64" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// ActList is a page of what was done, the newest first.
type ActList struct {
	Items []access.Act `json:"items"`
	Next  string       `json:"next,omitempty" doc:"after of the next page; empty: there is none"`
}

// listAudit is for producers of the show; what belongs to no show is the admins'.
func (s *Server) listAudit(ctx context.Context, in *inAudit) (*Out[ActList], error) {
	who := access.From(ctx)
	if in.Show == "" && who.Role < access.Admin {
		return nil, fmt.Errorf("list what belongs to no show: %w; name a show", access.ErrForbidden)
	}
	if !who.Sees(in.Show) && in.Show != "" {
		return nil, fmt.Errorf("show %s is %w", in.Show, studio.ErrUnknown)
	}
	acts, next, err := s.audit().List(ctx, in.Show, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	if acts == nil {
		acts = []access.Act{}
	}
	return out(ActList{Items: acts, Next: next}), nil
}

func (s *Server) audit() access.Audit { return access.Audit{Store: s.Studio.Store} }

// audited keeps what somebody did: every request of the table that is no read and was
// not refused.
func (s *Server) audited(hc huma.Context, next func(huma.Context)) {
	op := s.operation(hc)
	r, w := humago.Unwrap(hc)
	ctx := withRaw(r.Context(), w, r)
	if op.Method == http.MethodGet || op.Quiet {
		next(huma.WithContext(hc, ctx))
		return
	}
	who := access.From(ctx)
	act := access.Act{
		At: s.Now().UTC(), Who: who.Name, Token: who.Token, Role: who.Role, Operation: op.ID, Show: hc.Param("show"),
		Target: r.URL.Path, Key: r.Header.Get(keyHeader),
	}
	if a := access.Address(ctx); a.IsValid() {
		act.Address = a.String()
	}
	next(huma.WithContext(hc, access.Recording(ctx, &act)))
	if act.Status = hc.Status(); act.Status >= http.StatusBadRequest {
		return
	}
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditWithin)
	defer cancel()
	if err := s.audit().Write(keep, act); err != nil {
		s.Log.Error("keep what was done", "operation", op.ID, "who", act.Who, "target", act.Target, "error", err)
	}
}

// auditWithin is how long the store may take to keep an act.
const auditWithin = 10 * time.Second

type rawKey struct{}

type raw struct {
	w http.ResponseWriter
	r *http.Request
}

func withRaw(ctx context.Context, w http.ResponseWriter, r *http.Request) context.Context {
	return context.WithValue(ctx, rawKey{}, raw{w, r})
}

func rawOf(ctx context.Context) (http.ResponseWriter, *http.Request, bool) {
	v, ok := ctx.Value(rawKey{}).(raw)
	return v.w, v.r, ok
}
