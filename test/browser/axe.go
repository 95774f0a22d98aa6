package browser

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeCore is axe-core 4.14.1 (MPL-2.0) as published, SHA-256 in axe/README.md; tests only.
//
//go:embed axe/axe.min.js
var axeCore string

// Barrier is something on a page that keeps somebody out.
type Barrier struct {
	Rule   string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Where  string `json:"where"`
}

// Drawn are the rules of axe-core whose findings depend on how a page is drawn: its colours
// and its width. The others find the same in each.
func Drawn() []string {
	return []string{"color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size", "meta-viewport"}
}

// Barriers are the serious and critical findings of axe-core about the page that is open,
// by some of its rules (none: by all).
func Barriers(ctx context.Context, t testing.TB, rules ...string) []Barrier {
	t.Helper()
	only := ""
	if len(rules) > 0 {
		only = fmt.Sprintf(`, runOnly: [%s]`, quotedList(rules))
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axeCore+";void 0")); err != nil {
		t.Fatalf("load axe-core: %v", err)
	}
	return Tell[[]Barrier](ctx, t, `axe.run(document, {resultTypes: ["violations"]`+only+`}).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => ({id: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")})))`)
}

func quotedList(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, strconv.Quote(w))
	}
	return strings.Join(all, ", ")
}
