// Package config reads dailies.yaml and the environment into one checked
// Config. It is strict: an unknown key, a value of the wrong kind or out of
// range is an error with its place, and all of them are told at once. A secret
// is never a value here, only the name of the environment variable that holds
// it. It does not know who uses what it reads, and reads no secret.
package config

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/retention"
)

// Config is dailies.yaml. Every scalar key has a twin in the environment:
// DAILIES_ and its path in capitals, e.g. DAILIES_S3_BUCKET. dailies.example.yaml
// in the repository explains each key.
type Config struct {
	Data      string              `yaml:"data"` // folder, relative to the working directory
	S3        S3                  `yaml:"s3"`
	Temporal  Temporal            `yaml:"temporal"`
	Providers map[string]Provider `yaml:"providers"` // by the instance's name; animatic is always there
	Voices    map[string]Voice    `yaml:"voices"`    // likewise; espeak is always there
	Judge     Judge               `yaml:"judge"`
	Listen    Listen              `yaml:"listen"`
	Media     Media               `yaml:"media"`
	Label     Label               `yaml:"label"`
	C2PA      C2PA                `yaml:"c2pa"`
	Exchange  drama.Exchange      `yaml:"exchange"`
	Network   Network             `yaml:"network"`
	Studio    Studio              `yaml:"studio"`
	Retention retention.Policy    `yaml:"retention"` // what dailies gc removes
	Webhooks  []Webhook           `yaml:"webhooks"`
	Telemetry Telemetry           `yaml:"telemetry"`
	Log       Log                 `yaml:"log"`
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
	// SessionTokenEnv belongs to keys that expire; see TokenEnv.
	SessionTokenEnv string `yaml:"session_token_env"`
}

// TokenEnv is the variable of the session token: AWS's own belongs to AWS's own key.
func (s S3) TokenEnv() string {
	if s.SessionTokenEnv == "" && s.AccessKeyEnv == "AWS_ACCESS_KEY_ID" {
		return "AWS_SESSION_TOKEN"
	}
	return s.SessionTokenEnv
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
	// BuildID is by which a cluster tells workers that decide of one build from those of
	// another; "": by the program's version. Unversioned: not at all.
	BuildID string `yaml:"build_id"`
	// Drain is how long a cluster's worker that was asked to end may work on what it has.
	Drain time.Duration `yaml:"drain"`
	// Retention is how many days the namespace remembers finished runs, at least; 0: one
	// that is there is left as it is.
	Retention int `yaml:"retention"`
}

// Unversioned is the BuildID of workers that belong to no build.
const Unversioned = "none"

// maxDrain is the longest Drain: it is the longest step of media work.
const maxDrain = 4 * time.Hour

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

// Provider is an instance of an adapter: a vendor's account, or a machine.
type Provider struct {
	Type        string        `yaml:"type"` // the adapter
	Model       string        `yaml:"model"`
	BaseURL     string        `yaml:"base_url"`
	APIKeyEnv   string        `yaml:"api_key_env"`
	Slots       int           `yaml:"slots"`      // jobs in flight at once; 0: the adapter's default
	SubmitRPS   float64       `yaml:"submit_rps"` // submits a second over all workers; 0: no limit
	PollEvery   time.Duration `yaml:"poll_every"`
	Deadline    time.Duration `yaml:"deadline"` // for one job, from submit to result
	OnAmbiguous OnAmbiguous   `yaml:"on_ambiguous"`
	// Like names a model that the adapter knows, whose facts hold for a model that
	// it does not: an endpoint of one's own, or one that came out yesterday.
	Like string `yaml:"like"`
	// CodeName is what the leaderboard calls the model until somebody reveals it.
	CodeName string `yaml:"code_name"`
	// Own are the settings that the adapter alone has, by their keys.
	Own map[string]string `yaml:"-"`
}

