package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/internal/voice"
)

func (a *app) embedsTemporal() bool { return a.config.Temporal.Embedded() }
func (a *app) embedsS3() bool       { return a.config.S3.Embedded() }

// dataDir is the absolute data folder.
func (a *app) dataDir() string { return a.config.Data }

// scratch is the folder for work in progress.
func (a *app) scratch() string { return filepath.Join(a.dataDir(), "scratch") }

// self is this program with a subcommand, for its children.
func (a *app) self(command string) []string {
	exe, err := os.Executable()
	if err != nil {
		return nil // whoever starts the child says so
	}
	if len(a.childEnv) > 0 {
		// Children get a short list of harmless variables, of which a test's is none.
		return append(append([]string{"env"}, a.childEnv...), exe, command)
	}
	return []string{exe, command}
}

func (a *app) mediaRunner() (media.Runner, error) {
	return runner.New(runner.Options{Command: a.self("media"), MemoryBytes: int64(a.config.Media.Memory), Log: a.log})
}

// newStore opens the configured S3, or the embedded gateway at addr.
func (a *app) newStore(ctx context.Context, addr engine.Address) (store.Store, error) {
	c := a.config.S3
	opts := s3.Config{Endpoint: c.Endpoint, Bucket: c.Bucket, Region: c.Region, Prefix: c.Prefix, PathStyle: c.PathStyle}
	if a.embedsS3() {
		keys, err := addr.Credentials()
		if err != nil {
			return nil, err
		}
		opts.Endpoint, opts.Bucket, opts.Region, opts.PathStyle = addr.S3Endpoint, addr.S3Bucket, addr.S3Region, true
		opts.AccessKey, opts.SecretKey = keys.AccessKey, keys.SecretKey
		// On this machine nothing is lost half way, and the gateway would copy the
		// parts together in the end: an episode goes up in one piece.
		opts.PartBytes = 1 << 30
		return s3.New(ctx, opts)
	}
	if !c.AWS() {
		opts.AccessKey, opts.SecretKey = a.secret(c.AccessKeyEnv), a.secret(c.SecretKeyEnv)
	}
	st, err := s3.New(ctx, opts)
	if err != nil {
		return nil, usage(err)
	}
	if err := st.Check(ctx); err != nil {
		return nil, err
	}
	return st, nil
}

// localPath is where an object of the embedded S3 lies on disk, empty if it does
// not.
func (a *app) localPath(uri string) string {
	if !a.embedsS3() {
		return ""
	}
	key, ok := strings.CutPrefix(uri, "s3://")
	if !ok {
		return ""
	}
	path := filepath.Join(a.dataDir(), "s3", "objects", filepath.FromSlash(key))
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// clientOptions says how Temporal is reached.
func (a *app) clientOptions(addr engine.Address) (client.Options, error) {
	if a.embedsTemporal() {
		return client.Options{
			HostPort: addr.Temporal, Namespace: addr.Namespace,
			// Between parts of one machine there is nothing to save.
			ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
		}, nil
	}
	c := a.config.Temporal
	opts := client.Options{HostPort: c.Address, Namespace: c.Namespace}
	if c.TLS.On() {
		conf, err := tlsConfig(c.TLS)
		if err != nil {
			return opts, usage(err)
		}
		opts.ConnectionOptions.TLS = conf
	}
	if c.APIKeyEnv != "" {
		key := a.secret(c.APIKeyEnv)
		if key == "" {
			return opts, usagef("connect to Temporal: %s is not set; temporal.api_key_env names it", c.APIKeyEnv)
		}
		opts.Credentials = client.NewAPIKeyStaticCredentials(key)
	}
	return opts, nil
}

// tlsConfig reads the files of a TLS connection.
func tlsConfig(c config.TLS) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read temporal.tls.ca_file: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read temporal.tls.ca_file: %s holds no certificate", c.CAFile)
		}
	}
	if c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read temporal.tls.cert_file and key_file: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// secret reads a credential by its variable's name.
