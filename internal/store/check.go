package store

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckRange says why no part of an object can be asked for like that; nil if it can.
// Every Store applies it.
func CheckRange(offset, length int64) error {
	if offset < 0 || length <= 0 {
		return fmt.Errorf("use part of object: %d bytes from byte %d is none", length, offset)
	}
	return nil
}

// CheckKey says why a key may not name an object; nil if it may. Every Store
// applies it: a key is a clean relative path of at most 1024 bytes of UTF-8, so
// that it can become a file, a URL or a line of a log without harm.
func CheckKey(key string) error {
	switch {
	case key == "":
		return fmt.Errorf("use object key: it is empty")
	case len(key) > 1024:
		return fmt.Errorf("use object key %.40q…: it has %d bytes, the limit is 1024", key, len(key))
	case !utf8.ValidString(key):
		return fmt.Errorf("use object key %.100q: it is not UTF-8", key)
	case strings.ContainsFunc(key, unicode.IsControl):
		return fmt.Errorf("use object key %.100q: it has control characters", key)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("use object key %.100q: a part is empty, \".\" or \"..\"", key)
		}
	}
	return nil
}
