// Package app composes: from the config it makes stores, vendors, voices and
// workers, and starts or joins an engine. Commands (cmd/dailies) and every other
// front stand on it. It prints nothing and ends no process.
package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/interceptor"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
	"github.com/dailies/dailies/internal/metrics"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
)

// Main is the program behind its commands, with everything it takes from the
// world, so that tests start the real thing.
type Main struct {
	Version string   // of this build
	Env     []string // as os.Environ gives it
	Log     *slog.Logger
	Verbose bool // Log is told what happens, too
	// Say tells a person a line.
	Say func(format string, args ...any)
	// Words says what a run waits for and what to type.
	Words func(drama.EpisodeStatus) string
	// Adapters are known besides all.Adapters; tests bring their fake vendor.
	Adapters []all.Adapter
	// Child is what this program's own children are started with, before their
	// subcommand; nil: this program. For tests.
	Child []string
	// Interceptors stand around the workers' own; for tests.
	Interceptors []interceptor.WorkerInterceptor
	// Grace overrules activities.DefaultGrace where vendors are asked; for tests.
	Grace time.Duration

	// Config is there after Load.
	Config config.Config

	providerFacts []provider.Facts
	numbers       *metrics.Set // nil: nobody wants any
}

// defaultConfig is read when no other file is named, if it is there.
const defaultConfig = "dailies.yaml"

// Load reads the config and what follows from it. path and data are what a person
// named on the command line; empty: the environment's, the config's, the default.
func (a *Main) Load(path, data string) error {
	path = cmp.Or(path, a.Secret("DAILIES_CONFIG"), defaultConfig)
	if _, err := os.Stat(path); err != nil && path != defaultConfig {
		return Usagef("read config: %w", err)
	}
	c, err := all.Kinds(a.Adapters...).Load(path, a.Env)
	if err != nil {
		return Usage(err)
	}
	c.Data = cmp.Or(data, c.Data)
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("find the data folder: %w", err)
	}
	a.Config = c
	if !a.EmbedsTemporal() && a.EmbedsS3() {
		return Usagef("temporal.address is set but s3.endpoint is not: workers elsewhere could not reach an embedded S3; set s3.endpoint too")
	}
	return a.loadFacts()
}

// EmbedsTemporal says that dailies runs its own Temporal.
func (a *Main) EmbedsTemporal() bool { return a.Config.Temporal.Embedded() }

// EmbedsS3 says that dailies runs its own S3.
func (a *Main) EmbedsS3() bool { return a.Config.S3.Embedded() }

// DataDir is the absolute data folder.
func (a *Main) DataDir() string { return a.Config.Data }

// scratch is the folder for work in progress.
func (a *Main) scratch() string { return filepath.Join(a.DataDir(), "scratch") }

// self is this program with a subcommand, for its children.
func (a *Main) self(command string) []string {
	if len(a.Child) > 0 {
		return append(slices.Clone(a.Child), command)
	}
	exe, err := os.Executable()
	if err != nil {
		return nil // whoever starts the child says so
	}
	return []string{exe, command}
}

// MediaRunner starts the media children.
func (a *Main) MediaRunner() (media.Runner, error) {
	return runner.New(runner.Options{Command: a.self("media"), MemoryBytes: int64(a.Config.Media.Memory), Log: a.Log})
}

// Secret reads a credential by its variable's name.
func (a *Main) Secret(name string) string {
	if name == "" {
		return ""
	}
	for _, pair := range a.Env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}
