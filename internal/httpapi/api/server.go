// Package api is what can be done with dailies over HTTP, as operations of one table:
// JSON in and out, problems by RFC 9457, an OpenAPI 3.1 document made of the same types.
// It decides nothing: package studio does what is asked, package live knows how all
// stands, package access says who may. Pages call it for every act.
package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

// Options are what a server stands on.
type Options struct {
	Studio  *studio.Studio
	Model   *live.Model
	Version string // of dailies
	Log     *slog.Logger
	Now     func() time.Time // nil: the studio's, else time.Now
	// Check finds what is wrong with a script that only the configuration and this machine
	// know: providers' names, fonts, voices. nil: nothing.
	Check func(*script.Script) script.Problems
	// Steps are the media steps that make a take of a clip; nil: clips are not taken here.
	Steps func() (studio.Steps, error)
	// Guard lets in, and counts.
	Guard *access.Guard
}

// Server answers the API's requests.
type Server struct {
	Options

	huma huma.API
	ops  map[string]Operation
	seal []byte // signs quotes; of this process
	// deciding is held while a circle is compared and written, so that of two people
	// the second is told.
	deciding sync.Mutex
	opened   opened // who knows whose takes a shot has
	rankedAt atomic.Int64
	tables   tables
	// making is held while a take's review is made that was missing.
	making chan struct{}
	books  books
	makers makers
}

// New is a server with all operations of the table.
func New(o Options, mux *http.ServeMux) *Server {
	s := &Server{Options: o, ops: make(map[string]Operation), seal: []byte(rand.Text() + rand.Text()), making: make(chan struct{}, 1)}
	if s.Now == nil {
		s.Now = o.Studio.Now
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	for _, op := range Operations() {
		s.ops[op.ID] = op
	}
	config := huma.DefaultConfig("dailies", o.Version)
	config.Info.Description = "The Studio's API. Amounts are integer micro-units of a named currency, lengths are frames, times are RFC 3339 in UTC."
	config.DocsPath, config.OpenAPIPath, config.SchemasPath = "", "/openapi", ""
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.CreateHooks = nil // no $schema links in every answer
	s.huma = humago.NewWithPrefix(mux, Prefix, config)
	s.huma.UseMiddleware(s.allow, s.demand, s.once, s.audited)
	s.registerShows()
	s.registerEpisodes()
	s.registerShots()
	s.registerNotes()
	s.registerScripts()
	s.registerSpend()
	s.registerCuts()
	s.registerUnlabelled()
	s.registerPacks()
	s.registerRuns()
	s.registerJudge()
	s.registerSheets()
	s.registerEdits()
	s.registerMoney()
	s.registerTemplates()
	s.registerJobs()
	s.registerCosts()
	s.registerArena()
	s.registerHouse()
	s.registerRetention()
	s.registerLinks()
	s.registerReviews()
	add(s, "events", s.events)
	mux.HandleFunc("GET "+Prefix+"/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc(Prefix+"/", func(w http.ResponseWriter, r *http.Request) {
		write(w, ProblemUnknown.With(fmt.Sprintf("there is no %s %s; %s/openapi.json lists what there is", r.Method, r.URL.Path, Prefix)))
	})
	return s
}

// schemaName names a type in the document: ours by their names, others' with their
// package's before, since a shot of a script is another thing than one of a board.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	pkg := path.Base(t.PkgPath())
	if t.Name() == "" || pkg == "." || pkg == "api" {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}

// OpenAPI is the document of all operations.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.huma.OpenAPI() }

// maxBody is the most bytes of a body, where the operation says nothing else.
const maxBody = 1 << 20

// add registers a handler for an operation of the table. That there is one of the name
// is checked when the program starts, by every test that starts it.
func add[I, O any](s *Server, id string, handle func(context.Context, *I) (*O, error)) {
	op, ok := s.ops[id]
	if !ok {
		panic("operation " + id + " is not in the table")
	}
	size := op.MaxBody
	if size == 0 {
		size = maxBody
	}
	huma.Register(s.huma, huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: size, Parameters: headers(op), RejectUnknownQueryParameters: true,
		Extensions: map[string]any{"x-role": op.Role.String()},
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problemOf(err)
		}
		return out, nil
	})
}

