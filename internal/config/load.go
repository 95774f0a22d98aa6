package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/strictyaml"
)

const (
	envPrefix = "DAILIES_"
	maxFile   = 1 << 20 // bytes; nobody writes more by hand
)

// Load reads the file at path over the defaults, then the twins in env (as
// os.Environ gives it) over the file, and checks the whole. A file that is not
// there is an empty one. An environment variable that is set to nothing is not
// set.
//
// The error is Problems, or that the file cannot be read.
func (k Kinds) Load(path string, env []string) (Config, error) {
	text, err := readFile(path)
	if err != nil {
		return Config{}, err
	}
	return k.Parse(path, text, env)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("read config %s: it is larger than %v; is it the right file?", path, Size(maxFile))
	}
	return text, nil
}

// Parse is Load for text at hand; name is what errors call it.
func (k Kinds) Parse(name string, text []byte, env []string) (Config, error) {
	c := k.Default()
	d := &decoder{file: name, kinds: k, places: make(map[string]place)}
	d.document(text, &c)
	d.environment(env, &c)
	if len(d.problems) == 0 {
		d.check(c)
	}
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, inOrder)
		return Config{}, d.problems
	}
	return c, nil
}

func (d *decoder) document(text []byte, c *Config) {
	doc, problems := strictyaml.Parse(text)
	for _, p := range problems {
		at := d.whole()
		if p.Line > 0 {
			at = d.inFile(p.Line, p.Col)
		}
		said := p.Text
		if p.Hint != "" {
			said += "; " + p.Hint
		}
		d.fail(at, "", "%s", said)
	}
	if doc.Root != nil {
		d.value(doc.Root, "", reflect.ValueOf(c).Elem())
	}
}

// environment lays the twins over the config.
func (d *decoder) environment(env []string, c *Config) {
	set := make(map[string]string)
	for _, pair := range env {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, envPrefix) && value != "" {
			set[name] = value
		}
	}
	var twins []string
	d.twins("", reflect.ValueOf(c).Elem(), func(path string, v reflect.Value) {
		name := Twin(path)
		twins = append(twins, name)
		value, ok := set[name]
		if !ok {
			return
		}
		delete(set, name)
		where := place{where: "environment " + name}
		d.places[path] = where
		if err := setScalar(v, value, secretName(path)); err != nil {
			d.fail(where, path, "%v", err)
		}
	})
	// A mistyped twin must not be without effect in silence. Other variables with our prefix are the user's own (a secret's, perhaps).
	for _, name := range sortedKeys(set) {
		twin := near.Within(name, twins, 2)
		if twin != "" && !slices.ContainsFunc(c.Secrets(), func(s Secret) bool { return s.Env == name }) {
			d.fail(place{where: "environment " + name}, "", "unknown key; did you mean %q?", twin)
		}
	}
}

// Twin is the environment variable of a key's path: "s3.bucket" is
// DAILIES_S3_BUCKET, "providers.wan-local.slots" is DAILIES_PROVIDERS_WAN_LOCAL_SLOTS.
func Twin(path string) string {
	return envPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(path))
}

// twins visits every scalar of v that can be set by itself.
func (d *decoder) twins(path string, v reflect.Value, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		if path == "exchange" {
			visit(path+".as_of", v.FieldByName("AsOf"))
			return
		}
		for i, key := range keysOf(v.Type()) {
			if key != "-" {
				d.twins(join(path, key), v.Field(i), visit)
			}
		}
		if p, ok := reflect.TypeAssert[*Provider](v.Addr()); ok {
			for _, s := range d.kinds.Providers[p.Type].Settings {
				text := reflect.New(reflect.TypeFor[string]()).Elem()
				text.SetString(p.Own[s.Key])
				visit(join(path, s.Key), text)
				if text.String() != p.Own[s.Key] {
					p.set(s.Key, text.String())
				}
			}
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			entry := reflect.New(v.Type().Elem()).Elem()
			entry.Set(v.MapIndex(name))
			d.twins(join(path, name.String()), entry, visit)
			v.SetMapIndex(name, entry)
		}
	case reflect.Slice: // a list has no twin
	default:
		visit(path, v)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
