package c2pa

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
)

// newHash is the hash of a name; nil: there is none of that name in the specification.
func newHash(name string) hash.Hash {
	switch name {
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	}
	return nil
}

// sum hashes bytes; nil where there is no hash of that name.
func sum(alg string, b []byte) []byte {
	h := newHash(alg)
	if h == nil {
		return nil
	}
	h.Write(b)
	return h.Sum(nil)
}

// span is a part of a file, from one byte to before another.
type span struct{ from, to int64 }

// errExclusion says that the list of what is left out makes no sense.
var errExclusion = errors.New("its list of what the hash leaves out is malformed")

// hash is the hash of the file without what is left out, §18.6.2: each top-level box
// that is not left out as a whole is hashed behind its offset, in 8 bytes.
func (f *file) hash(alg string, out []exclusion) ([]byte, error) {
	h := newHash(alg)
	if h == nil {
		return nil, fmt.Errorf("the hash %.40q is not known", alg)
	}
	top, _, err := f.top()
	if err != nil {
		return nil, err
	}
	var gone []span
	for _, e := range out {
		spans, err := f.excluded(e)
		if err != nil {
			return nil, err
		}
		gone = append(gone, spans...)
	}
	slices.SortFunc(gone, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	at := int64(0)
	for _, b := range top {
		if slices.Contains(gone, span{b.at, b.end()}) {
			continue
		}
		if err := f.hashTo(h, at, b.at, gone); err != nil {
			return nil, err
		}
		h.Write(be64(uint64(b.at)))
		at = b.at
	}
	if err := f.hashTo(h, at, f.size, gone); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// hashTo hashes the bytes from one to before another, without those that are gone,
// which are in order.
func (f *file) hashTo(h hash.Hash, from, to int64, gone []span) error {
	for _, g := range gone {
		if g.to <= from || g.from >= to {
			continue
		}
		if err := f.copy(h, from, g.from); err != nil {
			return err
		}
		from = g.to
	}
	return f.copy(h, from, to)
}

func (f *file) copy(w io.Writer, from, to int64) error {
	if to <= from {
		return nil
	}
	const piece = 1 << 20
	n, err := io.CopyBuffer(w, io.NewSectionReader(f.r, from, to-from), make([]byte, min(piece, to-from)))
	if err == nil && n < to-from {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// excluded are the parts of the file that an exclusion names.
func (f *file) excluded(e exclusion) ([]span, error) {
	boxes, err := f.find(e.XPath)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errExclusion, err)
	}
	last := int64(0)
	for _, s := range e.Subset {
		if s.Offset < last || s.Length < 0 || s.Offset+s.Length < s.Offset {
			return nil, fmt.Errorf("%w: parts of %.80q overlap", errExclusion, e.XPath)
		}
		last = s.Offset + s.Length
	}
	var all []span
	for _, b := range boxes {
		is, err := f.matches(b, e)
		if err != nil {
			return nil, err
		}
		switch {
		case !is:
		case len(e.Subset) == 0:
			all = append(all, span{b.at, b.end()})
		default:
			for _, s := range e.Subset {
				if s.Offset >= b.size {
					continue
				}
				to := b.end()
				if s.Length > 0 {
					to = min(to, b.at+s.Offset+s.Length)
				}
				all = append(all, span{b.at + s.Offset, to})
			}
		}
	}
	return all, nil
}

// matches says whether a box is what an exclusion means.
func (f *file) matches(b box, e exclusion) (bool, error) {
	if e.Length != nil && *e.Length != b.size {
		return false, nil
	}
	if e.Version != nil || e.Flags != nil {
		head, err := f.read(b.at+b.head, min(4, b.size-b.head), 4)
		if err != nil {
			return false, err
		}
		if len(head) < 4 || e.Version != nil && *e.Version != int64(head[0]) {
			return false, nil
		}
		if e.Flags != nil {
			if len(e.Flags) != 3 {
				return false, fmt.Errorf("%w: flags of %.80q are not three bytes", errExclusion, e.XPath)
			}
			for i, want := range e.Flags {
				exact := e.Exact == nil || *e.Exact
				if exact && want != head[1+i] || !exact && want&head[1+i] != want {
					return false, nil
				}
			}
		}
	}
	const longest = 1 << 10
	for _, d := range e.Data {
		if d.Offset < 0 || len(d.Value) > longest {
			return false, fmt.Errorf("%w: data of %.80q", errExclusion, e.XPath)
		}
		if d.Offset > b.size-int64(len(d.Value)) {
			return false, nil
		}
		have, err := f.read(b.at+d.Offset, int64(len(d.Value)), longest)
		if err != nil {
			return false, err
		}
		if !bytes.Equal(have, d.Value) {
			return false, nil
		}
	}
	return true, nil
}
