package runner

// tail keeps the first and the last bytes written to it: why a program dies stands
// first, where it was stands last.
type tail struct {
	max  int
	head []byte
	buf  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if room := t.max - len(t.head); room > 0 {
		t.head = append(t.head, p[:min(room, n)]...)
	}
	if n > t.max {
		p = p[n-t.max:]
	}
	if over := len(t.buf) + len(p) - t.max; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	t.buf = append(t.buf, p...)
	return n, nil
}

// String is the last bytes.
func (t *tail) String() string { return string(t.buf) }

// ends is the first and the last bytes.
func (t *tail) ends() string { return string(t.head) + "\n" + string(t.buf) }
