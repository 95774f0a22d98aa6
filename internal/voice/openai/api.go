package openai

// request is https://platform.openai.com/docs/api-reference/audio/createSpeech
type request struct {
	Model        string  `json:"model,omitempty"`
	Input        string  `json:"input"`
	Voice        string  `json:"voice,omitempty"`
	Instructions string  `json:"instructions,omitempty"`
	Format       string  `json:"response_format"`
	Speed        float64 `json:"speed,omitempty"`
}
