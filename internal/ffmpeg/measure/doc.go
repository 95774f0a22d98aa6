// Package measure says in numbers what pictures show: how they move, stand still, cut,
// flicker or are black, and how far their colours are from another picture's.
package measure
