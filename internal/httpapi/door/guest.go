package door

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/studio"
)

// A guest's session is a sealed cookie of the link's own path, by the link's own key: it
// is no session of the house, and none of another link.
const (
	guestCookie  = "__Secure-dailies-review"
	plainCookie  = "dailies-review" // on this machine's loopback, where there is no TLS
	guestPurpose = "dailies review 1"
	guestLife    = 12 * time.Hour
)

// guest is who came by a link.
type guest struct {
	Name string `json:"n"`
	Born int64  `json:"b"`

	link review.Link
}

func cookieName(r *http.Request) string {
	if access.Secure(r) {
		return guestCookie
	}
	return plainCookie
}

// by is how what a guest leaves is signed.
func (g guest) by() string { return g.Name + " (guest)" }

// guestOf is who asks, by the cookie; false: nobody who opened the link.
func (d *Door) guestOf(r *http.Request) (guest, bool, error) {
	l, err := d.Desk.Find(r.Context(), r.PathValue("link"))
	if errors.Is(err, review.ErrNoLink) {
		return guest{}, false, nil
	}
	if err != nil {
		return guest{}, false, err
	}
	g := guest{link: l}
	c, err := r.Cookie(cookieName(r))
	if err != nil || access.Unseal(l.Seal, guestPurpose, c.Value, &g) != nil {
		return guest{}, false, nil
	}
	age := d.Now().Sub(time.Unix(g.Born, 0))
	return g, age >= 0 && age < guestLife, nil
}

// open proves the passphrase and lets the guest in.
func (d *Door) open(w http.ResponseWriter, r *http.Request) {
	v := viewOf(r)
	v.Title = v.W("review")
	id := r.PathValue("link")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		v.Problem = v.W("too large")
		d.show(w, http.StatusRequestEntityTooLarge, "knock", v)
		return
	}
	v.Data = id
	name := strings.TrimSpace(r.PostForm.Get("name"))
	if err := d.Guard.MayGuess(r.Context(), "link "+id); err != nil {
		v.Problem = v.W("too often")
		d.show(w, http.StatusTooManyRequests, "knock", v)
		return
	}
	l, err := d.Desk.Open(r.Context(), id, r.PostForm.Get("passphrase"))
	if errors.Is(err, review.ErrNoLink) || err == nil && review.CheckName(name) != nil {
		if err != nil {
			d.Guard.Guessed(r.Context(), "link "+id)
		}
		v.Problem = v.W("no link")
		if err == nil {
			v.Problem = v.W("no name")
		}
		d.show(w, http.StatusForbidden, "knock", v)
		return
	}
	var text string
	if err == nil {
		text, err = access.Seal(l.Seal, guestPurpose, guest{Name: name, Born: d.Now().Unix()})
	}
	if err != nil {
		d.fail(w, v, err)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: text, Path: "/review/" + l.ID, MaxAge: int(min(guestLife, l.Expires.Sub(d.Now())) / time.Second),
		Secure: access.Secure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, "/review/"+l.ID, http.StatusSeeOther)
}

// fail says that it is our fault.
func (d *Door) fail(w http.ResponseWriter, v view, err error) {
	d.Log.Error("serve a review link", "error", err)
	v.Problem = v.W("our fault")
	d.show(w, http.StatusInternalServerError, "problem", v)
}

// inside lets through who has opened the link.
func (d *Door) inside(next func(http.ResponseWriter, *http.Request, guest)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		g, ok, err := d.guestOf(r)
		switch {
		case err != nil:
			d.fail(w, viewOf(r), err)
		case !ok:
			http.Error(w, "open the link first", http.StatusForbidden)
		default:
			next(w, r, g)
		}
	}
}

// shown is what a guest's page is given.
type shown struct {
	Link   string // its id
	Name   string
	Titles string
	Cut    int
	FPS    string
	Frames media.Frames
	Until  time.Time
	// Download: the guest may take it along.
	Download bool
	Takes    []shownTake
	Notes    []drama.Note
	Decided  *review.Approval
}

// shownTake is a take of a list: no vendor, no price.
type shownTake struct {
	Place  int
	Slate  string
	Number int
	Frames media.Frames
}

// noteForm is a form for a note on the cut, or on the take at a place of the list.
type noteForm struct {
	View   view
	Place  int
	Frames media.Frames // 0: not known
}

func formOf(v view, place int, frames media.Frames) noteForm { return noteForm{v, place, frames} }

