// Package test holds what no single package can show of itself: the layers of
// the tree, and the real program from script to master.
package test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/dailies/dailies/"

// A rule says what a package, named by the beginning of its path, may import.
// Own lists our packages, Outside the beginnings of others' (besides the
// standard library); Never lists standard packages it must not touch.
type rule struct {
	pkg     string
	why     string
	own     []string
	outside []string
	never   []string
}

var touchesTheWorld = []string{"os", "os/exec", "net", "net/http", "syscall"}

// rules are tried in order; the first whose pkg begins a package's path holds.
// A rule that ends in a slash is for everything below it.
var rules = []rule{
	{pkg: "internal/phrase", why: "words for reasons stand on nothing", never: touchesTheWorld},
	{pkg: "internal/substation", why: "pure: what a person typed as styles, bounded", own: []string{"internal/lettering", "internal/media", "internal/near"}, never: touchesTheWorld},
	{pkg: "internal/drama", why: "the words of drama stand on the words of media, and on those for reasons", own: []string{"internal/media", "internal/phrase"}, never: touchesTheWorld},
	{pkg: "internal/fence", why: "confines programs by the kernel, whatever they do", outside: []string{"golang.org/x/sys", "golang.org/x/net/bpf"}},
	{pkg: "internal/media/runner", why: "starts the media child process, confined", own: []string{"internal/media", "internal/machine", "internal/fence"}, outside: []string{"golang.org/x/sys"}},
	{pkg: "internal/machine", why: "names this machine's trouble, asks it nothing", own: []string{"internal/media"}, never: []string{"net", "net/http"}},
	{pkg: "internal/media/joins", why: "pure: frames on a timeline", own: []string{"internal/media"}, never: touchesTheWorld},
	{pkg: "internal/media", why: "the words of media stand on nothing", never: touchesTheWorld},
	{pkg: "internal/provider/providertest", why: "a suite for providers", own: []string{"internal/provider", "internal/drama", "internal/media"}, outside: []string{"github.com/google/go-cmp", "gopkg.in/yaml.v3"}},
	{pkg: "internal/provider/all", why: "the one list of adapters", own: []string{"internal/provider/", "internal/provider", "internal/voice/", "internal/voice", "internal/media", "internal/drama", "internal/config"}},
	{pkg: "internal/provider/wire", why: "HTTP to vendors, knows none of them", own: []string{"internal/provider"}},
	{pkg: "internal/provider/facts", why: "reads models.yaml", own: []string{"internal/provider"}, outside: []string{"gopkg.in/yaml.v3"}, never: touchesTheWorld},
	{pkg: "internal/provider/animatic", why: "draws what a script says: the one provider that reads prose", own: []string{"internal/provider", "internal/provider/facts", "internal/lettering", "internal/machine", "internal/prose", "internal/voice", "internal/drama", "internal/media"}, outside: []string{"golang.org/x/image"}},
	{pkg: "internal/provider/", why: "a vendor's folder knows its contract and nobody else", own: []string{"internal/provider", "internal/provider/facts", "internal/provider/wire", "internal/voice", "internal/drama", "internal/media"}, outside: []string{"golang.org/x/image", "golang.org/x/text", "github.com/golang-jwt/jwt/v5"}},
	{pkg: "internal/provider", why: "a contract", own: []string{"internal/drama", "internal/media"}, never: []string{"os", "net", "net/http"}},
	{pkg: "internal/voice/voicetest", why: "a suite for voices", own: []string{"internal/voice", "internal/voice/pcm", "internal/provider", "internal/drama", "internal/media"}, outside: []string{"github.com/google/go-cmp"}},
	{
		pkg: "internal/voice/", why: "a voice knows its contract, what voices have in common (pcm, line, online), and no other voice",
		own: []string{"internal/fence", "internal/voice", "internal/voice/pcm", "internal/voice/line", "internal/voice/online", "internal/near", "internal/provider", "internal/provider/wire", "internal/provider/wire/compat", "internal/drama", "internal/media"},
	},
	{pkg: "internal/voice", why: "a contract", own: []string{"internal/drama", "internal/media"}, never: touchesTheWorld},
	{pkg: "internal/listen/listentest", why: "a suite for listeners", own: []string{"internal/listen", "internal/provider"}, outside: []string{"github.com/google/go-cmp"}},
	{pkg: "internal/listen/", why: "a listener knows its contract, what listeners have in common (online), and no other listener", own: []string{"internal/listen", "internal/listen/online", "internal/provider", "internal/provider/wire", "internal/provider/wire/compat"}},
	{pkg: "internal/listen", why: "a contract, and the sound that is listened to", own: []string{"internal/voice/pcm"}, never: touchesTheWorld},
	{pkg: "internal/said", why: "pure: two texts in, what differs out", outside: []string{"golang.org/x/text/unicode/norm"}, never: touchesTheWorld},
	{pkg: "internal/judge/", why: "a judge knows its contract and nobody else", own: []string{"internal/judge", "internal/provider", "internal/provider/wire", "internal/provider/wire/compat", "internal/drama", "internal/media"}},
	{pkg: "internal/judge", why: "a contract, and the pure text and sheets around it", own: []string{"internal/drama", "internal/media"}, outside: []string{"golang.org/x/image"}, never: touchesTheWorld},
	{pkg: "internal/store/storetest", why: "a suite for stores", own: []string{"internal/store", "internal/drama"}},
	{pkg: "internal/store/folder", why: "reads the embedded S3's objects as files", own: []string{"internal/store"}},
	{pkg: "internal/store/s3", why: "the S3 client", own: []string{"internal/store", "internal/drama"}, outside: []string{"github.com/aws/", "gopkg.in/yaml.v3"}},
	{pkg: "internal/store", why: "a contract", own: []string{"internal/store", "internal/drama"}, never: touchesTheWorld},
	{pkg: "internal/eta", why: "pure: when what is left will be there", never: touchesTheWorld},
	{pkg: "internal/account", why: "a record in the store, and the ledger behind it", own: []string{"internal/drama", "internal/ledger", "internal/library", "internal/store"}, outside: []string{"golang.org/x/sync"}, never: touchesTheWorld},
	{pkg: "internal/ledger", why: "a contract, and its form in a store", own: []string{"internal/drama", "internal/provider", "internal/store"}, outside: []string{"golang.org/x/sync"}, never: touchesTheWorld},
	{pkg: "internal/lookbook", why: "pure: the sheets that a show wants, and its season dressed in those that are approved", own: []string{"internal/drama", "internal/media", "internal/prompt"}, never: touchesTheWorld},
	{pkg: "internal/library", why: "records over a store: it reads and writes, and decides nothing", own: []string{"internal/drama", "internal/media", "internal/media/sheet", "internal/provider", "internal/judge", "internal/listen", "internal/ledger", "internal/lookbook", "internal/store", "internal/plan", "templates"}, outside: []string{"golang.org/x/sync"}, never: touchesTheWorld},
	{pkg: "internal/handoff", why: "pure: a cut as editors' programs know it, written and read", own: []string{"internal/drama", "internal/media", "internal/near", "internal/timeline"}, never: touchesTheWorld},
	{pkg: "internal/cut", why: "pure: what a cut is, delivers and says of itself", own: []string{"internal/aigc", "internal/drama", "internal/handoff", "internal/hls", "internal/media", "internal/media/xmp", "internal/library", "internal/profile", "internal/qc", "internal/store", "internal/timeline"}, never: touchesTheWorld},
	{pkg: "internal/retention", why: "pure: what of a store may go, by a policy and by what needs it", own: []string{"internal/drama"}, never: touchesTheWorld},
	{pkg: "internal/arena", why: "pure: votes in, a table out", own: []string{"internal/drama"}, never: touchesTheWorld},
	{pkg: "internal/private", why: "writes files for their owner alone", never: []string{"net", "net/http", "os/exec", "syscall"}},
	{pkg: "internal/terminal", why: "what text may do to a terminal; knows none", never: touchesTheWorld},
	{pkg: "internal/transfer", why: "objects to folders, back and to other stores", own: []string{"internal/private", "internal/store"}, outside: []string{"github.com/gofrs/flock", "golang.org/x/sync"}, never: []string{"net", "net/http", "os/exec"}},
	{pkg: "internal/ballots", why: "records over a store: the arena's pairs, votes and tables", own: []string{"internal/arena", "internal/drama", "internal/ledger", "internal/library", "internal/provider", "internal/store"}, outside: []string{"golang.org/x/sync"}, never: touchesTheWorld},
	{pkg: "internal/near", why: "compares words, knows none", never: touchesTheWorld},
	{pkg: "internal/strictyaml", why: "reads what a person typed as YAML, knows no keys", outside: []string{"gopkg.in/yaml.v3", "golang.org/x/text"}, never: touchesTheWorld},
	{pkg: "internal/zipped", why: "pure: ZIP files by their bytes; it opens nothing", never: touchesTheWorld},
	{pkg: "internal/submission", why: "pure: what a season is handed in with", own: []string{"internal/drama", "internal/media", "internal/profile", "internal/store", "internal/zipped"}, outside: []string{"golang.org/x/text/unicode/norm"}, never: touchesTheWorld},
	{pkg: "internal/profile", why: "pure: a table of rules, and how values are held to it", own: []string{"internal/aigc", "internal/drama", "internal/media"}, outside: []string{"gopkg.in/yaml.v3", "golang.org/x/text/language"}, never: touchesTheWorld},
	{pkg: "internal/aigc", why: "pure: what the law asks of labels", own: []string{"internal/drama"}, never: touchesTheWorld},
	{pkg: "internal/roster", why: "records in a store of who can make takes", own: []string{"internal/drama", "internal/provider", "internal/store"}, never: touchesTheWorld},
	{pkg: "internal/script", why: "pure: text in, drama out", own: []string{"internal/aigc", "internal/drama", "internal/lettering", "internal/media", "internal/near", "internal/profile", "internal/strictyaml", "internal/substation"}, outside: []string{"gopkg.in/yaml.v3", "golang.org/x/text", "golang.org/x/image/webp", "github.com/mattn/go-runewidth"}, never: touchesTheWorld},
	{pkg: "internal/prompt/dialect", why: "pure: fills in the dialects' data", own: []string{"internal/drama", "internal/media", "internal/near", "templates"}, outside: []string{"gopkg.in/yaml.v3"}, never: touchesTheWorld},
	{pkg: "internal/prompt", why: "pure", own: []string{"internal/drama", "internal/media", "templates"}, never: touchesTheWorld},
	{pkg: "internal/attempts", why: "pure, and asked inside of workflows", own: []string{"internal/drama", "internal/provider"}, never: touchesTheWorld},
	{pkg: "internal/plan", why: "pure", own: []string{"internal/arena", "internal/attempts", "internal/drama", "internal/judge", "internal/media", "internal/near", "internal/phrase", "internal/provider", "internal/prompt", "internal/prompt/dialect", "internal/qc", "internal/timeline", "templates"}, never: touchesTheWorld},
	{pkg: "internal/prose", why: "words of a text, whoever wrote it: no drama, no picture", never: touchesTheWorld},
	{pkg: "internal/qc", why: "pure", own: []string{"internal/drama", "internal/media", "internal/phrase", "internal/prose"}, never: touchesTheWorld},
	{pkg: "internal/lettering", why: "pure: sets text, opens no font", own: []string{"internal/media"}, outside: []string{"github.com/rivo/uniseg", "golang.org/x/text"}, never: touchesTheWorld},
	{pkg: "internal/fonts", why: "reads which letters the installed fonts have, draws none", own: []string{"internal/lettering"}, outside: []string{"golang.org/x/image/font"}, never: []string{"net", "net/http", "os/exec", "syscall"}},
	{pkg: "internal/desk", why: "scripts without a disk: texts in memory over a shelf of files", own: []string{"internal/drama", "internal/script", "internal/terminal"}, never: touchesTheWorld},
	{pkg: "internal/starter", why: "text", never: touchesTheWorld},
	{pkg: "internal/timeline", why: "pure", own: []string{"internal/drama", "internal/lettering", "internal/media"}, outside: []string{"golang.org/x/text"}, never: touchesTheWorld},
	{pkg: "internal/hls", why: "pure: playlists, and what they must say of files", own: []string{"internal/media", "internal/timeline"}, outside: []string{"golang.org/x/text/language"}, never: touchesTheWorld},
	{pkg: "internal/sound", why: "samples in files, no codec", own: []string{"internal/media", "internal/media/joins"}, never: []string{"net", "net/http", "os/exec", "syscall"}},
	{pkg: "internal/mp4", why: "boxes in files, no codec", own: []string{"internal/media", "internal/media/joins", "internal/media/xmp"}, outside: []string{"github.com/Eyevinn/mp4ff", "golang.org/x/text/language"}, never: []string{"net", "net/http", "os/exec", "syscall"}},
	{pkg: "internal/ffmpeg", why: "the only place for FFmpeg", own: []string{"internal/c2pa", "internal/lettering", "internal/machine", "internal/media", "internal/media/joins", "internal/media/sheet", "internal/media/writing", "internal/media/xmp", "internal/sound", "internal/mp4", "internal/hls", "internal/fence"}, outside: []string{"github.com/asticode/", "github.com/Eyevinn/mp4ff", "golang.org/x/"}, never: []string{"net", "net/http", "os/exec"}},
	{pkg: "internal/config", why: "reads the config, knows nobody who uses it", own: []string{"internal/aigc", "internal/drama", "internal/media", "internal/near", "internal/provider", "internal/retention", "internal/strictyaml"}, outside: []string{"golang.org/x/text/currency", "gopkg.in/yaml.v3"}},
	{pkg: "internal/c2pa", why: "manifests in files that others open: it reads and writes, and opens none", outside: []string{"github.com/fxamacker/cbor", "github.com/veraison/go-cose", "github.com/google/uuid"}, never: []string{"os", "os/exec", "net", "net/http", "syscall"}},
	{
		pkg: "internal/metrics", why: "counts at seams that are there anyway; nobody but app knows it",
		own:     []string{"internal/drama", "internal/ledger", "internal/machine", "internal/media", "internal/provider", "internal/purchase"},
		outside: []string{"github.com/prometheus/client_golang/", "go.temporal.io/sdk/client"}, never: []string{"os", "os/exec", "syscall"},
	},
	{pkg: "internal/memory", why: "sets Go's collector, knows nobody", never: []string{"net", "net/http", "os/exec", "syscall"}},
	{pkg: "internal/engine", why: "the embedded servers", own: []string{"internal/fence", "internal/memory", "internal/private"}, outside: []string{"go.temporal.io/", "github.com/", "google.golang.org/", "golang.org/x/sync", "golang.org/x/sys", "modernc.org/sqlite"}},
	{pkg: "internal/ids", why: "carries what logs name; knows nobody", never: touchesTheWorld},
	{
		pkg: "internal/traces", why: "tells steps by what they were asked and have answered; nobody but app knows it", own: []string{"activities", "workflows", "internal/drama", "internal/ids"},
		outside: []string{"go.opentelemetry.io/otel", "go.temporal.io/sdk/", "go.temporal.io/api/"}, never: []string{"os", "os/exec", "syscall"},
	},
	{pkg: "internal/beat", why: "says that work is alive; knows nobody", never: touchesTheWorld},
	{pkg: "internal/callback", why: "addresses and calls over a store: it serves nothing and knows no vendor", own: []string{"internal/store"}, never: touchesTheWorld},
	{
		pkg: "internal/webhook", why: "events over a store, and one request: it knows no run", own: []string{"internal/drama", "internal/provider/wire", "internal/store"}, outside: []string{"golang.org/x/sync"}, never: []string{"os", "os/exec"},
	},
	{
		pkg: "internal/purchase", why: "buys a take over contracts: no vendor, no engine",
		own:     []string{"internal/beat", "internal/callback", "internal/drama", "internal/ids", "internal/machine", "internal/media", "internal/attempts", "internal/plan", "internal/provider", "internal/ledger", "internal/store"},
		outside: []string{"golang.org/x/sync"},
	},
	{pkg: "templates", why: "text", never: touchesTheWorld},
	{
		pkg: "activities", why: "thin: contracts and pure packages, no vendor, no FFmpeg, no workflow",
		own:     []string{"internal/aigc", "internal/c2pa", "internal/media/xmp", "internal/account", "internal/arena", "internal/ballots", "internal/beat", "internal/ids", "internal/machine", "internal/purchase", "internal/drama", "internal/media", "internal/provider", "internal/voice", "internal/judge", "internal/listen", "internal/ledger", "internal/store", "internal/library", "internal/cut", "internal/script", "internal/attempts", "internal/phrase", "internal/plan", "internal/prompt", "internal/qc", "internal/said", "internal/timeline", "internal/webhook"},
		outside: []string{"go.temporal.io/sdk/", "go.temporal.io/api/", "golang.org/x/sync"},
	},
	{
		pkg: "workflows", why: "deterministic: no clock, no file, no network",
		own:     []string{"activities", "internal/account", "internal/arena", "internal/attempts", "internal/drama", "internal/media", "internal/provider", "internal/webhook"},
		outside: []string{"go.temporal.io/sdk/", "go.temporal.io/api/"},
		never:   touchesTheWorld,
	},
	{
		pkg: "internal/studio", why: "the typed client",
		own: []string{
			"internal/account", "internal/aigc", "internal/arena", "internal/ballots", "internal/c2pa", "internal/drama", "internal/eta", "internal/handoff", "internal/judge", "internal/media", "internal/media/xmp", "internal/near", "internal/profile", "internal/provider", "internal/ledger", "internal/lookbook", "internal/store", "internal/library", "internal/desk", "internal/script", "internal/terminal", "internal/plan",
			"internal/prompt", "internal/qc", "internal/retention", "internal/review", "internal/submission", "internal/timeline", "internal/transfer", "internal/webhook", "internal/zipped", "workflows", "activities",
		},
		outside: []string{"go.temporal.io/sdk/", "go.temporal.io/api/", "golang.org/x/sync"},
	},
	{pkg: "internal/httpapi/access", why: "who may: knows no operation and no show", own: []string{"internal/drama", "internal/private", "internal/store"}, outside: []string{"golang.org/x/", "github.com/gofrs/flock"}},
	{pkg: "internal/review", why: "records in a store of links and approvals: it serves nothing", own: []string{"internal/drama", "internal/store"}, outside: []string{"golang.org/x/crypto/argon2"}, never: touchesTheWorld},
	{
		pkg: "internal/httpapi/door", why: "what people outside see: no operation of the house",
		own:     []string{"internal/httpapi/access", "internal/httpapi/assets", "internal/review", "internal/studio", "internal/library", "internal/drama", "internal/media", "internal/store"},
		outside: []string{"golang.org/x/text/language"},
	},
	{
		pkg: "internal/httpapi/live", why: "what pages show, in memory: reads through the studio",
		own:     []string{"internal/studio", "internal/drama", "internal/media", "internal/library", "workflows"},
		outside: []string{"golang.org/x/sync"},
	},
	{
		pkg: "internal/httpapi/api", why: "operations over the studio; no vendor, no FFmpeg, no page",
		own: []string{
			"internal/arena", "internal/ballots", "internal/httpapi/access", "internal/httpapi/live", "internal/review", "internal/desk", "internal/script", "internal/studio", "internal/drama", "internal/media", "internal/media/sheet", "internal/library", "internal/profile", "internal/retention", "internal/store", "internal/submission",
			"internal/phrase", "internal/plan", "internal/ledger", "internal/script", "internal/near", "internal/provider",
		},
		outside: []string{"github.com/danielgtaylor/huma/v2", "go.temporal.io/api/serviceerror"},
	},
	{
		pkg: "internal/httpapi/pages", why: "HTML of what the API knows; it changes nothing",
		own: []string{
			"internal/arena", "internal/httpapi/access", "internal/httpapi/api", "internal/httpapi/assets", "internal/httpapi/live", "internal/studio", "internal/library", "internal/script", "internal/starter",
			"internal/drama", "internal/media", "internal/phrase",
		},
		outside: []string{"golang.org/x/text"},
	},
	{pkg: "internal/httpapi/hooks", why: "takes vendors' calls: it knows contracts, no vendor and no show", own: []string{"internal/callback", "internal/provider"}},
	{pkg: "internal/httpapi/assets", why: "what browsers load: knows nobody", never: []string{"net"}},
	{pkg: "internal/httpapi/mcp", why: "the API's operations as tools of agents", own: []string{"internal/httpapi/api"}, outside: []string{"github.com/danielgtaylor/huma/v2", "github.com/google/uuid", "github.com/modelcontextprotocol/go-sdk/mcp"}},
	{pkg: "internal/httpapi", why: "puts the Studio together and listens", own: []string{"internal/callback", "internal/provider", "internal/review", "internal/script", "internal/studio"}, outside: []string{"golang.org/x/net/netutil"}},
	{pkg: "internal/app", why: "composes: sees everything but the commands and FFmpeg, which lives in a child process", own: []string{
		"internal/", "activities", "workflows", "templates",
	}, outside: []string{"go.temporal.io/sdk/", "go.temporal.io/api/", "github.com/gofrs/flock", "google.golang.org/protobuf/"}},
	{pkg: "cmd/dailies", why: "the commands, and the children that FFmpeg and the gateway run in", own: []string{""}, outside: []string{""}},
	{pkg: "test", why: "shows the whole", own: []string{""}, outside: []string{""}},
}

