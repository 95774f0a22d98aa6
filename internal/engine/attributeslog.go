package engine

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/s3err"
)

// shard is one of the files with the attributes of a bucket's objects. A line is all that is known of one object, after a hash of its
// name, and the last one of an object counts. Lines are only added: nobody can see a torn one, because an object is put in place after
// its attributes, and what a kill cut off is no line. A file of which most is out of date is written anew.
type shard struct {
	file string

	mu     sync.Mutex
	f      *os.File // nil: not looked at yet, or there is none
	loaded bool
	lines  map[objectName]place
	size   int64 // of the file
	live   int64 // of the lines that count
}

const (
	// shards of a bucket: enough that writers seldom meet.
	shards = 64
	// compactFrom is the size from which it pays to look whether most of a file is out of date.
	compactFrom = 256 << 10
)

// objectName is the beginning of the SHA-256 of an object's name.
type objectName [16]byte

// place is where an object's line is, and its length without its end.
type place struct {
	at int64
	n  int
}

// line is what is said of an object, after the hash.
type line struct {
	Object string            `json:"object,omitempty"`
	Values map[string][]byte `json:"values,omitempty"`
}

// nothing is the line of an object that is gone.
const nothing = "{}"

func nameOf(object string) objectName {
	sum := sha256.Sum256([]byte(clean(object)))
	return objectName(sum[:16])
}

// bucketFolder is where the files of a bucket's objects are. No bucket can have such a name.
func (a *attributes) bucketFolder(bucket string) string {
	return filepath.Join(a.dir, ".objects", bucket)
}

// shard gives the file of an object, locked.
func (a *attributes) shard(bucket string, n objectName) *shard {
	a.mu.Lock()
	all := a.shards[bucket]
	if all == nil {
		all = new([shards]shard)
		for i := range all {
			all[i].file = filepath.Join(a.bucketFolder(bucket), fmt.Sprintf("%02x", i))
		}
		a.shards[bucket] = all
	}
	a.mu.Unlock()
	s := &all[n[0]%shards]
	s.mu.Lock()
	return s
}

// know reads what is known of an object. fs.ErrNotExist: nothing is.
func (a *attributes) know(bucket, object string) (map[string][]byte, error) {
	n := nameOf(object)
	s := a.shard(bucket, n)
	defer s.mu.Unlock()
	return a.read(s, bucket, n)
}

func (a *attributes) read(s *shard, bucket string, n objectName) (map[string][]byte, error) {
	key := recentKey{bucket, n}
	a.mu.Lock()
	values, ok := a.recent[key]
	a.mu.Unlock()
	if ok {
		return values, nil
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	p, ok := s.lines[n]
	if !ok {
		return nil, fs.ErrNotExist
	}
	b := make([]byte, p.n)
	if _, err := s.f.ReadAt(b, p.at); err != nil {
		return nil, s.lost(err)
	}
	var l line
	if err := json.Unmarshal(b[hashed:], &l); err != nil {
		return nil, s.lost(err)
	}
	a.remember(key, l.Values)
	return l.Values, nil
}

func (a *attributes) remember(key recentKey, values map[string][]byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.recent) >= recently {
		clear(a.recent)
	}
	a.recent[key] = values
}

// change sets one attribute of an object, or takes it away.
func (a *attributes) change(bucket, object, attribute string, value []byte, gone bool) error {
	n := nameOf(object)
	s := a.shard(bucket, n)
	defer s.mu.Unlock()
	old, err := a.read(s, bucket, n)
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew {
		old, err = a.inherited(bucket, object)
	}
	if err != nil {
		return fmt.Errorf("read attributes of %s: %w", object, err)
	}
	if was, ok := old[attribute]; ok && !isNew && !gone && bytes.Equal(was, value) {
		return nil
	}
	values := maps.Clone(old)
	if values == nil {
		values = make(map[string][]byte)
	}
	values[attribute] = append([]byte{}, value...) // an empty one is there too
	if gone {
		delete(values, attribute)
	}
	if err := a.write(s, n, bucket, object, values); err != nil {
		return err
	}
	if isNew && len(old) > 0 {
		return a.SideCar.DeleteAttributes(bucket, object)
	}
	return nil
}

// write makes values all that is known of an object. The caller has locked its shard.
func (a *attributes) write(s *shard, n objectName, bucket, object string, values map[string][]byte) error {
	body, err := json.Marshal(line{Object: object, Values: values})
	if err == nil {
		err = s.add(n, body)
	}
	if err != nil {
		a.drop(bucket, n)
		if errors.Is(err, syscall.ENOSPC) {
			return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
		}
		return fmt.Errorf("write attributes of %s: %w", object, err)
	}
	a.remember(recentKey{bucket, n}, values)
	return nil
}

// set makes values all that is known of an object that is not there yet; a kill may have left some of an earlier try's. values are
// kept, and not changed.
func (a *attributes) set(bucket, object string, values map[string][]byte) error {
	n := nameOf(object)
	s := a.shard(bucket, n)
	defer s.mu.Unlock()
	return a.write(s, n, bucket, object, values)
}

func (a *attributes) drop(bucket string, n objectName) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.recent, recentKey{bucket, n})
}

