package script

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // picture formats that a reference may have
	_ "image/png"
	"io"
	"io/fs"
	slashpath "path"
	"slices"
	"strings"
	"text/template/parse"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"

	_ "golang.org/x/image/webp"
)

// Limits on the files that a script names. A model's own limits are the plan's business.
const (
	MaxPictureBytes  = 30 << 20
	MaxPictureSide   = 8192 // pixels
	MinPictureSide   = 64   // pixels
	MaxFootageBytes  = 16 << 30
	MaxScoreBytes    = 1 << 30
	MaxEffectBytes   = 200 << 20
	MaxConsentBytes  = 100 << 20
	MaxTemplateBytes = 64 << 10
)

// fileKind is what a file is for, and with that what it may be.
type fileKind int

const (
	pictureFile fileKind = iota
	footageFile
	scoreFile
	consentFile
	sampleFile
	effectFile
)

func (k fileKind) limit() int64 {
	switch k {
	case pictureFile:
		return MaxPictureBytes
	case footageFile:
		return MaxFootageBytes
	case scoreFile:
		return MaxScoreBytes
	case sampleFile:
		return MaxSampleBytes
	case effectFile:
		return MaxEffectBytes
	case consentFile:
	}
	return MaxConsentBytes
}

// folder is the season file's folder and what was read in it.
type folder struct {
	fsys  fs.FS
	files map[fileUse]checked
}

type fileUse struct {
	path string
	kind fileKind
}

type checked struct {
	file drama.File
	err  error
}

// resolve makes a path relative to the season's folder of one that is relative to
// the file that names it.
func resolve(from *source, p string) (string, bool) {
	joined := slashpath.Join(slashpath.Dir(from.path), p)
	return joined, fs.ValidPath(joined) && joined != "."
}

// file checks, hashes and measures a named file; nil after a problem or when p was
// not written. Each file is read once however often it is named.
func (b *builder) file(p path, kind fileKind) *drama.File {
	if !p.set() {
		return nil
	}
	at, ok := resolve(p.src, p.Text)
	if !ok {
		b.errorf(p.mark, "%s leaves the show's folder; keep every file beside or below the season file", quote(p.Text))
		return nil
	}
	use := fileUse{at, kind}
	got, seen := b.folder.files[use]
	if !seen {
		got.file, got.err = inspect(b.folder.fsys, at, kind)
		if errors.Is(got.err, errNoFile) {
			if there := respelled(b.folder.fsys, at, sameLetters); there != "" {
				got.file, got.err = inspect(b.folder.fsys, there, kind)
			}
		}
		b.folder.files[use] = got
	}
	if got.err != nil {
		hint := ""
		if errors.Is(got.err, errNoFile) {
			hint = b.nearFile(at)
		}
		b.hintf(p.mark, hint, "%s: %s", quote(p.Text), got.err)
		return nil
	}
	f := got.file
	return &f
}

var errNoFile = errors.New("no such file")

// Inspect reads a file that a script may name, before any does: a picture's size is checked
// as in a script, of the others only that there is a use for their type.
func Inspect(fsys fs.FS, at string) (drama.File, error) {
	var first error
	for _, kind := range []fileKind{pictureFile, footageFile, scoreFile, consentFile} {
		f, err := inspect(fsys, at, kind)
		if err == nil {
			return f, nil
		}
		if first == nil {
			first = err
		}
		if kind == pictureFile && !errors.Is(err, errOtherType) {
			break // a picture that is too large is no consent form either
		}
	}
	return drama.File{}, first
}

// errOtherType: the file is none of what it is named for.
var errOtherType = errors.New("of another type")

