package pages

import (
	"strings"
	"testing"
)

func TestChangedWords(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"a red coat", "a red coat", "a red coat"},
		{"a red coat, rain", "a blue coat, rain", "a [-red ][+blue ]coat, rain"},
		{"", "new", "[+new]"},
		{"gone", "", "[-gone]"},
		{"她穿红衣", "她穿蓝衣", "她穿[-红][+蓝]衣"},
		{"one two three", "two three four", "[-one ]two [-three][+three four]"},
	} {
		var b strings.Builder
		for _, w := range changed(c.old, c.now) {
			switch {
			case w.New:
				b.WriteString("[+" + w.Text + "]")
			case w.Gone:
				b.WriteString("[-" + w.Text + "]")
			default:
				b.WriteString(w.Text)
			}
		}
		if b.String() != c.want {
			t.Errorf("%q to %q: %s, want %s", c.old, c.now, b.String(), c.want)
		}
	}
}
