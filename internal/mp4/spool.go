package mp4

import (
	"fmt"
	"os"
	"path/filepath"
)

// Encoded is a coded picture or sound frame and the file its bytes lie in.
type Encoded struct {
	Sample
	File *os.File
}

// Spool is a temporary file of coded samples, so that an episode's length costs
// disk, not memory.
type Spool struct {
	File *os.File
	End  int64
}

// NewSpool makes a spool beside out; Close removes it.
func NewSpool(out string) (*Spool, error) {
	f, err := os.CreateTemp(filepath.Dir(out), ".assemble-*")
	if err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	return &Spool{File: f}, nil
}

func (s *Spool) Add(b []byte) (off int64, err error) {
	off = s.End
	return off, s.AddAt(b, off)
}

func (s *Spool) AddAt(b []byte, off int64) error {
	if _, err := s.File.WriteAt(b, off); err != nil {
		return fmt.Errorf("write spool: %w", err)
	}
	s.End = max(s.End, off+int64(len(b)))
	return nil
}

func (s *Spool) Close() {
	s.File.Close()
	os.Remove(s.File.Name())
}
