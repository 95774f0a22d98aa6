package images

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// dashscopeBase is Model Studio in Beijing.
const dashscopeBase = "https://dashscope.aliyuncs.com/api/v1"

// Qwen-Image on Model Studio answers at once:
// https://help.aliyun.com/zh/model-studio/qwen-image-edit-api
type (
	dashscopeRequest struct {
		Model      string              `json:"model"`
		Input      dashscopeInput      `json:"input"`
		Parameters dashscopeParameters `json:"parameters"`
	}
	dashscopeInput struct {
		Messages []dashscopeMessage `json:"messages"`
	}
	dashscopeMessage struct {
		Role    string          `json:"role"`
		Content []dashscopePart `json:"content"`
	}
	dashscopePart struct {
		Image string `json:"image,omitempty"` // URL, or a data URI
		Text  string `json:"text,omitempty"`
	}
	dashscopeParameters struct {
		N int `json:"n"`
		// Size is always said: without it a picture has the shape of the last one sent.
		Size     string `json:"size"`
		Negative string `json:"negative_prompt,omitempty"`
		// PromptExtend lets the vendor write the prompt anew; its default is true.
		PromptExtend bool   `json:"prompt_extend"`
		Watermark    bool   `json:"watermark"`
		Seed         *int64 `json:"seed,omitempty"`
	}
	dashscopeAnswer struct {
		Output struct {
			Choices []struct {
				Message dashscopeMessage `json:"message"`
			} `json:"choices"`
		} `json:"output"`
		Usage struct {
			Images int `json:"image_count"`
			Output int `json:"output_image_count"` // of newer models
		} `json:"usage"`
	}
)

// maxNegative is how long a negative prompt may be, characters.
const maxNegative = 500

func dashscopePath(provider.Request) string {
	return "/services/aigc/multimodal-generation/generation"
}

func dashscopeBody(ctx context.Context, r provider.Request) (any, error) {
	if n := utf8.RuneCountInString(r.Negative); n > maxNegative {
		return nil, wire.Invalid("%s takes negative prompts of %d characters, this one has %d", r.Model, maxNegative, n)
	}
	if r.Seed != nil && (*r.Seed < 0 || *r.Seed > math.MaxInt32) {
		return nil, wire.Invalid("%s takes seeds from 0 to %d, not %d", r.Model, math.MaxInt32, *r.Seed)
	}
	m := dashscopeMessage{Role: "user"}
	for _, p := range r.References {
		u, err := wire.URLOrData(ctx, p)
		if err != nil {
			return nil, err
		}
		m.Content = append(m.Content, dashscopePart{Image: u})
	}
	m.Content = append(m.Content, dashscopePart{Text: r.Prompt})
	return dashscopeRequest{
		Model: r.Model, Input: dashscopeInput{Messages: []dashscopeMessage{m}},
		Parameters: dashscopeParameters{N: 1, Size: fmt.Sprintf("%d*%d", r.Raster.Width, r.Raster.Height), Negative: r.Negative, Seed: r.Seed},
	}, nil
}

func readDashscope(body []byte) (out answer, err error) {
	var a dashscopeAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return out, err
	}
	for _, c := range a.Output.Choices {
		for _, p := range c.Message.Content {
			if p.Image != "" {
				out.Data = append(out.Data, picture{URL: p.Image})
			}
		}
	}
	out.Usage.Generated = max(a.Usage.Images, a.Usage.Output)
	return out, nil
}
