// Package joins lays segments out on a master's timeline: where each begins, what
// two of them share, how far a transition has come. It counts frames and nothing
// else.
package joins
