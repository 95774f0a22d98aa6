package engine

import (
	"net"
	"net/http"
)

// ownPagesOnly keeps web pages of others out of a page that listens at address on loopback. Its password does not: a browser that was
// told it sends it with whatever another site makes it ask for.
//
// A request must name this machine, so that no name of somebody else's that points here is served (DNS rebinding); no other site, nor
// another port of this machine, may write, read or frame it. A link from elsewhere may open it.
func ownPagesOnly(address string, next http.Handler) http.Handler {
	_, port, err := net.SplitHostPort(address)
	hosts := map[string]bool{}
	if err == nil {
		hosts[net.JoinHostPort(loopback, port)], hosts[net.JoinHostPort("localhost", port)] = true, true
	}
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hosts[r.Host] {
			http.Error(w, "open this page as http://"+address, http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		switch r.Header.Get("Sec-Fetch-Site") {
		case "", "none", "same-origin":
		default:
			link := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
			if !link {
				http.Error(w, "another site may not ask for this", http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
