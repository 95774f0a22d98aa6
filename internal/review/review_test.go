package review

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store/mem"
)

var (
	noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	ep   = drama.EpisodeID{Show: "pier", Number: 1}
)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func desk() (Desk, *clock) {
	c := &clock{noon}
	return Desk{Store: mem.New(), Now: c.now}, c
}

func made(t *testing.T, d Desk) (Link, string) {
	t.Helper()
	l, pass, err := d.Make(t.Context(), Link{Episode: ep, Cut: 4, By: "ana"}, "")
	if err != nil {
		t.Fatal(err)
	}
	return l, pass
}

func TestALinkOpensWithItsPassphraseUntilItsEnd(t *testing.T) {
	d, c := desk()
	l, pass := made(t, d)
	open := func(id, pass string) error {
		got, err := d.Open(t.Context(), id, pass)
		if err == nil && (got.Cut != 4 || got.Episode != ep) {
			t.Errorf("it shows %+v", got)
		}
		return err
	}
	if err := open(l.ID, pass); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string][2]string{
		"a wrong passphrase": {l.ID, pass + "x"}, "none": {l.ID, ""}, "another id": {strings.Repeat("a", 26), pass}, "a path": {"../../../pier/ep01/x", pass},
		"an id with a path": {l.ID[:20] + "/../..", pass}, "shouted": {strings.ToUpper(l.ID), pass}, "a book": {l.ID, strings.Repeat(pass, 10_000)}, "its hash": {l.ID, l.Hash},
	} {
		if err := open(x[0], x[1]); !errors.Is(err, ErrNoLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.t = l.Expires
	if err := open(l.ID, pass); !errors.Is(err, ErrNoLink) {
		t.Errorf("at its end: %v", err)
	}
	c.t = noon
	if err := d.Revoke(t.Context(), "other", l.ID); !errors.Is(err, ErrNoLink) {
		t.Errorf("taken back by another show: %v", err)
	}
	for range 2 {
		if err := d.Revoke(t.Context(), "pier", l.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := open(l.ID, pass); !errors.Is(err, ErrNoLink) {
		t.Errorf("taken back: %v", err)
	}
	if _, err := d.Find(t.Context(), l.ID); !errors.Is(err, ErrNoLink) {
		t.Errorf("its holders' sessions: %v", err)
	}
}

func TestWhatIsSecretOfALinkStaysInTheStore(t *testing.T) {
	d, _ := desk()
	l, pass := made(t, d)
	body, _, err := d.Store.Read(t.Context(), LinkKey(l.ID))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), pass) || !strings.Contains(string(body), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error("the passphrase is not kept as argon2id")
	}
	list, err := d.List(t.Context(), drama.EpisodeID{Show: "pier"})
	if err != nil || len(list) != 1 || list[0].Hash != "" || list[0].Seal != nil || list[0].ID != l.ID {
		t.Errorf("listed: %+v, %v", list, err)
	}
	if list, err := d.List(t.Context(), drama.EpisodeID{Show: "other"}); err != nil || len(list) != 0 {
		t.Errorf("of another show: %+v, %v", list, err)
	}
}

func TestLinksThatCannotBe(t *testing.T) {
	d, _ := desk()
	one := drama.TakeID{Episode: ep, Slate: "1A", Number: 1}
	for name, c := range map[string]struct {
		l    Link
		pass string
	}{
		"of nothing":          {Link{Episode: ep}, ""},
		"of both":             {Link{Episode: ep, Cut: 1, Takes: []drama.TakeID{one}}, ""},
		"of a season's takes": {Link{Episode: ep, Takes: make([]drama.TakeID, MaxTakes+1)}, ""},
		"of two episodes":     {Link{Episode: ep, Takes: []drama.TakeID{{Episode: drama.EpisodeID{Show: "other", Number: 1}, Slate: "1A", Number: 1}}}, ""},
		"over already":        {Link{Episode: ep, Cut: 1, Expires: noon}, ""},
		"for a year":          {Link{Episode: ep, Cut: 1, Expires: noon.AddDate(1, 0, 0)}, ""},
		"a short passphrase":  {Link{Episode: ep, Cut: 1}, "seven77"},
		"a long one":          {Link{Episode: ep, Cut: 1}, strings.Repeat("x", 201)},
	} {
		if _, _, err := d.Make(t.Context(), c.l, c.pass); !errors.Is(err, ErrAsked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, pass, err := d.Make(t.Context(), Link{Episode: ep, Takes: []drama.TakeID{one}}, "eight 八 888")
	if err != nil || pass != "eight 八 888" || !l.Shows(one) || l.Shows(drama.TakeID{Episode: ep, Slate: "1A", Number: 2}) {
		t.Errorf("a list: %+v, %q, %v", l, pass, err)
	}
}

func TestGuessesWaitForOneAnother(t *testing.T) {
	d, _ := desk()
	l, pass := made(t, d)
	for range cap(guessing) {
		guessing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Open(ctx, l.ID, pass); !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves while waiting: %v", err)
	}
	for range cap(guessing) {
		<-guessing
	}
}

func TestTheNewestDecisionCounts(t *testing.T) {
	d, c := desk()
	say := func(ok bool, name, why string) error {
		_, err := d.Approve(t.Context(), Approval{Episode: ep, Cut: 4, Approved: ok, Name: name, Why: why, Link: "l"})
		return err
	}
	if err := say(false, " Mo Li ", "Her hand\nmelts."); err != nil {
		t.Fatal(err)
	}
	c.t = noon.Add(time.Hour)
	if err := say(true, "Mo Li", ""); err != nil {
		t.Fatal(err)
	}
	all, err := d.Approvals(t.Context(), ep, 4)
	if err != nil || len(all) != 2 || !all[0].Approved || all[0].Name != "Mo Li" || !all[0].At.Equal(c.t) || all[1].Approved {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err := d.Approvals(t.Context(), ep, 40); err != nil || len(all) != 0 {
		t.Errorf("of cut 40: %+v, %v", all, err)
	}
	for _, name := range []string{"", " ", "a\x1b[2J", "ana\u202e", strings.Repeat("x", 65), "\xff"} {
		if err := say(true, name, ""); !errors.Is(err, ErrAsked) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if err := say(true, "Mo", strings.Repeat("x", 2001)); !errors.Is(err, ErrAsked) {
		t.Errorf("a book: %v", err)
	}
}