// Voice is an instance of a maker of speech.
type Voice struct {
	Type      string `yaml:"type"` // the adapter
	Model     string `yaml:"model"`
	BaseURL   string `yaml:"base_url"`
	APIKeyEnv string `yaml:"api_key_env"`
	// Price is of a thousand characters; nothing is booked without.
	Price Price `yaml:"price"`
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
	// Price is of one look; nothing is booked without.
	Price Price `yaml:"price"`
}

// Listen is who listens to what takes say; without a type there is nobody.
type Listen struct {
	Type      string `yaml:"type"` // ListenOpenAI, ListenQwen
	BaseURL   string `yaml:"base_url"`
	Model     string `yaml:"model"`
	APIKeyEnv string `yaml:"api_key_env"`
	// Price is of a minute of sound, every second begun counting; nothing is booked
	// without.
	Price Price `yaml:"price"`
}

// Label is what the AI-content labels of all shows have in common.
type Label struct {
	// Code is the service provider's in China, of 27 characters; a season's own wins.
	Code string `yaml:"code"`
}

// Types of listeners.
const (
	ListenOpenAI = "openai"
	ListenQwen   = "qwen-asr"
)

// Media is how this machine makes pictures and sound.
type Media struct {
	Slots   int           `yaml:"slots"`  // media jobs at once; 0: by cores
	Memory  Size          `yaml:"memory"` // of one media job
	Encoder media.Encoder `yaml:"encoder"`
}

// C2PA is who signs finished masters, and whose signatures are trusted; without a
// chain_file nobody signs.
type C2PA struct {
	// ChainFile holds the signer's certificates in PEM, its own first.
	ChainFile string `yaml:"chain_file"`
	// KeyEnv and KeyFile are where its private key in PEM is, one of them: on machines that
	// make masters.
	KeyEnv  string `yaml:"key_env"`
	KeyFile string `yaml:"key_file"`
	// TrustFile holds roots in PEM that verify calls trusted.
	TrustFile string `yaml:"trust_file"`
}

// Network is what is odd about this machine's.
type Network struct {
	// AllowFakeIP lets vendors' results be fetched where a proxy on this machine
	// answers every name with an address of 198.18.0.0/15 (fake-ip mode of Clash and
	// its kind).
	AllowFakeIP bool `yaml:"allow_fake_ip"`
}

// Studio is the web page and its API. Other machines reach it only with tokens and TLS.
type Studio struct {
	// Listen is the address, host:port, that it is served at; "": nowhere. StudioListen,
	// the default, gives way to another port where something listens there already.
	Listen string `yaml:"listen"`
	// MCP lets agents do at /mcp what the page can, spending only by a quote.
	MCP bool `yaml:"mcp"`
	// PublicURL is how people reach it, where that is not Listen; "": it is.
	PublicURL string `yaml:"public_url"`
	// CallbackURL is where vendors that can may say that a job has moved on; "": they are
	// only asked. Nothing but that is served there, unless it is where people come too.
	CallbackURL string `yaml:"callback_url"`
	// TokensFile holds who may do what, made by dailies token; "": whoever has an account
	// on this machine may do all.
	TokensFile string    `yaml:"tokens_file"`
	TLS        StudioTLS `yaml:"tls"`
	// TrustedProxies are networks, with spaces between them, of the proxies that end TLS.
	TrustedProxies string `yaml:"trusted_proxies"`
}

// StudioTLS is the Studio's certificate; it is read again when the file changes.
type StudioTLS struct {
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
}

// Public is PublicURL read; nil: none. It was checked.
func (s Studio) Public() *url.URL { return serverURL(s.PublicURL) }

// Callback is CallbackURL read; nil: none. It was checked.
func (s Studio) Callback() *url.URL { return serverURL(s.CallbackURL) }

func serverURL(text string) *url.URL {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	return u
}

// Trusted is TrustedProxies read. It was checked.
func (s Studio) Trusted() []netip.Prefix {
	all, err := networks(s.TrustedProxies)
	if err != nil {
		return nil
	}
	return all
}

