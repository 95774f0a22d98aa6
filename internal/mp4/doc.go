// Package mp4 reads and writes MP4 files by their boxes: a conformed shot's table
// of samples, a master with its tracks of pictures, sound, subtitles and chapters,
// and metadata. It holds no codec: samples are copied as they are.
package mp4
