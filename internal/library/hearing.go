package library

import (
	"context"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/store"
)

const askListenerAgain = "remove the object and the listener is asked again"

// Hearing is what somebody heard in a clip's sound.
type Hearing struct {
	By string `json:"by"` // the listener's model
	listen.Transcript
}

// Hearing reads what was heard in a clip, by digest. store.ErrNotFound, *RecordError.
func (l Library) Hearing(ctx context.Context, show, digest string) (Hearing, error) {
	return answer[Hearing](ctx, l, store.Keys{Show: show}.Hearing(digest), askListenerAgain)
}

// WriteHearing writes down what was heard, once, and returns what is recorded: another
// try's may have been first.
func (l Library) WriteHearing(ctx context.Context, show, digest string, h Hearing) (Hearing, error) {
	return writeAnswer(ctx, l, store.Keys{Show: show}.Hearing(digest), "what was heard", askListenerAgain, h)
}
