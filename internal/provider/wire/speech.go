package wire

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/provider"
)

// Base is an API's address: the studio's or the vendor's own. It errs when that is no web
// address, and when it holds a credential.
func Base(configured, own string) (string, error) {
	if configured == "" {
		return own, nil
	}
	u, err := url.Parse(configured)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", fmt.Errorf("base_url is no web address; the vendor's own is %s", own)
	}
	return strings.TrimRight(configured, "/"), nil
}

// Spoken is the primary subtag of a BCP 47 tag, in lower case, with what all who speak or
// listen call by another code: Mandarin is zh, and the Cantonese of zh-HK and zh-yue yue.
func Spoken(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	primary, rest, _ := strings.Cut(tag, "-")
	switch {
	case primary == "zh" && (rest == "hk" || rest == "hant-hk" || rest == "yue"):
		return "yue"
	case primary == "cmn":
		return "zh"
	}
	return primary
}

// Without is the error of an answer that is not what was asked for though its status is
// good: the vendor's own no where it holds one, else something between us and the vendor.
// An answer whose Body is nil is not shown.
func (c *Client) Without(op Op, a Answer, what string, cause error) *provider.Error {
	var r Reason
	if c.Explain != nil {
		r = c.Explain(a.Status, a.Body)
	}
	said := r.Message != ""
	if r.Kind == "" {
		r.Kind = provider.KindTransient
	}
	e := c.Refuse(op, a, r)
	switch {
	case said:
	case a.Body == nil:
		e.Message = fmt.Sprintf("no %s in the answer: %v", what, cause)
	default:
		e.Message = fmt.Sprintf("no %s in the answer: %v: %s", what, cause, e.Message)
	}
	e.Err = cause
	return e
}
