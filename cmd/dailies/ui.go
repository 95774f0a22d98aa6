package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/dailies/dailies/internal/terminal"
)

// ui is how the program speaks: results on out, everything for people on err, and
// nothing that a terminal would act on.
// It is safe for concurrent use.
type ui struct {
	out, err io.Writer
	terminal bool // err is a terminal: colours and a redrawn block
	quiet    bool
	json     bool // exactly one JSON object goes to out

	mu    sync.Mutex
	block int // lines of the redrawn block now on the terminal
}

// say prints a line for people.
func (u *ui) say(format string, args ...any) {
	if u.quiet {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.erase()
	fmt.Fprintln(u.err, terminal.Plain(fmt.Sprintf(format, args...)))
}

// complain prints an error; not even --quiet hides it.
func (u *ui) complain(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.erase()
	fmt.Fprintln(u.err, terminal.Plain(fmt.Sprintf("dailies: %v%s", err, commandsOf(err))))
}

// past names records that a list went on past, and gives them as JSON tells them;
// never null.
func (u *ui) past(damaged []error) []string {
	out := []string{}
	for _, err := range damaged {
		u.complain(err)
		out = append(out, err.Error())
	}
	return out
}

// result prints a line of the result, unless JSON was asked for.
func (u *ui) result(format string, args ...any) {
	if !u.json {
		fmt.Fprintln(u.out, terminal.Plain(fmt.Sprintf(format, args...)))
	}
}

// object prints the one JSON object.
func (u *ui) object(v any) error {
	enc := json.NewEncoder(terminal.JSONWriter{Out: u.out})
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print result: %w", err)
	}
	return nil
}

// redraw replaces the block at the bottom of the terminal.
func (u *ui) redraw(lines []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.erase()
	for _, l := range lines {
		fmt.Fprintln(u.err, terminal.Plain(l))
	}
	u.block = len(lines)
}

// erase removes the block; the caller holds mu.
func (u *ui) erase() {
	if u.block > 0 {
		fmt.Fprintf(u.err, "\x1b[%dA\x1b[J", u.block)
		u.block = 0
	}
}
