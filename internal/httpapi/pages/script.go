package pages

import (
	"cmp"
	"encoding/json"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"slices"

	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/starter"
	"github.com/dailies/dailies/internal/studio"
)

// scriptData is a script to write: the draft, or the version that it is begun from.
type scriptData struct {
	E        *live.Episode // nil: a new one
	Main     string
	Files    []scriptFile
	Match    string // the draft's ETag
	Draft    *library.ScriptDraft
	Base     string
	Versions []api.ScriptVersion
	Shown    string // the version that is shown instead of the draft
	Lost     bool   // the version's text was not kept
	Schema   string // where the JSON Schema lies
	Shelf    []api.ShowFile
	ids      map[string][]string
}

// scriptFile is a text of the script.
type scriptFile struct {
	Name, Text string
}

// IDs are the show's own names, for completion.
func (d scriptData) IDs() template.JS {
	body, err := json.Marshal(d.ids)
	if err != nil {
		panic(err) // names are texts
	}
	return template.JS(body) //nolint:gosec // made by encoding/json, which escapes what would end a script
}

const schemaPath = "/script.schema.json"

func (p *Pages) schema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(script.Schema()) // who went away asks again
}

func (p *Pages) newScript(_ *http.Request, v *View) (string, error) {
	lang := "en"
	if v.Lang == "zh-CN" {
		lang = "zh"
	}
	v.Title, v.Seq = v.W("new script"), p.api.Model.Seq()
	d := scriptData{Main: "ep01.yaml", Match: api.DraftTag(""), Schema: schemaPath, ids: map[string][]string{}}
	files, err := starter.Files("my-show", v.W("my show"), lang)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		at := len(d.Files)
		if f.Name == d.Main {
			at = 0
		}
		d.Files = slices.Insert(d.Files, at, scriptFile{f.Name, f.Text})
	}
	v.Module, v.Data = "js/script.js", d
	return "script", nil
}

func (p *Pages) script(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	e, err := p.find(r, v)
	if err != nil {
		return "", err
	}
	d := scriptData{E: e, Schema: schemaPath, Match: api.DraftTag(""), Shown: r.URL.Query().Get("version")}
	if d.Versions, err = p.api.Versions(ctx, e.ID()); err != nil {
		return "", err
	}
	draft, version, err := p.api.Studio.ScriptDraft(ctx, e.ID())
	switch {
	case err == nil:
		d.Draft, d.Match, d.Base = &draft, api.DraftTag(version), draft.Base
	case !errors.Is(err, studio.ErrUnknown):
		return "", err
	}
	var src library.Source
	switch {
	case d.Shown != "" || d.Draft == nil:
		at := d.Shown
		if at == "" && len(d.Versions) > 0 {
			at = d.Versions[0].SHA256
		}
		src, err = p.api.Studio.Source(ctx, e.ID(), at)
		if err != nil && !errors.Is(err, studio.ErrUnknown) {
			return "", err
		}
		d.Lost, d.Base = err != nil, at
	default:
		src = d.Draft.Source
	}
	d.fill(e, src)
	if d.Shelf, err = p.api.Files(ctx, e.Show); err != nil {
		return "", err
	}
	v.Title = v.W("script") + " · " + v.Title
	v.Module, v.Data = "js/script.js", d
	return "script", nil
}

// fill takes the texts, the episode's first, and the names that the script knows.
func (d *scriptData) fill(e *live.Episode, src library.Source) {
	d.Main = cmp.Or(src.Main, e.ID().Code()+".yaml")
	d.Files = []scriptFile{{d.Main, src.Files[d.Main]}}
	for _, name := range slices.Sorted(maps.Keys(src.Files)) {
		if name != d.Main {
			d.Files = append(d.Files, scriptFile{name, src.Files[name]})
		}
	}
	d.ids = map[string][]string{}
	if e.Script == nil {
		return
	}
	season := e.Script.Season
	cast := slices.Sorted(maps.Keys(season.Cast))
	d.ids["cast"], d.ids["who"] = cast, append([]string{"narrator"}, cast...)
	d.ids["location"] = slices.Sorted(maps.Keys(season.Locations))
	d.ids["props"] = slices.Sorted(maps.Keys(season.Props))
	for _, shot := range e.Script.Episode.Shots() {
		d.ids["shot"] = append(d.ids["shot"], shot.Slate)
	}
}
