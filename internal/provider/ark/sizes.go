package ark

import "github.com/dailies/dailies/internal/media"

// size is a picture in the vendor's words.
type size struct{ resolution, ratio string }

// sizes are the pictures that Seedance makes, by their pixels. The generations
// round differently, but no two words have the same pixels:
// https://www.volcengine.com/docs/82379/1520757 (1.0; 1.5 and 2.0),
// https://www.volcengine.com/docs/82379/2607688 (2.5 at 480p).
// 4k is not in those tables; its sizes are twice those of 1080p.
var sizes = map[media.Raster]size{
	// 1.5 and later.
	{Width: 496, Height: 864}:   {"480p", "9:16"},
	{Width: 864, Height: 496}:   {"480p", "16:9"},
	{Width: 560, Height: 752}:   {"480p", "3:4"},
	{Width: 752, Height: 560}:   {"480p", "4:3"},
	{Width: 640, Height: 640}:   {"480p", "1:1"},
	{Width: 992, Height: 432}:   {"480p", "21:9"},
	{Width: 720, Height: 1280}:  {"720p", "9:16"},
	{Width: 1280, Height: 720}:  {"720p", "16:9"},
	{Width: 834, Height: 1112}:  {"720p", "3:4"},
	{Width: 1112, Height: 834}:  {"720p", "4:3"},
	{Width: 960, Height: 960}:   {"720p", "1:1"},
	{Width: 1470, Height: 630}:  {"720p", "21:9"},
	{Width: 1080, Height: 1920}: {"1080p", "9:16"},
	{Width: 1920, Height: 1080}: {"1080p", "16:9"},
	{Width: 1248, Height: 1664}: {"1080p", "3:4"},
	{Width: 1664, Height: 1248}: {"1080p", "4:3"},
	{Width: 1440, Height: 1440}: {"1080p", "1:1"},
	{Width: 2206, Height: 946}:  {"1080p", "21:9"},
	{Width: 2160, Height: 3840}: {"4k", "9:16"},
	{Width: 3840, Height: 2160}: {"4k", "16:9"},
	// 2.5, where it differs.
	{Width: 480, Height: 854}: {"480p", "9:16"},
	{Width: 854, Height: 480}: {"480p", "16:9"},
	// 1.0, where it differs.
	{Width: 480, Height: 864}:   {"480p", "9:16"},
	{Width: 864, Height: 480}:   {"480p", "16:9"},
	{Width: 544, Height: 736}:   {"480p", "3:4"},
	{Width: 736, Height: 544}:   {"480p", "4:3"},
	{Width: 960, Height: 416}:   {"480p", "21:9"},
	{Width: 704, Height: 1248}:  {"720p", "9:16"},
	{Width: 1248, Height: 704}:  {"720p", "16:9"},
	{Width: 832, Height: 1120}:  {"720p", "3:4"},
	{Width: 1120, Height: 832}:  {"720p", "4:3"},
	{Width: 1504, Height: 640}:  {"720p", "21:9"},
	{Width: 1088, Height: 1920}: {"1080p", "9:16"},
	{Width: 1920, Height: 1088}: {"1080p", "16:9"},
	{Width: 2176, Height: 928}:  {"1080p", "21:9"},
}

// tiers stand for the sizes of a resolution where only that counts: for prices.
var tiers = map[string]media.Raster{
	"480p": {Width: 496, Height: 864}, "720p": {Width: 720, Height: 1280},
	"1080p": {Width: 1080, Height: 1920}, "4k": {Width: 2160, Height: 3840},
}
