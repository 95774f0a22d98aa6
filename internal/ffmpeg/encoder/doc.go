// Package encoder makes coded pictures and sound with FFmpeg's libraries: the one
// H.264 encoder whose headers follow from a Spec alone, AAC, stills, and clips of
// raw pictures.
package encoder
