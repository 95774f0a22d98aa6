// Package door is what people see who are not inside: the page on which one logs in, and
// what a review link opens. It is plain HTML with forms. A link's holder sees one cut, or
// a list of takes, may leave notes on its pictures and say whether the cut is approved;
// nothing else of the house is reached from here.
package door

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/assets"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/studio"
)

//go:embed templates
var templates embed.FS

// maxForm bounds what a form sends, bytes.
const maxForm = 64 << 10

// Options are what the door stands on.
type Options struct {
	Studio *studio.Studio
	Desk   review.Desk
	Guard  *access.Guard
	Assets *assets.Assets
	Log    *slog.Logger
	// Send streams an object by range: see api.Send.
	Send Sender
	// Noted and Decided are told what a guest left, so that open pages show it.
	Noted   func(drama.Note)
	Decided func(context.Context, review.Approval)
	Now     func() time.Time // nil: time.Now
}

// Door answers.
type Door struct {
	Options

	pages *template.Template
}

// Register serves the door's pages.
func Register(mux *http.ServeMux, o Options) error {
	d := &Door{Options: o}
	if d.Now == nil {
		d.Now = time.Now
	}
	var err error
	d.pages, err = template.New("door").Funcs(template.FuncMap{"asset": o.Assets.URL, "form": formOf}).ParseFS(templates, "templates/*.html")
	if err != nil {
		return fmt.Errorf("read the door's pages: %w", err)
	}
	mux.HandleFunc("GET /login", d.login)
	mux.HandleFunc("POST /login", d.logIn)
	mux.HandleFunc("GET /review/{link}", d.guest)
	mux.HandleFunc("POST /review/{link}/open", d.open)
	mux.HandleFunc("GET /review/{link}/cut.mp4", d.inside(d.cutFile))
	mux.HandleFunc("GET /review/{link}/takes/{take}", d.inside(d.takeFile))
	mux.HandleFunc("POST /review/{link}/note", d.inside(d.note))
	mux.HandleFunc("POST /review/{link}/decision", d.inside(d.decision))
	return nil
}

// view is what a page is given.
type view struct {
	Lang    string
	Title   string
	Problem string
	Next    string // where to go on
	Wide    bool   // it shows pictures
	Data    any

	words int
}

// W is a word in the visitor's language.
func (v view) W(key string) string {
	if w, ok := words[key]; ok {
		return w[v.words]
	}
	return key
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

func viewOf(r *http.Request) view {
	wish := r.Header.Get("Accept-Language")
	if c, err := r.Cookie("lang"); err == nil {
		wish = c.Value
	}
	if _, i := language.MatchStrings(matcher, wish); i == 1 {
		return view{Lang: "zh-CN", words: 1}
	}
	return view{Lang: "en"}
}

// show answers with a page.
func (d *Door) show(w http.ResponseWriter, status int, name string, v view) {
	var b bytes.Buffer
	if err := d.pages.ExecuteTemplate(&b, name, v); err != nil {
		d.Log.Error("make a page", "page", name, "error", err)
		http.Error(w, "the page could not be made; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who went away asks again
}

func (d *Door) login(w http.ResponseWriter, r *http.Request) {
	v := viewOf(r)
	v.Title, v.Next = v.W("log in"), access.OwnPath(r.URL.Query().Get("next"))
	d.show(w, http.StatusOK, "login", v)
}

func (d *Door) logIn(w http.ResponseWriter, r *http.Request) {
	v := viewOf(r)
	v.Title = v.W("log in")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		v.Problem, v.Next = v.W("too large"), "/"
		d.show(w, http.StatusRequestEntityTooLarge, "login", v)
		return
	}
	v.Next = access.OwnPath(r.PostForm.Get("next"))
	_, err := d.Guard.LogIn(w, r, r.PostForm.Get("token"))
	var limit *access.LimitError
	switch {
	case err == nil, errors.Is(err, access.ErrNoLogin):
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
	case errors.As(err, &limit):
		v.Problem = v.W("too often")
		d.show(w, http.StatusTooManyRequests, "login", v)
	case errors.Is(err, access.ErrNoToken), errors.Is(err, access.ErrNotAToken):
		v.Problem = v.W("no token")
		d.show(w, http.StatusUnauthorized, "login", v)
	default:
		d.Log.Error("log in", "error", err)
		v.Problem = v.W("our fault")
		d.show(w, http.StatusInternalServerError, "login", v)
	}
}
