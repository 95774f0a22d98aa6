package api

import (
	"context"
	"fmt"
	"strconv"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerNotes() {
	add(s, "list-notes", s.listNotes)
	add(s, "add-note", s.addNote)
	add(s, "change-note", s.changeNote)
	add(s, "delete-note", s.deleteNote)
	add(s, "put-mark", s.putMark)
}

// Note is a note as the API shows it.
type Note struct {
	drama.Note
	ETag string `json:"etag" doc:"What change-note and delete-note want as If-Match"`
}

func noteView(n drama.Note) Note { return Note{n, etagOf(n.Version)} }

func etagOf(version int) string { return `"v` + strconv.Itoa(version) + `"` }

type notesAnswer struct {
	Page[Note]
	Damaged []string `json:"damaged,omitempty" doc:"Notes whose records cannot be read"`
}

type inNotes struct {
	InEpisode
	InPage
	Slate string `query:"slate" maxLength:"64" doc:"Only those on this shot"`
	Open  bool   `query:"open" doc:"Only those that are not done"`
}

func (s *Server) listNotes(ctx context.Context, in *inNotes) (*Out[notesAnswer], error) {
	all, damaged, err := s.Notes(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	if in.Open {
		open := all[:0]
		for _, n := range all {
			if !n.Done {
				open = append(open, n)
			}
		}
		all = open
	}
	p, err := page(all, in.InPage, func(n Note) string { return n.ID })
	return out(notesAnswer{p, damaged}), err
}

// Notes are an episode's notes in order, or those on one shot; slate may be empty.
func (s *Server) Notes(ctx context.Context, id drama.EpisodeID, slate string) (all []Note, damaged []string, err error) {
	notes, bad, err := s.Studio.Notes(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range bad {
		damaged = append(damaged, e.Error())
	}
	for _, n := range notes {
		if slate == "" || n.Slate == slate {
			all = append(all, noteView(n))
		}
	}
	return all, damaged, nil
}

type noteAnswer struct {
	ETag string `header:"ETag"`
	Body Note
}

func (s *Server) noted(in InEpisode, n drama.Note) *noteAnswer {
	v := noteView(n)
	s.Noted(n)
	return &noteAnswer{ETag: v.ETag, Body: v}
}

// Noted tells open pages of a note that was made or changed, here or by a review link.
func (s *Server) Noted(n drama.Note) {
	s.Model.Noted(n)
	s.Model.Publish(live.EventNote, n.Episode, n.ID, live.NoteChanged{
		Show: n.Episode.Show, Number: n.Episode.Number, Note: n.ID, Slate: n.Slate, Take: n.Take, Cut: n.Cut, Done: n.Done, Deleted: n.Deleted, By: n.By,
	})
}

type inAddNote struct {
	InEpisode
	Body struct {
		Slate   string       `json:"slate,omitempty" maxLength:"64" doc:"The shot, of a note on a take"`
		Take    int          `json:"take,omitempty" minimum:"0" doc:"The take that was looked at"`
		Cut     int          `json:"cut,omitempty" minimum:"0" doc:"The cut that was looked at, instead of a take"`
		From    media.Frames `json:"from" doc:"The first frame"`
		To      media.Frames `json:"to" doc:"The last frame"`
		Text    string       `json:"text,omitempty"`
		Strokes [][]int      `json:"strokes,omitempty" doc:"Lines over the picture: x, y, x, y … in ten-thousandths of its width and height"`
	}
}

func (s *Server) addNote(ctx context.Context, in *inAddNote) (*noteAnswer, error) {
	b := in.Body
	n, err := s.by(ctx).AddNote(ctx, drama.Note{
		Episode: in.ID(), Slate: b.Slate, Take: b.Take, Cut: b.Cut, From: b.From, To: b.To, Text: b.Text, Strokes: b.Strokes,
	})
	if err != nil {
		return nil, err
	}
	return s.noted(in.InEpisode, n), nil
}

// InNote names a note.
type InNote struct {
	InEpisode
	Note  string `path:"note" maxLength:"64" doc:"The note's id"`
	Match string `header:"If-Match"`
}

// version is what If-Match says that the note is.
func (in InNote) version(ctx context.Context, s *Server) (int, error) {
	n, err := s.Studio.Note(ctx, in.ID(), in.Note)
	if err != nil {
		return 0, err
	}
	if !matches(in.Match, etagOf(n.Version)) {
		return 0, ProblemStale.With(fmt.Sprintf("note %s was changed by %s at %s; read it again", n.ID, n.ChangedBy, n.ChangedAt.Format("15:04:05")))
	}
	return n.Version, nil
}

type inChangeNote struct {
	InNote
	Body struct {
		Text    *string  `json:"text,omitempty"`
		Strokes *[][]int `json:"strokes,omitempty"`
		Done    *bool    `json:"done,omitempty"`
	}
}

func (s *Server) changeNote(ctx context.Context, in *inChangeNote) (*noteAnswer, error) {
	return s.change(ctx, in.InNote, studio.NoteChange{Text: in.Body.Text, Strokes: in.Body.Strokes, Done: in.Body.Done})
}

func (s *Server) deleteNote(ctx context.Context, in *InNote) (*noteAnswer, error) {
	return s.change(ctx, *in, studio.NoteChange{Delete: true})
}

func (s *Server) change(ctx context.Context, in InNote, c studio.NoteChange) (*noteAnswer, error) {
	version, err := in.version(ctx, s)
	if err != nil {
		return nil, err
	}
	n, err := s.by(ctx).ChangeNote(ctx, in.ID(), in.Note, version, c)
	if err != nil {
		return nil, err
	}
	return s.noted(in.InEpisode, n), nil
}

type inMark struct {
	InTake
	Body struct {
		State drama.TakeState `json:"state" enum:"NG,hold,print,none" doc:"none takes the mark back"`
		Why   string          `json:"why,omitempty"`
	}
}

// putMark says what a person thinks of a take. It moves no circle.
func (s *Server) putMark(ctx context.Context, in *inMark) (*Out[Take], error) {
	state := in.Body.State
	if state == "none" {
		state = ""
	}
	if _, err := s.by(ctx).Mark(ctx, in.ID(), state, in.Body.Why); err != nil {
		return nil, err
	}
	s.Model.Publish(live.EventTake, in.InEpisode.ID(), in.Slate, live.TakeChanged{Show: in.Show, Number: in.Number, Slate: in.Slate, Take: in.Take, Mark: state})
	return s.take(ctx, &in.InTake)
}