// Last is the last frame that a note may be on.
func (f noteForm) Last() media.Frames { return f.Frames - 1 }

func (d *Door) guest(w http.ResponseWriter, r *http.Request) {
	v := viewOf(r)
	v.Title = v.W("review")
	g, ok, err := d.guestOf(r)
	if err != nil {
		d.fail(w, v, err)
		return
	}
	if !ok {
		v.Data = r.PathValue("link")
		d.show(w, http.StatusOK, "knock", v)
		return
	}
	s, err := d.seen(r, g, v.Lang)
	if err != nil {
		d.fail(w, v, err)
		return
	}
	v.Data, v.Wide, v.Title = s, true, s.Titles
	d.show(w, http.StatusOK, "guest", v)
}

func (d *Door) seen(r *http.Request, g guest, lang string) (shown, error) {
	ctx, l := r.Context(), g.link
	s := shown{Link: l.ID, Name: g.Name, Cut: l.Cut, Until: l.Expires, Download: l.Download, Titles: fmt.Sprintf("%s %s", l.Episode.Show, l.Episode.Code())}
	if l.Cut > 0 {
		m, err := d.Studio.Manifest(ctx, l.Episode, l.Cut)
		if err != nil {
			return s, err
		}
		s.FPS, s.Frames = m.FPS, m.Frames
		if t := textIn(m.Title, lang); t != "" {
			s.Titles = strings.TrimPrefix(textIn(m.Season, lang)+" · "+t, " · ")
		}
		all, err := d.Desk.Approvals(ctx, l.Episode, l.Cut)
		if err != nil {
			return s, err
		}
		if i := slices.IndexFunc(all, func(a review.Approval) bool { return a.Link == l.ID }); i >= 0 {
			s.Decided = &all[i]
		}
	}
	for i, id := range l.Takes {
		t, err := d.Studio.Take(ctx, id)
		if err != nil {
			return s, err
		}
		one := shownTake{Place: i + 1, Slate: id.Slate, Number: id.Number}
		if t.Measured != nil {
			one.Frames = t.Measured.Conformed
		}
		s.Takes = append(s.Takes, one)
	}
	if s.FPS == "" {
		p, _, err := d.Studio.LatestScript(ctx, l.Episode)
		if err != nil {
			return s, err
		}
		s.FPS = p.Season.Format.FPS.String()
	}
	notes, _, err := d.Studio.Notes(ctx, l.Episode)
	if err != nil {
		return s, err
	}
	for _, n := range notes {
		// What the house says to itself is not for guests.
		if n.By == g.by() && !n.Deleted && (n.Cut > 0 && n.Cut == l.Cut || n.Take > 0 && l.Shows(drama.TakeID{Episode: l.Episode, Slate: n.Slate, Number: n.Take})) {
			s.Notes = append(s.Notes, n)
		}
	}
	return s, nil
}

// textIn is a text in the visitor's language, else in the one that there is.
func textIn(t drama.Text, lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	for _, lang := range []string{lang, base, "en", "zh"} {
		if t[lang] != "" {
			return t[lang]
		}
	}
	for _, text := range t {
		return text
	}
	return ""
}

// Sender streams an object by range.
type Sender func(w http.ResponseWriter, r *http.Request, o drama.Object, name string) error

// send streams what a guest may see.
func (d *Door) send(w http.ResponseWriter, r *http.Request, o drama.Object, name string) {
	err := d.Send(w, r, o, name)
	switch {
	case errors.Is(err, studio.ErrUnknown), errors.Is(err, store.ErrNotFound):
		http.Error(w, "it is not there", http.StatusNotFound)
	case err != nil:
		d.Log.Warn("send to a guest", "object", o.Key, "error", err)
		http.Error(w, "it cannot be read now", http.StatusServiceUnavailable)
	}
}

