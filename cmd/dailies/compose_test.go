package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/provider/all"
)

// TestCompose: the topology has a worker for every role, each role's process gets the
// config and S3's keys, and vendors' keys go to those who ask vendors and to nobody
// else.
func TestCompose(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
			EnvFile     []string `yaml:"env_file"`
			Volumes     []string
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	roles := map[string]bool{}
	for name, s := range file.Services {
		if name != "dailies" && (len(s.Command) == 0 || s.Command[0] != "worker") {
			continue
		}
		env := []string{}
		for key, value := range s.Environment {
			if key != "DAILIES_CONFIG" && strings.HasPrefix(key, "DAILIES_") {
				env = append(env, key+"="+value)
			}
		}
		c, err := all.Kinds().Parse("compose", nil, env)
		if err != nil || c.Temporal.Embedded() || c.S3.Embedded() {
			t.Errorf("%s: %v, %+v", name, err, c)
		}
		for _, secret := range c.Secrets() {
			if s.Environment[secret.Env] == "" {
				t.Errorf("%s lacks %s for %s", name, secret.Env, secret.For)
			}
		}
		if !slices.Contains(s.Volumes, "./dailies.yaml:"+s.Environment["DAILIES_CONFIG"]+":ro") {
			t.Errorf("%s does not get the config: %v", name, s.Volumes)
		}
		asks := false
		if name != "dailies" {
			a := &app.Main{Config: c}
			if _, err := a.Roles(s.Command[2:]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, r := range s.Command[2:] {
				roles[r] = true
				asks = asks || r == "media" || strings.HasPrefix(r, "provider:")
			}
		}
		if got := slices.Contains(s.EnvFile, "vendors.env"); got != asks {
			t.Errorf("%s gets vendors' keys: %v, want %v", name, got, asks)
		}
	}
	for _, r := range []string{"workflow", "media", "provider:all"} {
		if !roles[r] {
			t.Errorf("nobody works as %s", r)
		}
	}
}
