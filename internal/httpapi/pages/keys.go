package pages

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/httpapi/assets"
)

// Key is a row of the table of keys.
type Key struct {
	Where string   `json:"where"`
	Op    string   `json:"op"`
	Keys  []string `json:"keys"`
}

// keyRoom are the keys of one kind of page, as the help sheet shows them.
type keyRoom struct {
	Where string
	Rows  []Key
}

// keySheet is the table of keys by room, in its order.
func keySheet() ([]keyRoom, error) {
	var table []Key
	if err := json.Unmarshal([]byte(assets.Keys), &table); err != nil {
		return nil, fmt.Errorf("read the table of keys: %w", err)
	}
	var sheet []keyRoom
	for _, k := range table {
		if n := len(sheet); n == 0 || sheet[n-1].Where != k.Where {
			sheet = append(sheet, keyRoom{Where: k.Where})
		}
		last := &sheet[len(sheet)-1]
		last.Rows = append(last.Rows, k)
	}
	return sheet, nil
}

// keyNames are keys as keyboards show them.
var keyNames = strings.NewReplacer(
	"ArrowLeft", "←", "ArrowRight", "→", "ArrowUp", "↑", "ArrowDown", "↓", "Escape", "Esc", "PageUp", "PgUp", "PageDown", "PgDn",
)

// Labels are the keys as people read them.
func (k Key) Labels() []string {
	var all []string
	for _, key := range k.Keys {
		label := keyNames.Replace(key)
		if len(key) == 1 || len(key) == len("g b") && key[1] == ' ' {
			label = strings.ToUpper(label)
		}
		all = append(all, label)
	}
	return all
}
