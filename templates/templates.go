// Package templates holds the prompt templates that dailies brings along: one
// text/template per purpose (shot, scene, character, location, negative, voice),
// in one folder per version. A version is never changed once it was released: a
// show keeps the one that it began with, so that a new dailies makes no take
// stale. v2 calls props by their names. It holds texts only; internal/prompt renders them.
package templates

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

// Version is the newest version, which new shows begin with.
const Version = "v2"

// First is the version of shows that are older than the keeping of versions.
const First = "v1"

//go:embed v1/*.tmpl v2/*.tmpl
var files embed.FS

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
		return "", fmt.Errorf("read templates of version %q: this dailies has only %s; use a newer dailies or upgrade the show", version, Version)
	}
	return string(raw), nil
}
