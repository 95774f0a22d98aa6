package minimax

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// request is https://platform.minimax.io/docs/api-reference/speech-t2a-http
type request struct {
	Model    string       `json:"model"`
	Text     string       `json:"text"`
	Stream   bool         `json:"stream"`
	Output   string       `json:"output_format"`
	Language string       `json:"language_boost"`
	Voice    voiceSetting `json:"voice_setting"`
	Audio    audioSetting `json:"audio_setting"`
}

type voiceSetting struct {
	ID      string  `json:"voice_id"`
	Speed   float64 `json:"speed,omitempty"`
	Pitch   int     `json:"pitch,omitempty"`
	Emotion string  `json:"emotion,omitempty"`
}

type audioSetting struct {
	Rate     int    `json:"sample_rate"`
	Format   string `json:"format"`
	Channels int    `json:"channel"`
}

// inParts is the status of a sound that is not complete.
const inParts = 1

// answer has data null when there is none, with a good HTTP status.
type answer struct {
	Data *struct {
		Audio  string `json:"audio"` // hex
		Status int    `json:"status"`
	} `json:"data"`
	Base base `json:"base_resp"`
}

type base struct {
	Code    number `json:"status_code"`
	Message string `json:"status_msg"`
}

// number is a code that is a number here and a string elsewhere.
type number string

func (n *number) UnmarshalJSON(b []byte) error {
	*n = number(strings.Trim(string(b), `"`))
	return nil
}

// kinds are the codes of https://platform.minimax.io/docs/api-reference/errorcode
var kinds = map[number]provider.Kind{
	"1000": provider.KindTransient, // unknown
	"1001": provider.KindTransient, // timeout
	"1013": provider.KindTransient, // internal
	"1024": provider.KindTransient, // internal
	"1033": provider.KindTransient, // downstream

	"1002": provider.KindThrottled, // requests a minute
	"1039": provider.KindThrottled, // tokens a minute
	"1041": provider.KindThrottled, // connections

	"1004": provider.KindAuth,  // not authorised
	"2049": provider.KindAuth,  // key is wrong, or of the other site
	"1008": provider.KindQuota, // balance
	"2056": provider.KindQuota, // the plan's window is used up

	"1026": provider.KindRefused, // input is sensitive
	"1027": provider.KindRefused, // output is sensitive

	"1042":  provider.KindInvalid, // illegal characters
	"2013":  provider.KindInvalid, // parameters
	"1043":  provider.KindInvalid, // these are of cloned voices
	"1044":  provider.KindInvalid,
	"20132": provider.KindInvalid,
	"2037":  provider.KindInvalid,
	"2039":  provider.KindInvalid,
	"2042":  provider.KindInvalid,
	"2048":  provider.KindInvalid,
}

// explain reads a body that says no. A code that no page knows is Unknown where
// the HTTP status says nothing either.
func explain(status int, body []byte) wire.Reason {
	var no struct {
		Base base `json:"base_resp"`
	}
	if json.Unmarshal(body, &no) != nil || no.Base.Code == "" || no.Base.Code == "0" {
		return wire.Reason{}
	}
	r := wire.Reason{Kind: kinds[no.Base.Code], Code: string(no.Base.Code), Message: no.Base.Message}
	if r.Kind == "" && status == http.StatusOK {
		r.Kind = provider.KindUnknown
	}
	return r
}
