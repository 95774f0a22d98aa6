package compat_test

import (
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/provider/wire/compat"
)

func TestExplain(t *testing.T) {
	for body, want := range map[string]wire.Reason{
		`{"error": {"message": "no", "type": "invalid_request_error", "code": "invalid_api_key"}}`: {Kind: provider.KindAuth, Code: "invalid_api_key", Message: "no"},
		`{"error": {"message": "slow", "type": "requests", "code": null}}`:                         {Kind: provider.KindThrottled, Code: "requests", Message: "slow"},
		`{"error": {"message": "overdue", "type": "Arrearage", "code": "Arrearage"}}`:              {Kind: provider.KindQuota, Code: "Arrearage", Message: "overdue"},
		`{"object": "error", "message": "at most 2", "code": 400}`:                                 {Code: "400", Message: "at most 2"},
		`{"error": "the runner has stopped"}`:                                                      {Message: "the runner has stopped"},
		`{"detail": "not installed"}`:                                                              {Message: "not installed"},
		`{"detail": [{"loc": ["body"], "msg": "missing"}]}`:                                        {},
		`{"error": null}`:                  {},
		`{"error": 7, "message": "aside"}`: {},
		`[]`:                               {},
		`<html>`:                           {},
	} {
		if got := compat.Explain(400, []byte(body)); got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}
