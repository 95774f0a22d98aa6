package access

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// made is a file with a token in it, and the token's secret.
func made(t *testing.T, tok Token) (path, secret string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "tokens")
	secret, err := AddToken(path, tok, noon)
	if err != nil {
		t.Fatal(err)
	}
	return path, secret
}

func opened(t *testing.T, path string) *Tokens {
	t.Helper()
	all, err := OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTokenIsToldOnceAndKeptAsAHash(t *testing.T) {
	want := Token{Name: "ana", Role: Editor, Shows: []string{"lost-property"}, Spend: drama.Money{Micros: 5e6, Currency: "CNY"}, Expires: noon.Add(time.Hour)}
	path, secret := made(t, want)
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	for n := 0; n+16 <= len(secret); n++ {
		if strings.Contains(string(body), secret[n:n+16]) {
			t.Fatal("the file holds a part of the secret")
		}
	}
	if !strings.HasPrefix(secret, "dly_") || len(secret) != 4+52+7 {
		t.Errorf("the secret has another form: %d letters", len(secret))
	}
	got, err := opened(t, path).Find(secret, noon)
	if err != nil {
		t.Fatal(err)
	}
	want.Made, want.SHA256 = got.Made, got.SHA256
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if a := got.Actor(); a.Name != "ana" || a.Role != Editor || !a.Sees("lost-property") || a.Sees("other") || a.Token == "" {
		t.Errorf("the actor is %+v", a)
	}
}

func TestWrongTokensAreNobodys(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor, Expires: noon.Add(time.Hour)})
	all := opened(t, path)
	typo := []byte(secret)
	typo[10] = 'a' + (typo[10]-'a'+1)%26
	for name, c := range map[string]struct {
		secret string
		at     time.Time
		want   error
	}{
		"over":        {secret, noon.Add(time.Hour), ErrNoToken},
		"another's":   {NewSecret(), noon, ErrNoToken},
		"mistyped":    {string(typo), noon, ErrNotAToken},
		"cut off":     {secret[:len(secret)-1], noon, ErrNotAToken},
		"with more":   {secret + "a", noon, ErrNotAToken},
		"shouted":     {strings.ToUpper(secret), noon, ErrNotAToken},
		"nothing":     {"", noon, ErrNotAToken},
		"its hash":    {"dly_" + strings.Repeat("a", 59), noon, ErrNotAToken},
		"a long text": {strings.Repeat("dly_", 1<<20), noon, ErrNotAToken},
	} {
		if _, err := all.Find(c.secret, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := all.Find(secret, noon); err != nil {
		t.Errorf("the right one: %v", err)
	}
}

func TestARevokedTokenIsRefusedAtOnce(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	all := opened(t, path)
	if _, err := AddToken(path, Token{Name: "ana", Role: Admin}, noon); !errors.Is(err, ErrSameName) {
		t.Errorf("a second ana: %v", err)
	}
	if _, err := AddToken(path, Token{Name: "leo", Role: Viewer}, noon); err != nil {
		t.Fatal(err)
	}
	list, err := all.List()
	if err != nil || len(list) != 2 || list[0].Name != "ana" || list[1].Name != "leo" {
		t.Errorf("the list is %v, %v", list, err)
	}
	if n, err := RevokeToken(path, "ana"); n != 1 || err != nil {
		t.Errorf("revoked %d, %v", n, err)
	}
	if _, err := all.Find(secret, noon); !errors.Is(err, ErrNoToken) {
		t.Errorf("after it was revoked: %v", err)
	}
	if n, err := RevokeToken(path, "ana"); n != 0 || err != nil {
		t.Errorf("revoked again: %d, %v", n, err)
	}
}

func TestTokenFilesThatCannotBeTrusted(t *testing.T) {
	path, _ := made(t, Token{Name: "ana", Role: Editor})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(map[string]any)) []byte {
		var m map[string]any
		if err := json.Unmarshal(good, &m); err != nil {
			t.Fatal(err)
		}
		f(m)
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := func(m map[string]any) map[string]any { return m["tokens"].([]any)[0].(map[string]any) }
	for name, c := range map[string]struct {
		body []byte
		mode os.FileMode
		says string
	}{
		"others may read it":   {good, 0o644, "chmod 600"},
		"the group may":        {good, 0o640, "chmod 600"},
		"cut off":              {good[:len(good)/2], 0o600, "damaged"},
		"empty":                {nil, 0o600, "damaged"},
		"of a later dailies":   {change(func(m map[string]any) { m["form"] = 2 }), 0o600, "form"},
		"without a seal":       {change(func(m map[string]any) { m["seal"] = "" }), 0o600, "key"},
		"a role of nobody":     {change(func(m map[string]any) { first(m)["role"] = "nobody" }), 0o600, "role"},
		"a role out of reach":  {change(func(m map[string]any) { first(m)["role"] = "god" }), 0o600, "role"},
		"a field that is odd":  {change(func(m map[string]any) { first(m)["rule"] = "admin" }), 0o600, "damaged"},
		"a name of escapes":    {change(func(m map[string]any) { first(m)["name"] = "a\x1b[2J" }), 0o600, "name"},
		"a name turned around": {change(func(m map[string]any) { first(m)["name"] = "ana\u202e" }), 0o600, "name"},
		"a show of a path":     {change(func(m map[string]any) { first(m)["shows"] = []string{"../x"} }), 0o600, "show"},
		"too large":            {make([]byte, maxTokenFile+1), 0o600, "limit"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tokens")
			if err := os.WriteFile(path, c.body, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenTokens(path); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want a word of %q", err, c.says)
			}
			if _, err := AddToken(path, Token{Name: "leo", Role: Viewer}, noon); err == nil {
				t.Error("a token was added to it")
			}
		})
	}
	if _, err := OpenTokens(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "dailies token new") {
		t.Errorf("no file: %v", err)
	}
}

func TestTwoCommandsAtOnceLoseNoToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "tokens")
	const n = 8
	errs := make(chan error, n)
	for i := range n {
		go func() {
			_, err := AddToken(path, Token{Name: string(rune('a' + i)), Role: Viewer}, noon)
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if list, err := opened(t, path).List(); err != nil || len(list) != n {
		t.Errorf("%d tokens, %v", len(list), err)
	}
}
