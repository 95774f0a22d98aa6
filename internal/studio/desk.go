package studio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"

	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/store"
)

// folderOf are the files of a show as scripts that are typed here may name them: what was
// put there, and what the scripts before named.
type folderOf struct {
	s    *Studio
	show string
}

// Files is desk.Shelf's.
func (f folderOf) Files(ctx context.Context) (map[string]drama.File, error) {
	all := map[string]drama.File{}
	if !drama.ValidID(f.show) {
		return all, nil // a show that cannot be has no files
	}
	ids, err := f.s.Episodes(ctx, f.show)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		p, _, err := f.s.LatestScript(ctx, id)
		if err != nil {
			continue // what cannot be read offers nothing
		}
		for _, file := range files(p) {
			all[file.Path] = file
		}
	}
	put, err := f.s.library().Shelf(ctx, f.show)
	maps.Copy(all, put)
	return all, err
}

// Open is desk.Shelf's.
func (f folderOf) Open(ctx context.Context, file drama.File) (io.ReadCloser, error) {
	return f.s.Store.Get(ctx, store.Ref{Key: keys(drama.EpisodeID{Show: f.show}).Blob(file.SHA256), SHA256: file.SHA256, Bytes: file.Bytes})
}

// Read checks a script as it was typed. show is where its files lie; it may be one that
// does not exist yet. The Script is nil when a problem is an error. desk.ErrText.
func (s *Studio) Read(ctx context.Context, show string, t desk.Text) (*script.Script, script.Problems, error) {
	read, problems, err := desk.Read(ctx, t, folderOf{s, show})
	if read != nil {
		read.Season.Label.Answer(s.LabelCode)
	}
	return read, problems, err
}

// Typed is a submission of a script that was read here.
func (s *Studio) Typed(made *script.Script, t desk.Text) Submission {
	p := made.Production(0)
	return Submission{Production: p, Source: &library.Source{Main: t.Main, Files: t.Files}, Open: func(name string) (io.ReadSeekCloser, error) {
		return nil, fmt.Errorf("%s is not in the store any more: put it there again", name)
	}}
}

// Versions lists the scripts of an episode, the newest first.
func (s *Studio) Versions(ctx context.Context, id drama.EpisodeID) ([]library.Version, error) {
	return s.library().Versions(ctx, id)
}

// Source is the text of a script of an episode. ErrUnknown: none was kept.
func (s *Studio) Source(ctx context.Context, id drama.EpisodeID, production string) (library.Source, error) {
	src, err := s.library().Source(ctx, id, production)
	if errors.Is(err, store.ErrNotFound) {
		return src, fmt.Errorf("the text of script %.12s of %s is %w: it was submitted by a release that kept none", production, id, ErrUnknown)
	}
	return src, err
}

// ScriptDraft is the script of an episode that somebody is writing, and its version.
// ErrUnknown: nobody is.
func (s *Studio) ScriptDraft(ctx context.Context, id drama.EpisodeID) (library.ScriptDraft, string, error) {
	d, version, err := s.library().ScriptDraft(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return d, "", fmt.Errorf("a draft of %s is %w: nobody has begun one", id, ErrUnknown)
	}
	return d, version, err
}

// WriteScriptDraft keeps a draft over the version that was read, "" where there was none.
// desk.ErrText, ErrStale.
func (s *Studio) WriteScriptDraft(ctx context.Context, id drama.EpisodeID, t desk.Text, base, version string) error {
	if err := t.Problem(); err != nil {
		return err
	}
	d := library.ScriptDraft{Source: library.Source{Main: t.Main, Files: t.Files, By: s.by(), At: s.now()}, Base: base}
	return s.library().WriteScriptDraft(ctx, id, d, version)
}

// PutFile stores a file that scripts of a show may name by its path. The file is at hand on
// this machine, in folder: it is looked at before it is stored. desk.ErrText.
func (s *Studio) PutFile(ctx context.Context, show, name string, folder *os.Root, at string) (drama.File, error) {
	if err := desk.ValidName(name); err != nil {
		return drama.File{}, err
	}
	if ext := path.Ext(name); ext == ".yaml" || ext == ".yml" {
		return drama.File{}, fmt.Errorf("%w: %s is a script: type it in the page of scripts", desk.ErrText, name)
	}
	f, err := script.Inspect(folder.FS(), at)
	if err != nil {
		return f, fmt.Errorf("put %s: %w: %w", name, desk.ErrText, err)
	}
	f.Path = name
	body, err := folder.Open(at)
	if err != nil {
		return f, fmt.Errorf("put %s: %w", name, err)
	}
	defer body.Close()
	ref, err := s.Store.Put(ctx, store.Keys{Show: show}.Blob(f.SHA256), body, f.Type)
	if err != nil {
		return f, fmt.Errorf("put %s: %w", name, err)
	}
	if ref.SHA256 != f.SHA256 {
		return f, fmt.Errorf("put %s: it changed while it was read; send it again", name)
	}
	return f, s.library().Shelve(ctx, show, f)
}

// Files are the files that scripts of a show may name, by path.
func (s *Studio) Files(ctx context.Context, show string) (map[string]drama.File, error) {
	return folderOf{s, show}.Files(ctx)
}
