package activities

import (
	"context"
	"time"
)

// atOnceMost is how long a take may be conformed where it has arrived. The step is there for
// the vendor, and its time may be used up.
const atOnceMost = 15 * time.Minute

// AtOnce conforms a take where it has arrived, if a media child can be had now and nobody
// else has to be asked about it. ready is nil where it was not, or came to no end: then it is
// to be conformed by a step of its own, which looks for what is there already if begun says so.
func (m *Media) AtOnce(ctx context.Context, in ConformInput) (ready *Conformed, begun bool) {
	if m.Judge != nil || m.Listener != nil { // they take their time, and the vendor's place would be held
		return nil, false
	}
	if m.Children != nil {
		defer m.atOnce.Add(-1)
		if n := int(m.atOnce.Add(1)); n > cap(m.Children) || len(m.Children) == cap(m.Children) {
			return nil, false
		}
	}
	ctx, end := context.WithTimeout(ctx, atOnceMost)
	defer end()
	out, err := m.Conform(ctx, in)
	if err != nil {
		m.log().Info("conform a take where it has arrived: left to a step of its own", "take", in.Take.String(), "error", err)
		return nil, true
	}
	return &out, true
}
