//go:build bench

package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// asListeners is what this binary is as the browsers of a house: it listens at the address
// that the variable holds until its input ends.
const asListeners = "DAILIES_BENCH_LISTENERS"

// streams is how many browsers listen at once.
const streams = 100

// TestBenchStreams measures an engine in full work with nobody looking and with a hundred
// event streams open, in turns, and how late each of them hears that a shot has its take.
func TestBenchStreams(t *testing.T) {
	h := newHouse(t, t.TempDir())
	done := &finished{at: map[string]time.Time{}}
	startWorkers(t, h.client, h.stage, done)
	st := &studio.Studio{
		Temporal: h.client, Namespace: h.engine.Address().Namespace, Store: h.stage.Store, Ledger: h.stage.Ledger,
		Account: &account.Account{Store: h.stage.Store, Ledger: h.stage.Ledger}, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	server, err := httpapi.Listen(httpapi.Options{Studio: st, Version: "bench", Log: st.Log}, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(ctx) }) // what it could not serve, listeners miss
	t.Cleanup(func() { stop(); serving.Wait() })

	number := 0
	batch := func() (rate float64, cpu time.Duration) {
		began, used := time.Now(), processorTime(t, os.Getpid())
		var runs []client.WorkflowRun
		for range batchEpisodes {
			number++
			runs = append(runs, submit(t, h.client, h.stage, number, rehearsal.Shots(batchShots)))
		}
		delivered(t, runs)
		took := time.Since(began)
		return batchEpisodes * batchShots / took.Seconds(), processorTime(t, os.Getpid()) - used
	}
	batch() // warms up
	var ratios, cpus []float64
	var late []time.Duration
	heard, all := 0, 0
	for range 4 {
		// What an engine holds makes it slower by and by: alone, watched, watched, alone.
		before, cpuBefore := batch()
		l := listen(t, server.URL)
		from := number
		first, cpuFirst := batch()
		second, cpuSecond := batch()
		to := number
		receipts := l.end(t)
		after, cpuAfter := batch()
		ratios = append(ratios, (1/before+1/after)/(1/first+1/second))
		cpus = append(cpus, (cpuFirst+cpuSecond-cpuBefore-cpuAfter).Seconds()/(batchEpisodes*batchShots*(1/first+1/second)))
		for n := from + 1; n <= to; n++ {
			for _, shot := range rehearsal.Shots(batchShots) {
				key := fmt.Sprintf("%d/%s", n, shot.Slate)
				all += streams
				heard += len(receipts[key])
				for _, at := range receipts[key] {
					late = append(late, time.Unix(0, at).Sub(done.when(key)))
				}
			}
		}
	}
	if heard < all {
		t.Errorf("%d of %d shots were told to all streams", heard/streams, all/streams)
	}
	slices.Sort(late)
	line("studio_streams_engine", mean(ratios), "ratio", ">= 0.97")
	line("studio_streams_cpu", 100*mean(cpus), "% of a core", "<= 10")
	line("studio_streams_delay_p50", late[len(late)/2].Seconds(), "s", "<= 1")
	line("studio_streams_delay_p99", late[len(late)*99/100].Seconds(), "s", "<= 1.5")
}

// finished notes when the step ended that gives a shot its take: what a run knows a moment
// later, so delays are never made smaller than they are.
type finished struct {
	interceptor.WorkerInterceptorBase

	mu sync.Mutex
	at map[string]time.Time
}

func (f *finished) when(key string) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at[key]
}

// InterceptActivity watches every step.
func (f *finished) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	i := &finishing{all: f}
	i.Next = next
	return i
}

type finishing struct {
	interceptor.ActivityInboundInterceptorBase
	all *finished
}

func (i *finishing) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	out, err := i.Next.ExecuteActivity(ctx, in)
	for _, arg := range in.Args {
		c, ok := arg.(*activities.ConformInput)
		if v, is := arg.(activities.ConformInput); is {
			c, ok = &v, true
		}
		if ok {
			i.all.mu.Lock()
			i.all.at[fmt.Sprintf("%d/%s", c.Take.Episode.Number, c.Take.Slate)] = time.Now()
			i.all.mu.Unlock()
		}
	}
	return out, err
}

// listeners is a process of its own that holds the streams, as browsers would.
type listeners struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  bytes.Buffer
	read chan struct{} // closed when all that it said is in out
}

// listen opens the streams and waits until all of them are greeted.
func listen(t *testing.T, url string) *listeners {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := &listeners{cmd: exec.CommandContext(t.Context(), self), read: make(chan struct{})}
	l.cmd.Env = append(os.Environ(), asListeners+"="+url)
	l.cmd.Stderr = os.Stderr
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatalf("the listeners say nothing: %v", err)
	}
	go func() {
		defer close(l.read)
		_, _ = io.Copy(&l.out, r) // what is cut off is no JSON
	}()
	return l
}

// end closes the streams and gives when each of them first heard of each take, in
// nanoseconds of the clock that all processes share.
func (l *listeners) end(t *testing.T) map[string][]int64 {
	t.Helper()
	time.Sleep(2 * time.Second) // what changed last is told within that, or is late for good
	if err := l.in.Close(); err != nil {
		t.Fatal(err)
	}
	<-l.read
	if err := l.cmd.Wait(); err != nil {
		t.Fatalf("the listeners: %v", err)
	}
	var heard map[string][]int64
	if err := json.Unmarshal(l.out.Bytes(), &heard); err != nil {
		t.Fatal(err)
	}
	return heard
}

// listeningMain is the life of the process that listens.
func listeningMain(url string) int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var mu sync.Mutex
	heard := map[string][]int64{}
	var greeted, streaming sync.WaitGroup
	greeted.Add(streams)
	for range streams {
		streaming.Go(func() {
			hello := sync.OnceFunc(greeted.Done)
			defer hello()
			mine, err := one(ctx, url, hello)
			if err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for key, at := range mine {
				heard[key] = append(heard[key], at)
			}
		})
	}
	greeted.Wait()
	fmt.Println("listening")
	_, _ = io.Copy(io.Discard, os.Stdin) // its end is the sign
	stop()
	streaming.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(heard); err != nil {
		return 1
	}
	return 0
}

// one listens to one stream until ctx ends.
func one(ctx context.Context, url string, hello func()) (map[string]int64, error) {
	mine := map[string]int64{}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/events", http.NoBody)
	if err != nil {
		return mine, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return mine, err
	}
	defer answer.Body.Close()
	lines := bufio.NewReaderSize(answer.Body, 64<<10)
	shot := false
	for {
		l, err := lines.ReadSlice('\n')
		if err != nil {
			return mine, err
		}
		switch {
		case bytes.HasPrefix(l, []byte("event: ")):
			shot = bytes.Equal(l, []byte("event: shot\n"))
			hello()
		case shot && bytes.HasPrefix(l, []byte("data: ")) && bytes.Contains(l, []byte(`"state":"circle"`)):
			key := text(l, `"ep":`, ',') + "/" + text(l, `"slate":"`, '"')
			if _, known := mine[key]; !known {
				mine[key] = time.Now().UnixNano()
			}
		}
	}
}

// text is what stands between a word and the next end.
func text(l []byte, after string, end byte) string {
	_, rest, _ := bytes.Cut(l, []byte(after))
	i := bytes.IndexByte(rest, end)
	if i < 0 {
		return strconv.Quote(string(l))
	}
	return string(rest[:i])
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
