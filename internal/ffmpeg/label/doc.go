// Package label letters what lies over the opening of a cut: the AI label that law asks
// for, and the opening card. A text is drawn once and then laid over pictures.
package label
