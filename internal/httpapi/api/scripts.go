package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerScripts() {
	add(s, "check-script", s.checkScript)
	add(s, "plan-script", s.planScript)
	add(s, "prompt-script", s.prompts)
	add(s, "list-scripts", s.listScripts)
	add(s, "get-script", s.getScript)
	add(s, "get-draft", s.getDraft)
	add(s, "put-draft", s.putDraft)
	add(s, "list-files", s.listFiles)
	add(s, "put-file", s.putFile)
}

// Typed is a script as somebody typed it, and the show whose files it may name.
type Typed struct {
	Show string    `json:"show,omitempty" maxLength:"64" doc:"Whose files it may name; empty: it names none"`
	Text desk.Text `json:"text"`
}

// ScriptProblem is one thing that is wrong with a script, or a warning.
type ScriptProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty" doc:"From 1; 0: the whole file"`
	Col     int    `json:"col,omitempty" doc:"In characters, from 1"`
	Level   string `json:"level" enum:"error,warning"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty" doc:"What to write instead"`
}

// Checked is what there is to say of a script.
type Checked struct {
	OK       bool            `json:"ok"`
	Show     string          `json:"show,omitempty"`
	Number   int             `json:"episode,omitempty"`
	Shots    int             `json:"shots"`
	Problems []ScriptProblem `json:"problems"`
}

type inTyped struct{ Body Typed }

type inPlanned struct {
	inTyped
	InLanguage
}

func (s *Server) checkScript(ctx context.Context, in *inTyped) (*Out[Checked], error) {
	_, c, err := s.read(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return out(c), nil
}

// read checks a script with all that is known here: its texts, the providers' names, the
// fonts.
func (s *Server) read(ctx context.Context, t Typed) (*script.Script, Checked, error) {
	if t.Show != "" {
		if err := s.maySee(ctx, t.Show); err != nil {
			return nil, Checked{}, err
		}
	}
	made, problems, err := s.Studio.Read(ctx, t.Show, t.Text)
	if err != nil {
		return nil, Checked{}, err
	}
	if made != nil && s.Check != nil {
		problems = append(problems, s.Check(made)...)
	}
	c := Checked{OK: !problems.HasErrors(), Problems: []ScriptProblem{}}
	for _, p := range problems {
		c.Problems = append(c.Problems, ScriptProblem{File: p.File, Line: p.Line, Col: p.Col, Level: p.Severity.String(), Message: p.Message, Hint: p.Hint})
	}
	if made != nil && len(made.Episodes) == 1 {
		id := made.Production(0).ID()
		c.Show, c.Number, c.Shots = id.Show, id.Number, len(made.Episodes[0].Shots())
		if err := s.maySee(ctx, id.Show); err != nil {
			return nil, Checked{}, err
		}
	} else if made != nil {
		c.OK = false
		c.Problems = append(c.Problems, ScriptProblem{File: t.Text.Main, Level: "error", Message: "this is a season; type one of its episodes"})
	}
	return made, c, nil
}

// submission is a typed script ready to be planned; one with problems is refused with all
// of them.
func (s *Server) submission(ctx context.Context, t Typed) (studio.Submission, error) {
	made, c, err := s.read(ctx, t)
	if err != nil {
		return studio.Submission{}, err
	}
	if !c.OK {
		var details []*huma.ErrorDetail
		for _, p := range c.Problems {
			if p.Level == "error" {
				details = append(details, &huma.ErrorDetail{Message: p.Message, Location: fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)})
			}
		}
		return studio.Submission{}, ProblemScript.With("the script cannot be rendered so", details...)
	}
	return s.Studio.Typed(made, t.Text), nil
}

// PlanRow is what would become of a shot.
type PlanRow struct {
	Slate    string      `json:"slate"`
	Action   plan.Action `json:"action"`
	Why      string      `json:"why"`
	Provider string      `json:"provider,omitempty"`
	Model    string      `json:"model,omitempty"`
	Low      drama.Money `json:"low"`
	High     drama.Money `json:"high"`
	Line     int         `json:"line,omitempty"`
}

