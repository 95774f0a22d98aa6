package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/dailies/dailies/internal/terminal"
)

// table prints rows, whose cells end with tabs, with aligned columns as the result.
func (u *ui) table(header string, rows func(row func(format string, args ...any))) error {
	all := [][]string{strings.Split(header, "\t")}
	rows(func(format string, args ...any) {
		all = append(all, strings.Split(terminal.Plain(fmt.Sprintf(format, args...)), "\t"))
	})
	if err := align(u.out, all); err != nil {
		return fmt.Errorf("print result: %w", err)
	}
	return nil
}

// align writes rows of cells, each column as wide as its widest cell, two blanks apart.
// Terminals give a Chinese character two places, which text/tabwriter takes for one.
func align(out io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		last := len(row) - 1
		for i, cell := range row[:last] {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+2))
		}
		b.WriteString(row[last] + "\n")
	}
	_, err := io.WriteString(out, b.String())
	return err //nolint:wrapcheck // table says what could not be done
}
