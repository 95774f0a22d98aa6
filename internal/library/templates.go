package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/templates"
)

// pinned is the record under store.Keys.Templates.
type pinned struct {
	Show    string `json:"show"`
	Version string `json:"version"`
}

const loosePin = "remove the object and the show goes on with the templates of its first takes"

// Templates is the version of the prompt templates that a show keeps: the one that
// its first run pinned; the first version for a show that has circled takes but no
// pin, since it is older than pins; else the newest, which its first run will pin.
// *RecordError.
func (l Library) Templates(ctx context.Context, show string) (version string, err error) {
	k := store.Keys{Show: show}
	p, _, err := read(ctx, l, k.Templates(), loosePin, is(func(p *pinned) string { return p.Show }, show))
	switch {
	case err == nil:
		return p.Version, nil
	case !errors.Is(err, store.ErrNotFound):
		return "", err
	}
	any := errors.New("there is one")
	err = l.Store.List(ctx, k.Circles(), func(store.Info) error { return any })
	switch {
	case errors.Is(err, any):
		return templates.First, nil
	case err != nil:
		return "", fmt.Errorf("look whether %s has takes: %w", show, err)
	}
	return templates.Version, nil
}

// PinTemplates keeps a version for a show, unless one is pinned already.
func (l Library) PinTemplates(ctx context.Context, show, version string) error {
	body, err := encode("the template version of "+show, pinned{Show: show, Version: version})
	if err != nil {
		return err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: show}.Templates(), body, jsonType)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("pin the templates of %s: %w", show, err)
	}
	return nil
}
