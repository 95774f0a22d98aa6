package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/roster"
	"github.com/dailies/dailies/internal/terminal"
)

// checkRoles says of a cluster which roles are there, by whom, and what nobody serves. It
// goes by what the workers have written in the store, not by what this machine has. known
// are the facts of the instances as those tell them who hold the keys.
func (a *cli) checkRoles(ctx context.Context) (checks []check, known []provider.Facts) {
	if !a.Cluster() {
		return nil, a.Facts()
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	err := a.WithSession(ctx, app.ToLook, func(ctx context.Context, s *app.Session) error {
		present, err := s.Present(ctx)
		if err != nil {
			return err
		}
		signed, err := s.Signed(ctx)
		if err != nil {
			return err
		}
		known, err = s.Facts(ctx)
		checks = a.roles(present, signed, a.now())
		return err
	})
	if err != nil {
		return []check{{Name: "roles", Found: "nobody can be asked which workers are there: " + err.Error(), Remedy: "see what is said of S3"}}, a.Facts()
	}
	return checks, known
}

// roles is a check for each role that the config has work for.
func (a *cli) roles(present []roster.Presence, signed map[string]roster.Entry, now time.Time) []check {
	out := []check{
		roleCheck(app.RoleWorkflow, present, now),
		roleCheck(app.RoleMedia, present, now),
	}
	for _, name := range a.ProviderNames() {
		c := roleCheck(app.RoleProvider+name, present, now)
		e, ok := signed[name]
		switch {
		case !c.OK && a.Free(name): // it is always configured, and need not be used
			c.OK = true
		case c.OK && ok && e.Fresh(now) && e.Facts.Parked != "":
			c.OK = false
			c.Found += "; " + e.Facts.Parked + " there, so that it makes nothing"
			c.Remedy = "set it for a worker of that role, or take " + name + " out of the config"
		}
		out = append(out, c)
	}
	c := roleCheck(app.RoleStudio, present, now)
	c.OK = c.OK || !strings.Contains(c.Found, "lacks") // a house may do without
	return append(out, c)
}

// roleCheck says who works as a role.
func roleCheck(role string, present []roster.Presence, now time.Time) check {
	c := check{Name: role, Remedy: "start dailies worker --roles " + role}
	var here, lacks []string
	last := ""
	for _, p := range present {
		switch {
		case !slices.Contains(p.Roles, role):
		case !p.Fresh(now):
			last = cmp.Or(last, fmt.Sprintf("; %s was last seen at %s", p.Worker, p.Seen.Local().Format(time.DateTime)))
		default:
			here = append(here, p.Worker+" ("+p.Version+")")
			for _, what := range slices.Sorted(maps.Keys(p.Lacks)) {
				if of(role, what) {
					lacks = append(lacks, p.Worker+" lacks what "+what+" needs: "+p.Lacks[what])
				}
			}
		}
	}
	if len(here) == 0 {
		c.Found = "nobody" + last
		return c
	}
	c.OK, c.Found = len(lacks) == 0, fmt.Sprintf("%d: %s", len(here), strings.Join(append(here, lacks...), "; "))
	if !c.OK {
		c.Remedy = "set it for that process"
	}
	return c
}

// of says whether what a process lacks belongs to a role. Of provider:NAME the entries in
// the roster tell: of several workers one with the key is enough.
func of(role, what string) bool {
	part, _, _ := strings.Cut(what, ".")
	switch part {
	case "voices", "judge", "listen":
		return role == app.RoleMedia
	case "calls":
		return role == app.RoleStudio
	}
	return false
}

// readyTimeout bounds asking a worker on this machine.
const readyTimeout = 8 * time.Second

// exitNotReady is what container engines take for unhealthy.
const exitNotReady = 1

// ready asks the worker on this machine whether it can work now: what container engines
// and supervisors run.
func (a *cli) ready(ctx context.Context) error {
	unready := func(format string, args ...any) error {
		return &exitError{code: exitNotReady, err: fmt.Errorf("ask the worker whether it is ready: "+format, args...)}
	}
	at := a.Config.Telemetry.Metrics
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return usagef("ask the worker whether it is ready: telemetry.metrics names no address (%q); a worker that serves its numbers can be asked", at)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	url := "http://" + net.JoinHostPort(host, port) + "/readyz"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return usagef("ask the worker whether it is ready: %w", err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return unready("%w", err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxReady))
	if err != nil {
		return unready("%w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return unready("%s", terminal.Plain(strings.TrimSpace(string(said))))
	}
	a.ui.result("ready")
	return nil
}

// maxReady is the longest answer that is read, in bytes.
const maxReady = 4096
