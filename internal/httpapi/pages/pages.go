// Package pages is the Studio as people see it: HTML made on the server, whose address
// is its whole state, so that a reload shows the same. Pages only read; every act goes
// through the API, by forms that act.js sends.
package pages

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/assets"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

//go:embed templates
var templates embed.FS

// Pages answers with HTML.
type Pages struct {
	api    *api.Server
	assets *assets.Assets
	log    *slog.Logger
	byName map[string]*template.Template
	sheet  []keyRoom
}

// Register serves all pages.
func Register(mux *http.ServeMux, a *api.Server, files *assets.Assets, log *slog.Logger) error {
	p := &Pages{api: a, assets: files, log: log, byName: map[string]*template.Template{}}
	if err := p.parse(); err != nil {
		return err
	}
	var err error
	if p.sheet, err = keySheet(); err != nil {
		return err
	}
	for pattern, page := range map[string]page{
		"GET /{$}":                     p.shows,
		"GET /s/{show}/{$}":            p.board,
		"GET /s/{show}/sheets":         p.sheets,
		"GET /s/{show}/{code}":         p.episode,
		"GET /s/{show}/{code}/{slate}": p.room,
		"GET /s/{show}/{code}/script":  p.script,
		"GET /new":                     p.newScript,
		"GET /waiting":                 p.waiting,
		"GET /money":                   p.money,
		"GET /jobs":                    p.jobs,
		"GET /providers":               p.providers,
		"GET /blind":                   p.blind,
		"GET /leaderboard":             p.leaderboard,
	} {
		mux.HandleFunc(pattern, p.serve(page))
	}
	mux.HandleFunc("GET "+problemsPath, p.open(p.problemKind))
	mux.HandleFunc("GET "+schemaPath, p.schema)
	// The board's address ends like a folder, so that a cell's is short.
	mux.HandleFunc("GET /s/{show}", func(w http.ResponseWriter, r *http.Request) {
		to := "/s/" + url.PathEscape(r.PathValue("show")) + "/"
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})
	mux.HandleFunc("/", p.serve(func(*http.Request, *View) (string, error) {
		return "", fmt.Errorf("the page is %w", studio.ErrUnknown)
	}))
	return nil
}

// page fills a view and names its template.
type page func(*http.Request, *View) (string, error)

// View is what a template is given.
type View struct {
	Lang, Theme string
	Title       string
	Seq         string // where in the events the page was made
	Show        string // its id, where the page is of one
	ShowTitle   string
	Code        string // ep01, where the page is of one
	Data        any    // the page's own
	Words       template.JS
	Keys        template.JS
	Module      string // the page's own, besides page.js
	Sheet       []keyRoom
	// Blind: the page has a first module of its own, for page.js listens to events, and
	// those tell who made what.
	Blind bool
	// Plain: the page is the same for everybody and loads no module.
	Plain bool

	parts []string // what of the page is wanted; empty: all
	now   time.Time
}

// Wants says whether a part of the page is wanted; "" is what only whole pages have. A page
// that is open asks for what may have changed, and a board of a season is long.
func (v *View) Wants(part string) bool { return len(v.parts) == 0 || slices.Contains(v.parts, part) }