func (a *app) secret(name string) string {
	if name == "" {
		return ""
	}
	for _, pair := range a.env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

func (a *app) providerNames() []string {
	var names []string
	for name := range a.config.Providers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (a *app) voiceNames() []string {
	var names []string
	for name := range a.config.Voices {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// adapter finds the adapter of a type.
func (a *app) adapter(kind string) (all.Adapter, error) {
	var known []string
	for _, ad := range append(all.Adapters(), a.adapters...) {
		if ad.Type == kind {
			return ad, nil
		}
		known = append(known, ad.Type)
	}
	return all.Adapter{}, fmt.Errorf("no adapter is called %q; this release knows %s", kind, strings.Join(known, ", "))
}

// makeProvider makes the adapter of a configured instance.
func (a *app) makeProvider(name string, o all.Options) (provider.Provider, provider.Instance, error) {
	c, ok := a.config.Providers[name]
	if !ok {
		return nil, provider.Instance{}, fmt.Errorf("no provider is called %q", name)
	}
	ad, err := a.adapter(c.Type)
	if err != nil {
		return nil, provider.Instance{}, usagef("provider %s: %w", name, err)
	}
	o.Instance = provider.Instance{
		Name: name, Type: c.Type, Model: c.Model, Slots: c.Slots, SubmitRPS: c.SubmitRPS,
		PollEveryMS: c.PollEvery.Milliseconds(), DeadlineMS: c.Deadline.Milliseconds(), ResubmitAmbiguous: c.OnAmbiguous == config.Resubmit,
	}
	o.BaseURL, o.Like, o.Server, o.Workflow, o.Project, o.Location = c.BaseURL, c.Like, c.Server, c.Workflow, c.Project, c.Location
	o.Deadline = c.Deadline
	o.Secret = func(key string) string { return a.secret(secretNames(c)[key]) }
	p, err := ad.New(o)
	if err != nil {
		return nil, o.Instance, fmt.Errorf("provider %s: %w", name, err)
	}
	return p, o.Instance, nil
}

// facts are what plans are made with: every instance with its model. They are
// worked out once, before the command runs.
func (a *app) facts() []provider.Facts { return a.providerFacts }

func (a *app) loadFacts() error {
	run, err := a.mediaRunner()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dailies-facts-")
	if err != nil {
		return fmt.Errorf("ask providers for their models: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, name := range a.providerNames() {
		p, instance, err := a.makeProvider(name, all.Options{Runner: run, Scratch: filepath.Join(dir, name), Log: a.log})
		if err != nil {
			return err
		}
		models := p.Models()
		if c, ok := p.(interface{ Close() error }); ok {
			if err := c.Close(); err != nil {
				return fmt.Errorf("close provider %s: %w", name, err)
			}
		}
		if models, err = a.withDiscovered(name, models); err != nil {
			return err
		}
		if len(models) == 0 {
			return fmt.Errorf("provider %s knows no model", name)
		}
		model, err := modelOf(models, instance.Model, a.config.Providers[name].Like)
		if err != nil {
			return usagef("provider %s: %s %w", name, instance.Type, err)
		}
		a.providerFacts = append(a.providerFacts, provider.Facts{Instance: name, Type: instance.Type, Model: model, Parked: a.parked(name)})
	}
	return nil
}

// modelOf finds a model's facts: its own, those of the one that the config says
// it is like, or those of any model where the adapter has such.
func modelOf(models []provider.Model, id, like string) (provider.Model, error) {
	if id == "" {
		return models[0], nil
	}
	find := func(ok func(provider.Model) bool) (provider.Model, bool) {
		i := slices.IndexFunc(models, ok)
		if i < 0 {
			return provider.Model{}, false
		}
		m := models[i]
		m.ID = id
		return m, true
	}
	if m, ok := find(func(m provider.Model) bool { return m.ID == id }); ok && like == "" {
		return m, nil
	}
	var known []string
	for _, m := range models {
		known = append(known, m.ID)
	}
	if like != "" {
		if m, ok := find(func(m provider.Model) bool { return m.ID == like }); ok {
			return m, nil
		}
		return provider.Model{}, fmt.Errorf("knows no model %q to be like; it knows %s", like, strings.Join(known, ", "))
	}
	if m, ok := find(func(m provider.Model) bool { return m.AnyModel }); ok {
		return m, nil
	}
	return provider.Model{}, fmt.Errorf("knows no model %q; it knows %s. For one that is newer than this release say like: and the nearest of them", id, strings.Join(known, ", "))
}

// secretNames are the variables that hold an instance's credentials, by the
// config's key.
func secretNames(c config.Provider) map[string]string {
	return map[string]string{"api_key_env": c.APIKeyEnv, "access_key_env": c.AccessKeyEnv, "secret_key_env": c.SecretKeyEnv}
}

// parked says why an instance cannot be used now: its key is not there.
func (a *app) parked(name string) string {
	for _, env := range secretNames(a.config.Providers[name]) {
		if env != "" && a.secret(env) == "" {
			return env + " is not set"
		}
	}
	return ""
}

// speakers makes every configured voice.
func (a *app) speakers() (map[string]voice.Speaker, error) {
	out := map[string]voice.Speaker{}
	for name, c := range a.config.Voices {
		i := slices.IndexFunc(all.Voices(), func(v all.Voice) bool { return v.Type == c.Type })
		if i < 0 {
			return nil, usagef("voice %s: no adapter is called %q", name, c.Type)
		}
		s, err := all.Voices()[i].New(all.VoiceOptions{
			BaseURL: c.BaseURL, Model: c.Model, Secret: func(key string) string { return a.secret(secretNames(c)[key]) },
		})
		if err != nil {
			return nil, fmt.Errorf("voice %s: %w", name, err)
		}
		out[name] = s
	}
	return out, nil
}

// voiceID is a voice by all that decides how it sounds.
func (a *app) voiceID(name string) string {
	c := a.config.Voices[name]
	return strings.TrimRight(strings.Join([]string{name, c.Model, c.BaseURL}, " "), " ")
}

// defaultConfig is read when no other file is named, if it is there.
const defaultConfig = "dailies.yaml"

// loadConfig reads the config and what follows from it.
func (a *app) loadConfig() error {
	path := a.flags.config
	if path == "" {
		path = orElse(a.secret("DAILIES_CONFIG"), defaultConfig)
	}
	if _, err := os.Stat(path); err != nil && path != defaultConfig {
		return usagef("read config: %w", err)
	}
	c, err := config.Load(path, a.env)
	if err != nil {
		return usage(err)
	}
	if a.flags.data != "" {
		c.Data = a.flags.data
	}
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("find the data folder: %w", err)
	}
	a.config = c
	if !a.embedsTemporal() && a.embedsS3() {
		return usagef("temporal.address is set but s3.endpoint is not: workers elsewhere could not reach an embedded S3; set s3.endpoint too")
	}
	return a.loadFacts()
}
