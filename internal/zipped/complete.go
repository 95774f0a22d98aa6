package zipped

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Partial is what there is of a ZIP: a file that may be cut off, or be another.
type Partial interface {
	io.ReaderAt
	io.WriterAt
	Truncate(bytes int64) error
}

// ErrContent: a file's bytes are not those that were promised.
var ErrContent = errors.New("its bytes are not those that were promised")

// Done is what became of a Partial.
type Done struct {
	SHA256 string `json:"sha256"` // of the whole ZIP, hex
	Kept   int64  `json:"kept"`   // bytes that were there, and right
}

// completion is the work of Complete.
type completion struct {
	layout *Layout
	f      Partial
	open   Open
	tell   func(int64)
	ctx    context.Context //nolint:containedctx // of one call

	have int64 // bytes that are there and were not found wrong
	kept int64
	sum  hash.Hash // of the ZIP so far
	buf  []byte
}

// Complete makes f, of which so many bytes are there, the whole ZIP. What is there is read
// and held to what is promised: its longest right beginning, down to the byte, is kept, the
// rest is cut off, and what is missing is written behind it. A file that was begun and is
// not right when it is whole is written once more. tell is told how far it is; it may be
// nil. ErrContent, and what open and f say.
func (l *Layout) Complete(ctx context.Context, f Partial, have int64, open Open, tell func(bytes int64)) (Done, error) {
	if tell == nil {
		tell = func(int64) {}
	}
	c := &completion{layout: l, f: f, open: open, tell: tell, ctx: ctx, have: have, sum: sha256.New(), buf: make([]byte, 256<<10)}
	for _, p := range l.parts {
		write := c.written
		if p.file >= 0 {
			write = c.fetched
		}
		if err := write(p); err != nil {
			return Done{}, err
		}
	}
	if err := f.Truncate(l.bytes); err != nil {
		return Done{}, fmt.Errorf("cut off what is behind the ZIP: %w", err)
	}
	return Done{SHA256: hex.EncodeToString(c.sum.Sum(nil)), Kept: c.kept}, nil
}

// there is how much of a part is there.
func (c *completion) there(p part) int64 { return max(0, min(c.have-p.at, p.bytes)) }

// wrong cuts off what is there from a byte on.
func (c *completion) wrong(at int64) error {
	c.have = min(c.have, at)
	if err := c.f.Truncate(c.have); err != nil {
		return fmt.Errorf("cut off what is not right: %w", err)
	}
	return nil
}

// written completes a part that is known here.
func (c *completion) written(p part) error {
	n := c.there(p)
	was := make([]byte, n)
	if _, err := c.f.ReadAt(was, p.at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read what is there: %w", err)
	}
	if !bytes.Equal(was, p.own[:n]) {
		if err := c.wrong(p.at); err != nil {
			return err
		}
		n = 0
	}
	c.kept += n
	_, _ = c.sum.Write(p.own) // a hash never fails
	if n == p.bytes {
		return nil
	}
	if _, err := c.f.WriteAt(p.own[n:], p.at+n); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	c.have = p.end()
	return nil
}

// fetched completes a file. Whether its beginning was right is known when it is whole.
func (c *completion) fetched(p part) error {
	before, err := c.sum.(hash.Cloner).Clone() // SHA-256 can
	if err != nil {
		return err
	}
	n := c.there(p)
	right, err := c.pass(p, n)
	if err != nil {
		return err
	}
	if !right && n > 0 {
		if err := c.wrong(p.at); err != nil {
			return err
		}
		c.sum, n = before, 0
		if right, err = c.pass(p, 0); err != nil {
			return err
		}
	}
	if !right {
		return fmt.Errorf("write %s: %w", p.Name, ErrContent)
	}
	c.kept += n
	return nil
}

// pass reads n bytes of a file that are there, writes the rest, and says whether all of it
// is what was promised.
func (c *completion) pass(p part, n int64) (right bool, err error) {
	sum := sha256.New()
	both := io.MultiWriter(sum, c.sum)
	if err := c.move(both, io.NewSectionReader(c.f, p.at, n), p.at); err != nil {
		return false, fmt.Errorf("read what is there: %w", err)
	}
	if n < p.bytes {
		if err := c.rest(p, n, both); err != nil {
			return false, err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)) == p.SHA256, nil
}

// rest writes a file from its byte n on.
func (c *completion) rest(p part, n int64, sum io.Writer) (err error) {
	in, err := c.open(p.file, n)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.Name, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out := io.MultiWriter(io.NewOffsetWriter(c.f, p.at+n), sum)
	whole := &io.LimitedReader{R: in, N: p.bytes - n}
	if err := c.move(out, whole, p.at+n); err != nil {
		return fmt.Errorf("write %s: %w", p.Name, err)
	}
	if whole.N > 0 {
		return fmt.Errorf("read %s: %d bytes of %d are missing: %w", p.Name, whole.N, p.bytes, io.ErrUnexpectedEOF)
	}
	if err := last(in, nil); err != nil {
		return fmt.Errorf("read %s: %w", p.Name, err)
	}
	c.have = p.end()
	return nil
}

// move copies, tells how far it is, and ends with the context.
func (c *completion) move(to io.Writer, from io.Reader, at int64) error {
	for {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		n, err := from.Read(c.buf)
		if n > 0 {
			if _, err := to.Write(c.buf[:n]); err != nil {
				return err
			}
			at += int64(n)
			c.tell(at)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
