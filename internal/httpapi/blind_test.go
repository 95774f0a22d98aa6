package httpapi_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/test/browser"
)

// reviewClip is the two seconds that the briefs ask for, as browsers play them.
func reviewClip(t *testing.T, source string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.mp4")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", source+"=s=180x320:r=24:d=2", "-f", "lavfi", "-i", "sine=440:r=48000:d=2",
		"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", path).CombinedOutput()
	if err != nil {
		t.Fatalf("make a clip: %v: %s", err, out)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestBlindInABrowser votes by keyboard on what is seen, and looks at all that the
// browser was sent for a name.
func TestBlindInABrowser(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	clips := map[int][]byte{1: reviewClip(t, "testsrc2"), 2: reviewClip(t, "smptebars")}
	h, st := arenaAt(t, 3, l.Addr().String(), time.Now, func(k int) []byte { return clips[k] })
	var mu sync.Mutex
	var sent []string
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, r.URL.String(), fmt.Sprint(w.Header()))
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })

	ctx := browser.Open(t, "about:blank")
	run := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	run(chromedp.Navigate("http://"+l.Addr().String()+"/blind"), chromedp.WaitVisible("#left"))
	// A key before the clips have been seen once is no vote.
	run(chromedp.KeyEvent(kb.ArrowLeft))
	if got := browser.Tell[string](ctx, t, `document.getElementById("place").textContent`); got != "1 / 20" {
		t.Errorf("an early key was a vote: %s", got)
	}
	run(chromedp.WaitReady(`#blind[data-loops]`))
	if same := browser.Tell[bool](ctx, t, `(() => { const [a, b] = document.querySelectorAll("#blind video"); return a.videoWidth === b.videoWidth && a.clientHeight === b.clientHeight && a.clientHeight > 50 && a.src !== b.src; })()`); !same {
		t.Error("the two are not of one size, or one clip")
	}
	html := browser.Tell[string](ctx, t, `document.documentElement.outerHTML`)
	for _, b := range browser.Barriers(ctx, t) {
		t.Errorf("the page keeps somebody out: %+v", b)
	}
	shot(t, ctx, "blind")
	run(chromedp.KeyEvent(kb.ArrowRight), chromedp.WaitReady(`#place[data-nth="2"]`))
	votes, _, err := st.Votes(t.Context(), nil)
	if err != nil || len(votes) != 1 || votes[0].Choice != arena.Right || votes[0].Why != "" {
		t.Errorf("votes: %+v, %v", votes, err)
	}
	mu.Lock()
	sealed := regexp.MustCompile(`/showings/[\w-]{40,}`) // by chance they spell anything
	for _, text := range append(sent, html) {
		text = sealed.ReplaceAllString(text, "/showings/")
		for _, s := range secrets {
			if strings.Contains(strings.ToLower(text), s) {
				t.Errorf("the browser was sent %q: %.300s", s, text)
			}
		}
		if strings.Contains(text, "/events") {
			t.Errorf("the blind page listens to events, which tell who made what: %.200s", text)
		}
	}
	if len(sent) < 10 {
		t.Errorf("only %d things were sent", len(sent))
	}
	mu.Unlock()

	// Votes of a studio, for the ranking's page, which nobody has looked at yet.
	league(t, ballots.Ballots{Store: st.Store})
	run(chromedp.Navigate("http://"+l.Addr().String()+"/leaderboard"), chromedp.WaitVisible("#ranking table"))
	if rows := browser.Tell[int](ctx, t, `document.querySelectorAll("#ranking tbody tr").length`); rows != 5 {
		t.Errorf("the ranking has %d rows, want 5", rows)
	}
	for _, b := range browser.Barriers(ctx, t) {
		t.Errorf("the ranking keeps somebody out: %+v", b)
	}
	shot(t, ctx, "leaderboard")
}

// shot keeps a picture of the page where DAILIES_SHOTS says, for a person to look at.
func shot(t *testing.T, ctx context.Context, name string) { //nolint:revive // as testing has it
	t.Helper()
	dir := os.Getenv("DAILIES_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}

// league casts votes on pairs of three more models: the third wins most.
func league(t *testing.T, b ballots.Ballots) {
	t.Helper()
	at := time.Now().Add(-time.Hour)
	var pairs []arena.Pair
	var votes []arena.Vote
	for i := range 180 {
		digest := fmt.Sprintf("%064x", 1000+i)
		p := arena.Pair{ID: arena.BakeoffID("pier", digest), Digest: digest, Kind: arena.Kinds()[i%6], Origin: arena.Bakeoff, At: at}
		p.Episode.Show, p.Episode.Number, p.Slate = "pier", 1, "1A"
		names := []string{"wan", "hailuo", "veo"}
		p.A, p.B = arena.Entrant{Model: names[i%3], Provider: "x"}, arena.Entrant{Model: names[(i+1)%3], Provider: "y"}
		pairs = append(pairs, p)
		for k := range 2 {
			v := arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", 2*i+k)), Pair: p.ID, By: fmt.Sprint("person ", k), Left: arena.SideA, Choice: arena.Left, At: at}
			if p.B.Model == "veo" && i%4 > 0 || i%5 == 0 {
				v.Choice = arena.Right
			}
			votes = append(votes, v)
		}
	}
	if _, err := b.Import(t.Context(), pairs, votes); err != nil {
		t.Fatal(err)
	}
}
