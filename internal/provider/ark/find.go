package ark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

const (
	// pageSize is the largest page of the list.
	pageSize = 500
	// farthest is how far back a page that is not the whole list must go at most to prove
	// that a task is not there: a lost answer is looked for minutes later, or as soon as a
	// worker is back, and while all are away nobody adds to the list. A day leaves room for
	// one worker of many.
	farthest = 24 * time.Hour
	// spare is what our clock may have been set back by since the request was sent, besides half
	// of the time since: a machine that came up again may be an hour wrong, by its zone.
	spare = 90 * time.Minute
)

// Find looks a task up by our tag, with one request: the list may be asked once a
// second. It reads the newest page of the tasks of the request's model.
//
// found is false only if that page proves it (absent). When it cannot, the error
// is Transient: asking costs nothing, buying a take twice does.
func (p *Provider) Find(ctx context.Context, r provider.Request) (provider.Job, bool, error) {
	if err := p.keyed(wire.Find); err != nil {
		return provider.Job{}, false, err
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Find, Method: http.MethodGet, Path: tasksPath, Query: url.Values{
		"page_num": {"1"}, "page_size": {strconv.Itoa(pageSize)}, "filter.model": {r.Model},
	}})
	if err != nil {
		return provider.Job{}, false, noList(a, err)
	}
	var list taskList
	if err := json.Unmarshal(a.Body, &list); err != nil {
		return provider.Job{}, false, p.undecided(a, "an answer that cannot be read: "+err.Error())
	}
	for _, t := range list.Items {
		if t.SafetyIdentifier == tag(r.Key) && t.SafetyIdentifier != "" && t.ID != "" {
			return provider.Job{ID: t.ID, Model: r.Model}, true, nil
		}
	}
	if ok, why := absent(list, vendorTime(a), reach(r.Age)); !ok {
		return provider.Job{}, false, p.undecided(a, why)
	}
	return provider.Job{}, false, nil
}

// noList: a list is never "not found"; at such a URL is no Ark.
func noList(a wire.Answer, err error) error {
	if e, ok := errors.AsType[*provider.Error](err); ok && a.Status == http.StatusNotFound && e.Kind == provider.KindNotFound {
		e.Kind = provider.KindInvalid
	}
	return err
}

func (p *Provider) undecided(a wire.Answer, why string) error {
	return p.client.Refuse(wire.Find, a, wire.Reason{Kind: provider.KindTransient, Message: why})
}

// reach is how far back a page must go for a request of an age. A season buys more than a
// page of takes in a night: to wait until a page goes back a day would be to hold the slot
// of every take that was being asked for when a worker died until the next one.
func reach(age time.Duration) time.Duration {
	if age <= 0 || age > farthest {
		return farthest
	}
	return min(age+age/2+spare, farthest)
}

// vendorTime is the vendor's own clock; zero if it does not tell.
func vendorTime(a wire.Answer) time.Time {
	at, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at
}

// absent says whether a page without our task proves that there is none, or why
// it does not. The list echoes tags, is of the last seven days, and has no
// documented order (https://www.volcengine.com/docs/82379/1521675). So:
//   - the page must show that tags are echoed: at least one item has one, or there
//     is no item at all;
//   - the page must hold every task (total), or else, newest first as it is seen to
//     be and must be here, go back beyond reach by the vendor's own clock.
func absent(list taskList, now time.Time, reach time.Duration) (bool, string) {
	n := int64(len(list.Items))
	if list.Items == nil && !list.Total.Known {
		return false, "the answer is no list of tasks"
	}
	tagged := n == 0
	for _, t := range list.Items {
		tagged = tagged || t.SafetyIdentifier != ""
	}
	switch {
	case !tagged:
		return false, "no task of the list has a safety_identifier, so ours may be among them"
	case list.Total.Known && list.Total.N <= n, !list.Total.Known && n < pageSize:
		return true, ""
	case n == 0:
		return false, "the list is said to have tasks and shows none"
	case now.IsZero():
		return false, "the list has more than a page, and the vendor does not tell its time"
	}
	for i, t := range list.Items {
		if !t.CreatedAt.Known || i > 0 && t.CreatedAt.N > list.Items[i-1].CreatedAt.N {
			return false, "the list has more than a page and is not in order, so our task may be on another"
		}
	}
	if time.Unix(list.Items[n-1].CreatedAt.N, 0).After(now.Add(-reach)) {
		return false, fmt.Sprintf("the newest page of the list does not go back far enough (%s), so our task may be on another; look for its safety_identifier in the console", reach.Round(time.Minute))
	}
	return true, ""
}
