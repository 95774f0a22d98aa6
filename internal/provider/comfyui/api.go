package comfyui

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// job is a job of the v2 API. https://github.com/Comfy-Org/docs/blob/main/openapi-v2.yaml
type job struct {
	ID       string    `json:"id"`
	Status   string    `json:"status"`
	Progress *progress `json:"progress"`
	Outputs  []output  `json:"outputs"`
	// OutputsReused is comfy-api-proxy's own.
	OutputsReused bool        `json:"outputs_reused"`
	Error         *jobFailure `json:"error"`
}

type progress struct {
	Value float64 `json:"value"`
}

type output struct {
	NodeID      string `json:"node_id"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	ContentType string `json:"content_type"`
	URL         string `json:"url"`
}

type jobFailure struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	NodeID    string `json:"node_id"`
	ClassType string `json:"class_type"`
}

func (f jobFailure) says() string { return says(f.NodeID, f.ClassType, f.Message) }

// says is "node 3 (KSampler): out of memory".
func says(id, class, message string) string {
	if id == "" {
		return message
	}
	return fmt.Sprintf("node %s (%s): %s", id, class, message)
}

// clip is the URL of the take among the outputs; empty: there is none. The core's
// SaveVideo passes for a picture, so names count for more than types.
func (j job) clip() string {
	var best output
	for _, o := range j.Outputs {
		if o.URL != "" && (isClip(o.Name) || strings.HasPrefix(o.ContentType, "video/") || o.Type == "video" && path.Ext(o.Name) == "") && (best.URL == "" || !before(o.NodeID, best.NodeID)) {
			best = o
		}
	}
	return best.URL
}

// asset is an upload of the v2 API.
type asset struct {
	ID string `json:"id"`
}

// uploaded is the native answer to a picture; queue all that waits. https://docs.comfy.org/development/comfyui-server/comms_routes
type uploaded struct {
	Name      string `json:"name"`
	Subfolder string `json:"subfolder"`
}

type queue struct {
	Running items `json:"queue_running"`
	Pending items `json:"queue_pending"`
}

// items are [number, id, workflow, extra, outputs].
type items [][]json.RawMessage

func (q items) has(id string) bool {
	return slices.ContainsFunc(q, func(item []json.RawMessage) bool {
		var at string
		return len(item) > 1 && json.Unmarshal(item[1], &at) == nil && at == id
	})
}

// ended is a job in the native history.
type ended struct {
	// Outputs of each node: lists by what the node calls them, of which some hold
	// files and some anything else.
	Outputs map[string]map[string]json.RawMessage `json:"outputs"`
	Status  *struct {
		Word     string              `json:"status_str"`
		Messages [][]json.RawMessage `json:"messages"` // [event, data]
	} `json:"status"`
}

type file struct {
	Filename  string `json:"filename"`
	Subfolder string `json:"subfolder"`
	Type      string `json:"type"` // output, temp, input
}

// word is how it ended. Builds without one keep only what succeeded.
func (e ended) word() string {
	if e.Status == nil || e.Status.Word == "" {
		return "success"
	}
	return e.Status.Word
}

// clip is the take among the files of all nodes.
func (e ended) clip() (file, bool) {
	var best file
	var node string
	for id, lists := range e.Outputs {
		for _, raw := range lists {
			var list []json.RawMessage
			_ = json.Unmarshal(raw, &list) // not every output is a list
			for _, item := range list {
				var f file
				if json.Unmarshal(item, &f) != nil || !isClip(f.Filename) || f.Type == "input" {
					continue
				}
				if best.Filename == "" || better(f, id, best, node) {
					best, node = f, id
				}
			}
		}
	}
	return best, best.Filename != ""
}

// better says whether a file is more likely the take: not a preview, and of a later
// node; names decide the rest, so that it is always the same.
func better(a file, node string, b file, other string) bool {
	switch {
	case (a.Type == "temp") != (b.Type == "temp"):
		return b.Type == "temp"
	case node != other:
		return before(other, node)
	}
	return a.Filename > b.Filename
}

// message is an event of the run.
func (e ended) message(event string, data any) bool {
	if e.Status == nil {
		return false
	}
	for _, m := range e.Status.Messages {
		var name string
		if len(m) > 1 && json.Unmarshal(m[0], &name) == nil && name == event {
			return data == nil || json.Unmarshal(m[1], data) == nil
		}
	}
	return false
}

func (e ended) interrupted() bool { return e.message("execution_interrupted", nil) }

func (e ended) failure() (code, message string) {
	var f struct {
		NodeID   string `json:"node_id"`
		NodeType string `json:"node_type"`
		Message  string `json:"exception_message"`
		Type     string `json:"exception_type"`
	}
	if !e.message("execution_error", &f) {
		return "", "the workflow failed"
	}
	return f.Type, says(f.NodeID, f.NodeType, f.Message)
}

// isClip goes by the file's name: nodes disagree on what to call a video.
func isClip(name string) bool {
	return slices.Contains([]string{".mp4", ".mov", ".webm", ".mkv"}, strings.ToLower(path.Ext(name)))
}

// before orders node ids: numbers by size, and before those of subgraphs ("3:12").
func before(a, b string) bool {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case errX == nil && errY == nil:
		return x < y
	case errX == nil || errY == nil:
		return errX == nil
	}
	return a < b
}
