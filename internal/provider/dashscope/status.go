package dashscope

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// words are the states by the vendor's names:
// https://help.aliyun.com/zh/model-studio/manage-asynchronous-tasks. SUSPENDED is
// in the vendor's SDK only (https://github.com/dashscope/dashscope-sdk-python),
// which waits on; UNKNOWN is no state, but a task that is not there.
var words = map[wire.Text]provider.State{
	"PENDING":   provider.Queued,
	"SUSPENDED": provider.Queued,
	"RUNNING":   provider.Running,
	"SUCCEEDED": provider.Succeeded,
	"FAILED":    provider.Failed,
	"CANCELED":  provider.Cancelled,
}

// status reads a task. All of it comes with HTTP 200.
func (p *Provider) status(j provider.Job, a wire.Answer, t task) (provider.Status, error) {
	word := t.Output.Status
	s := provider.Status{Job: j, State: words[word], Word: string(word)}
	no := func(r wire.Reason) *provider.Error { return p.client.Refuse(wire.Poll, a, r) }
	free := false // only what succeeded is billed
	switch {
	case word == "UNKNOWN":
		return provider.Status{}, no(wire.Reason{Kind: provider.KindNotFound, Message: "there is no such task; the vendor forgets them after 24 hours"})
	case s.State == "":
		s.Err = no(wire.Reason{Kind: provider.KindUnknown, Message: "the task is " + string(word)})
	case s.State == provider.Failed:
		r := because(string(t.Output.Code), string(t.Output.Message))
		r.Kind, r.Billed = ended(r.Kind), &free
		if r.Message == "" {
			r.Message = "the task failed, and no reason is told"
		}
		s.Err = no(r)
	case s.State == provider.Cancelled:
		s.Err = no(wire.Reason{Kind: provider.KindFailed, Message: "the task was cancelled before it began", Billed: &free})
	case s.State == provider.Succeeded:
		s.URL, s.Price = string(t.Output.VideoURL), p.price(j.Model, t.Usage)
		if s.URL == "" {
			s.State, s.Err = provider.Failed, no(wire.Reason{Kind: provider.KindFailed, Message: "the task succeeded without a clip"})
		}
	}
	return s, nil
}

// ended is what a code means that ended a task: to wait, or to ask for it again,
// is of no use then.
func ended(k provider.Kind) provider.Kind {
	switch k {
	case provider.KindRefused, provider.KindInvalid, provider.KindAuth, provider.KindQuota:
		return k
	default:
		return provider.KindFailed
	}
}

// price is the usage at the model's rate; nil where either is not known.
func (p *Provider) price(model string, raw json.RawMessage) *drama.Money {
	m, ok := p.known(model)
	if ok && m.LipSync != nil {
		return p.lipsPrice(m, raw)
	}
	var u usage
	if !ok || !p.listed || json.Unmarshal(raw, &u) != nil {
		return nil
	}
	ms, ok := thousandths(u.Duration)
	if !ok {
		if ms, ok = thousandths(u.Made); !ok {
			return nil
		}
	}
	tier := strings.TrimRight(string(u.Tier), "Pp") + "P"
	for _, raster := range m.Rasters {
		if familyOf(model).sizes[raster].resolution != tier {
			continue
		}
		if price, err := m.Price(provider.Bought{Raster: raster, MS: ms}); err == nil {
			return &price
		}
	}
	return nil
}

// listed says whether what base bills is in the price list of models.yaml, which
// is that of Beijing: other regions have other prices, and a token plan has none.
// A gateway of the studio's own is taken to lead there.
func listed(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := u.Hostname()
	switch {
	case strings.HasPrefix(host, "token-plan."):
		return false
	case host == "dashscope.aliyuncs.com", strings.HasSuffix(host, ".cn-beijing.maas.aliyuncs.com"):
		return true
	}
	return !strings.HasSuffix(host, ".aliyuncs.com")
}
