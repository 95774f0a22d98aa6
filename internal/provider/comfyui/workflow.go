package comfyui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/provider"
)

// maxWorkflow is the size limit of a workflow, bytes. Large ones have some 100 KB.
const maxWorkflow = 4 << 20

// placeholder is {{name}} in a text of the workflow. One that is a whole value
// becomes a value of its own kind, a number or a picture; in a longer text it
// becomes text.
var placeholder = regexp.MustCompile(`\{\{ *([a-z0-9_]+) *\}\}`)

// names of the placeholders, beside first_frame, last_frame and reference_1 ….
//
//	prompt, negative   texts
//	seed               the take's; where there is none, one made of the key
//	width, height      pixels
//	frames             as many as last long enough: 8k+1, which all open models take
//	seconds            the same as a number of seconds
//	fps                the show's frame rate
//	audio              true or false: whether sound is wanted
//	key                our key, unique to every job: good in a filename_prefix
var names = []string{"audio", "fps", "frames", "height", "key", "negative", "prompt", "seconds", "seed", "width"}

const (
	firstFrame = "first_frame"
	lastFrame  = "last_frame"
	reference  = "reference_"
	// maxReferences is more than any node takes.
	maxReferences = 16
	// maxFPS is more than any clip has; a larger number means something else.
	maxFPS = 240
)

// workflow is a graph of nodes with placeholders. It is not changed.
type workflow struct {
	graph      map[string]any
	has        map[string]bool
	mode       provider.Mode
	references int
	fps        float64 // that it writes by itself; 0: not known
}

func loadWorkflow(o Options) (*workflow, error) {
	raw := o.WorkflowJSON
	if len(raw) == 0 {
		if o.Workflow == "" {
			return nil, fmt.Errorf("comfyui: workflow is missing; it is the file of a ComfyUI workflow, exported in API format")
		}
		f, err := os.Open(o.Workflow)
		if err != nil {
			return nil, fmt.Errorf("comfyui: read the workflow: %w", err)
		}
		defer f.Close()
		if raw, err = io.ReadAll(io.LimitReader(f, maxWorkflow+1)); err != nil {
			return nil, fmt.Errorf("comfyui: read the workflow %s: %w", o.Workflow, err)
		}
	}
	w, err := parseWorkflow(raw)
	if err != nil {
		at := o.Workflow
		if len(o.WorkflowJSON) > 0 || at == "" {
			at = "given"
		}
		return nil, fmt.Errorf("comfyui: the workflow %s %w", at, err)
	}
	return w, nil
}

// parseWorkflow reads a workflow. Its errors go on "the workflow …".
func parseWorkflow(raw []byte) (*workflow, error) {
	if len(raw) > maxWorkflow {
		return nil, fmt.Errorf("is over %d bytes", maxWorkflow)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // seeds have 64 bits
	w := &workflow{has: map[string]bool{}}
	if err := dec.Decode(&w.graph); err != nil {
		return nil, fmt.Errorf("is no JSON object: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("goes on after its end")
	}
	if err := w.checkNodes(); err != nil {
		return nil, err
	}
	return w, w.checkPlaceholders()
}

// checkNodes sees that the graph is in API format: nodes by their id.
func (w *workflow) checkNodes() error {
	if _, ok := w.graph["nodes"].([]any); ok {
		return fmt.Errorf("is in the editor's own format; export it again with Workflow > Export (API)")
	}
	if len(w.graph) == 0 {
		return fmt.Errorf("is empty")
	}
	for id, n := range w.graph {
		node, _ := n.(map[string]any)
		kind, _ := node["class_type"].(string)
		inputs, ok := node["inputs"].(map[string]any)
		if kind == "" || !ok {
			return fmt.Errorf("has a node %q without class_type and inputs; export it with Workflow > Export (API)", id)
		}
		if err := w.read(id, inputs); err != nil {
			return err
		}
		for _, name := range []string{"fps", "frame_rate"} {
			if n, ok := inputs[name].(json.Number); ok {
				if f, err := n.Float64(); err == nil && f >= 1 && f <= maxFPS {
					w.fps = max(w.fps, f) // the fastest: better too many frames than too few
				}
			}
		}
	}
	return nil
}

// read notes the placeholders of a node.
func (w *workflow) read(id string, v any) error {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			if err := w.read(id, x); err != nil {
				return err
			}
		}
	case []any:
		for _, x := range v {
			if err := w.read(id, x); err != nil {
				return err
			}
		}
	case string:
		for _, m := range placeholder.FindAllStringSubmatch(v, -1) {
			picture := isPicture(m[1])
			switch {
			case !picture && !slices.Contains(names, m[1]):
				return fmt.Errorf("has {{%s}} in node %q; known are %s, first_frame, last_frame, reference_1 to reference_%d", m[1], id, strings.Join(names, ", "), maxReferences)
			case picture && m[0] != v:
				return fmt.Errorf("has {{%s}} within a text in node %q; a picture is a value of its own", m[1], id)
			}
			w.has[m[1]] = true
		}
	}
	return nil
}

func isPicture(name string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(name, reference))
	return name == firstFrame || name == lastFrame || strings.HasPrefix(name, reference) && err == nil && n >= 1 && n <= maxReferences
}

// checkPlaceholders sees that the workflow makes what it is asked for, and what it
// starts from.
func (w *workflow) checkPlaceholders() error {
	for i := 1; i <= maxReferences; i++ {
		if w.has[reference+strconv.Itoa(i)] {
			w.references = i
		}
	}
	for i := 1; i <= w.references; i++ {
		if !w.has[reference+strconv.Itoa(i)] {
			return fmt.Errorf("has {{reference_%d}} but no {{reference_%d}}", w.references, i)
		}
	}
	switch {
	case !w.has["prompt"]:
		return fmt.Errorf("has no {{prompt}}, so every take would be the same")
	case !w.has["frames"] && !w.has["seconds"]:
		return fmt.Errorf("has neither {{frames}} nor {{seconds}}, so every take would be as long")
	case w.has[lastFrame] && !w.has[firstFrame]:
		return fmt.Errorf("has {{last_frame}} but no {{first_frame}}")
	case w.references > 0 && w.has[firstFrame]:
		return fmt.Errorf("has both {{first_frame}} and {{reference_1}}; a take starts from one or the other, so make two workflows of it")
	case w.has[lastFrame]:
		w.mode = provider.ModeFirstLast
	case w.has[firstFrame]:
		w.mode = provider.ModeFirstFrame
	case w.references > 0:
		w.mode = provider.ModeReferences
	default:
		w.mode = provider.ModeText
	}
	return nil
}

// fill is the graph with values for its placeholders. Values are put in once: a
// prompt that holds a placeholder stays as it is.
func (w *workflow) fill(values map[string]any) map[string]any {
	out := make(map[string]any, len(w.graph))
	for id, n := range w.graph {
		node := map[string]any{}
		for k, v := range n.(map[string]any) {
			if k == "inputs" {
				v = filled(v, values)
			}
			node[k] = v
		}
		out[id] = node
	}
	return out
}

func filled(v any, values map[string]any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = filled(x, values)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = filled(x, values)
		}
		return out
	case string:
		if m := placeholder.FindStringSubmatch(v); m != nil && m[0] == v {
			return values[m[1]]
		}
		return placeholder.ReplaceAllStringFunc(v, func(s string) string {
			return fmt.Sprint(values[placeholder.FindStringSubmatch(s)[1]])
		})
	}
	return v
}
