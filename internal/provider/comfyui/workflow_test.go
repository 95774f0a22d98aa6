package comfyui_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/comfyui"
)

// TestModels: what a workflow can do follows from its placeholders.
func TestModels(t *testing.T) {
	type facts struct {
		ID              string
		Modes           []provider.Mode
		References      int
		Seed, Neg, Last bool
		Audio           bool
		FPS             []media.Rational
	}
	for file, want := range map[string]facts{
		"text":        {ID: "workflow", Modes: []provider.Mode{provider.ModeText}, Seed: true, Neg: true, FPS: []media.Rational{{Num: 16, Den: 1}}},
		"first_frame": {ID: "workflow", Modes: []provider.Mode{provider.ModeFirstFrame}, Seed: true},
		"first_last":  {ID: "workflow", Modes: []provider.Mode{provider.ModeFirstLast}, Seed: true, Last: true, FPS: []media.Rational{{Num: 16, Den: 1}}},
		"references":  {ID: "ours", Modes: []provider.Mode{provider.ModeReferences}, References: 2, Seed: true, Audio: true, FPS: []media.Rational{{Num: 24, Den: 1}}},
	} {
		o := comfyui.Options{Workflow: "testdata/workflows/" + file + ".json"}
		if want.ID != "workflow" {
			o.Model = want.ID
		}
		p, err := comfyui.New(o)
		if err != nil {
			t.Fatal(err)
		}
		m := p.Models()[0]
		got := facts{m.ID, m.Modes, m.MaxReferences, m.Seed, m.Negative, m.LastFrame, m.Audio, m.FPS}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

const loads = `{"6":{"class_type":"CLIPTextEncode","inputs":{"text":"{{prompt}}","n":"{{frames}}"}}, `

func TestNewSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		o    comfyui.Options
		want string
	}{
		"no workflow":          {comfyui.Options{}, "workflow is missing"},
		"no such file":         {comfyui.Options{Workflow: "testdata/none.json"}, "read the workflow: open testdata/none.json"},
		"a folder":             {comfyui.Options{Workflow: "testdata"}, "read the workflow testdata: "},
		"a bad address":        {comfyui.Options{BaseURL: "gpu1:8188"}, "base_url is no web address"},
		"a strange server":     {comfyui.Options{Server: "v3"}, `server "v3" is not known`},
		"no JSON":              {graph(`workflow`), "the workflow given is no JSON object"},
		"no object":            {graph(`[1]`), "is no JSON object"},
		"null":                 {graph(`null`), "is empty"},
		"more than one":        {graph(`{}{}`), "goes on after its end"},
		"nothing":              {graph(`{}`), "is empty"},
		"the editor's format":  {graph(`{"nodes":[],"links":[],"version":0.4}`), "Export (API)"},
		"a node without class": {graph(`{"3":{"inputs":{}}}`), `node "3" without class_type`},
		"no node":              {graph(`{"3":7}`), `node "3" without class_type`},
		"a misspelt one":       {graph(`{"6":{"class_type":"A","inputs":{"text":"{{promt}}"}}}`), `has {{promt}} in node "6"; known are audio, fps`},
		"a picture in a text":  {graph(`{"6":{"class_type":"A","inputs":{"x":["in/{{first_frame}}"]}}}`), "within a text"},
		"no prompt":            {graph(`{"6":{"class_type":"A","inputs":{"x":"{{seed}}"}}}`), "has no {{prompt}}"},
		"no length":            {graph(`{"6":{"class_type":"A","inputs":{"x":"{{prompt}}"}}}`), "neither {{frames}} nor {{seconds}}"},
		"an end only":          {graph(loads + `"7":{"class_type":"A","inputs":{"x":"{{last_frame}}"}}}`), "no {{first_frame}}"},
		"a gap":                {graph(loads + `"7":{"class_type":"A","inputs":{"x":"{{reference_2}}"}}}`), "no {{reference_1}}"},
		"too many":             {graph(loads + `"7":{"class_type":"A","inputs":{"x":"{{reference_17}}"}}}`), "has {{reference_17}}"},
		"two beginnings":       {graph(loads + `"7":{"class_type":"A","inputs":{"x":"{{reference_1}}","y":"{{first_frame}}"}}}`), "one or the other"},
		"too long":             {graph(`{"a":"` + strings.Repeat("x", 4<<20) + `"}`), "is over 4194304 bytes"},
	} {
		_, err := comfyui.New(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "comfyui: ") {
			t.Errorf("%s: %v does not say who", name, err)
		}
	}
}

