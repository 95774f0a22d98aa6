package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/app"
)

var codeBlock = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```")

// documented are the dailies commands in a document's shell blocks, as arguments.
func documented(t *testing.T, name string) [][]string { return documentedUnder(t, name, "") }

// documentedUnder are those under one of its headings; empty: all.
func documentedUnder(t *testing.T, name, heading string) [][]string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	if heading != "" {
		_, after, found := strings.Cut(text, "\n"+heading+"\n")
		if !found {
			t.Fatalf("%s has no %s", name, heading)
		}
		text, _, _ = strings.Cut(after, "\n## ")
	}
	var all [][]string
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		if block[1] != "" && block[1] != "sh" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			line, _, _ = strings.Cut(line, " #")
			fields := strings.Fields(line)
			if len(fields) > 1 && (fields[0] == "dailies" || fields[0] == "bin/dailies") {
				all = append(all, fields[1:])
			}
		}
	}
	return all
}

// TestDocumentedCommandsExist holds every command and flag that the documents
// show against the program.
func TestDocumentedCommandsExist(t *testing.T) {
	seen := 0
	for _, doc := range []string{"README.md", "docs/operations.md", "docs/editors.md", "docs/delivery.md"} {
		for _, args := range documented(t, doc) {
			a := &cli{Main: &app.Main{}, ui: &ui{}}
			cmd, rest, err := a.root().Find(args)
			if err != nil || cmd == cmd.Root() {
				t.Errorf("%s: dailies %s: no such command (%v)", doc, strings.Join(args, " "), err)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Errorf("%s: dailies %s: %v", doc, strings.Join(args, " "), err)
			}
			if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
				t.Errorf("%s: dailies %s: %v", doc, strings.Join(args, " "), err)
			}
			seen++
		}
	}
	if seen < 6 {
		t.Errorf("only %d commands were found in the documents", seen)
	}
}

// TestReadmeConfigs: what the README shows of dailies.yaml is read, and its
// providers are known with their models.
func TestReadmeConfigs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, block := range codeBlock.FindAllStringSubmatch(string(text), -1) {
		if block[1] != "yaml" || !strings.HasPrefix(block[2], "providers:") {
			continue
		}
		shown++
		h := house{t: t, dir: t.TempDir()}
		h.write("dailies.yaml", block[2])
		listed := decode[struct{ Providers []listedProvider }](t, h.must(exitDone, "providers", "--json"))
		if n := strings.Count(block[2], "type:"); len(listed.Providers) != n+1 { // and the animatic
			t.Errorf("%d providers are listed, the README shows %d", len(listed.Providers), n)
		}
	}
	if shown == 0 {
		t.Error("the README shows no config")
	}
}

// TestReadmeFromTheTop does what the README says about its small script, in its
// order, with the built-in provider; only the raster is smaller.
func TestReadmeFromTheTop(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "scripts", "minimal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	commands := documented(t, "README.md")
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```yaml\n"+string(script)+"```") {
		t.Error("the script in the README is not scripts/minimal.yaml")
	}
	t.Chdir(t.TempDir())
	if err := os.Mkdir("scripts", 0o700); err != nil {
		t.Fatal(err)
	}
	small := strings.Replace(string(script), "  language: en\n", "  language: en\n  format: {raster: 90x160}\n", 1)
	if err := os.WriteFile("scripts/minimal.yaml", []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, args := range commands {
		line := strings.Join(args, " ")
		if !strings.Contains(line, "minimal.yaml") && !strings.Contains(line, "first-light") {
			continue
		}
		if args[0] == "open" { // what the line above it serves
			h := house{t: t, dir: ".", data: ".dailies"}
			h.write("dailies.yaml", "")
			_, up := studioOf(t, h, args[1])
			if r := up.interrupt(); r.code != exitDone {
				t.Errorf("up: %+v", r)
			}
			ran++
			continue
		}
		if r := dailies(t, args...); r.code != exitDone {
			t.Fatalf("dailies %s: exit code %d\n%s%s", line, r.code, r.stdout, r.stderr)
		}
		ran++
	}
	if ran < 4 {
		t.Errorf("the README shows only %d commands about its script", ran)
	}
}
