package vidu

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// https://platform.vidu.cn/docs/get-creations
var states = map[string]provider.State{
	"created": provider.Queued, "queueing": provider.Queued, "processing": provider.Running, "success": provider.Succeeded, "failed": provider.Failed,
}

// status is a task in our words.
func (p *Provider) status(j provider.Job, t task) provider.Status {
	s := provider.Status{Job: j, Word: t.State}
	state, known := states[t.State]
	if !known {
		s.Err = p.wrong(provider.KindUnknown, "", fmt.Sprintf("Vidu calls the job %q, which is no word of its pages", t.State))
		return s
	}
	s.State = state
	if seed, err := strconv.ParseInt(string(t.Seed), 10, 64); err == nil && seed != 0 {
		s.Seed = &seed
	}
	switch state {
	case provider.Succeeded:
		s.Price = p.paid(t)
		if s.URL = clip(t.Creations); s.URL == "" {
			s.State = provider.Failed
			s.Err = p.wrong(provider.KindFailed, t.ErrCode, "finished without a clip")
		}
	case provider.Failed:
		p.failed(&s, t)
	default:
	}
	return s
}

// failed says why. Vidu calls a cancelled task failed, too.
func (p *Provider) failed(s *provider.Status, t task) {
	message := t.ErrMsg
	if message == "" {
		message = "Vidu gives no reason"
		if t.ErrCode != "" {
			message = "Vidu says " + t.ErrCode
		}
	}
	s.Err = p.wrong(endedBy(t.ErrCode), t.ErrCode, message)
	if t.ErrCode == "UserCancelled" || t.ErrCode == "Canceled" {
		s.State = provider.Cancelled
	}
	if s.Price = p.paid(t); s.Price != nil {
		billed := s.Price.Micros > 0
		s.Err.Billed = &billed
	}
}

func (p *Provider) wrong(kind provider.Kind, code, message string) *provider.Error {
	return &provider.Error{Kind: kind, Op: string(wire.Poll), Message: p.ask.Clean(message), Code: p.ask.Clean(code)}
}

// credit is what one costs in China, micro-units: CNY 500 buy 16,000
// (https://platform.vidu.cn/docs/pricing).
const credit = 31_250

// listed says whether the price of a credit is known at a host: elsewhere than in
// China they are sold in another currency.
func listed(base string) bool {
	u, err := url.Parse(base)
	return err == nil && !strings.EqualFold(u.Hostname(), "api.vidu.com")
}

// paid is what a task cost: its credits. nil where they are not told.
func (p *Provider) paid(t task) *drama.Money {
	n, err := strconv.ParseInt(string(t.Credits), 10, 32)
	if !p.priced || err != nil || n < 0 {
		return nil
	}
	return &drama.Money{Micros: n * credit, Currency: "CNY"}
}

// clip is the first result. Some storage hosts are named with http but serve
// https.
func clip(creations []creation) string {
	for _, c := range creations {
		if c.URL == "" {
			continue
		}
		if u, err := url.Parse(c.URL); err == nil && u.Scheme == "http" && strings.Contains(u.Hostname(), ".amazonaws.com") {
			return "https" + strings.TrimPrefix(c.URL, "http")
		}
		return c.URL
	}
	return ""
}
