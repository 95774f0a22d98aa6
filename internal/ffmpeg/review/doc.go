// Package review makes what a person looks at of a take: a file that a browser plays, and
// the contact sheet before it. No picture is decoded for it.
package review