// networks reads addresses and networks with spaces or commas between them.
func networks(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		if a, err := netip.ParseAddr(f); err == nil {
			all = append(all, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(f)
		if err != nil {
			return nil, fmt.Errorf("%.80q is no network: write it like 10.0.0.0/8", f)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// StudioListen is where the Studio is served unless the config says otherwise.
const StudioListen = "127.0.0.1:7788"

// Webhook is an address that is told what happens.
type Webhook struct {
	URL string `yaml:"url"`
	// SecretEnv names the variable with its secret, where events are sent.
	SecretEnv string `yaml:"secret_env"`
	// Events are the types that it is told of; empty: all.
	Events []string `yaml:"events"`
	// Shows are those it is told of; empty: all.
	Shows []string `yaml:"shows"`
	// SpentOver are what an episode may come to cost for it to be told.
	SpentOver []Price `yaml:"spent_over"`
	// Private lets the URL's name lead to an address that is not public.
	Private bool `yaml:"private"`
}

// Types of events of Webhook.Events; internal/webhook says what each means.
func webhookEvents() []string {
	return []string{"episode.delivered", "episode.waiting", "episode.ended", "episode.spent_over", "provider.parked"}
}

// Telemetry is what machines that watch a house are told.
type Telemetry struct {
	// Metrics is the address, host:port, at which dailies up and dailies worker serve numbers
	// for Prometheus, at /metrics; "": nowhere. It has no login.
	Metrics string `yaml:"metrics"`
	// OTLP is the URL of a collector that takes traces by OTLP over HTTP; "": none are made.
	OTLP string `yaml:"otlp"`
	// ByShow tells caps by show; else only the most used of each name.
	ByShow bool `yaml:"by_show"`
}

// Log is how the program talks about itself.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// Default is the config of a machine without dailies.yaml: everything embedded,
// takes by the built-in animatic, scratch voices by espeak.
func (k Kinds) Default() Config {
	return Config{
		Data: ".dailies",
		S3: S3{
			Bucket: "dailies", Region: "us-east-1", PathStyle: true,
			AccessKeyEnv: "AWS_ACCESS_KEY_ID", SecretKeyEnv: "AWS_SECRET_ACCESS_KEY",
		},
		Temporal:  Temporal{Namespace: "default", Drain: 20 * time.Second, Retention: 30},
		Providers: map[string]Provider{"animatic": k.provider("animatic")},
		Voices:    map[string]Voice{"espeak": {Type: "espeak"}},
		Media:     Media{Memory: 1 << 30, Encoder: media.Encoder{Preset: "veryfast", CRF: 20}},
		Exchange:  drama.Exchange{AsOf: "2026-11-01", Rates: map[string]int64{"CNY": 1 * drama.Micro, "USD": 7_100_000}},
		Studio:    Studio{Listen: StudioListen},
		Retention: retention.Default(),
		Log:       Log{Level: "info", Format: "text"},
	}
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
	for _, name := range slices.Sorted(maps.Keys(c.Providers)) {
		p, path := c.Providers[name], "providers."+name
		add(p.APIKeyEnv, path+".api_key_env")
		for _, key := range slices.Sorted(maps.Keys(p.Own)) {
			if secretName(key) {
				add(p.Own[key], path+"."+key)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Voices)) {
		add(c.Voices[name].APIKeyEnv, "voices."+name+".api_key_env")
	}
	if c.Judge.BaseURL != "" {
		add(c.Judge.APIKeyEnv, "judge.api_key_env")
	}
	if c.Listen.Type != "" {
		add(c.Listen.APIKeyEnv, "listen.api_key_env")
	}
	if c.C2PA.ChainFile != "" {
		add(c.C2PA.KeyEnv, "c2pa.key_env")
	}
	for i, w := range c.Webhooks {
		add(w.SecretEnv, indexed("webhooks", i)+".secret_env")
	}
	return all
}