// PlanAnswer is what rendering a script would make, reuse and cost.
type PlanAnswer struct {
	Checked Checked   `json:"checked"`
	Shots   []PlanRow `json:"shots"`
	Quote   *Quote    `json:"quote,omitempty" doc:"Absent while the script has problems"`
}

func (s *Server) planScript(ctx context.Context, in *inPlanned) (*Out[PlanAnswer], error) {
	_, c, err := s.read(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	a := PlanAnswer{Checked: c, Shots: []PlanRow{}}
	if !c.OK {
		return out(a), nil
	}
	q, _, plans, err := s.price(ctx, Act{Op: "start-run", Show: c.Show, Number: c.Number, Script: &in.Body.Text})
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	a.Quote = &q
	for _, shot := range plans[0].Shots {
		a.Shots = append(a.Shots, PlanRow{shot.Slate, shot.Action, phrase.Join(shot.Why, in.Lang), shot.Provider, names.Of(shot.Model), shot.PriceLow, shot.PriceHigh, shot.Position.Line})
	}
	return out(a), nil
}

// ScriptVersion is a script that was submitted.
type ScriptVersion struct {
	library.Version
	Cuts []int `json:"cuts,omitempty" doc:"Delivered from it"`
}

func (s *Server) listScripts(ctx context.Context, in *struct {
	InEpisode
	InPage
},
) (*Out[Page[ScriptVersion]], error) {
	all, err := s.Versions(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	p, err := page(all, in.InPage, func(v ScriptVersion) string { return v.SHA256 })
	return out(p), err
}

// Versions are the scripts of an episode, the newest first.
func (s *Server) Versions(ctx context.Context, id drama.EpisodeID) ([]ScriptVersion, error) {
	versions, err := s.Studio.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []ScriptVersion
	for _, v := range versions {
		all = append(all, ScriptVersion{Version: v})
	}
	return all, nil
}

type inScript struct {
	InEpisode
	SHA string `path:"sha" pattern:"^[0-9a-f]{64}$" doc:"The script's digest"`
}

func (s *Server) getScript(ctx context.Context, in *inScript) (*Out[library.Source], error) {
	src, err := s.Studio.Source(ctx, in.ID(), in.SHA)
	if err != nil {
		return nil, err
	}
	return out(src), nil
}

type draftAnswer struct {
	ETag string `header:"ETag"`
	Body library.ScriptDraft
}

// noDraft is what put-draft wants as If-Match where there is no draft yet.
const noDraft = `"none"`

// DraftTag is the ETag of a draft of a version.
func DraftTag(version string) string {
	if version == "" {
		return noDraft
	}
	return etag(version)
}

func (s *Server) getDraft(ctx context.Context, in *InEpisode) (*draftAnswer, error) {
	d, version, err := s.Studio.ScriptDraft(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	return &draftAnswer{DraftTag(version), d}, nil
}

type inDraft struct {
	InEpisode
	Match string `header:"If-Match"`
	Body  struct {
		Text desk.Text `json:"text"`
		Base string    `json:"base,omitempty" maxLength:"64" doc:"The script that it was begun from"`
	}
}

func (s *Server) putDraft(ctx context.Context, in *inDraft) (*draftAnswer, error) {
	was, version, err := s.Studio.ScriptDraft(ctx, in.ID())
	if err != nil && !errors.Is(err, studio.ErrUnknown) {
		return nil, err
	}
	if !matches(in.Match, DraftTag(version)) {
		return nil, ProblemStale.With(fmt.Sprintf("%s saved this draft at %s; read it, then decide which one stays", was.By, was.At.Format("15:04:05")))
	}
	if err := s.by(ctx).WriteScriptDraft(ctx, in.ID(), in.Body.Text, in.Body.Base, version); err != nil {
		return nil, err
	}
	return s.getDraft(ctx, &in.InEpisode)
}

// ShowFile is a file that scripts of a show may name.
type ShowFile struct {
	Path   string `json:"path"`
	Type   string `json:"type"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func (s *Server) listFiles(ctx context.Context, in *struct {
	InShow
	InPage
},
) (*Out[Page[ShowFile]], error) {
	all, err := s.Files(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	p, err := page(all, in.InPage, func(f ShowFile) string { return f.Path })
	return out(p), err
}
