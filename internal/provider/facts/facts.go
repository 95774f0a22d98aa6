// Package facts reads a provider folder's models.yaml: what is known of each
// model, with the page it comes from and the day it was checked. It is strict: a
// misspelt fact is an error, not a missing limit.
package facts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/provider"
)

// Read decodes a list of models. The keys are those of provider.Model's JSON.
func Read(text []byte) ([]provider.Model, error) {
	var plain any
	if err := yaml.Unmarshal(text, &plain); err != nil {
		return nil, fmt.Errorf("read models.yaml: %w", err)
	}
	wire, err := json.Marshal(undated(plain))
	if err != nil {
		return nil, fmt.Errorf("read models.yaml: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(wire))
	dec.DisallowUnknownFields()
	var models []provider.Model
	if err := dec.Decode(&models); err != nil {
		return nil, fmt.Errorf("read models.yaml: %w", err)
	}
	return models, nil
}

// undated turns the dates that YAML sees back into the text that was written.
func undated(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case []any:
		for i := range v {
			v[i] = undated(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = undated(v[k])
		}
	}
	return v
}