type pkg struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports,Standard"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestLayers(t *testing.T) {
	seen := 0
	for _, p := range list(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, module)
		i := slices.IndexFunc(rules, func(r rule) bool { return under(name, r.pkg) })
		if i < 0 {
			t.Errorf("%s: no rule says what it may import; add one to test/layers_test.go and to ARCHITECTURE.md", name)
			continue
		}
		seen++
		for _, imported := range p.Imports {
			if !rules[i].allows(name, imported) {
				t.Errorf("%s imports %s, but: %s", name, imported, rules[i].why)
			}
		}
	}
	if seen == 0 {
		t.Fatal("no package was looked at")
	}
}

// under says whether name is the package, or lies below it.
func under(name, rule string) bool {
	if strings.HasSuffix(rule, "/") {
		return strings.HasPrefix(name, rule)
	}
	return name == rule || strings.HasPrefix(name, rule+"/")
}

func (r rule) allows(from, imported string) bool {
	own, isOwn := strings.CutPrefix(imported, module)
	if isOwn {
		if under(own, strings.TrimSuffix(r.pkg, "/")) && !strings.HasSuffix(r.pkg, "/") {
			return true
		}
		if strings.HasSuffix(r.pkg, "/") && strings.HasPrefix(own, from+"/") {
			return true // a vendor's own subfolder
		}
		return slices.ContainsFunc(r.own, func(ok string) bool {
			return ok == "" || own == strings.TrimSuffix(ok, "/") || strings.HasSuffix(ok, "/") && strings.HasPrefix(own, ok)
		})
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return !slices.Contains(r.never, imported)
	}
	return slices.ContainsFunc(r.outside, func(ok string) bool { return strings.HasPrefix(imported, ok) })
}

