// Package footage reads clips as they come with FFmpeg's libraries: it opens and
// probes them, decodes pictures and sound, says how a picture must be turned,
// scaled and coloured to be conformed.
//
// Every position is exact in frames or samples, only local files of the listed
// containers are opened, and a clip's own fault is a *media.ClipError. It writes
// nothing.
package footage
