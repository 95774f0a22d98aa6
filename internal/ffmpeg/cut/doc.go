// Package cut assembles masters of conformed shots.
// What a hard cut joins is copied; only what a transition or the label covers is
// decoded and encoded again.
package cut
