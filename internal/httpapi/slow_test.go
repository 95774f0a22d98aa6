package httpapi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// pipes is a listener whose connections are made by the test, in its own time.
type pipes chan net.Conn

type fromHere struct{ net.Conn }

func (fromHere) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 50000}
}

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return fromHere{c}, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7788} }

// dial connects to a server of st that runs until the test ends.
func dial(t *testing.T, st *mem.Store) (connect func() net.Conn, stop func()) {
	t.Helper()
	o := Options{Studio: &studio.Studio{Store: st}, Version: "test", Log: slog.New(slog.DiscardHandler), Access: access.Options{Address: "127.0.0.1:7788"}}
	h, err := Handler(o, live.New(o.Studio, o.Log))
	if err != nil {
		t.Fatal(err)
	}
	server, p := limited(h, o), make(pipes)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(p)
	}()
	return func() net.Conn {
			ours, theirs := net.Pipe()
			p <- theirs
			return ours
		}, func() {
			close(p)
			_ = server.Close()
			<-done
			time.Sleep(time.Second) // in the bubble's time: connections linger before they close
			synctest.Wait()
		}
}

// ended is how long the server keeps a connection on which nothing more comes.
func ended(t *testing.T, c net.Conn) (after time.Duration, said string) {
	t.Helper()
	began := time.Now()
	var all bytes.Buffer
	_, err := io.Copy(&all, c)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the connection ended by %v", err)
	}
	return time.Since(began), all.String()
}

func TestSlowClientsAreNotWaitedFor(t *testing.T) {
	const head = "POST /api/v1/quotes HTTP/1.1\r\nHost: 127.0.0.1:7788\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct {
		send   string
		within time.Duration
	}{
		"nothing at all":             {"", headersWithin},
		"half a request line":        {"GET /api", headersWithin},
		"headers that never end":     {head, headersWithin},
		"a body that never comes":    {head + "Content-Length: 1000\r\n\r\n", bodyWithin},
		"a body that stops":          {head + "Content-Length: 1000\r\n\r\n{\"op\":", bodyWithin},
		"chunks that stop":           {head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"op\"", bodyWithin},
		"one request, and then none": {"GET /api/v1/healthz HTTP/1.1\r\nHost: 127.0.0.1:7788\r\n\r\n", idleFor},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				connect, stop := dial(t, mem.New())
				conn := connect()
				go func() { _, _ = io.WriteString(conn, c.send) }()
				if after, said := ended(t, conn); after > c.within+5*time.Second {
					t.Errorf("it was held for %v, want %v: %q", after, c.within, said)
				}
				_ = conn.Close()
				stop()
			})
		})
	}
}

// A client that sends a byte now and then gains nothing by it.
func TestTricklingHeadersEndAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connect, stop := dial(t, mem.New())
		conn := connect()
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: 127.0.0.1:7788\r\n")
			for {
				time.Sleep(time.Second) // in the bubble's time
				if _, err := io.WriteString(conn, "X-A: b\r\n"); err != nil {
					return
				}
			}
		}()
		if after, _ := ended(t, conn); after > headersWithin+5*time.Second {
			t.Errorf("it was held for %v", after)
		}
		_ = conn.Close()
		<-gone
		stop()
	})
}

// Who asks for a film and reads none of it is let go.
func TestWhoDoesNotReadIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := mem.New()
		id := drama.EpisodeID{Show: "mine", Number: 1}
		put := func(name, body string) {
			if _, err := st.Put(t.Context(), store.Keys{Show: "mine"}.Cut(id, 1)+name, strings.NewReader(body), "video/mp4"); err != nil {
				t.Fatal(err)
			}
		}
		put("master.mp4", strings.Repeat("x", 1<<20))
		put("manifest.json", `{"id":{"show":"mine","episode":1},"cut":1,"files":[{"name":"master.mp4","bytes":1048576,"type":"video/mp4"}]}`)
		connect, stop := dial(t, st)
		conn := connect()
		began := time.Now()
		go func() {
			_, _ = io.WriteString(conn, "GET /api/v1/shows/mine/episodes/1/cuts/1/files/master.mp4 HTTP/1.1\r\nHost: 127.0.0.1:7788\r\nConnection: close\r\n\r\n")
		}()
		buf := make([]byte, 12)
		if _, err := io.ReadFull(conn, buf); err != nil || string(buf) != "HTTP/1.1 200" {
			t.Fatalf("%q, %v", buf, err)
		}
		time.Sleep(5 * time.Minute) // in the bubble's time: nothing is read
		got, err := io.Copy(io.Discard, conn)
		if got >= 1<<20 || time.Since(began) > 6*time.Minute {
			t.Errorf("after %v it was sent %d bytes all the same (%v)", time.Since(began), got, err)
		}
		_ = conn.Close()
		stop()
	})
}

func TestGiantRequestsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connect, stop := dial(t, mem.New())
		ask := func(send func(io.Writer)) string {
			conn := connect()
			defer conn.Close()
			go send(conn)
			buf := make([]byte, 12)
			if _, err := io.ReadFull(conn, buf); err != nil {
				t.Fatal(err)
			}
			return string(buf)
		}
		giant := func(length string, chunked bool) func(io.Writer) {
			return func(w io.Writer) {
				_, _ = io.WriteString(w, "POST /api/v1/quotes HTTP/1.1\r\nHost: 127.0.0.1:7788\r\nContent-Type: application/json\r\n"+length+"\r\n")
				block := strings.Repeat("[", 1<<16)
				for range 1 << 14 { // a GiB, if it were let
					if chunked {
						block = "10000\r\n" + strings.Repeat("[", 1<<16) + "\r\n"
					}
					if _, err := io.WriteString(w, block); err != nil {
						return
					}
				}
			}
		}
		if got := ask(giant("Content-Length: 1073741824\r\n", false)); got != "HTTP/1.1 413" {
			t.Errorf("a body of a GiB: %s", got)
		}
		if got := ask(giant("Transfer-Encoding: chunked\r\n", true)); got != "HTTP/1.1 413" {
			t.Errorf("a body of a GiB in chunks: %s", got)
		}
		if got := ask(func(w io.Writer) {
			_, _ = io.WriteString(w, "GET / HTTP/1.1\r\nHost: 127.0.0.1:7788\r\nX-Big: "+strings.Repeat("x", 1<<20)+"\r\n\r\n")
		}); got != "HTTP/1.1 431" {
			t.Errorf("a header of a MiB: %s", got)
		}
		stop()
	})
}
