// Package assets serves the Studio's own modules, styles and pictures, which are part
// of the program: there is no build chain and nothing comes from elsewhere. Their
// address has the digest of all of them in it, so a browser keeps them for ever, and
// modules import each other by relative names.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed js css vendor/*.js vendor/*.woff2 icon.svg
var files embed.FS

// Keys is the table of keys, as JSON: keys.js, the help sheet and the docs read it.
//
//go:embed keys.json
var Keys string

// prefix is where assets lie: prefix + digest + "/" + name.
const prefix = "/assets/"

// Assets are the files, ready to be sent.
type Assets struct {
	digest string
	byName map[string]asset
}

type asset struct {
	kind         string
	plain, small []byte // small: gzipped
}

// New reads and compresses what the program holds.
func New() (*Assets, error) {
	a := &Assets{byName: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Dir(name) == "js" {
			body = bare(body)
		}
		var small bytes.Buffer
		z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := z.Write(body); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		a.byName[name] = asset{typeOf(name), body, small.Bytes()}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the Studio's assets: %w", err)
	}
	a.digest = hex.EncodeToString(sum.Sum(nil)[:8])
	return a, nil
}

// remark is a line that is only a comment. Our modules keep no other text on such lines.
var remark = regexp.MustCompile(`(?m)^[ \t]*(?://.*|/\*\*.*\*/)$`)

// bare leaves a module's remarks out, which every page would load; its lines keep their
// numbers.
func bare(module []byte) []byte { return remark.ReplaceAll(module, nil) }

// typeOf does not ask the machine, whose table of types may say anything of .js.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// URL is where a file is served.
func (a *Assets) URL(name string) string { return prefix + a.digest + "/" + name }

// Register serves the files.
func (a *Assets) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+prefix+"{digest}/{name...}", func(w http.ResponseWriter, r *http.Request) {
		f, ok := a.byName[r.PathValue("name")]
		if !ok || r.PathValue("digest") != a.digest {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		body := f.plain
		if len(f.small) < len(f.plain) && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.small
		}
		_, _ = w.Write(body) // who went away asks again
	})
}