// inspect reads a file once: its kind by its content, its hash and its size.
func inspect(fsys fs.FS, at string, kind fileKind) (drama.File, error) {
	info, err := fs.Stat(fsys, at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return drama.File{}, errNoFile
	case err != nil:
		return drama.File{}, fmt.Errorf("cannot be read in the show's folder: %w", cause(err))
	case !info.Mode().IsRegular():
		return drama.File{}, errors.New("not a file")
	case info.Size() == 0:
		return drama.File{}, errors.New("the file is empty")
	case info.Size() > kind.limit():
		return drama.File{}, fmt.Errorf("%d bytes; at most %d", info.Size(), kind.limit())
	}
	if known, ok := info.Sys().(*drama.File); ok { // it was inspected when it was stored
		out := *known
		out.Path = at
		return out, kind.accepts(out.Type)
	}
	f, err := fsys.Open(at)
	if err != nil {
		return drama.File{}, fmt.Errorf("cannot be read: %w", cause(err))
	}
	defer f.Close()

	sum := sha256.New()
	body := io.TeeReader(io.LimitReader(f, kind.limit()+1), sum)
	head := make([]byte, 4096)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return drama.File{}, fmt.Errorf("cannot be read: %w", cause(err))
	}
	head = head[:n]
	out := drama.File{Path: at, Type: sniff(head)}
	if err := kind.accepts(out.Type); err != nil {
		return drama.File{}, err
	}
	rest := int64(0)
	if kind == pictureFile {
		seen := &counter{r: body}
		if err := pictureSize(io.MultiReader(bytes.NewReader(head), seen)); err != nil {
			return drama.File{}, err
		}
		rest = seen.n
	}
	more, err := io.Copy(io.Discard, body)
	if err != nil {
		return drama.File{}, fmt.Errorf("cannot be read: %w", cause(err))
	}
	out.Bytes = int64(n) + rest + more
	if out.Bytes > kind.limit() {
		return drama.File{}, fmt.Errorf("over %d bytes", kind.limit())
	}
	out.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return out, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func pictureSize(r io.Reader) error {
	c, _, err := image.DecodeConfig(r)
	if err != nil {
		return fmt.Errorf("the picture cannot be read: %w", err)
	}
	if c.Width > MaxPictureSide || c.Height > MaxPictureSide || c.Width < MinPictureSide || c.Height < MinPictureSide {
		return fmt.Errorf("the picture is %dx%d; each side must be from %d to %d pixels", c.Width, c.Height, MinPictureSide, MaxPictureSide)
	}
	return nil
}

func (k fileKind) accepts(mediaType string) error {
	is := "this is " + mediaType
	if mediaType == "" {
		is = "its content is of no known type"
	}
	major, _, _ := strings.Cut(mediaType, "/")
	switch k {
	case pictureFile:
		if !slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, mediaType) {
			return otherType("not a reference picture: %s; PNG, JPEG or WebP is wanted", is)
		}
	case footageFile:
		if major != "video" && mediaType != "image/gif" && mediaType != "image/apng" {
			return otherType("not a clip: %s; MP4, MOV, MKV, WebM, AVI or MPEG-TS is wanted", is)
		}
	case scoreFile:
		if major != "audio" && mediaType != "video/mp4" {
			return otherType("not music: %s; FLAC, WAV, MP3, M4A, Ogg or AIFF is wanted", is)
		}
	case effectFile:
		if major != "audio" && mediaType != "video/mp4" {
			return otherType("not a sound: %s; FLAC, WAV, MP3, M4A, Ogg or AIFF is wanted", is)
		}
	case sampleFile:
		if mediaType != "audio/wav" {
			return otherType("not a voice's sample: %s; WAV is wanted", is)
		}
	case consentFile:
	}
	return nil
}

// wrongType words errOtherType for a person.
type wrongType string

func (e wrongType) Error() string        { return string(e) }
func (e wrongType) Is(target error) bool { return target == errOtherType }

func otherType(format, is string) error { return wrongType(fmt.Sprintf(format, is)) }

