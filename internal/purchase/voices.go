package purchase

import (
	"context"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// voices are the fixed voices of the request. A sample that was to be made before lies in
// the store by now; one that does not is an error of the store's, tried again.
func (j *job) voices(ctx context.Context, planned []plan.Voice) (all []provider.Voice, err error) {
	keys := store.Keys{Show: j.order.Take.Episode.Show}
	for _, v := range planned {
		out := provider.Voice{Name: v.Who, ID: v.ID}
		switch {
		case v.ID != "":
		case v.Sample != nil:
			out.Object = drama.Object{Key: keys.Blob(v.Sample.SHA256), SHA256: v.Sample.SHA256, Bytes: v.Sample.Bytes, Type: v.Sample.Type}
		default:
			info, err := j.Store.Head(ctx, v.Made)
			if err != nil {
				return nil, fmt.Errorf("look for the voice sample of %s: %w", v.Who, err)
			}
			out.Object = drama.Object{Key: v.Made, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}
		}
		if o := out.Object; v.ID == "" {
			out.Open = func(ctx context.Context) (io.ReadCloser, error) { return j.Store.Get(ctx, o) }
		}
		all = append(all, out)
	}
	return all, nil
}
