//go:build bench

package bench

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/browser"
	"github.com/dailies/dailies/test/rehearsal"
)

// The season that the Studio is measured on, and how much of it is in work at once.
const (
	seasonEpisodes = 80
	seasonShots    = 60
	inWork         = 8
	// badEvery makes one in so many shots NG, so that a board has what boards have.
	badEvery = 97
)

// seasonName is the environment variable that names a folder where the season is kept:
// whoever measures again need not render it again. Without it there is none afterwards.
const seasonName = "DAILIES_BENCH_SEASON"

// looks is how often a page is asked for to measure it.
const looks = 20

// rehearsedSeason renders a season into a data folder: all but vendors and media is real.
func rehearsedSeason(t *testing.T, data string) {
	t.Helper()
	h := newHouse(t, data)
	stop := startWorkers(t, h.client, h.stage)
	for first := 1; first <= seasonEpisodes; first += inWork {
		var runs []client.WorkflowRun
		for n := first; n < first+inWork; n++ {
			runs = append(runs, submit(t, h.client, h.stage, n, shotsOf(n)))
		}
		for _, run := range runs {
			var d drama.Delivery
			if err := run.Get(t.Context(), &d); err != nil {
				t.Fatal(err)
			}
			if d.State != drama.StateDelivered && d.State != drama.StateNG {
				t.Fatalf("%s ended as %s: %v", run.GetID(), d.State, d.Problems)
			}
		}
	}
	stop()
	h.end(t)
}

// shotsOf are an episode's shots in scenes of six, a few of which come to nothing.
func shotsOf(episode int) []drama.Shot {
	shots := rehearsal.Shots(seasonShots)
	for i := range shots {
		shots[i].Scene = strconv.Itoa(i/6 + 1)
		shots[i].Slate = fmt.Sprintf("%d%c", i/6+1, 'A'+i%6)
		if (episode*seasonShots+i)%badEvery == 0 {
			shots[i].Action += " [fake: failed]"
		}
	}
	return shots
}

// TestBenchStudio measures what a person waits for on a season of 4,800 shots: the real
// program serves a real data folder, its engine running, to a real browser.
func TestBenchStudio(t *testing.T) {
	data := os.Getenv(seasonName)
	if data == "" {
		data = t.TempDir()
	}
	if _, err := os.Stat(filepath.Join(data, "s3")); err != nil {
		rehearsedSeason(t, data)
	}
	url, pid := serve(t, program(t), data)

	began := time.Now()
	fetch(t, url+"/s/rehearsal/")
	line("studio_cold_80_episodes", time.Since(began).Seconds(), "s", "<= 2")

	cpu := processorTime(t, pid)
	var took []time.Duration
	var body []byte
	for range looks {
		began := time.Now()
		body = fetch(t, url+"/s/rehearsal/")
		took = append(took, time.Since(began))
	}
	line("studio_board_server", median(took).Seconds()*1000, "ms", "<= 60")
	line("studio_board_cpu", (processorTime(t, pid)-cpu).Seconds()*1000/looks, "ms", "<= 60")
	line("studio_board_html", float64(len(body))/1000, "kB", "<= 350")
	line("studio_board_html_gzipped", float64(gzipped(t, body))/1000, "kB", "<= 45")

	benchPages(t, url)
	line("studio_process_peak", mib(sample(pid).parent), "MiB", "<= 400")
}

