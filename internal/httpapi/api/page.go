package api

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// InPage asks for a part of a list.
type InPage struct {
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"At most so many"`
	After string `query:"after" maxLength:"200" doc:"The next of the answer before"`
}

// Page is a part of a list; Next is empty at its end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Pass it as after for what follows"`
}

// page cuts a list after the item whose cursor In.After is. One that is gone is a
// problem: what follows it cannot be known.
func page[T any](all []T, in InPage, cursor func(T) string) (Page[T], error) {
	from := 0
	if in.After != "" {
		i := slices.IndexFunc(all, func(v T) bool { return cursor(v) == in.After })
		if i < 0 {
			return Page[T]{}, ProblemInvalid.With("the list has nothing after this any more; begin again without it",
				&huma.ErrorDetail{Location: "query.after", Message: "not in the list", Value: in.After})
		}
		from = i + 1
	}
	to := min(from+in.Limit, len(all))
	p := Page[T]{Items: slices.Clone(all[from:to])}
	if p.Items == nil {
		p.Items = []T{}
	}
	if to < len(all) && to > from {
		p.Next = cursor(all[to-1])
	}
	return p, nil
}

// Out is an answer with a body.
type Out[T any] struct{ Body T }

func out[T any](v T) *Out[T] { return &Out[T]{Body: v} }