// toKeep marks an answer as a file to keep, where that is asked for: only a link that
// says so offers it. false: it was refused.
func toKeep(w http.ResponseWriter, r *http.Request, l review.Link, name string) bool {
	if !r.URL.Query().Has("download") {
		return true
	}
	if !l.Download {
		http.Error(w, "this link is for looking", http.StatusForbidden)
		return false
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`) // a name of ours: slates and codes
	return true
}

func (d *Door) cutFile(w http.ResponseWriter, r *http.Request, g guest) {
	l := g.link
	if !toKeep(w, r, l, fmt.Sprintf("%s-%s-cut%d.mp4", l.Episode.Show, l.Episode.Code(), l.Cut)) {
		return
	}
	m, err := d.Studio.Manifest(r.Context(), l.Episode, l.Cut)
	if l.Cut == 0 || err != nil {
		http.Error(w, "it is not there", http.StatusNotFound)
		return
	}
	for _, f := range m.Files {
		if f.Name == library.MasterName {
			key := store.Keys{Show: l.Episode.Show}.Cut(l.Episode, l.Cut) + f.Name
			d.send(w, r, drama.Object{Key: key, SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}, f.Name)
			return
		}
	}
	http.Error(w, "it is not there", http.StatusNotFound)
}

// takeFile sends the review of the take at a place of the list.
func (d *Door) takeFile(w http.ResponseWriter, r *http.Request, g guest) {
	place, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("take"), ".mp4"))
	if err != nil || place < 1 || place > len(g.link.Takes) {
		http.Error(w, "it is not there", http.StatusNotFound)
		return
	}
	id := g.link.Takes[place-1]
	if !toKeep(w, r, g.link, fmt.Sprintf("%s-%s-%s-take%d.mp4", id.Episode.Show, id.Episode.Code(), id.Slate, id.Number)) {
		return
	}
	info, err := library.Library{Store: d.Studio.Store}.Review(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		http.Error(w, "it is not there", http.StatusNotFound)
		return
	}
	if err != nil {
		d.Log.Warn("send to a guest", "take", id.String(), "error", err)
		http.Error(w, "it cannot be read now", http.StatusServiceUnavailable)
		return
	}
	d.send(w, r, drama.Object{Key: info.Key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}, fmt.Sprintf("take-%d.mp4", place))
}

// form reads a guest's form, counted. false: it was answered.
func (d *Door) form(w http.ResponseWriter, r *http.Request, g guest) bool {
	v := d.after(r, g)
	if err := d.Guard.MayWrite("link " + g.link.ID); err != nil {
		v.Problem = v.W("too often")
		d.show(w, http.StatusTooManyRequests, "problem", v)
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		v.Problem = v.W("too large")
		d.show(w, http.StatusRequestEntityTooLarge, "problem", v)
		return false
	}
	return true
}

func (d *Door) note(w http.ResponseWriter, r *http.Request, g guest) {
	if !d.form(w, r, g) {
		return
	}
	number := func(name string) int {
		n, err := strconv.Atoi(r.PostForm.Get(name))
		if err != nil {
			return -1
		}
		return n
	}
	n := drama.Note{Episode: g.link.Episode, Cut: g.link.Cut, Text: r.PostForm.Get("text"), From: media.Frames(number("from")), To: media.Frames(number("to"))}
	n.To = max(n.From, n.To)
	if place := number("take"); g.link.Cut == 0 && place >= 1 && place <= len(g.link.Takes) {
		id := g.link.Takes[place-1]
		n.Slate, n.Take = id.Slate, id.Number
	}
	n, err := d.Studio.As(g.by()).AddNote(r.Context(), n)
	if err == nil {
		d.Noted(n)
	}
	d.left(w, r, g, err)
}

func (d *Door) decision(w http.ResponseWriter, r *http.Request, g guest) {
	if !d.form(w, r, g) {
		return
	}
	a := review.Approval{Episode: g.link.Episode, Cut: g.link.Cut, Name: g.Name, Link: g.link.ID, Why: r.PostForm.Get("why")}
	switch r.PostForm.Get("approved") {
	case "yes":
		a.Approved = true
	case "no":
	default:
		a.Cut = 0 // neither was said
	}
	a, err := d.Studio.Decide(r.Context(), a)
	if err == nil {
		d.Decided(r.Context(), a)
	}
	d.left(w, r, g, err)
}

// after is the view that answers what a guest sent, with the way back.
func (d *Door) after(r *http.Request, g guest) view {
	v := viewOf(r)
	v.Title, v.Next = v.W("review"), "/review/"+g.link.ID
	return v
}

// left answers what a guest left.
func (d *Door) left(w http.ResponseWriter, r *http.Request, g guest, err error) {
	v := d.after(r, g)
	switch {
	case errors.Is(err, studio.ErrRemark), errors.Is(err, review.ErrAsked):
		v.Problem = err.Error()
		d.show(w, http.StatusUnprocessableEntity, "problem", v)
	case err != nil:
		d.fail(w, v, err)
	default:
		http.Redirect(w, r, "/review/"+g.link.ID, http.StatusSeeOther)
	}
}