// inherited is what the library's layout has of an object, from a folder of form 1.
func (a *attributes) inherited(bucket, object string) (map[string][]byte, error) {
	values := make(map[string][]byte)
	if !a.hasOlder(bucket) {
		return values, nil
	}
	names, err := a.SideCar.ListAttributes(bucket, object)
	if err != nil {
		return nil, err
	}
	for _, attribute := range names {
		value, err := a.SideCar.RetrieveAttribute(nil, bucket, object, attribute)
		if errors.Is(err, meta.ErrNoSuchKey) {
			continue
		}
		if err != nil {
			return nil, err
		}
		values[attribute] = value
	}
	return values, nil
}

// remove forgets an object.
func (a *attributes) remove(bucket, object string) error {
	n := nameOf(object)
	s := a.shard(bucket, n)
	defer s.mu.Unlock()
	a.drop(bucket, n)
	err := s.load()
	if _, known := s.lines[n]; err == nil && known {
		err = s.add(n, []byte(nothing))
	}
	if err != nil {
		return fmt.Errorf("remove attributes of %s: %w", object, err)
	}
	return nil
}

// removeBucket forgets all objects of a bucket.
func (a *attributes) removeBucket(bucket string) error {
	a.mu.Lock()
	all := a.shards[bucket]
	delete(a.shards, bucket)
	a.mu.Unlock()
	if all != nil {
		for i := range all {
			all[i].mu.Lock()
			_ = all[i].lost(nil)
			all[i].mu.Unlock()
		}
	}
	return os.RemoveAll(a.bucketFolder(bucket))
}

// hashed is the length of what is before a line's JSON.
const hashed = 2*len(objectName{}) + 1

// load reads which lines there are, once.
func (s *shard) load() error {
	if s.loaded {
		return nil
	}
	s.lines, s.size, s.live = make(map[objectName]place), 0, 0
	f, err := os.OpenFile(s.file, os.O_RDWR|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		s.loaded = true
		return nil
	}
	if err != nil {
		return err
	}
	s.f = f
	for r := bufio.NewReaderSize(f, 64<<10); ; {
		l, err := r.ReadBytes('\n')
		s.note(bytes.TrimSuffix(l, []byte{'\n'}), s.size)
		s.size += int64(len(l))
		if errors.Is(err, io.EOF) {
			s.loaded = true
			return nil
		}
		if err != nil {
			return s.lost(err)
		}
	}
}

// note remembers a line. What is none was cut off by a kill, or is damaged.
func (s *shard) note(l []byte, at int64) {
	var n objectName
	if len(l) < hashed+len(nothing) || l[hashed-1] != ' ' || !json.Valid(l[hashed:]) {
		return
	}
	if _, err := hex.Decode(n[:], l[:hashed-1]); err != nil {
		return
	}
	s.count(n, place{at, len(l)}, string(l[hashed:]) == nothing)
}

// count makes a line the one that counts.
func (s *shard) count(n objectName, p place, gone bool) {
	s.live -= int64(s.lines[n].n)
	delete(s.lines, n)
	if !gone {
		s.lines[n] = p
		s.live += int64(p.n)
	}
}

// add writes an object's line at the end of the file.
func (s *shard) add(n objectName, body []byte) error {
	if err := s.load(); err != nil {
		return err
	}
	if s.f == nil {
		f, err := newShard(s.file)
		if err != nil {
			return err
		}
		s.f = f
	}
	if s.size > compactFrom && s.size > 4*s.live {
		if err := s.compact(); err != nil {
			return s.lost(err)
		}
	}
	// It begins anew whatever was cut off before it.
	l := append(hex.AppendEncode([]byte{'\n'}, n[:]), ' ')
	l = append(append(l, body...), '\n')
	if _, err := s.f.Write(l); err != nil {
		return s.lost(err)
	}
	s.count(n, place{s.size + 1, len(l) - 2}, string(body) == nothing)
	s.size += int64(len(l))
	return nil
}

func newShard(file string) (*os.File, error) {
	const how = os.O_CREATE | os.O_RDWR | os.O_APPEND
	f, err := os.OpenFile(file, how, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(file), 0o700); err == nil {
			f, err = os.OpenFile(file, how, 0o600)
		}
	}
	return f, err
}

// compact writes the file anew with the lines that count.
func (s *shard) compact() (err error) {
	beside := s.file + ".new"
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := newShard(beside)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	for _, p := range s.lines {
		if _, err := io.Copy(w, io.NewSectionReader(s.f, p.at, int64(p.n))); err != nil {
			return err
		}
		if err := w.WriteByte('\n'); err != nil {
			return err
		}
	}
	if err := errors.Join(w.Flush(), f.Sync()); err != nil {
		return err
	}
	if err := os.Rename(beside, s.file); err != nil {
		return err
	}
	_ = s.lost(nil)
	return s.load()
}

// lost forgets what was read, so that it is read again, and passes the error on.
func (s *shard) lost(err error) error {
	if s.f != nil {
		_ = s.f.Close()
	}
	s.f, s.loaded, s.lines = nil, false, nil
	return err
}
