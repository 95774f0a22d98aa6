package omni

import (
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// sizes are the pixel sizes that the vendor's words stand for.
var sizes = map[media.Raster]struct{ ratio, resolution string }{
	{Width: 360, Height: 640}:   {"9:16", "360p"},
	{Width: 720, Height: 1280}:  {"9:16", "720p"},
	{Width: 1080, Height: 1920}: {"9:16", "1080p"},
	{Width: 2160, Height: 3840}: {"9:16", "4k"},
	{Width: 640, Height: 360}:   {"16:9", "360p"},
	{Width: 1280, Height: 720}:  {"16:9", "720p"},
	{Width: 1920, Height: 1080}: {"16:9", "1080p"},
	{Width: 3840, Height: 2160}: {"16:9", "4k"},
}

// create is the body that asks for a take.
func (p *Provider) create(ctx context.Context, r provider.Request) (createRequest, error) {
	size, ok := sizes[r.Raster]
	if !ok {
		return createRequest{}, wire.Invalid("%s makes no %s picture", r.Model, r.Raster)
	}
	if r.MakeMS < 1000 || r.MakeMS%1000 != 0 {
		return createRequest{}, wire.Invalid("%s makes whole seconds, not %d ms", r.Model, r.MakeMS)
	}
	if m := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model }); m >= 0 && !slices.Contains(p.models[m].Modes, r.Mode) {
		return createRequest{}, wire.Invalid("%s does not start from %s", r.Model, r.Mode)
	}
	task, pictures, err := start(r)
	if err != nil {
		return createRequest{}, err
	}
	b := createRequest{
		Model: r.Model,
		ResponseFormat: responseFormat{
			Type: "video", AspectRatio: size.ratio, Resolution: size.resolution, Duration: fmt.Sprintf("%ds", r.MakeMS/1000),
			Delivery: "uri", // in the answer itself is for 4 MB and less
		},
		Background: true, // else the answer comes when the clip is done, and with it the id
		Store:      true, // a file's URI needs it
	}
	if r.Callback != "" {
		b.Webhook = &webhookConfig{URIs: []string{r.Callback}}
	}
	if task != "" {
		b.GenerationConfig = &generationConfig{VideoConfig: videoConfig{Task: task}}
	}
	for _, pic := range pictures {
		// The page says what a picture's uri may be of no address but the vendor's own.
		data, kind, err := wire.Bytes(ctx, pic)
		if err != nil {
			return createRequest{}, err
		}
		b.Input = append(b.Input, part{Type: "image", MimeType: kind, Data: data})
	}
	b.Input = append(b.Input, part{Type: "text", Text: r.Prompt})
	return b, nil
}

// start is what a take starts from: the vendor's task (empty: it finds out itself), and
// the pictures in the order in which the prompt's tags (models.yaml: opening, cite; the
// dialect's declaration) give them roles.
func start(r provider.Request) (task string, pictures []provider.Picture, err error) {
	switch r.Mode {
	case provider.ModeText:
		return "text_to_video", nil, nil
	case provider.ModeFirstFrame:
		if r.FirstFrame == nil {
			return "", nil, wire.Invalid("there is no first frame")
		}
		return "image_to_video", []provider.Picture{*r.FirstFrame}, nil
	case provider.ModeFirstLast:
		if r.FirstFrame == nil || r.LastFrame == nil {
			return "", nil, wire.Invalid("there is no first or no last frame")
		}
		return "image_to_video", []provider.Picture{*r.FirstFrame, *r.LastFrame}, nil
	case provider.ModeFrameReferences:
		if r.FirstFrame == nil || len(r.References) == 0 {
			return "", nil, wire.Invalid("there is no first frame, or nothing beside it")
		}
		// No task is named where the page has both: the prompt declares them.
		return "", append([]provider.Picture{*r.FirstFrame}, r.References...), nil
	case provider.ModeReferences:
		if len(r.References) == 0 {
			return "", nil, wire.Invalid("there are no reference pictures")
		}
		return "reference_to_video", r.References, nil
	}
	return "", nil, wire.Invalid("it makes no takes from %q", r.Mode)
}