// benchPages opens pages in Chromium.
func benchPages(t *testing.T, url string) {
	t.Helper()
	ctx := browser.Open(t, url+"/")
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 800)); err != nil {
		t.Fatal(err)
	}
	var painted, usable []float64
	for i := range 6 {
		open(ctx, t, url+"/s/rehearsal/")
		// The cell that is in the order of tabs is named by the board's module: from then on
		// keys and presses are heard.
		at := browser.Tell[[]float64](ctx, t, `new Promise((done) => {
			const look = () => {
				const paint = performance.getEntriesByName("first-contentful-paint")[0];
				if (paint && document.querySelector("#board a.cell[tabindex='0']")) done([paint.startTime, performance.now()]);
				else requestAnimationFrame(look);
			};
			look();
		})`)
		if i > 0 { // the first starts the browser's processes
			painted, usable = append(painted, at[0]/1000), append(usable, at[1]/1000)
		}
	}
	line("studio_board_first_paint", median(painted), "s", "<= 0.6")
	line("studio_board_usable", median(usable), "s", "<= 1")
	line("studio_board_elements", browser.Tell[float64](ctx, t, `document.getElementsByTagName("*").length`), "elements", "<= 6500")
	line("studio_board_longest_task", browser.Tell[float64](ctx, t, twoHundredChanges), "ms", "<= 50")

	most, worst := 0.0, ""
	for _, page := range []string{"/", "/s/rehearsal/", "/s/rehearsal/ep01", "/s/rehearsal/ep01/1A", "/waiting", "/money", "/jobs", "/providers", "/blind", "/leaderboard"} {
		open(ctx, t, url+page)
		if n := modules(ctx, t); n > most {
			most, worst = n, page
		}
	}
	t.Logf("the page with most JS is %s", worst)
	line("studio_js_gzipped", most/1024, "KiB", "<= 25")
	open(ctx, t, url+"/s/rehearsal/ep01/script")
	line("studio_js_script_gzipped", modules(ctx, t)/1024, "KiB", "<= 175")
}

// twoHundredChanges lets a second's worth of events into the board's own listeners, as the
// stream brings them, and gives the longest task.
const twoHundredChanges = `(async () => {
	const src = document.querySelector("script[type=module]").src;
	const live = await import(new URL("live.js", src));
	let longest = 0;
	new PerformanceObserver((l) => l.getEntries().forEach((e) => { longest = Math.max(longest, e.duration); })).observe({ type: "longtask" });
	const cells = [...document.querySelectorAll("#board a.cell")];
	const states = ["generating", "conforming", "circle", "ng"];
	for (let flush = 0; flush < 12; flush++) {
		for (let i = 0; i < 50; i++) {
			const c = cells[(flush * 997 + i * 89) % cells.length];
			const ep = Number(c.closest("[data-ep]").dataset.ep);
			live.deliver({ kind: "shot", data: { show: "rehearsal", ep, slate: c.textContent, state: states[(flush + i) % 4] } });
		}
		await new Promise((done) => setTimeout(done, 250));
	}
	await new Promise((done) => setTimeout(done, 1000));
	return longest;
})()`

// open goes to a page, which must be one.
func open(ctx context.Context, t *testing.T, page string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatalf("open %s: %v", page, err)
	}
	if said := browser.Tell[string](ctx, t, `document.querySelector("#main > .empty.problem")?.innerText ?? ""`); said != "" {
		t.Fatalf("%s says: %s", page, said)
	}
}

// modules is how many bytes of modules the page has loaded, as they are sent, in a browser
// that has none of them.
func modules(ctx context.Context, t *testing.T) float64 {
	t.Helper()
	return browser.Tell[float64](ctx, t, `(async () => {
		await new Promise((done) => setTimeout(done, 500)); // rooms are imported by page.js
		const own = new URL("worker.js", document.querySelector("script[type=module]").src).href;
		await fetch(own); // the shared worker loads it where a page cannot see
		return performance.getEntriesByType("resource").filter((r) => /\.js$/.test(r.name)).reduce((n, r) => n + r.encodedBodySize, 0);
	})()`)
}

// serve runs dailies up on a data folder until the test ends.
func serve(t *testing.T, prog, data string) (url string, pid int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), prog, "up", "--data", data, "--listen", "127.0.0.1:0")
	var errs bytes.Buffer
	cmd.Dir, cmd.Stderr = t.TempDir(), &errs
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // it may have ended
		if err := cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("dailies up: %v\n%s", err, errs.Bytes())
		}
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dailies up: %v\n%s", err, errs.Bytes())
	}
	return strings.TrimSuffix(strings.TrimSpace(first), "/"), cmd.Process.Pid
}

func fetch(t *testing.T, url string) []byte {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %.300s", url, r.Status, err, body)
	}
	return body
}

func gzipped(t *testing.T, body []byte) int {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed) // as the Studio sends pages
	if err == nil {
		_, err = z.Write(body)
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Len()
}
