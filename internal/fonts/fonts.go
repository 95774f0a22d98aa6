// Package fonts tells which letters no installed typeface can draw, before a
// picture is made with boxes in their place. It reads the same folders as
// fontconfig on Debian does, and only the tables that say which letters a face has.
// It draws nothing and chooses no face: lettering names it, libass and fontconfig
// find it.
package fonts

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"

	"github.com/dailies/dailies/internal/lettering"
)

// Limits on what a folder of fonts may cost.
const (
	maxFiles = 5_000
	maxBytes = 200 << 20 // of a file; the largest of Noto's has 120 MiB
)

// Folders are where this system keeps fonts.
func Folders() []string {
	dirs := []string{"/usr/share/fonts", "/usr/local/share/fonts"}
	if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"))
	}
	return dirs
}

// Shelf is the fonts in some folders. It reads them when it is first asked, and may
// be used by several at once.
type Shelf struct {
	dirs []string

	mu      sync.Mutex
	files   []string // nil until they were looked for
	faces   map[string][]*sfnt.Font
	open    []*os.File
	drawn   map[key]bool
	scratch sfnt.Buffer
}

type key struct {
	letter rune
	only   string
}

// New is the shelf of some folders. Folders that are not there are empty.
func New(dirs ...string) *Shelf {
	return &Shelf{dirs: dirs, faces: map[string][]*sfnt.Font{}, drawn: map[key]bool{}}
}

// Missing lists the letters of a text that no font draws, each once, in order.
// Where only is given, fonts whose file's name holds it count and no others. Blanks
// and characters that are not seen are never missing.
func (s *Shelf) Missing(text, only string) []rune {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []rune
	for _, c := range text {
		if unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Variation_Selector, c) || slices.Contains(missing, c) {
			continue
		}
		if !s.draws(c, only) {
			missing = append(missing, c)
		}
	}
	return missing
}

// Has says whether there is a font whose file's name holds a word.
func (s *Shelf) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list()
	return slices.ContainsFunc(s.files, func(f string) bool { return strings.Contains(filepath.Base(f), name) })
}

// Close closes the fonts that were read.
func (s *Shelf) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.open {
		_ = f.Close() // only read from
	}
	s.open, s.faces = nil, map[string][]*sfnt.Font{}
}

func (s *Shelf) draws(c rune, only string) bool {
	k := key{c, only}
	if known, ok := s.drawn[k]; ok {
		return known
	}
	s.list()
	system := strings.ReplaceAll(lettering.SystemOf(c).Face, " ", "")
	has := func(file string) bool {
		return slices.ContainsFunc(s.read(file), func(f *sfnt.Font) bool {
			i, err := f.GlyphIndex(&s.scratch, c)
			return err == nil && i != 0
		})
	}
	// The face that the letter's writing system is drawn with comes first: most of
	// the shelf then stays closed.
	found := false
	for _, likely := range []bool{true, false} {
		for _, file := range s.files {
			name := filepath.Base(file)
			if !strings.Contains(name, only) || likely != (system != "" && strings.HasPrefix(name, system) || strings.HasPrefix(name, "NotoSansCJK-Bold")) {
				continue
			}
			if found = has(file); found {
				s.drawn[k] = true
				return true
			}
		}
	}
	s.drawn[k] = false
	return false
}

// list finds the font files, once.
func (s *Shelf) list() {
	if s.files != nil {
		return
	}
	s.files = []string{}
	for _, dir := range s.dirs {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || len(s.files) >= maxFiles {
				return nil //nolint:nilerr // what cannot be read draws nothing
			}
			switch strings.ToLower(filepath.Ext(path)) {
			case ".ttf", ".otf", ".ttc", ".otc":
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() <= maxBytes {
					s.files = append(s.files, path)
				}
			}
			return nil
		})
	}
}

// read gives the faces of a file; none where it cannot be read, or has only
// pictures of its letters, which libass does not draw.
func (s *Shelf) read(path string) []*sfnt.Font {
	if faces, ok := s.faces[path]; ok {
		return faces
	}
	s.faces[path] = nil
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	c, err := sfnt.ParseCollectionReaderAt(f)
	if err != nil {
		_ = f.Close()
		return nil
	}
	var faces []*sfnt.Font
	for i := range c.NumFonts() {
		if face, err := c.Font(i); err == nil {
			faces = append(faces, face)
		}
	}
	s.open = append(s.open, f)
	s.faces[path] = faces
	return faces
}
