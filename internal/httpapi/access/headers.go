package access

import (
	"net/http"
	"strings"
)

// Policy is what the browser may do with a page of ours: nothing from elsewhere, no
// inline code, no text that becomes code but by the one policy in live.js.
// https://www.w3.org/TR/CSP3/
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
	"connect-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types studio"

// Headers puts what every answer bears.
func Headers(h http.Header) {
	h.Set("Content-Security-Policy", Policy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
}

// Friend says whether a request may read: it comes from our own pages, from a person
// who typed the address, or from a program, which sends no Sec-Fetch-Site. Another site
// may link to a page of ours, and nothing else. localhost with another port is "same-site",
// and no friend.
func Friend(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	page := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	return page && !strings.HasPrefix(r.URL.Path, "/api/")
}
