// Package starter holds the first files of a show: a season and an episode with
// comments, in the language of whoever begins, ready to render. It writes nothing.
package starter

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed en zh
var texts embed.FS

// Languages are those that a show can be begun in.
func Languages() []string { return []string{"en", "zh"} }

// File is a file of the show's folder.
type File struct {
	Name string
	Text string
}

// Files are the first files of a show, by its ID and title. It errs for a language
// that is not one of Languages.
func Files(show, title, language string) ([]File, error) {
	fill := strings.NewReplacer("@SHOW@", show, "@TITLE@", quoted(title))
	var files []File
	for _, name := range []string{"season.yaml", "ep01.yaml"} {
		body, err := texts.ReadFile(language + "/" + name)
		if err != nil {
			return nil, fmt.Errorf("begin a show in %q: there is no such start; there are %s", language, strings.Join(Languages(), ", "))
		}
		files = append(files, File{Name: name, Text: fill.Replace(string(body))})
	}
	return files, nil
}

// quoted is a text as YAML in double quotes.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(s) + `"`
}
