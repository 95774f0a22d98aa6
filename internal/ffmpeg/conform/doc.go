// Package conform makes a take's mezzanine: one decode of the clip measures it and
// writes its pictures at the episode's raster and rate, with burned texts, and its
// sound as PCM of the same length. The same pass makes the take's review: what a
// browser plays, and the contact sheet before it.
package conform