// headers describes those that the table demands.
func headers(op Operation) []*huma.Param {
	var all []*huma.Param
	text := &huma.Schema{Type: huma.TypeString}
	if op.Key {
		all = append(all, &huma.Param{Name: keyHeader, In: "header", Required: true, Schema: text, Description: "A UUID of your own for this act: the same request with it is done once, and answered the same, for 24 hours"})
	}
	if op.Match {
		all = append(all, &huma.Param{Name: "If-Match", In: "header", Required: true, Schema: text, Description: "The ETag of what you decided by"})
	}
	return all
}

// operation is the table's row of a request.
func (s *Server) operation(ctx huma.Context) Operation { return s.ops[ctx.Operation().OperationID] }

// allow lets a request through whose actor may do it.
func (s *Server) allow(ctx huma.Context, next func(huma.Context)) {
	op := s.operation(ctx)
	if err := access.From(ctx.Context()).May(op.Role, ctx.Param("show")); err != nil {
		s.refuse(ctx, problemOf(fmt.Errorf("%s: %w", op.ID, err)))
		return
	}
	done, err := s.Guard.Admit(access.From(ctx.Context()), op.Spends, op.Open)
	if err != nil {
		s.refuse(ctx, problemOf(fmt.Errorf("%s: %w", op.ID, err)))
		return
	}
	defer done()
	next(ctx)
}

// demand refuses requests without the headers that the table asks for.
func (s *Server) demand(ctx huma.Context, next func(huma.Context)) {
	op := s.operation(ctx)
	if op.Match && ctx.Header("If-Match") == "" {
		s.refuse(ctx, ProblemPrecondition.With("send If-Match with the ETag of what you decided by: read it first"))
		return
	}
	next(ctx)
}

func (s *Server) refuse(ctx huma.Context, err error) {
	_, w := humago.Unwrap(ctx)
	write(w, ProblemOf(err))
}

// write answers with a problem.
func write(w http.ResponseWriter, p *Problem) {
	maps.Copy(w.Header(), p.header)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // who went away needs no answer
}

// by is the studio in the name of the request's actor.
func (s *Server) by(ctx context.Context) *studio.Studio {
	return s.Studio.As(access.From(ctx).Name)
}

// InShow, InEpisode, InShot and InTake are what paths name.
type InShow struct {
	Show string `path:"show" pattern:"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$" doc:"The show's id" example:"lost-property"`
}

// InEpisode names an episode.
type InEpisode struct {
	InShow
	Number int `path:"n" minimum:"1" maximum:"999999" doc:"The episode's number"`
}

// ID names the episode.
func (in InEpisode) ID() drama.EpisodeID { return drama.EpisodeID{Show: in.Show, Number: in.Number} }

// InShot names a shot.
type InShot struct {
	InEpisode
	Slate string `path:"slate" maxLength:"40" pattern:"^[0-9][0-9A-Za-z-]*$" doc:"The shot's slate" example:"2B"`
}

// InTake names a take.
type InTake struct {
	InShot
	Take int `path:"take" minimum:"1" maximum:"999999" doc:"The take's number"`
}

// ID names the take.
func (in InTake) ID() drama.TakeID {
	return drama.TakeID{Episode: in.InEpisode.ID(), Slate: in.Slate, Number: in.Take}
}

// Episode finds it in the model, or says that it is not known. The run of a look book is
// decided about as an episode's.
func (s *Server) Episode(ctx context.Context, id drama.EpisodeID) (*live.Episode, error) {
	if id.Number == drama.LookBookNumber {
		b, err := s.Model.LookBook(ctx, id.Show)
		if err == nil && b.State == "" {
			err = fmt.Errorf("the look book of %s is %w: no picture of it was ever made", id.Show, studio.ErrUnknown)
		}
		return b, err
	}
	e, ok, err := s.Model.Episode(ctx, id)
	if err == nil && !ok {
		err = fmt.Errorf("%s is %w: no script of it was ever rendered", id, studio.ErrUnknown)
	}
	return e, err
}

// cell finds a shot in the model.
func (s *Server) cell(ctx context.Context, id drama.EpisodeID, slate string) (*live.Episode, live.Cell, error) {
	e, err := s.Episode(ctx, id)
	if err != nil {
		return nil, live.Cell{}, err
	}
	c, ok := e.Cell(slate)
	if !ok {
		return nil, live.Cell{}, fmt.Errorf("shot %s of %s is %w", slate, id, studio.ErrUnknown)
	}
	return e, c, nil
}
