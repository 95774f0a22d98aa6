package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// maxUpload is the most bytes of a file that is handed in.
const maxUpload = 2 << 30

// uploadWithin is how long an upload may stand still.
const uploadWithin = 30 * time.Second

// Files are the files that scripts of a show may name, in order.
func (s *Server) Files(ctx context.Context, show string) ([]ShowFile, error) {
	files, err := s.Studio.Files(ctx, show)
	if err != nil {
		return nil, err
	}
	var all []ShowFile
	for name, f := range files {
		all = append(all, ShowFile{Path: name, Type: f.Type, Bytes: f.Bytes, SHA256: f.SHA256})
	}
	slices.SortFunc(all, func(a, b ShowFile) int { return cmp.Compare(a.Path, b.Path) })
	return all, nil
}

type inFile struct {
	InShow
	Path string `path:"path" maxLength:"200" doc:"How scripts name it, for example refs/mara.png"`
	body rawBody
}

// rawBody is a request's body, to be read as it comes: it may be larger than memory.
type rawBody struct {
	r *http.Request
	w http.ResponseWriter
}

// Resolve is huma's: it is given the request.
func (in *inFile) Resolve(hc huma.Context) []error {
	in.body.r, in.body.w = humago.Unwrap(hc)
	return nil
}

func (s *Server) putFile(ctx context.Context, in *inFile) (*Out[ShowFile], error) {
	folder, at, err := in.body.toDisk()
	if err != nil {
		return nil, err
	}
	defer folder.remove()
	f, err := s.by(ctx).PutFile(ctx, in.Show, in.Path, folder.root, at)
	if err != nil {
		return nil, err
	}
	return out(ShowFile{Path: f.Path, Type: f.Type, Bytes: f.Bytes, SHA256: f.SHA256}), nil
}

// scratch is a folder of one request, gone with it.
type scratch struct {
	path string
	root *os.Root
}

func (s scratch) remove() {
	_ = s.root.Close()
	_ = os.RemoveAll(s.path) // what stays is the system's to sweep
}

// toDisk streams the body into a file of a scratch folder: it is looked at behind a
// fence, or hashed, before it is believed. A multipart body's first file is taken.
func (b rawBody) toDisk() (scratch, string, error) {
	dir, err := os.MkdirTemp("", "dailies-upload-")
	if err != nil {
		return scratch{}, "", fmt.Errorf("make room for an upload: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return scratch{}, "", errors.Join(fmt.Errorf("make room for an upload: %w", err), os.RemoveAll(dir))
	}
	s := scratch{dir, root}
	if err := b.write(root, "upload"); err != nil {
		s.remove()
		return scratch{}, "", err
	}
	return s, "upload", nil
}

func (b rawBody) write(root *os.Root, name string) error {
	control := http.NewResponseController(b.w)
	body := io.Reader(http.MaxBytesReader(b.w, b.r.Body, maxUpload))
	body = alive{body, func() { _ = control.SetReadDeadline(time.Now().Add(uploadWithin)) }}
	if _, params, err := mimeOf(b.r); err == nil && params["boundary"] != "" {
		part, err := multipart.NewReader(body, params["boundary"]).NextPart()
		if err != nil {
			return ProblemInvalid.With(fmt.Sprintf("read the upload: %v", err))
		}
		body = part
	}
	f, err := root.Create(name)
	if err != nil {
		return fmt.Errorf("make room for an upload: %w", err)
	}
	_, err = io.Copy(f, body)
	err = errors.Join(err, f.Close())
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return ProblemTooLarge.With(fmt.Sprintf("the file is over %d bytes; put it in the show's folder and render from there", large.Limit))
	}
	if err != nil {
		return fmt.Errorf("receive an upload: %w", err)
	}
	return nil
}

// mimeOf is a request's media type.
func mimeOf(r *http.Request) (string, map[string]string, error) {
	return mime.ParseMediaType(r.Header.Get("Content-Type"))
}

// alive moves the deadline with every byte that comes.
type alive struct {
	io.Reader
	beat func()
}

func (a alive) Read(p []byte) (int, error) {
	a.beat()
	return a.Reader.Read(p)
}
