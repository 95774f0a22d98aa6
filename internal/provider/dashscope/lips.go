package dashscope

import (
	"encoding/json"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// VideoRetalk changes the lips of a clip:
// https://www.alibabacloud.com/help/en/model-studio/videoretalk-api. It is one of the
// models of Beijing, does one task at a time, and reads clip and speech by their address.
const (
	retalk     = "videoretalk"
	retalkPath = "/services/aigc/image2video/video-synthesis/"
	takesPath  = "/services/aigc/video-generation/video-synthesis"
)

type retalkBody struct {
	Model      string           `json:"model"`
	Input      retalkInput      `json:"input"`
	Parameters retalkParameters `json:"parameters"`
}

type retalkInput struct {
	VideoURL string `json:"video_url"`
	AudioURL string `json:"audio_url"`
	// RefImageURL is a picture of the face that speaks, where several are seen.
	RefImageURL string `json:"ref_image_url,omitempty"`
}

// retalkParameters: the picture is not lengthened for a longer voice.
type retalkParameters struct {
	VideoExtension bool `json:"video_extension"`
}

// lips is a clip with other lips in the vendor's words.
func (p *Provider) lips(r provider.Request) (retalkBody, error) {
	m, ok := p.known(r.Model)
	if !ok || m.LipSync == nil {
		return retalkBody{}, wire.Invalid("model %s changes no lips", r.Model)
	}
	if err := wire.CheckLips(m, r); err != nil {
		return retalkBody{}, err
	}
	b := retalkBody{Model: r.Model, Input: retalkInput{VideoURL: r.Clip.URL, AudioURL: r.Speech.URL}}
	if len(r.Brief.Cast) > 1 && len(r.References) > 0 {
		b.Input.RefImageURL = r.References[0].URL
	}
	return b, nil
}

// lipsPrice is the usage at the model's rate; nil where it is not told.
func (p *Provider) lipsPrice(m provider.Model, raw json.RawMessage) *drama.Money {
	var u usage
	if !p.listed || json.Unmarshal(raw, &u) != nil {
		return nil
	}
	ms, ok := thousandths(u.Duration)
	if !ok {
		if ms, ok = thousandths(u.Made); !ok {
			return nil
		}
	}
	price, err := m.Price(provider.Bought{Mode: provider.ModeLipSync, MS: ms})
	if err != nil {
		return nil
	}
	return &price
}
