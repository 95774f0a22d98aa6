package api

import (
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/studio"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// Operation is one row of the table of all that can be asked over HTTP. Registration,
// access, idempotency, the OpenAPI document and the test that the command line can do
// nothing more all read it.
type Operation struct {
	ID      string // for programs, and for data-op in forms
	Method  string
	Path    string // below Prefix, with {show}, {n} episode, {slate}, {take} …
	Role    access.Role
	Summary string
	Tag     string
	// Key says that the request must bear an Idempotency-Key: see once.go.
	Key bool
	// Match says that it must bear If-Match.
	Match bool
	// Quiet says that it changes nothing that is kept, though it is no GET.
	Quiet bool
	// Spends says that the act may cost money; Open that the answer stays open.
	Spends, Open bool
	// Status is a success's; 0: 200.
	Status int
	// Upload says that the body is a file, to be read as it comes.
	Upload bool
	// Person says that it wants somebody's eyes, or decides about money without a quote: it
	// is no tool of an agent's.
	Person bool
	// MaxBody is the most bytes of a body; 0: 1 MiB.
	MaxBody int64
	// Commands are those of the command line that do the same.
	Commands []string
}

// Paths of what most operations are about.
const (
	show    = "/shows/{show}"
	episode = show + "/episodes/{n}"
	shot    = episode + "/shots/{slate}"
	take    = shot + "/takes/{take}"
	job     = "/jobs/{show}/{n}/{slate}/{take}/{try}"
)

// MaxScript is the most bytes of a request that holds a script.
const MaxScript = 5 << 20

// Operations is the table.
func Operations() []Operation {
	const (
		get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
		v, e, p        = access.Viewer, access.Editor, access.Producer
	)
	return []Operation{
		{ID: "get-me", Method: get, Path: "/me", Role: v, Tag: "house", Summary: "Who asks, and what they may do", Commands: []string{"version"}},
		{ID: "list-shows", Method: get, Path: "/shows", Role: v, Tag: "shows", Summary: "All shows, how far they are and what they cost", Commands: []string{"status"}},
		{ID: "get-show", Method: get, Path: show, Role: v, Tag: "shows", Summary: "A show: sums, caps, episodes", Commands: []string{"status", "cost"}},
		{ID: "get-board", Method: get, Path: show + "/board", Role: v, Tag: "shows", Summary: "Every shot of a show, with the place in the events to go on from", Commands: []string{"status"}},
		{ID: "list-waiting", Method: get, Path: "/waiting", Role: v, Tag: "shows", Summary: "What waits for a person, and the operations that answer it", Commands: []string{"status"}},

		{ID: "get-episode", Method: get, Path: episode, Role: v, Tag: "episodes", Summary: "How an episode is doing", Commands: []string{"status"}},
		{ID: "list-shots", Method: get, Path: episode + "/shots", Role: v, Tag: "episodes", Summary: "An episode's shots", Commands: []string{"status"}},
		{ID: "get-shot", Method: get, Path: shot, Role: v, Tag: "shots", Summary: "A shot: its lines, its place in the newest cut, its circle", Commands: []string{"status"}},
		{ID: "list-takes", Method: get, Path: shot + "/takes", Role: v, Tag: "shots", Summary: "A shot's takes, with what was found and decided", Commands: []string{"takes"}},
		{ID: "get-take", Method: get, Path: take, Role: v, Tag: "shots", Summary: "One take", Commands: []string{"takes"}},
		{ID: "get-take-original", Method: get, Path: take + "/original", Role: v, Tag: "media", Summary: "A take's clip as it was delivered, by range", Commands: []string{"takes"}},
		{ID: "get-take-review", Method: get, Path: take + "/review.mp4", Role: v, Tag: "media", Summary: "What a browser plays of a take, at the cut's raster and rate, by range"},
		{ID: "get-take-thumb", Method: get, Path: take + "/thumb.jpg", Role: v, Tag: "media", Summary: "A take's picture, at most 320 pixels high or wide"},
		{ID: "get-take-strip", Method: get, Path: take + "/strip.jpg", Role: v, Tag: "media", Summary: "Ten pictures of a take in a row, evenly spaced"},
		{ID: "get-circle", Method: get, Path: shot + "/circle", Role: v, Tag: "shots", Summary: "Which take is used; its ETag is what put-circle wants", Commands: []string{"takes"}},
		{ID: "put-circle", Method: put, Path: shot + "/circle", Role: e, Tag: "shots", Summary: "Use a take; 0 takes the choice back", Match: true, Commands: []string{"circle"}},

		{ID: "check-script", Method: post, Path: "/scripts/check", Quiet: true, Role: e, Tag: "scripts", Summary: "All problems of a script as typed, with file:line:col; nothing is stored", MaxBody: MaxScript, Commands: []string{"validate"}},
		{ID: "plan-script", Method: post, Path: "/scripts/plan", Quiet: true, Role: e, Tag: "scripts", Summary: "What a script as typed would make, reuse and cost; nothing is stored", MaxBody: MaxScript, Commands: []string{"plan"}},
		{ID: "prompt-script", Method: post, Path: "/scripts/prompts", Quiet: true, Role: e, Tag: "scripts", Summary: "Exactly what would be sent to whom; nothing is stored", MaxBody: MaxScript, Commands: []string{"prompts"}},
		{ID: "list-scripts", Method: get, Path: episode + "/scripts", Role: v, Tag: "scripts", Summary: "Every script that was submitted of an episode"},
		{ID: "get-script", Method: get, Path: episode + "/scripts/{sha}", Role: v, Tag: "scripts", Summary: "A submitted script as it was typed"},
		{ID: "get-draft", Method: get, Path: episode + "/draft", Role: v, Tag: "scripts", Summary: "The script that somebody is writing"},
		{ID: "put-draft", Method: put, Path: episode + "/draft", Role: e, Tag: "scripts", Summary: "Keep the script that is being written; If-Match \"none\" where there is none yet", Match: true, MaxBody: MaxScript},
		{ID: "get-templates", Method: get, Path: show + "/templates", Role: v, Tag: "scripts", Summary: "Which version of the prompt templates a show keeps, and which there are", Commands: []string{"templates"}},
		{ID: "put-templates", Person: true, Method: put, Path: show + "/templates", Role: p, Tag: "scripts", Summary: "Have a show go on with another version of the prompt templates, from its next plan on", Match: true, Commands: []string{"templates"}},
		{ID: "list-files", Method: get, Path: show + "/files", Role: v, Tag: "scripts", Summary: "The files that scripts of a show may name"},
		{ID: "put-file", Method: put, Path: show + "/files/{path...}", Role: e, Tag: "scripts", Summary: "Put a file where scripts of a show may name it", MaxBody: maxUpload, Upload: true},

		{ID: "list-notes", Method: get, Path: episode + "/notes", Role: v, Tag: "notes", Summary: "What was said about an episode's pictures"},
		{ID: "add-note", Method: post, Path: episode + "/notes", Role: e, Tag: "notes", Summary: "Say something about frames of a take or a cut", Key: true, Status: http.StatusCreated},
		{ID: "change-note", Method: http.MethodPatch, Path: episode + "/notes/{note}", Role: e, Tag: "notes", Summary: "Change a note, or say that it is done", Match: true},
		{ID: "delete-note", Method: http.MethodDelete, Path: episode + "/notes/{note}", Role: e, Tag: "notes", Summary: "Take a note away; its versions are kept", Match: true},
		{ID: "put-mark", Method: put, Path: take + "/mark", Role: e, Tag: "shots", Summary: "Mark a take NG, hold or print; the circle stays"},

		{ID: "list-cuts", Method: get, Path: episode + "/cuts", Role: v, Tag: "cuts", Summary: "An episode's cuts", Commands: []string{"export"}},
		{ID: "get-cut", Method: get, Path: episode + "/cuts/{cut}", Role: v, Tag: "cuts", Summary: "A cut's manifest", Commands: []string{"export"}},
		{ID: "get-cut-file", Method: get, Path: episode + "/cuts/{cut}/files/{name...}", Role: v, Tag: "media", Summary: "A file of a cut, by range", Commands: []string{"export"}},

		{ID: "get-edit", Method: get, Path: episode + "/edit", Role: v, Tag: "cuts", Summary: "The editor's cut that an episode is laid out by", Commands: []string{"conform-back"}},
		{ID: "conform-back", Method: post, Path: episode + "/edit", Role: e, Tag: "cuts", Summary: "Bring an editor's timeline back (OTIO, FCPXML or EDL) as the next cut; it buys nothing", Key: true, Upload: true, MaxBody: studio.MaxTimeline, Status: http.StatusAccepted, Commands: []string{"conform-back"}},
		{ID: "drop-edit", Method: http.MethodDelete, Path: episode + "/edit", Role: e, Tag: "cuts", Summary: "Take the editor's cut back: the next cut is in the script's order", Status: http.StatusAccepted, Commands: []string{"conform-back"}},
		{ID: "verify-cut", Method: post, Path: episode + "/cuts/{cut}/verify", Quiet: true, Role: e, Tag: "cuts", Summary: "Measure a cut against its manifest and profiles: files, labels, pictures, joins, sound", Commands: []string{"verify"}},
		{ID: "make-unlabelled", Person: true, Method: post, Path: episode + "/cuts/{cut}/unlabelled", Role: p, Tag: "cuts", Summary: "A copy of a cut's master without the visible label; who gets it and why is kept", Key: true, Status: http.StatusCreated, Commands: []string{"export"}},
		{ID: "list-unlabelled", Method: get, Path: episode + "/unlabelled", Role: p, Tag: "cuts", Summary: "The copies of an episode without the visible label: who got them, and why"},
		{ID: "get-unlabelled", Method: get, Path: episode + "/cuts/{cut}/unlabelled/{sha}/master.mp4", Role: p, Tag: "media", Summary: "Such a copy's file, by range", Commands: []string{"export"}},
		{ID: "list-profiles", Method: get, Path: "/profiles", Role: v, Tag: "cuts", Summary: "What platforms, law and buyers want of a cut, with sources", Commands: []string{"profiles"}},
		{ID: "make-pack", Method: post, Path: show + "/packs", Role: p, Tag: "cuts", Summary: "Verify a show's delivered cuts for receivers, and lay out the ZIP that is handed in: films, covers, documents, checksums", Commands: []string{"pack"}},
		{ID: "get-pack", Method: get, Path: show + "/packs/{digest}", Role: p, Tag: "media", Summary: "A pack's ZIP, put together as it is read, by range", Commands: []string{"pack"}},
		{ID: "add-take", Method: post, Path: shot + "/takes", Role: e, Tag: "shots", Summary: "Bring a clip in as a take; it is circled if it passes", Key: true, Upload: true, MaxBody: maxUpload, Status: http.StatusCreated, Commands: []string{"import"}},

		{ID: "make-quote", Method: post, Path: "/quotes", Quiet: true, Role: e, Tag: "money", Summary: "What an act would cost, without doing it; holds for ten minutes", MaxBody: MaxScript, Commands: []string{"plan"}},
		{ID: "start-run", Method: post, Path: episode + "/runs", Spends: true, Role: p, Tag: "runs", Summary: "Render an episode", Key: true, Status: http.StatusAccepted, MaxBody: MaxScript, Commands: []string{"render"}},
		{ID: "retake", Method: post, Path: episode + "/retakes", Spends: true, Role: e, Tag: "runs", Summary: "New takes of shots", Key: true, Status: http.StatusAccepted, Commands: []string{"retake"}},
		{ID: "final", Method: post, Path: episode + "/finals", Spends: true, Role: e, Tag: "runs", Summary: "The finals of circled drafts; without slates those of all that have not expired", Key: true, Status: http.StatusAccepted, Commands: []string{"final"}},
		{ID: "try-model", Method: post, Path: episode + "/tries", Spends: true, Role: p, Tag: "runs", Summary: "Another model's take of shots, beside the circled ones, for blind comparison", Key: true, Status: http.StatusAccepted, Commands: []string{"try"}},
		{ID: "dub", Method: post, Path: episode + "/dubs", Spends: true, Role: p, Tag: "runs", Summary: "Have the lines of an episode's newest cut spoken in another language", Key: true, Status: http.StatusAccepted, Commands: []string{"dub"}},
		{ID: "list-dubs", Method: get, Path: episode + "/dubs", Role: v, Tag: "cuts", Summary: "An episode's dubs: the newest into each language, with every line and its window", Commands: []string{"export"}},
		{ID: "get-dub-file", Method: get, Path: episode + "/dubs/{language}/{dub}/files/{name...}", Role: v, Tag: "media", Summary: "A file of a dub, by range", Commands: []string{"export"}},
		{ID: "verify-dub", Method: post, Path: episode + "/dubs/{language}/{dub}/verify", Quiet: true, Role: e, Tag: "cuts", Summary: "Measure a dub against its manifest and profiles, as verify-cut does a cut", Commands: []string{"verify"}},
		{ID: "start-show-run", Method: post, Path: show + "/runs", Spends: true, Role: p, Tag: "runs", Summary: "Render all episodes of a show", Key: true, Status: http.StatusAccepted, Commands: []string{"render"}},
		{ID: "get-show-run", Method: get, Path: show + "/runs", Role: v, Tag: "runs", Summary: "The run of a season: its episodes, its window, and when its takes will be there", Commands: []string{"status"}},
		{ID: "change-show-run", Method: http.MethodPatch, Path: show + "/runs", Role: p, Tag: "runs", Summary: "Change the run of a season: how many episodes are in work at once, and which are dropped; start-show-run adds to it", Commands: []string{"season"}},
		{ID: "retake-show", Method: post, Path: show + "/retakes", Spends: true, Role: e, Tag: "runs", Summary: "New takes of shots of several episodes, or of all that are NG", Key: true, Status: http.StatusAccepted, Commands: []string{"retake"}},
		{ID: "pause-episode", Method: post, Path: episode + "/pause", Role: p, Tag: "runs", Summary: "Submit nothing new; what runs is collected", Commands: []string{"pause"}},
		{ID: "resume-episode", Method: post, Path: episode + "/resume", Role: p, Tag: "runs", Summary: "Go on", Commands: []string{"resume"}},
		{ID: "cancel-episode", Method: post, Path: episode + "/cancel", Role: p, Tag: "runs", Summary: "End the run; finished takes are kept", Commands: []string{"cancel"}},
		{ID: "pause-show", Method: post, Path: show + "/pause", Role: p, Tag: "runs", Summary: "Pause all runs of a show", Commands: []string{"pause"}},
		{ID: "resume-show", Method: post, Path: show + "/resume", Role: p, Tag: "runs", Summary: "Go on with all runs of a show", Commands: []string{"resume"}},
		{ID: "cancel-show", Method: post, Path: show + "/cancel", Role: p, Tag: "runs", Summary: "End all runs of a show", Commands: []string{"cancel"}},
		{ID: "get-episode-cap", Method: get, Path: episode + "/cap", Role: v, Tag: "money", Summary: "An episode's cap and what is left of it", Commands: []string{"budget"}},
		{ID: "put-episode-cap", Person: true, Method: put, Path: episode + "/cap", Role: p, Tag: "money", Summary: "Raise or lower an episode's cap", Match: true, Commands: []string{"budget"}},
		{ID: "get-show-cap", Method: get, Path: show + "/cap", Role: v, Tag: "money", Summary: "A season's cap and what is left of it", Commands: []string{"budget"}},
		{ID: "put-show-cap", Person: true, Method: put, Path: show + "/cap", Role: p, Tag: "money", Summary: "Raise or lower a season's cap", Match: true, Commands: []string{"budget"}},
		{ID: "get-spend", Method: get, Path: show + "/spend", Role: p, Tag: "money", Summary: "Where a show's money went: by day, vendor, episode and kind, with price and latency per circled second", Commands: []string{"cost"}},
		{ID: "approve-still", Method: post, Path: shot + "/still/approve", Role: e, Tag: "shots", Summary: "Let the take start from the still that waits", Key: true, Commands: []string{"approve"}},
		{ID: "redo-still", Person: true, Method: post, Path: shot + "/still/redo", Role: e, Tag: "shots", Summary: "Make another still", Key: true, Spends: true, Commands: []string{"approve"}},
		{ID: "cancel-shot", Method: post, Path: shot + "/cancel", Role: e, Tag: "runs", Summary: "Give a shot up; its job is stopped where the vendor can"},

		{ID: "list-jobs", Method: get, Path: "/jobs", Role: v, Tag: "money", Summary: "The ledger: every purchase, and what became of it", Commands: []string{"jobs"}},
		{ID: "adopt-job", Method: post, Path: job + "/adopt", Role: p, Tag: "money", Summary: "The vendor has the held job: go on with it", Commands: []string{"jobs"}},
		{ID: "absent-job", Person: true, Method: post, Path: job + "/absent", Spends: true, Role: p, Tag: "money", Summary: "The vendor has no such job: it cost nothing, submit it again", Commands: []string{"jobs"}},
		{ID: "resubmit-job", Person: true, Method: post, Path: job + "/resubmit", Spends: true, Role: p, Tag: "money", Summary: "Buy the held job again, at the risk of paying twice", Commands: []string{"jobs"}},
		{ID: "drop-job", Method: post, Path: job + "/drop", Role: p, Tag: "money", Summary: "Give the job up", Commands: []string{"jobs"}},
		{ID: "list-costs", Method: get, Path: "/money", Role: p, Tag: "money", Summary: "What shows have cost, by episode, provider and model", Commands: []string{"cost"}},
		{ID: "get-costs-csv", Method: get, Path: "/money.csv", Role: p, Tag: "money", Summary: "The same as comma-separated values", Commands: []string{"cost"}},
		{ID: "get-retention", Method: get, Path: show + "/retention", Role: p, Tag: "house", Summary: "What of a show the policy of retention would remove, with bytes", Commands: []string{"gc"}},
		{ID: "apply-retention", Person: true, Method: post, Path: show + "/retention", Role: p, Tag: "house", Summary: "Remove it, for good", Key: true, Commands: []string{"gc"}},
		{ID: "get-house-retention", Method: get, Path: "/retention", Role: p, Tag: "house", Summary: "What of that which is beside all shows the policy of retention would remove", Commands: []string{"gc"}},
		{ID: "apply-house-retention", Person: true, Method: post, Path: "/retention", Role: p, Tag: "house", Summary: "Remove that, for good", Key: true, Commands: []string{"gc"}},
		{ID: "get-lifecycle", Method: get, Path: "/retention/lifecycle", Role: p, Tag: "house", Summary: "What of the policy S3's own lifecycle rules can do", Commands: []string{"gc"}},
		{ID: "list-providers", Method: get, Path: "/providers", Role: e, Tag: "house", Summary: "Who can make takes, and what their models can do", Commands: []string{"providers"}},

		{ID: "unpark-provider", Method: post, Path: "/providers/{name}/unpark", Role: p, Tag: "house", Summary: "What was in its way is mended: runs that wait for a vendor ask again", Commands: []string{"resume"}},

		{ID: "get-pair", Person: true, Method: get, Path: "/arena/pair", Role: e, Tag: "arena", Summary: "Two takes of a shot to vote on blind"},
		{ID: "get-showing", Person: true, Method: get, Path: "/arena/showings/{showing}/{side}", Role: e, Tag: "arena", Summary: "One side of a blind pair, by range"},
		{ID: "cast-vote", Person: true, Method: post, Path: "/arena/votes", Role: e, Tag: "arena", Summary: "Say which is better", Key: true, Status: http.StatusCreated},
		{ID: "get-round", Person: true, Method: get, Path: "/arena/round", Role: e, Tag: "arena", Summary: "Whose takes one's last whole round was about"},
		{ID: "get-leaderboard", Method: get, Path: "/arena/leaderboard", Role: v, Tag: "arena", Summary: "How models stand by the votes", Commands: []string{"leaderboard"}},
		{ID: "get-votes-csv", Method: get, Path: "/arena/votes.csv", Role: v, Tag: "arena", Summary: "Every vote, as comma-separated values", Commands: []string{"leaderboard"}},
		{ID: "import-votes", Method: post, Path: "/arena/imports", Role: p, Tag: "arena", Summary: "Take over the votes of such a file; what is there stays", MaxBody: arena.MaxFile, Upload: true, Commands: []string{"leaderboard"}},
		{ID: "put-leaderboard-frozen", Method: put, Path: "/arena/frozen", Role: p, Tag: "arena", Summary: "Keep new runs to today's table, or let them go by new votes again", Commands: []string{"leaderboard"}},
		{ID: "reveal-model", Method: post, Path: "/arena/reveals", Role: p, Tag: "arena", Summary: "Tell for good which model stands behind a code name", Commands: []string{"leaderboard"}},

		{ID: "calibrate-judge", Method: post, Path: show + "/judge", Role: p, Tag: "house", Summary: "Hold the judge against what people circled and marked NG; plans go by what is found", Commands: []string{"judge"}},

		{ID: "get-look-book", Method: get, Path: show + "/look-book", Role: v, Tag: "sheets", Summary: "A show's look book: its sheets, their pictures and prices, what is missing, approved or stale", Commands: []string{"sheet"}},
		{ID: "get-sheet-picture", Method: get, Path: show + "/look-book/{slate}/{candidate}/picture", Role: v, Tag: "media", Summary: "A picture of a sheet", Commands: []string{"sheet"}},
		{ID: "draw-sheets", Method: post, Path: show + "/look-book/draws", Spends: true, Role: p, Tag: "sheets", Summary: "Make pictures of sheets that have none", Key: true, Status: http.StatusAccepted, Commands: []string{"sheet"}},
		{ID: "retake-sheets", Method: post, Path: show + "/look-book/retakes", Spends: true, Role: e, Tag: "sheets", Summary: "Make other pictures of sheets", Key: true, Status: http.StatusAccepted, Commands: []string{"sheet"}},
		{ID: "approve-sheets", Method: post, Path: show + "/look-book/approvals", Role: e, Tag: "sheets", Summary: "Use pictures as the show's references, from its next plan on", Key: true, Commands: []string{"sheet"}},

		{ID: "make-link", Method: post, Path: show + "/links", Role: p, Tag: "review", Summary: "Open a cut, or a list of takes, to people outside; its passphrase is told once, so it is kept in no answer", Status: http.StatusCreated, Commands: []string{"review"}},
		{ID: "list-links", Method: get, Path: show + "/links", Role: p, Tag: "review", Summary: "A show's review links", Commands: []string{"review"}},
		{ID: "revoke-link", Method: http.MethodDelete, Path: show + "/links/{link}", Role: p, Status: http.StatusNoContent, Tag: "review", Summary: "Take a review link back", Commands: []string{"review"}},
		{ID: "list-approvals", Method: get, Path: episode + "/cuts/{cut}/approvals", Role: v, Tag: "review", Summary: "What was decided about a cut", Commands: []string{"review"}},
		{ID: "approve-cut", Person: true, Method: post, Path: episode + "/cuts/{cut}/approvals", Role: p, Tag: "review", Summary: "Approve a cut, or not", Key: true, Status: http.StatusCreated, Commands: []string{"review"}},

		{ID: "log-in", Method: post, Path: "/session", Role: access.Nobody, Tag: "session", Summary: "Begin a browser's session with a token"},
		{ID: "log-out", Method: http.MethodDelete, Path: "/session", Role: v, Quiet: true, Status: http.StatusNoContent, Tag: "session", Summary: "End the browser's session"},
		{ID: "list-tokens", Method: get, Path: "/tokens", Role: access.Admin, Tag: "house", Summary: "Who may do what, without what proves it", Commands: []string{"token"}},
		{ID: "list-audit", Method: get, Path: "/audit", Role: p, Tag: "house", Summary: "What was done, by whom, the newest first"},

		{ID: "events", Method: get, Path: "/events", Role: v, Open: true, Tag: "live", Summary: "What changes, as server-sent events"},
	}
}

// At is the path of an operation with its parameters filled in, in order.
func (o Operation) At(values ...string) string {
	path := Prefix + o.Path
	for _, v := range values {
		from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		if from < 0 || to < from {
			break
		}
		path = path[:from] + v + path[to+1:]
	}
	return path
}
