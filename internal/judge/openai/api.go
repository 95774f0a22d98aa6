package openai

import (
	"bytes"
	"encoding/json"
	"strings"
)

type request struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
}

type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"` // text or []part
}

type part struct {
	Type  string `json:"type"` // text, image_url, video_url
	Text  string `json:"text,omitempty"`
	Image *link  `json:"image_url,omitempty"`
	Video *link  `json:"video_url,omitempty"`
}

type link struct {
	URL string `json:"url"`
}

type completion struct {
	Choices []struct {
		Finish  string `json:"finish_reason"`
		Message struct {
			Content content `json:"content"`
			Refusal string  `json:"refusal"`
		} `json:"message"`
	} `json:"choices"`
}

// content is text, or a list of parts of which the texts count.
type content string

// UnmarshalJSON reads either form, and null.
func (c *content) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		var parts []struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(raw, &parts); err != nil {
			return err
		}
		var all strings.Builder
		for _, p := range parts {
			all.WriteString(p.Text)
		}
		*c = content(all.String())
		return nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	*c = content(s)
	return err
}
