package s3

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed services.yaml
var servicesYAML string

// service is what is known of a service: see services.yaml.
type service struct {
	Name          string   `yaml:"name"`
	Hosts         []string `yaml:"hosts"` // ends of names
	Style         string   `yaml:"style"`
	Exclusive     *bool    `yaml:"exclusive"`
	PartsChecksum string   `yaml:"parts_checksum"`
	Note          string   `yaml:"note"`
	Source        string   `yaml:"source"`
}

func services() ([]service, error) {
	dec := yaml.NewDecoder(strings.NewReader(servicesYAML))
	dec.KnownFields(true)
	var all []service
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("read services.yaml: %w", err)
	}
	return all, nil
}

// serviceOf is the known service at an endpoint; the zero service is any other.
func serviceOf(endpoint string) (service, error) {
	all, err := services()
	if err != nil {
		return service{}, err
	}
	if endpoint == "" || endpoint == "aws" {
		endpoint = "https://s3.amazonaws.com"
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return service{}, nil //nolint:nilerr // whoever connects says what is wrong with it
	}
	host := strings.ToLower(u.Hostname())
	for _, s := range all {
		if slices.ContainsFunc(s.Hosts, func(end string) bool { return host == end || strings.HasSuffix(host, "."+end) }) {
			return s, nil
		}
	}
	return service{}, nil
}
