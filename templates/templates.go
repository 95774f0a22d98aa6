// Package templates holds the prompt templates that dailies brings along: one
// text/template per purpose (shot, scene, character, location, negative, voice),
// in one folder per version. A version is never changed once it was released: a
// show keeps the one that it began with, so that a new dailies makes no take
// stale. v2 calls props by their names. v3 has the templates of v2, and with them the
// dialects in which models are told a shot, as YAML: dialects/NAME.yaml, and the words
// that they share in words/LANGUAGE.yaml. It holds texts only; internal/prompt and
// internal/prompt/dialect render them.
package templates

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Version is the newest version, which new shows begin with.
const Version = "v3"

// First is the version of shows that are older than the keeping of versions.
const First = "v1"

//go:embed v1/*.tmpl v2/*.tmpl v3/*.tmpl v3/dialects/*.yaml v3/words/*.yaml
var files embed.FS

// Versions are all versions, the oldest first.
func Versions() []string { return []string{"v1", "v2", "v3"} }

// Dialects are the files of a version's dialects, dialects/NAME.yaml and
// words/LANGUAGE.yaml; nil: the version has none, and every model is told the same.
func Dialects(version string) fs.FS {
	if version != "v3" {
		return nil
	}
	sub, err := fs.Sub(files, version)
	if err != nil {
		return nil
	}
	return sub
}

// Purposes are the names of all templates, in alphabetical order. A show may
// override any of them with a file of the same name in its own folder.
func Purposes() []string {
	return []string{"character", "location", "negative", "scene", "shot", "softened", "voice"}
}

// Text is the template for a purpose in a version. It errs on a purpose or
// version that does not exist, naming those that do.
func Text(version, purpose string) (string, error) {
	if !slices.Contains(Purposes(), purpose) {
		return "", fmt.Errorf("read template %q: there is none; the templates are %s", purpose, strings.Join(Purposes(), ", "))
	}
	raw, err := files.ReadFile(version + "/" + purpose + ".tmpl")
	if err != nil {
		return "", fmt.Errorf("read templates of version %q: this dailies has %s; use a newer dailies", version, strings.Join(Versions(), ", "))
	}
	return string(raw), nil
}
