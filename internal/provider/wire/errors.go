package wire

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
)

// maxMessage is how much of a vendor's message is shown, characters.
const maxMessage = 400

// maxRetryAfter is the longest wish to wait that is believed.
const maxRetryAfter = time.Hour

// refused is an answer with an error's status.
func (c *Client) refused(op Op, a Answer) error {
	var r Reason
	if c.Explain != nil {
		r = c.Explain(a.Status, a.Body)
	}
	return c.Refuse(op, a, r)
}

// Refuse makes the error of an answer that says no. Adapters call it for vendors
// that say no with HTTP 200.
func (c *Client) Refuse(op Op, a Answer, r Reason) *provider.Error {
	if r.Kind == "" {
		r.Kind = byStatus(op, a.Status)
	}
	if r.Message == "" {
		r.Message = c.describe(a.Body)
	}
	if a.Status != http.StatusOK {
		r.Message = fmt.Sprintf("HTTP %d: %s", a.Status, r.Message)
	}
	if to := a.Header.Get("Location"); redirects(a.Status) {
		r.Message = fmt.Sprintf("%s redirects to %s, and a request is not sent on to where nobody configured it: set base_url to where the API is", c.hostBase(), c.place(to))
	}
	return &provider.Error{Kind: r.Kind, Op: string(op), Message: c.Clean(r.Message), Code: c.Clean(r.Code), Billed: r.Billed, RetryAfter: RetryAfter(a.Header, time.Now())}
}

// byStatus is what an HTTP status means where the vendor says nothing better.
func byStatus(op Op, status int) provider.Kind {
	asked := op == Poll || op == Find || op == Cancel || op == Fetch
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return provider.KindAuth
	case status == http.StatusPaymentRequired:
		return provider.KindQuota
	case status == http.StatusTooManyRequests:
		return provider.KindThrottled
	case asked && (status == http.StatusNotFound || status == http.StatusGone):
		return provider.KindNotFound
	case (op == Poll || op == Cancel || op == Fetch) && elsewhere(status):
		return provider.KindTransient
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		// No vendor's page says that nothing was made.
		if op == Submit {
			return provider.KindAmbiguous
		}
		return provider.KindTransient
	}
	return provider.KindInvalid // a redirect too: base_url is not the API's
}

// elsewhere are answers of somebody between us and the vendor, such as a captive
// portal or a proxy: they say nothing of a job.
func elsewhere(status int) bool {
	return status < http.StatusBadRequest || status == http.StatusProxyAuthRequired || status == http.StatusMisdirectedRequest ||
		status == http.StatusTooEarly || status == http.StatusUnavailableForLegalReasons
}

// RetryAfter reads seconds or a date (RFC 9110, 10.2.3).
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if !(s > 0) {
			return 0
		}
		return min(time.Duration(min(s, maxRetryAfter.Seconds())*float64(time.Second)), maxRetryAfter)
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// hostBase is the configured API without what may be secret in it.
func (c *Client) hostBase() string {
	if u, err := url.Parse(c.Base); err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host + u.Path
	}
	return "base_url"
}

// place is where a redirect leads, without what may be secret in it.
func (c *Client) place(location string) string {
	base, err := url.Parse(c.Base)
	if err != nil {
		return "elsewhere"
	}
	to, err := base.Parse(location)
	if err != nil || to.Host == "" {
		return "elsewhere"
	}
	return to.Scheme + "://" + to.Host + to.Path
}

var (
	// What stands before the @ of a URL, and its query, are credentials and
	// signatures as often as not.
	urlUser  = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*:/+)[^\s/"'<>@]*@`)
	urlQuery = regexp.MustCompile(`(?i)\b((?:https?|s3|oss|cos|gs)://[^\s"'<>?#]+)[?#][^\s"'<>]*`)
	pair     = regexp.MustCompile(`(?i)\b((?:x-amz-|x-oss-|x-cos-|q-)?(?:signature|sig|credential|security-token|accesskeyid|access_key|api_?key|token|password|secret)["']?\s*[=:]\s*["']?)[A-Za-z0-9%._~+/=-]{8,}`)
	// Our own address for a vendor's calls ends in a secret, and vendors repeat what
	// they refuse.
	callback = regexp.MustCompile(`(/hooks/[A-Za-z0-9._-]+/)[A-Za-z0-9_-]{16,}`)
	bearer   = regexp.MustCompile(`(?i)\b(bearer|key|token)\s+[A-Za-z0-9._~+/=-]{12,}`)
)

// Clean makes a vendor's text fit to be shown: no credential, no signature of a
// URL, no control characters, not too long.
func (c *Client) Clean(s string) string {
	for _, secret := range c.Secrets {
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	s = bearer.ReplaceAllString(s, "$1 [secret]")
	s = urlUser.ReplaceAllString(s, "${1}[secret]@")
	s = urlQuery.ReplaceAllString(s, "$1?…")
	s = callback.ReplaceAllString(s, "${1}[secret]")
	s = pair.ReplaceAllString(s, "${1}[secret]")
	s = provider.Plain(s)
	if utf8.RuneCountInString(s) > maxMessage {
		s = string([]rune(s)[:maxMessage]) + "…"
	}
	return s
}

// describe says what a body is that nobody can read.
func (c *Client) describe(body []byte) string {
	text := bytes.TrimSpace(body)
	switch {
	case len(text) == 0:
		return "an empty answer"
	case bytes.HasPrefix(text, []byte("<")):
		return "a page of HTML or XML"
	case !utf8.Valid(text[:min(len(text), 512)]) && bytes.IndexByte(text, 0) >= 0:
		return fmt.Sprintf("%d bytes of something", len(text))
	}
	return "“" + c.Clean(string(text[:min(len(text), 2048)])) + "”"
}
