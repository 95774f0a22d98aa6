// Package prompt turns a shot into the text that a provider is asked for. It
// resolves the shot's names (Brief) and renders the brief through templates
// (Render). It is pure: the same script and templates give the same bytes. How a
// vendor wants references cited or fields named is that provider's business.
package prompt

import (
	"fmt"
	"io"
	"strings"
	"text/template"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/templates"
)

// MaxBytes is the size limit of a rendered prompt, far above any vendor's own.
const MaxBytes = 32 << 10

// Prompt is what a provider that reads prose is told.
type Prompt struct {
	Text     string `json:"text"`
	Negative string `json:"negative,omitempty"`
}

// Renderer renders briefs through one set of templates. It is safe for
// concurrent use.
type Renderer struct {
	set     *template.Template
	version string
}

// New compiles the templates of a version (empty: the newest) with a show's
// overrides, template text by purpose. It errs on an unknown version or purpose
// and, as *TemplateError, on a template that does not compile or could run away.
func New(overrides map[string]string, version string) (*Renderer, error) {
	if version == "" {
		version = templates.Version
	}
	for purpose := range overrides {
		if _, err := templates.Text(templates.Version, purpose); err != nil {
			return nil, fmt.Errorf("compile templates: %w", err)
		}
	}
	set := template.New("").Funcs(words())
	for _, purpose := range templates.Purposes() {
		text, own := overrides[purpose]
		if !own {
			var err error
			if text, err = templates.Text(version, purpose); err != nil {
				return nil, fmt.Errorf("compile templates: %w", err)
			}
		}
		if len(text) > MaxBytes {
			return nil, &TemplateError{Purpose: purpose, Line: 1, Message: fmt.Sprintf("the template has %d bytes; the limit is %d", len(text), MaxBytes)}
		}
		before := len(set.Templates())
		if _, err := set.New(purpose).Parse(text); err != nil {
			return nil, templateError(purpose, err)
		}
		if len(set.Templates()) > before+1 {
			return nil, &TemplateError{Purpose: purpose, Line: 1, Message: "define and block are not allowed; every purpose has a file of its own"}
		}
	}
	if err := checkLimits(set); err != nil {
		return nil, err
	}
	return &Renderer{set: set, version: version}, nil
}

// Version is the template version in use.
func (r *Renderer) Version() string { return r.version }

// Render renders a brief. A brief without any camera direction, such as a scene
// prompted as a whole, goes through the template "scene", others through "shot".
// Lines of the result are trimmed and empty ones dropped. It errs, as
// *TemplateError, when a template asks for a field that does not exist or the
// text grows over MaxBytes.
func (r *Renderer) Render(b drama.Brief) (Prompt, error) {
	v := viewOf(b)
	purpose := "shot"
	if b.Size == "" && b.Angle == "" && b.Move == "" && b.Lens == "" {
		purpose = "scene"
	}
	text, err := r.execute(purpose, v)
	if err != nil {
		return Prompt{}, err
	}
	negative, err := r.execute("negative", v)
	if err != nil {
		return Prompt{}, err
	}
	return Prompt{Text: text, Negative: negative}, nil
}

// Soften renders a brief with restraint, for a vendor that refused it.
func (r *Renderer) Soften(b drama.Brief) (string, error) { return r.execute("softened", viewOf(b)) }

// Render compiles and renders in one go; see New and Renderer.Render.
func Render(b drama.Brief, overrides map[string]string, version string) (Prompt, error) {
	r, err := New(overrides, version)
	if err != nil {
		return Prompt{}, err
	}
	return r.Render(b)
}

func (r *Renderer) execute(purpose string, v view) (string, error) {
	var out limited
	if err := r.set.ExecuteTemplate(&out, purpose, v); err != nil {
		return "", templateError(purpose, err)
	}
	return tidy(out.text.String()), nil
}

// tidy trims every line and drops empty ones.
func tidy(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// limited is a writer that fails instead of growing over MaxBytes.
type limited struct{ text strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	if l.text.Len()+len(p) > MaxBytes {
		return 0, fmt.Errorf("the text grows over %d bytes", MaxBytes)
	}
	return l.text.Write(p)
}

var _ io.Writer = (*limited)(nil)