func graph(s string) comfyui.Options { return comfyui.Options{WorkflowJSON: []byte(s)} }

func TestAFileThatIsTooLong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "w.json")
	if err := os.WriteFile(file, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := comfyui.New(comfyui.Options{Workflow: file}); err == nil || !strings.Contains(err.Error(), file+" is over") {
		t.Error(err)
	}
}

// TestServer: ComfyUI's own port is the native API.
func TestServer(t *testing.T) {
	for _, c := range []struct {
		base, server string
		native       bool
	}{
		{"", "", false},
		{"http://gpu1:8188", "", true},
		{"http://gpu1:8188/", "v2", false},
		{"http://gpu1:8189/api/v2", "", false},
		{"https://cloud.comfy.org", "", false},
		{"https://gpu.studio.example", "native", true},
	} {
		p, err := comfyui.New(comfyui.Options{BaseURL: c.base, Server: c.server, Workflow: "testdata/workflows/text.json"})
		if err != nil {
			t.Fatal(err)
		}
		if _, native := p.(provider.Finder); native != c.native {
			t.Errorf("%q %q: native is %v", c.base, c.server, native)
		}
	}
}

// TestPlaceholders: numbers stay numbers, long ones too, and a prompt is not read
// for placeholders.
func TestPlaceholders(t *testing.T) {
	s := newComfy(t)
	p, err := comfyui.New(comfyui.Options{BaseURL: s.URL, WorkflowJSON: []byte(`{
		"1": {"class_type": "A", "inputs": {
			"n": ["{{ prompt }}", {"x": "{{seed}}"}], "t": "{{width}}x{{height}} at {{fps}}, {{seconds}} s, {{audio}}: {{prompt}}",
			"s": "{{seconds}}", "f": "{{fps}}", "g": "{{frames}}", "a": "{{audio}}", "big": 18446744073709551615, "null": null, "of": {"fps": "no"}},
			"_meta": {"title": "{{not ours}} {{prompt}}"}}
	}`)})
	if err != nil {
		t.Fatal(err)
	}
	r := with(text(), func(r *provider.Request) {
		r.MakeMS, r.FPS, r.Seed = 2500, media.Rational{Num: 24000, Den: 1001}, nil
	})
	if _, err := p.Submit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	rate := 24000.0 / 1001
	want := map[string]any{"1": map[string]any{
		"class_type": "A", "_meta": map[string]any{"title": "{{not ours}} {{prompt}}"},
		"inputs": map[string]any{
			"n": []any{`Rain on a "{{seed}}" tram stop.`, map[string]any{"x": s.graphs[0]["1"].(map[string]any)["inputs"].(map[string]any)["n"].([]any)[1].(map[string]any)["x"]}},
			"t": `720x1280 at 23.976023976023978, 2.5 s, false: Rain on a "{{seed}}" tram stop.`,
			"s": 2.5, "f": rate, "g": 65.0, "a": false, "big": 18446744073709551615.0, "null": nil, "of": map[string]any{"fps": "no"},
		},
	}}
	if diff := cmp.Diff(want, s.graphs[0]); diff != "" {
		t.Errorf("workflow (-want +sent):\n%s", diff)
	}
	if _, err := p.Submit(t.Context(), with(r, func(r *provider.Request) { r.Key = "another" })); err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(s.graphs[0], s.graphs[1]) {
		t.Error("two jobs without a seed have the same")
	}
}

// FuzzWorkflow: whatever a studio's file holds, it is refused or can be filled.
func FuzzWorkflow(f *testing.F) {
	for _, name := range []string{"text", "first_frame", "first_last", "references"} {
		raw, err := os.ReadFile("testdata/workflows/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := comfyui.New(comfyui.Options{BaseURL: "http://127.0.0.1:1", WorkflowJSON: raw})
		if err != nil {
			return
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // nothing is sent
		for _, r := range requests() {
			if r.Mode == p.Models()[0].Modes[0] {
				if _, err := p.Submit(ctx, r); err == nil {
					t.Error("Submit took a job under a cancelled context")
				}
			}
		}
	})
}
