// Package browser opens pages in a headless Chromium, for tests of what people see.
package browser

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// How long a test may keep its browser, and wait for one thing: a machine that runs all
// tests at once takes minutes for what takes seconds.
const (
	patience = 15 * time.Minute
	waiting  = 4 * time.Minute
)

// Open is a tab of a Chromium of the test's own, at the page; flags are further ones of
// its command line. It ends with the test.
func Open(t testing.TB, page string, flags ...string) context.Context {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	t.Cleanup(stop)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(t.TempDir(), "profile")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
	)
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, leave := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(leave)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatalf("open Chromium; make test installs it: %v", err)
	}
	return ctx
}

// Tab is one more tab of a Chromium that Open opened, at the page. It ends with the test.
func Tab(ctx context.Context, t testing.TB, page string) context.Context {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatalf("open another tab: %v", err)
	}
	return ctx
}

// Tell waits for a promise of the page, or an expression, and reads its value.
func Tell[T any](ctx context.Context, t testing.TB, promise string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](promise, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", strings.TrimSpace(promise), err)
	}
	return v
}

// Wait waits until an expression holds on the page; what says what that means. The page
// may be left for another meanwhile: the one that is there is asked, again and again.
func Wait(ctx context.Context, t testing.TB, what, so string) {
	t.Helper()
	var err error
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(waiting); time.Now().Before(end) && ctx.Err() == nil; <-tick.C {
		var is bool
		// An expression may read what is not there yet.
		if is, err = chromedp.Run(ctx, chromedp.Evaluate[bool]("(() => { try { return !!("+so+"); } catch { return false; } })()")); err == nil && is {
			return
		}
	}
	page, said := chromedp.Run(context.WithoutCancel(ctx), chromedp.Evaluate[string](
		`location.href + "\n" + document.body.innerText.slice(0, 2000) + "\n" + (document.getElementById("toasts")?.innerText ?? "")`))
	if said != nil {
		page = said.Error()
	}
	t.Fatalf("%s is not seen: %v\n%s", what, err, page)
}
