package images

import (
	"context"
	"encoding/json"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

const openaiBase = "https://api.openai.com/v1"

// OpenAI's edits are a path of their own, whose JSON names the pictures:
// https://developers.openai.com/api/reference/resources/images/methods/edit
type (
	openaiRequest struct {
		Model        string        `json:"model"`
		Prompt       string        `json:"prompt"`
		Images       []openaiImage `json:"images,omitempty"`
		Size         string        `json:"size"`
		Quality      string        `json:"quality"`
		OutputFormat string        `json:"output_format"`
		N            int           `json:"n"`
		User         string        `json:"user,omitempty"` // our key, for the vendor's log
	}
	openaiImage struct {
		URL string `json:"image_url"` // or a data URI
	}
	// openaiUsage is what a picture is billed by.
	openaiUsage struct {
		Usage struct {
			Input   int64 `json:"input_tokens"`
			Output  int64 `json:"output_tokens"`
			Details struct {
				Image int64 `json:"image_tokens"`
			} `json:"input_tokens_details"`
		} `json:"usage"`
	}
)

// quality is the one whose prices models.yaml has. High costs four times as much, and may
// take longer than an answer is waited for.
const quality = "medium"

func openaiPath(r provider.Request) string {
	if len(r.References) > 0 {
		return "/images/edits"
	}
	return "/images/generations"
}

func openaiBody(ctx context.Context, r provider.Request) (any, error) {
	b := openaiRequest{Model: r.Model, Prompt: r.Prompt, Size: r.Raster.String(), Quality: quality, OutputFormat: "png", N: 1, User: r.Key}
	for _, p := range r.References {
		u, err := wire.URLOrData(ctx, p)
		if err != nil {
			return nil, err
		}
		b.Images = append(b.Images, openaiImage{u})
	}
	return b, nil
}

// openaiTokens are the prices of a million tokens of gpt-image-2:
// https://developers.openai.com/api/docs/pricing
var openaiTokens = struct{ text, image, out drama.Money }{
	drama.Money{Micros: 5_000_000, Currency: "USD"}, drama.Money{Micros: 8_000_000, Currency: "USD"}, drama.Money{Micros: 30_000_000, Currency: "USD"},
}

// maxTokens is more than any picture has: what a vendor says beyond is not believed.
const maxTokens = 10_000_000

// readOpenAI reads a picture with what it came to: it is billed by the tokens that the
// answer tells.
func readOpenAI(body []byte) (out answer, err error) {
	if err := json.Unmarshal(body, &out); err != nil {
		return out, err
	}
	var u openaiUsage
	if json.Unmarshal(body, &u) != nil {
		return out, nil // a picture without a bill is a picture
	}
	s, image := u.Usage, u.Usage.Details.Image
	if s.Output <= 0 || s.Output > maxTokens || image < 0 || s.Input < image || s.Input > maxTokens {
		return out, nil
	}
	total := drama.Money{Currency: openaiTokens.out.Currency}
	for _, x := range []struct {
		per    drama.Money
		tokens int64
	}{{openaiTokens.text, s.Input - image}, {openaiTokens.image, image}, {openaiTokens.out, s.Output}} {
		part, err := provider.Tokens(x.per, x.tokens)
		if err != nil {
			return out, nil
		}
		total.Micros += part.Micros
	}
	out.bill = &total
	return out, nil
}
