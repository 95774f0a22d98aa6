package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/httpapi/access"
)

// A token is told once; list never shows it; revoke takes it back.
func TestTokensAreMadeListedAndRevoked(t *testing.T) {
	h := newHouse(t, tiny)
	file := filepath.Join(h.dir, "keys", "tokens")
	h.must(exitUsage, "token", "list")
	r := h.must(exitDone, "token", "new", "ana", "--role", "editor", "--show", "tiny", "--spend-a-day", "50 CNY", "--expires", "30d", "--file", file)
	secret := strings.TrimSpace(r.stdout)
	tokens, err := access.OpenTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tokens.Find(secret, time.Now())
	if err != nil || got.Role != access.Editor || got.Spend.String() != "50.00 CNY" || len(got.Shows) != 1 || got.Expires.Before(time.Now().AddDate(0, 0, 29)) {
		t.Errorf("the token is %+v, %v", got, err)
	}
	list := h.must(exitDone, "token", "list", "--file", file).stdout
	if !strings.Contains(list, "ana") || !strings.Contains(list, "editor") || strings.Contains(list, secret[4:20]) {
		t.Errorf("the list:\n%s", list)
	}
	asJSON := decode[map[string]any](t, h.must(exitDone, "token", "list", "--json", "--file", file))
	if len(asJSON["tokens"].([]any)) != 1 {
		t.Errorf("as JSON: %v", asJSON)
	}
	for _, wrong := range [][]string{
		{"new", "ana", "--role", "admin"},
		{"new", "leo", "--role", "god"},
		{"new", "leo", "--expires", "soon"},
		{"new", "leo", "--spend-a-day", "much"},
		{"new", "leo", "--show", "../x"},
		{"new"},
		{"revoke", "nobody"},
	} {
		h.must(exitUsage, append(append([]string{"token"}, wrong...), "--file", file)...)
	}
	h.must(exitDone, "token", "revoke", "ana", "--file", file)
	if _, err := tokens.Find(secret, time.Now()); err == nil {
		t.Error("it is good after it was revoked")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}