// TestFences looks at all that a package drags in, not only at what it names.
func TestFences(t *testing.T) {
	for _, fence := range []struct {
		pattern string
		forbids []string
		why     string
	}{
		{"./internal/script/... ./internal/plan/... ./internal/prompt/... ./internal/qc/... ./internal/said/... ./internal/timeline/... ./internal/handoff/... ./internal/drama/...", []string{"go.temporal.io/", "github.com/asticode/", "github.com/aws/"}, "pure packages stand without engine, codec and store"},
		{"./internal/app/...", []string{"github.com/asticode/"}, "FFmpeg runs in a child process, which only the binary knows"},
		{"./workflows/...", []string{"github.com/asticode/", "github.com/aws/", "go.temporal.io/server"}, "a workflow decides, it does not touch"},
		{"./internal/provider/... ./internal/voice/... ./internal/judge/... ./internal/listen/... ./internal/ledger/... ./internal/purchase/... ./internal/beat/...", []string{"go.temporal.io/", "github.com/asticode/"}, "Temporal stops at workflows and activities, FFmpeg at internal/ffmpeg"},
		{"./internal/sound/... ./internal/mp4/... ./internal/media/...", []string{"github.com/asticode/", "go.temporal.io/"}, "samples, boxes and words stand without a codec"},
	} {
		for _, p := range list(t, append([]string{"-deps"}, strings.Fields(fence.pattern)...)...) {
			for _, bad := range fence.forbids {
				if strings.HasPrefix(p.ImportPath, bad) {
					t.Errorf("%s reaches %s, but: %s", fence.pattern, p.ImportPath, fence.why)
				}
			}
		}
	}
}
