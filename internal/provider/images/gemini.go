package images

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Gemini's own shape: https://ai.google.dev/gemini-api/docs/image-generation
type (
	geminiRequest struct {
		Contents []geminiContent `json:"contents"`
		Config   geminiConfig    `json:"generationConfig"`
	}
	geminiContent struct {
		Parts []geminiPart `json:"parts"`
	}
	geminiPart struct {
		Text    string      `json:"text,omitempty"`
		Inline  *geminiBlob `json:"inlineData,omitempty"`
		Thought bool        `json:"thought,omitempty"` // a draft that is not the answer
	}
	geminiBlob struct {
		Type string `json:"mimeType"`
		Data []byte `json:"data"` // base64 in JSON
	}
	geminiConfig struct {
		Modalities []string    `json:"responseModalities"`
		Image      geminiImage `json:"imageConfig"`
	}
	geminiImage struct {
		Ratio string `json:"aspectRatio"`
		Size  string `json:"imageSize"`
	}
	geminiAnswer struct {
		Candidates []struct {
			Content geminiContent `json:"content"`
			Finish  string        `json:"finishReason"`
			Says    string        `json:"finishMessage"`
		} `json:"candidates"`
		Feedback struct {
			Block string `json:"blockReason"`
			Says  string `json:"blockReasonMessage"`
		} `json:"promptFeedback"`
	}
)

// geminiSizes are the page's pixels, by which ratio and size they are asked for.
var geminiSizes = map[media.Raster]geminiImage{
	{Width: 768, Height: 1376}: {"9:16", "1K"}, {Width: 1376, Height: 768}: {"16:9", "1K"}, {Width: 1024, Height: 1024}: {"1:1", "1K"},
	{Width: 896, Height: 1200}: {"3:4", "1K"}, {Width: 1200, Height: 896}: {"4:3", "1K"},
	{Width: 1536, Height: 2752}: {"9:16", "2K"}, {Width: 2752, Height: 1536}: {"16:9", "2K"}, {Width: 2048, Height: 2048}: {"1:1", "2K"},
	{Width: 1792, Height: 2400}: {"3:4", "2K"}, {Width: 2400, Height: 1792}: {"4:3", "2K"},
	{Width: 3072, Height: 5504}: {"9:16", "4K"}, {Width: 5504, Height: 3072}: {"16:9", "4K"}, {Width: 4096, Height: 4096}: {"1:1", "4K"},
}

// maxGemini is the most of a whole request with its pictures, bytes; what is not
// pictures needs less than its last MiB.
const maxGemini = 20<<20 - 1<<20

func geminiPath(r provider.Request) string {
	return "/models/" + url.PathEscape(r.Model) + ":generateContent"
}

func geminiSign(key string) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("X-Goog-Api-Key", key)
		return nil
	}
}

// geminiBody has the pictures in front of the words, in the order that they are cited
// in. The API reads no addresses of ours, so all are sent inline.
func geminiBody(ctx context.Context, r provider.Request) (any, error) {
	size, ok := geminiSizes[r.Raster]
	if !ok {
		return nil, wire.Invalid("%s makes no %s picture", r.Model, r.Raster)
	}
	var parts []geminiPart
	sent := 0
	for _, p := range r.References {
		body, kind, err := wire.Bytes(ctx, p)
		if err != nil {
			return nil, err
		}
		if sent += base64.StdEncoding.EncodedLen(len(body)); sent > maxGemini {
			return nil, wire.Invalid("the pictures are over %d MiB; send smaller ones", maxGemini>>20)
		}
		parts = append(parts, geminiPart{Inline: &geminiBlob{Type: kind, Data: body}})
	}
	parts = append(parts, geminiPart{Text: r.Prompt})
	return geminiRequest{Contents: []geminiContent{{Parts: parts}}, Config: geminiConfig{Modalities: []string{"IMAGE"}, Image: size}}, nil
}

// filtered are the parts of a finish reason that say moderation.
var filtered = []string{"SAFETY", "PROHIBITED", "RECITATION", "SPII", "BLOCKLIST"}

// made is the answer in the words of the others.
func (g geminiAnswer) made() (out answer) {
	if g.Feedback.Block != "" {
		out.Data = []picture{{Error: &failure{Code: word(g.Feedback.Block), Message: g.Feedback.Says, kind: provider.KindRefused}}}
		return out
	}
	for _, c := range g.Candidates {
		said := c.Says
		for _, p := range c.Content.Parts {
			switch {
			case p.Thought:
			case p.Inline != nil && len(p.Inline.Data) > 0:
				out.Data = []picture{{B64: p.Inline.Data}}
				return out
			case said == "":
				said = p.Text
			}
		}
		f := &failure{Code: word(c.Finish), Message: said, kind: provider.KindFailed}
		for _, w := range filtered {
			if strings.Contains(c.Finish, w) {
				f.kind = provider.KindRefused
			}
		}
		out.Data = append(out.Data, picture{Error: f})
	}
	return out
}
