// Package conform makes a take's mezzanine: one decode of the clip measures it and
// writes its pictures at the episode's raster and rate, with burned texts, and its
// sound as PCM of the same length.
package conform
