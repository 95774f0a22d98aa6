package chaos

import (
	"io"
	"net"
	"sync"
	"time"
)

// wire carries connections to a server whose protocol is not ours to read, and cuts them.
type wire struct {
	to func() string // where the server is now

	mu     sync.Mutex
	open   map[net.Conn]bool
	broken time.Time // until then connections are reset
	slow   time.Time // until then nothing moves
	met    int
	passed int
}

// listen carries connections until the listener is closed.
func (w *wire) listen(l net.Listener) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		go w.carry(in)
	}
}

func (w *wire) carry(in net.Conn) {
	defer in.Close()
	if !w.take(in) {
		return
	}
	defer w.drop(in)
	out, err := net.DialTimeout("tcp", w.to(), 5*time.Second) //nolint:noctx // it is on this machine
	if err != nil {
		return
	}
	defer out.Close()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		go func() {
			w.pump(way[1], way[0])
			ended <- struct{}{}
		}()
	}
	<-ended // one direction is enough
}

// take says whether a connection may be; it is reset otherwise.
func (w *wire) take(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().Before(w.broken) {
		w.met++
		cut(c)
		return false
	}
	w.passed++
	if w.open == nil {
		w.open = map[net.Conn]bool{}
	}
	w.open[c] = true
	return true
}

func (w *wire) drop(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, c)
}

func (w *wire) pump(to io.Writer, from io.Reader) {
	part := make([]byte, 32<<10)
	for {
		n, err := from.Read(part)
		w.mu.Lock()
		late := time.Until(w.slow)
		w.mu.Unlock()
		if late > 0 {
			time.Sleep(late)
		}
		if n > 0 {
			if _, err := to.Write(part[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// reset cuts all connections, and those that are made for a while.
func (w *wire) reset(lasts time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = time.Now().Add(lasts)
	for c := range w.open {
		w.met++
		cut(c)
	}
}

// stall lets nothing through for a while, and loses none of it.
func (w *wire) stall(lasts time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow = time.Now().Add(lasts)
	w.met += len(w.open)
}

func (w *wire) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken, w.slow = time.Time{}, time.Time{}
}

func (w *wire) sum() (met, passed int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.met, w.passed
}

// cut ends a connection as a machine does that is gone.
func cut(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // what it cannot do, it does as a normal end
	}
	_ = c.Close()
}
