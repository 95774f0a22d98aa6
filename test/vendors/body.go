package vendors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxBodyBytes is the largest request that any of these vendors takes.
const maxBodyBytes = 64 << 20

// Problem is the first thing wrong with a request.
type Problem struct {
	Path    string // "parameters.duration"
	Reason  string
	Missing bool
}

func (p *Problem) Error() string {
	if p.Path == "" {
		return p.Reason
	}
	return p.Path + ": " + p.Reason
}

// Object reads a JSON object strictly: the type of every field must be right,
// and no field may be left that nobody asked for. The first problem is kept and
// everything after it reads as absent.
type Object struct {
	path   string
	fields map[string]any
	seen   map[string]bool
	first  **Problem
}

// Take reads a request to its end before anything is said about it, as a
// gateway does: a client that is refused still gets to send all of it.
func Take(r *http.Request) {
	b, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(b), broken{err}))
}

// broken is where a body broke off, if it did.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}

// ReadBody reads a request's JSON object.
func ReadBody(r *http.Request) (*Object, *Problem) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
		return nil, &Problem{Path: "Content-Type", Reason: "must be application/json"}
	}
	d := json.NewDecoder(io.LimitReader(r.Body, maxBodyBytes+1))
	d.UseNumber()
	v, err := value(d)
	if err != nil {
		return nil, &Problem{Reason: "the body is not JSON: " + err.Error()}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Problem{Reason: "something follows the JSON"}
	}
	if d.InputOffset() > maxBodyBytes {
		return nil, &Problem{Reason: "the body is over 64 MB"}
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, &Problem{Reason: "the body is not an object"}
	}
	var first *Problem
	return &Object{fields: m, seen: map[string]bool{}, first: &first}, nil
}

// value decodes like encoding/json but refuses a field given twice.
func value(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		m := map[string]any{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			name, _ := key.(string)
			if _, twice := m[name]; twice {
				return nil, fmt.Errorf("%q is given twice", name)
			}
			if m[name], err = value(d); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return m, err
	case json.Delim('['):
		a := []any{}
		for d.More() {
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			a = append(a, v)
		}
		_, err = d.Token()
		return a, err
	}
	return t, nil
}

// Wrong records a problem of a field; "" is the object itself.
func (o *Object) Wrong(key, format string, args ...any) {
	o.problem(&Problem{Path: o.at(key), Reason: fmt.Sprintf(format, args...)})
}

// Lacks records that a field is needed.
func (o *Object) Lacks(key string) {
	o.problem(&Problem{Path: o.at(key), Reason: "is required", Missing: true})
}

func (o *Object) problem(p *Problem) {
	if *o.first == nil {
		*o.first = p
	}
}

func (o *Object) at(key string) string {
	return strings.TrimPrefix(strings.TrimSuffix(o.path+"."+key, "."), ".")
}

// Has says whether the field is there.
func (o *Object) Has(key string) bool {
	_, ok := o.fields[key]
	return ok
}

// Need records the fields that are missing.
func (o *Object) Need(keys ...string) {
	for _, k := range keys {
		if !o.Has(k) {
			o.Lacks(k)
		}
	}
}

// Forbid records fields that are there although they must not, with the reason.
func (o *Object) Forbid(reason string, keys ...string) {
	for _, k := range keys {
		if o.Has(k) {
			o.Wrong(k, "%s", reason)
		}
	}
}

func get[T any](o *Object, key, want string) (T, bool) {
	var zero T
	o.seen[key] = true
	v, ok := o.fields[key]
	if !ok {
		return zero, false
	}
	t, ok := v.(T)
	if !ok {
		o.Wrong(key, "must be %s", want)
	}
	return t, ok
}

// String is a field's text, or "".
func (o *Object) String(key string) string {
	s, _ := get[string](o, key, "a string")
	return s
}

// OneOf is a field's text, which must be one of these; absent: the default.
func (o *Object) OneOf(key, otherwise string, of ...string) string {
	s, ok := get[string](o, key, "a string")
	if !ok {
		return otherwise
	}
	if !slices.Contains(of, s) {
		o.Wrong(key, "%q is none of %s", s, strings.Join(of, ", "))
	}
	return s
}

// Bool is a field's truth; absent: the default.
func (o *Object) Bool(key string, otherwise bool) bool {
	if b, ok := get[bool](o, key, "true or false"); ok {
		return b
	}
	return otherwise
}

// Int is a field's whole number; absent: the default.
func (o *Object) Int(key string, otherwise, low, high int64) int64 {
	n, ok := get[json.Number](o, key, "a whole number")
	if !ok {
		return otherwise
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	switch {
	case err != nil:
		o.Wrong(key, "must be a whole number")
	case i < low || i > high:
		o.Wrong(key, "%d is not in %d..%d", i, low, high)
	}
	return i
}

// Number is a field's number; absent: the default.
func (o *Object) Number(key string, otherwise, low, high float64) float64 {
	n, ok := get[json.Number](o, key, "a number")
	if !ok {
		return otherwise
	}
	f, err := n.Float64()
	if err != nil || f < low || f > high {
		o.Wrong(key, "%s is not in %g..%g", n, low, high)
	}
	return f
}

// URL is a field's http or https URL, or "".
func (o *Object) URL(key string) string {
	s, ok := get[string](o, key, "a string")
	if ok && !isURL(s) {
		o.Wrong(key, "is not a URL")
	}
	return s
}

// Picture checks a field that holds a picture and is needed.
func (o *Object) Picture(key string, f PictureForms) Picture {
	s, ok := get[string](o, key, "a string")
	if !ok {
		o.Need(key)
		return Picture{}
	}
	p, err := CheckPicture(s, f)
	if err != nil {
		o.Wrong(key, "%s", err)
	}
	return p
}

// Object is a field's object; absent: an empty one.
func (o *Object) Object(key string) *Object {
	m, _ := get[map[string]any](o, key, "an object")
	return &Object{path: o.at(key), fields: m, seen: map[string]bool{}, first: o.first}
}

// Objects is a field's list of objects.
func (o *Object) Objects(key string) []*Object {
	var out []*Object
	for i, v := range o.list(key) {
		path := fmt.Sprintf("%s[%d]", o.at(key), i)
		m, ok := v.(map[string]any)
		if !ok {
			o.problem(&Problem{Path: path, Reason: "must be an object"})
		}
		out = append(out, &Object{path: path, fields: m, seen: map[string]bool{}, first: o.first})
	}
	return out
}

// Strings is a field's list of texts.
func (o *Object) Strings(key string) []string {
	var out []string
	for i, v := range o.list(key) {
		s, ok := v.(string)
		if !ok {
			o.problem(&Problem{Path: fmt.Sprintf("%s[%d]", o.at(key), i), Reason: "must be a string"})
		}
		out = append(out, s)
	}
	return out
}

func (o *Object) list(key string) []any {
	a, _ := get[[]any](o, key, "a list")
	return a
}

// End refuses the fields that nobody asked for.
func (o *Object) End() {
	for k := range o.fields {
		if !o.seen[k] {
			o.Wrong(k, "unknown field")
		}
	}
}

// Problem is the first of the whole body, or nil.
func (o *Object) Problem() *Problem { return *o.first }

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
