// Package ffmpeg carries out media jobs in process with FFmpeg's libraries: it
// reads clips, measures and conforms them, encodes raw pictures, takes stills,
// assembles masters and verifies them. Run is one job; Main is the body of the
// child process that wraps a job in JSON.
//
// It promises that no type of FFmpeg's leaves it, that every position is exact
// in frames or samples, that only local files of the listed containers are
// opened, and that a clip's own fault is a *media.ClipError. It is not a fence:
// a decoder may crash on a hostile clip, so the program starts it in a child
// through internal/media/runner.
//
// FFmpeg 5.1 is what it is written for. FFmpeg's log callback must stay unset:
// the binding formats messages into a fixed buffer of 1024 bytes without a
// bound, and messages quote the clip.
package ffmpeg
