package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/dailies/dailies/internal/store"
)

// listings are both ways to list.
func listings(s store.Store) map[string]func(context.Context, string, func(store.Info) error) error {
	return map[string]func(context.Context, string, func(store.Info) error) error{"list": s.List, "list of a level": s.ListLevel}
}

func list(t *testing.T, s store.Store) {
	ctx := t.Context()
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprintf("show/takes/%04d.json", i))
	}
	want = append(want, "show/takes-old/x", "show/takes/a/b", "show/takes/a-b", "show/takes/é")
	for _, key := range append(slices.Clone(want), "other/x", "shower") {
		put(t, s, key, []byte(key), "")
	}
	slices.Sort(want)
	got := []string{}
	err := s.List(ctx, "show/takes", func(i store.Info) error {
		if i.Bytes != int64(len(i.Key)) || i.Version == "" || i.Modified.IsZero() {
			t.Errorf("listed %+v", i)
		}
		got = append(got, i.Key)
		return nil
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("list: %v\n got %q\nwant %q", err, got, want)
	}
	enough := errors.New("enough")
	n := 0
	err = s.List(ctx, "show/", func(store.Info) error {
		if n++; n == 12 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 12 {
		t.Errorf("list that is told to stop: %v after %d", err, n)
	}
	all := 0
	if err := s.List(ctx, "", func(store.Info) error { all++; return nil }); err != nil || all != len(want)+2 {
		t.Errorf("list of everything: %d, %v; want %d", all, err, len(want)+2)
	}
}

// listLevel has more than one page of objects and of folders, and names that sort
// between a folder's name and what lies in it.
func listLevel(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, key := range []string{"show/script", "show/a.json", "show/a/1", "show/a/2/x", "show/a-b", "show/é/1", "showed", "other/x"} {
		put(t, s, key, []byte(key), "")
	}
	var numbered []string
	for i := range 12 {
		key := fmt.Sprintf("show/ep%02d/script.json", i)
		put(t, s, key, []byte(key), "")
		put(t, s, fmt.Sprintf("show/ep%02d/takes/1A/0001.json", i), nil, "")
		numbered = append(numbered, fmt.Sprintf("show/ep%02d/", i))
	}
	for prefix, want := range map[string][]string{
		"":               {"other/", "show/", "showed"},
		"show":           {"show/", "showed"},
		"show/":          append(append([]string{"show/a-b", "show/a.json", "show/a/"}, numbered...), "show/script", "show/é/"),
		"show/ep":        numbered,
		"show/a/":        {"show/a/1", "show/a/2/"},
		"show/a":         {"show/a-b", "show/a.json", "show/a/"},
		"show/ep03/":     {"show/ep03/script.json", "show/ep03/takes/"},
		"show/script/x":  nil, // below an object lies nothing
		"show/a.json":    {"show/a.json"},
		"show/a.json/":   nil,
		"show/nothing/x": nil,
	} {
		var got []string
		err := s.ListLevel(ctx, prefix, func(i store.Info) error {
			got = append(got, i.Key)
			switch {
			case i.IsFolder() && i != (store.Info{Key: i.Key}):
				t.Errorf("level %q: a folder with %+v", prefix, i)
			case !i.IsFolder() && (i.Bytes != int64(len(i.Key)) || i.Version == "" || i.Modified.IsZero()):
				t.Errorf("level %q: listed %+v", prefix, i)
			}
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("level %q: %v\n got %q\nwant %q", prefix, err, got, want)
		}
		if err := s.List(ctx, prefix, func(store.Info) error { return nil }); err != nil {
			t.Errorf("list %q: %v", prefix, err)
		}
	}
	enough, n := errors.New("enough"), 0
	err := s.ListLevel(ctx, "show/", func(store.Info) error {
		if n++; n == 5 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 5 {
		t.Errorf("level that is told to stop: %v after %d", err, n)
	}
}