func (p *Pages) parse() error {
	layout, err := template.New("layout").Funcs(p.funcs()).ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/delivered.html")
	if err != nil {
		return fmt.Errorf("read the Studio's pages: %w", err)
	}
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		if base := path.Base(name); base == "layout.html" || base == "parts.html" || base == "delivered.html" {
			continue
		}
		t, err := layout.Clone()
		if err == nil {
			t, err = t.ParseFS(templates, name)
		}
		if err != nil {
			return fmt.Errorf("read the Studio's pages: %w", err)
		}
		p.byName[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return nil
}

func (p *Pages) funcs() template.FuncMap {
	return template.FuncMap{
		"asset":   p.assets.URL,
		"book":    func(n int) bool { return n == drama.LookBookNumber },
		"code":    func(n int) string { return drama.EpisodeID{Number: n}.Code() },
		"units":   func(m drama.Money) string { return strings.TrimSuffix(m.String(), " "+m.Currency) },
		"frames":  frames,
		"percent": percent, "perSecond": perSecond,
		"s":        func(state any) string { return strings.ToLower(fmt.Sprint(state)) },
		"money":    short,
		"json":     asJSON,
		"dict":     dict,
		"list":     func(all ...any) []any { return all },
		"last":     func(all []string) int { return len(all) - 1 },
		"mod":      func(n, by int) int { return n % by },
		"called":   called,
		"endscene": func(cells []live.Cell, i int) bool { return i+1 < len(cells) && cells[i].Scene != cells[i+1].Scene },
	}
}

// called is a character's name in the script; without one, and for a narrator, the id.
func called(e *live.Episode, id string) string {
	if e.Script == nil || e.Script.Season.Cast[id].Name == "" {
		return id
	}
	return e.Script.Season.Cast[id].Name
}

// short is an amount as tables show it: nothing for nothing.
func short(m drama.Money) string {
	if m.Micros == 0 {
		return ""
	}
	return m.String()
}

// asJSON is a value for a data attribute.
func asJSON(v any) (string, error) {
	body, err := json.Marshal(v)
	return string(body), err
}

// dict makes named values of pairs, for a template inside of one.
func dict(pairs ...any) (map[string]any, error) {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict wants names, not %T", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// seconds is a length in milliseconds as people read it.
func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1000, 'f', 1, 64) }

// frames is how many pictures a take's clip has.
func frames(t api.Take) media.Frames {
	if t.Measured == nil {
		return 0
	}
	return t.Measured.Conformed // of its review
}

// Named is a title in the reader's language, or in another one, or another name.
func (v *View) Named(t drama.Text, or string) string {
	first, _, _ := strings.Cut(v.Lang, "-")
	for _, lang := range []string{first, "en", "zh"} {
		if t[lang] != "" {
			return t[lang]
		}
	}
	for _, text := range t {
		return text
	}
	return or
}

// serve answers with a page to who may look.
func (p *Pages) serve(page page) http.HandlerFunc {
	return p.open(func(r *http.Request, v *View) (string, error) {
		if err := access.From(r.Context()).May(access.Viewer, r.PathValue("show")); err != nil {
			return "", err
		}
		return page(r, v)
	})
}

// open answers with a page to everybody.
func (p *Pages) open(page page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &View{Lang: languageOf(r), Theme: theme(r), Keys: template.JS(assets.Keys), Sheet: p.sheet, now: time.Now()}
		if part := r.URL.Query().Get("part"); part != "" {
			v.parts = strings.Split(part, ",")
		}
		v.Words = v.jsWords()
		name, err := page(r, v)
		status := http.StatusOK
		if err != nil {
			problem := api.ProblemOf(err)
			name, status = "problem", problem.Status
			v.Title, v.Data = problem.Title, problem
		}
		var b bytes.Buffer
		if err := p.byName[name].ExecuteTemplate(&b, "layout", v); err != nil {
			p.log.Error("make a page", "page", name, "error", err)
			http.Error(w, "the page could not be made; the log says why", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Vary", "Cookie, Accept-Language")
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes()) // who went away asks again
	}
}

// episodeOf reads the episode that a path names.
func episodeOf(r *http.Request) (drama.EpisodeID, error) {
	id, err := drama.ParseEpisodeID(r.PathValue("show") + "/" + r.PathValue("code"))
	if err != nil {
		return id, errors.Join(studio.ErrUnknown, err)
	}
	return id, nil
}

// theme is a person's choice; empty: the system's.
func theme(r *http.Request) string {
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "dark" || c.Value == "light") {
		return c.Value
	}
	return ""
}
