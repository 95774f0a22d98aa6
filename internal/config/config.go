// Package config reads dailies.yaml and the environment into one checked
// Config. It is strict: an unknown key, a value of the wrong kind or out of
// range is an error with its place, and all of them are told at once. A secret
// is never a value here, only the name of the environment variable that holds
// it. It does not know who uses what it reads, and reads no secret.
package config

import (
	"maps"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Config is dailies.yaml. Every scalar key has a twin in the environment:
// DAILIES_ and its path in capitals, e.g. DAILIES_S3_BUCKET. dailies.example.yaml
// in the repository explains each key.
type Config struct {
	Data      string              `yaml:"data"` // folder, relative to the working directory
	S3        S3                  `yaml:"s3"`
	Temporal  Temporal            `yaml:"temporal"`
	Providers map[string]Provider `yaml:"providers"` // by the instance's name; animatic is always there
	Voices    map[string]Provider `yaml:"voices"`    // likewise; espeak is always there
	Judge     Judge               `yaml:"judge"`
	Media     Media               `yaml:"media"`
	Studio    Studio              `yaml:"studio"`
	Webhooks  []Webhook           `yaml:"webhooks"`
	Exchange  drama.Exchange      `yaml:"exchange"`
	Log       Log                 `yaml:"log"`
	Telemetry Telemetry           `yaml:"telemetry"`
}

// S3 is where everything finished lies.
type S3 struct {
	Endpoint     string `yaml:"endpoint"` // "": embedded; "aws": AWS with its default chain; else a URL
	Bucket       string `yaml:"bucket"`
	Region       string `yaml:"region"`
	Prefix       string `yaml:"prefix"` // of every key
	PathStyle    bool   `yaml:"path_style"`
	AccessKeyEnv string `yaml:"access_key_env"`
	SecretKeyEnv string `yaml:"secret_key_env"`
}

// Embedded says that dailies runs its own S3.
func (s S3) Embedded() bool { return s.Endpoint == "" }

// AWS says that the endpoint is AWS's own, with AWS's ways to find keys.
func (s S3) AWS() bool { return s.Endpoint == "aws" }

// Temporal is the cluster that runs the work.
type Temporal struct {
	Address   string `yaml:"address"` // host:port; "": embedded
	Namespace string `yaml:"namespace"`
	APIKeyEnv string `yaml:"api_key_env"`
	TLS       TLS    `yaml:"tls"`
}

// Embedded says that dailies runs its own Temporal.
func (t Temporal) Embedded() bool { return t.Address == "" }

// TLS of the connection to Temporal. All zero: plain.
type TLS struct {
	Enabled    bool   `yaml:"enabled"` // with the system's roots, if no file is named
	CAFile     string `yaml:"ca_file"`
	CertFile   string `yaml:"cert_file"` // of the client, with key_file
	KeyFile    string `yaml:"key_file"`
	ServerName string `yaml:"server_name"`
}

// On says whether the connection is encrypted.
func (t TLS) On() bool { return t != TLS{} }

// Provider is an instance of an adapter: a vendor's account, or a voice.
type Provider struct {
	Type         string        `yaml:"type"` // the adapter
	Model        string        `yaml:"model"`
	BaseURL      string        `yaml:"base_url"`
	APIKeyEnv    string        `yaml:"api_key_env"`
	AccessKeyEnv string        `yaml:"access_key_env"`
	SecretKeyEnv string        `yaml:"secret_key_env"`
	Slots        int           `yaml:"slots"`      // jobs in flight at once; 0: the adapter's default
	SubmitRPS    float64       `yaml:"submit_rps"` // submits a second over all workers; 0: no limit
	PollEvery    time.Duration `yaml:"poll_every"`
	Deadline     time.Duration `yaml:"deadline"` // for one job, from submit to result
	OnAmbiguous  OnAmbiguous   `yaml:"on_ambiguous"`
	// Like names a model that the adapter knows, whose facts hold for a model that
	// it does not: an endpoint of one's own, or one that came out yesterday.
	Like string `yaml:"like"`
	// What single adapters ask for.
	Server   string `yaml:"server"`   // the server's kind; videos: vllm or sglang; images: these or ark; comfyui: v2 or native
	Workflow string `yaml:"workflow"` // comfyui: the workflow's file, in API format
	Project  string `yaml:"project"`  // vertex: the cloud project
	Location string `yaml:"location"` // vertex: its region
}

// OnAmbiguous is what to do when a submit got no answer and money may be spent.
type OnAmbiguous string

// What to do.
const (
	Hold     OnAmbiguous = "hold"     // ask a person
	Resubmit OnAmbiguous = "resubmit" // accept the risk of paying twice
)

// Judge is a model that looks at takes; without a base_url there is none.
type Judge struct {
	BaseURL   string `yaml:"base_url"`
	Model     string `yaml:"model"`
	APIKeyEnv string `yaml:"api_key_env"`
}

// Media is how this machine makes pictures and sound.
type Media struct {
	Slots   int           `yaml:"slots"`  // media jobs at once; 0: by cores
	Memory  Size          `yaml:"memory"` // of one media job
	Encoder media.Encoder `yaml:"encoder"`
}

// Studio is the web page.
type Studio struct {
	Listen     string `yaml:"listen"`      // host:port
	TokensFile string `yaml:"tokens_file"` // needed to listen beyond this machine
	PublicURL  string `yaml:"public_url"`  // as others reach it; "": http://listen
}

// Webhook is told of events.
type Webhook struct {
	URL       string   `yaml:"url"`
	SecretEnv string   `yaml:"secret_env"` // signs the body
	Events    []string `yaml:"events"`     // none: all
}

// Log is how the program talks about itself.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// Telemetry is numbers for machines.
type Telemetry struct {
	Metrics string `yaml:"metrics"` // host:port that Prometheus reads; "": off
	OTLP    string `yaml:"otlp"`    // URL that traces go to; "": off
}

// Default is the config of a machine without dailies.yaml: everything embedded,
// takes by the built-in animatic, scratch voices by espeak.
func Default() Config {
	return Config{
		Data: ".dailies",
		S3: S3{
			Bucket: "dailies", Region: "us-east-1", PathStyle: true,
			AccessKeyEnv: "AWS_ACCESS_KEY_ID", SecretKeyEnv: "AWS_SECRET_ACCESS_KEY",
		},
		Temporal:  Temporal{Namespace: "default"},
		Providers: map[string]Provider{"animatic": DefaultProvider("animatic")},
		Voices:    map[string]Provider{"espeak": DefaultProvider("espeak")},
		Media:     Media{Memory: 1 << 30, Encoder: media.Encoder{Preset: "veryfast", CRF: 20}},
		Studio:    Studio{Listen: "127.0.0.1:8088"},
		Exchange:  drama.Exchange{AsOf: "2026-11-01", Rates: map[string]int64{"CNY": 1 * drama.Micro, "USD": 7_100_000}},
		Log:       Log{Level: "info", Format: "text"},
		Telemetry: Telemetry{Metrics: "127.0.0.1:9464"},
	}
}

// DefaultProvider is what an instance of the type is when nothing else is said
// of it. What runs on this machine is limited by it and is asked often; what
// costs money is paced.
func DefaultProvider(kind string) Provider {
	p := Provider{Type: kind, Slots: 4, SubmitRPS: 1, PollEvery: 10 * time.Second, Deadline: 2 * time.Hour, OnAmbiguous: Hold}
	switch kind {
	case "animatic", "espeak":
		p.Slots, p.SubmitRPS, p.PollEvery, p.Deadline = 0, 0, 200*time.Millisecond, 30*time.Minute
	case "videos", "comfyui":
		// A studio's own machines: a job made twice costs minutes, a question that
		// nobody answers costs the night.
		p.SubmitRPS, p.PollEvery, p.OnAmbiguous = 0, 2*time.Second, Resubmit
	}
	return p
}

// Secret is an environment variable that the config expects to hold a secret.
type Secret struct {
	Env string // its name
	For string // what it is for, e.g. "providers.seedance.api_key_env"
}

// Secrets lists the variables that this config needs, in the order of the file:
// not those of parts that are embedded or off.
func (c Config) Secrets() []Secret {
	var all []Secret
	add := func(env, path string) {
		if env != "" {
			all = append(all, Secret{Env: env, For: path})
		}
	}
	if !c.S3.Embedded() && !c.S3.AWS() {
		add(c.S3.AccessKeyEnv, "s3.access_key_env")
		add(c.S3.SecretKeyEnv, "s3.secret_key_env")
	}
	if !c.Temporal.Embedded() {
		add(c.Temporal.APIKeyEnv, "temporal.api_key_env")
	}
	for _, group := range []struct {
		key       string
		instances map[string]Provider
	}{{"providers", c.Providers}, {"voices", c.Voices}} {
		for _, name := range slices.Sorted(maps.Keys(group.instances)) {
			p, path := group.instances[name], group.key+"."+name
			add(p.APIKeyEnv, path+".api_key_env")
			add(p.AccessKeyEnv, path+".access_key_env")
			add(p.SecretKeyEnv, path+".secret_key_env")
		}
	}
	if c.Judge.BaseURL != "" {
		add(c.Judge.APIKeyEnv, "judge.api_key_env")
	}
	for i, w := range c.Webhooks {
		add(w.SecretEnv, indexed("webhooks", i)+".secret_env")
	}
	return all
}