// sniff tells a media type from a file's first bytes, whatever its name says; ""
// for what is not known.
func sniff(b []byte) string {
	has := func(at int, magic string) bool {
		return len(b) >= at+len(magic) && string(b[at:at+len(magic)]) == magic
	}
	switch {
	case has(0, "\x89PNG\r\n\x1a\n") && bytes.Contains(b[:min(len(b), 256)], []byte("acTL")):
		return "image/apng"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case has(0, "\xff\xd8\xff"):
		return "image/jpeg"
	case has(0, "GIF8"):
		return "image/gif"
	case has(0, "RIFF") && has(8, "WEBP"):
		return "image/webp"
	case has(0, "RIFF") && has(8, "WAVE"), has(0, "RF64") && has(8, "WAVE"):
		return "audio/wav"
	case has(0, "RIFF") && has(8, "AVI "):
		return "video/x-msvideo"
	case has(0, "%PDF-"):
		return "application/pdf"
	case has(4, "ftypavif"), has(4, "ftypheic"), has(4, "ftypmif1"):
		return "image/heif"
	case has(4, "ftypM4A "), has(4, "ftypM4B "):
		return "audio/mp4"
	case has(4, "ftypqt  "), has(4, "moov"), has(4, "mdat"), has(4, "wide"), has(4, "free"), has(4, "skip"):
		return "video/quicktime"
	case has(4, "ftyp"):
		return "video/mp4"
	case has(0, "\x1a\x45\xdf\xa3") && bytes.Contains(b[:min(len(b), 64)], []byte("webm")):
		return "video/webm"
	case has(0, "\x1a\x45\xdf\xa3"):
		return "video/x-matroska"
	case has(0, "\x47") && has(188, "\x47") && has(376, "\x47"):
		return "video/mp2t"
	case has(4, "\x47") && has(196, "\x47") && has(388, "\x47"): // with a time in front of each packet: M2TS, MTS
		return "video/mp2t"
	case has(0, "\x00\x00\x01\xba"), has(0, "\x00\x00\x01\xb3"):
		return "video/mpeg"
	case has(0, "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"):
		return "video/mxf"
	case has(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
		return "video/x-ms-asf"
	case has(0, "FLV\x01"):
		return "video/x-flv"
	case has(0, "DKIF"):
		return "video/x-ivf"
	case has(0, "\x1f\x07\x00"):
		return "video/dv"
	case has(0, "OggS") && bytes.Contains(b[:min(len(b), 64)], []byte("\x80theora")):
		return "video/ogg"
	case has(0, "\x00\x00\x00\x01\x67"), has(0, "\x00\x00\x00\x01\x27"), has(0, "\x00\x00\x00\x01\x09"):
		return "video/h264"
	case has(0, "\x00\x00\x00\x01\x40\x01"), has(0, "\x00\x00\x00\x01\x46\x01"):
		return "video/h265"
	case has(0, "fLaC"):
		return "audio/flac"
	case has(0, "OggS"):
		return "audio/ogg"
	case has(0, "FORM") && (has(8, "AIFF") || has(8, "AIFC")):
		return "audio/aiff"
	case has(0, "ID3"), len(b) > 1 && b[0] == 0xff && b[1]&0xe6 == 0xe2:
		return "audio/mpeg"
	case len(b) > 1 && b[0] == 0xff && b[1]&0xf6 == 0xf0:
		return "audio/aac"
	case len(b) > 0 && utf8.Valid(b[:max(0, len(b)-4)]) && !bytes.ContainsRune(b, 0):
		return "text/plain"
	}
	return ""
}

// templates reads the show's own templates, <purpose>.tmpl in the folder templates
// beside the season file. Only their syntax is checked here; what they may call is
// the prompt package's business.
func (b *builder) templates(at mark) map[string]string {
	entries, err := fs.ReadDir(b.folder.fsys, "templates")
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			b.errorf(at, "read the folder templates: %s", cause(err))
		}
		return nil
	}
	var out map[string]string
	for _, e := range entries {
		purpose, ok := strings.CutSuffix(e.Name(), ".tmpl")
		if !ok { // texts.go reads subtitles.ass
			continue
		}
		name := "templates/" + e.Name()
		here := mark{src: &source{path: name, shown: b.shown(name)}}
		b.order = append(b.order, here.src.shown)
		if !slices.Contains(Purposes(), purpose) {
			b.hintf(here, b.didYouMean(purpose, Purposes()), "no prompt is made by a template called %s", quote(purpose))
			continue
		}
		data, err := readAll(b.folder.fsys, name, MaxTemplateBytes)
		if err == nil && !utf8.Valid(data) {
			err = errors.New("not UTF-8")
		}
		if err != nil {
			b.errorf(here, "%s", err)
			continue
		}
		tree := parse.New(purpose)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(string(data), "", "", map[string]*parse.Tree{}); err != nil {
			b.errorf(here, "%s", strings.TrimPrefix(err.Error(), "template: "))
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[purpose] = string(data)
	}
	return out
}

// statFile finds a regular file.
func statFile(fsys fs.FS, at string) (fs.FileInfo, error) {
	info, err := fs.Stat(fsys, at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoFile
	case err != nil:
		return nil, fmt.Errorf("cannot be read in the show's folder: %w", cause(err))
	case !info.Mode().IsRegular():
		return nil, errors.New("not a file")
	}
	return info, nil
}
