package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/retention"
)

// maxDeadline is the longest that a provider may work on one take: the longest
// that a run waits for one (activities.MaxDeadline).
const maxDeadline = 24 * time.Hour

// check looks at values that are each of the right kind: ranges, forms, and what
// does not go together.
func (d *decoder) check(c Config) {
	d.require("data", c.Data != "", "name a folder")
	d.checkS3(c.S3)
	d.checkTemporal(c.Temporal)
	for _, name := range sortedKeys(c.Providers) {
		d.checkProvider("providers."+name, c.Providers[name])
	}
	for _, name := range sortedKeys(c.Voices) {
		d.checkVoice("voices."+name, c.Voices[name])
	}
	d.webURL("judge.base_url", c.Judge.BaseURL)
	d.require("judge.model", c.Judge.BaseURL == "" || c.Judge.Model != "", "judge.base_url is set, so name the model that judges")
	d.checkListen(c.Listen)
	d.checkMedia(c.Media)
	if c.Label.Code != "" {
		why := aigc.WrongProviderCode(c.Label.Code)
		d.require("label.code", why == "", "it is no code of a service provider: %s", why)
	}
	d.checkC2PA(c.C2PA)
	_, err := time.Parse(time.DateOnly, c.Exchange.AsOf)
	d.require("exchange.as_of", err == nil, "%.40q is not a date; write it like 2026-11-01", c.Exchange.AsOf)
	d.require("exchange", len(c.Exchange.Rates) > 0, "name at least one currency, like CNY: 1")
	d.checkStudio(c.Studio)
	for _, k := range retention.Kinds() {
		n := c.Retention.Of(k)
		d.require("retention."+string(k), n >= 0 && n <= retention.MaxDays, "%d is not within 0 and %d; 0 keeps all", n, retention.MaxDays)
	}
	for i, w := range c.Webhooks {
		d.checkWebhook(c, i, w)
	}
	d.webURL("telemetry.otlp", c.Telemetry.OTLP)
	if u, err := url.Parse(c.Telemetry.OTLP); err == nil {
		d.require("telemetry.otlp", u.RawQuery == "" && u.Fragment == "", "want the collector's address alone; what it wants to know besides goes into OTEL_EXPORTER_OTLP_HEADERS")
	}
	if c.Telemetry.Metrics != "" {
		d.hostPort("telemetry.metrics", c.Telemetry.Metrics)
	}
	d.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	d.oneOf("log.format", c.Log.Format, "text", "json")
}

func (d *decoder) checkS3(s S3) {
	if !s.AWS() {
		d.webURL("s3.endpoint", s.Endpoint)
	}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	name := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	_, ip := netip.ParseAddr(s.Bucket)
	d.require("s3.bucket", name.MatchString(s.Bucket) && ip != nil && !strings.Contains(s.Bucket, ".."),
		"%.80q is no bucket's name: 3 to 63 of a-z, 0-9, - and ., with a letter or digit at both ends", s.Bucket)
	d.require("s3.region", s.Region != "", "name a region; us-east-1 is right for most services but AWS")
	for part := range strings.SplitSeq(strings.Trim(s.Prefix, "/"), "/") {
		d.require("s3.prefix", s.Prefix == "" || part != "" && part != "." && part != "..", "%.80q has a part that is empty, \".\" or \"..\"", s.Prefix)
	}
	if !s.Embedded() && !s.AWS() {
		d.require("s3.access_key_env", s.AccessKeyEnv != "", "s3.endpoint is a URL, so name the variable with its access key")
		d.require("s3.secret_key_env", s.SecretKeyEnv != "", "s3.endpoint is a URL, so name the variable with its secret key")
	}
}

func (d *decoder) checkListen(l Listen) {
	if l.Type == "" {
		d.require("listen.type", l == Listen{}, "name who listens: %s or %s", ListenOpenAI, ListenQwen)
		return
	}
	d.oneOf("listen.type", l.Type, ListenOpenAI, ListenQwen)
	d.webURL("listen.base_url", l.BaseURL)
	d.require("listen.api_key_env", l.APIKeyEnv != "" || l.BaseURL != "" && l.Type != ListenQwen, "%s wants a key: name the variable that holds it", l.Type)
}

func (d *decoder) checkC2PA(c C2PA) {
	d.require("c2pa.chain_file", c.ChainFile != "" || c.KeyEnv == "" && c.KeyFile == "", "a key is of no use without its certificates: name the file that holds them")
	d.require("c2pa.key_env", c.ChainFile == "" || c.KeyEnv != "" || c.KeyFile != "", "c2pa.chain_file is set, so name the variable with the private key, or its key_file")
	d.require("c2pa.key_file", c.KeyEnv == "" || c.KeyFile == "", "the key is in key_env already: name one of them")
}

// checkStudio reads what is written. Whether it may be served so, the server decides,
// which looks at the tokens too.
func (d *decoder) checkStudio(s Studio) {
	if s.Listen != "" {
		d.hostPort("studio.listen", s.Listen)
	}
	d.serverURL("studio.public_url", s.PublicURL, true)
	d.serverURL("studio.callback_url", s.CallbackURL, false)
	_, err := networks(s.TrustedProxies)
	d.require("studio.trusted_proxies", err == nil, "%v", err)
	d.require("studio.tls.cert_file", s.TLS.KeyFile == "" || s.TLS.CertFile != "", "key_file is of no certificate: name both")
	d.require("studio.tls.key_file", s.TLS.CertFile == "" || s.TLS.KeyFile != "", "cert_file is of no use without its key: name both")
}

// maxWebhooks bounds what one event sets off.
const maxWebhooks = 16

func (d *decoder) checkWebhook(c Config, i int, w Webhook) {
	path := indexed("webhooks", i)
	d.require(path, i < maxWebhooks, "there are more than %d; put a relay of your own before the rest", maxWebhooks)
	d.require(path+".url", w.URL != "", "name the URL that is told")
	d.webURL(path+".url", w.URL)
	if u, err := url.Parse(w.URL); err == nil && u.Scheme == "http" {
		a, err := netip.ParseAddr(u.Hostname())
		near := err == nil && (a.IsLoopback() || a.IsPrivate()) || u.Hostname() == "localhost"
		d.require(path+".url", near || w.Private, "what is told is readable on the way: it must begin with https://, unless it stays in a network of your own (private: true)")
	}
	for j, other := range c.Webhooks[:i] {
		d.require(path+".url", w.URL == "" || w.URL != other.URL, "%s has this URL already; put the events of both in one", indexed("webhooks", j))
	}
	d.require(path+".secret_env", w.SecretEnv != "", "name the variable with the secret that signs what is sent")
	for j, kind := range w.Events {
		d.oneOf(indexed(path+".events", j), kind, webhookEvents()...)
	}
	for j, show := range w.Shows {
		d.require(indexed(path+".shows", j), drama.ValidID(show), "%.40q is no show's id", show)
	}
	for j, p := range w.SpentOver {
		m := p.Money()
		_, known := c.Exchange.Rates[m.Currency]
		d.require(indexed(path+".spent_over", j), m.Micros > 0, "want an amount above 0, like 100 CNY")
		d.require(indexed(path+".spent_over", j), m.Micros == 0 || known, "exchange has no rate of %s", m.Currency)
	}
	d.require(path+".spent_over", len(w.SpentOver) == 0 || len(w.Events) == 0 || slices.Contains(w.Events, "episode.spent_over"), "events leaves episode.spent_over out, so nobody would be told")
	d.require(path+".events", !slices.Contains(w.Events, "episode.spent_over") || len(w.SpentOver) > 0, "episode.spent_over wants amounts in spent_over")
}

func (d *decoder) checkTemporal(t Temporal) {
	if !t.Embedded() {
		d.hostPort("temporal.address", t.Address)
	}
	d.require("temporal.namespace", t.Namespace != "", "name a namespace")
	d.require("temporal.api_key_env", t.APIKeyEnv == "" || t.Embedded() || t.TLS.On(), "an API key needs an encrypted connection; set temporal.tls.enabled: true")
	d.require("temporal.retention", t.Retention >= 0 && t.Retention <= 3650, "days, from 0 (a namespace is left as it is) to 3650")
	d.require("temporal.tls.key_file", (t.TLS.CertFile == "") == (t.TLS.KeyFile == ""), "cert_file and key_file go together")
	err := t.CheckBuild()
	d.require("temporal.build_id", err == nil, "%v", err)
	d.require("temporal.drain", t.Drain >= 0 && t.Drain <= maxDrain, "%s is not within 0 and %s", t.Drain, maxDrain)
}

// CheckBuild errs where BuildID is none.
func (t Temporal) CheckBuild() error {
	if t.BuildID != "" && !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$`).MatchString(t.BuildID) {
		return fmt.Errorf("%.80q is no build: up to 80 letters, digits and . _ + -, a letter or digit first", t.BuildID)
	}
	return nil
}

func (d *decoder) checkProvider(path string, p Provider) {
	kind := d.checkType(path, p.Type, d.kinds.Providers)
	d.checkHere(path, kind, p.BaseURL, p.APIKeyEnv)
	for _, s := range kind.Settings {
		if value := p.Own[s.Key]; value != "" && len(s.Words) > 0 {
			d.oneOf(path+"."+s.Key, value, s.Words...)
		}
		d.require(path+"."+s.Key, s.With == "" || p.Own[s.Key] == "" || p.Own[s.With] != "", "%s and %s go together", s.Key, s.With)
	}
	d.webURL(path+".base_url", p.BaseURL)
	d.require(path+".slots", p.Slots >= 0 && p.Slots <= 1000, "%d is not within 0 and 1000", p.Slots)
	d.require(path+".submit_rps", p.SubmitRPS >= 0 && p.SubmitRPS <= 1000, "%v is not within 0 and 1000", p.SubmitRPS)
	d.require(path+".poll_every", p.PollEvery >= 100*time.Millisecond && p.PollEvery <= 10*time.Minute, "%v is not within 100ms and 10m", p.PollEvery)
	d.require(path+".deadline", p.Deadline >= time.Second && p.Deadline <= maxDeadline, "%v is not within 1s and %v", p.Deadline, maxDeadline)
	d.require(path+".deadline", p.Deadline > p.PollEvery, "%v ends before the first poll, after %v", p.Deadline, p.PollEvery)
	d.oneOf(path+".on_ambiguous", string(p.OnAmbiguous), string(Hold), string(Resubmit))
	d.require(path+".code_name", len(p.CodeName) <= maxCodeName && strings.TrimSpace(p.CodeName) == p.CodeName && !strings.ContainsFunc(p.CodeName, unprintable), "want at most %d printable characters", maxCodeName)
}

func (d *decoder) checkVoice(path string, v Voice) {
	kind := d.checkType(path, v.Type, d.kinds.Voices)
	d.checkHere(path, kind, v.BaseURL, v.APIKeyEnv)
	d.require(path+".model", v.Model == "" || !kind.Habits.Here, "%s has no models to choose from", v.Type)
	d.webURL(path+".base_url", v.BaseURL)
}

// checkType wants the type of an adapter that this release knows.
func (d *decoder) checkType(path, kind string, known map[string]Kind) Kind {
	k, ok := known[kind]
	switch {
	case kind == "":
		d.require(path+".type", false, "name the adapter%s", didYouMean("", types(known)))
	case !ok:
		d.require(path+".type", false, "no adapter is called %.40q%s", kind, didYouMean(kind, types(known)))
	}
	return k
}

// checkHere refuses what an adapter that runs on this machine never reads.
func (d *decoder) checkHere(path string, k Kind, baseURL, key string) {
	d.require(path+".base_url", baseURL == "" || !k.Habits.Here, "it runs on this machine and asks nobody")
	d.require(path+".api_key_env", key == "" || !k.Habits.Here, "it runs on this machine and needs no key")
}

func (d *decoder) checkMedia(m Media) {
	d.require("media.slots", m.Slots >= 0 && m.Slots <= 256, "%d is not within 0 and 256", m.Slots)
	d.require("media.memory", m.Memory >= 256<<20 && m.Memory <= 1<<40, "%v is not within 256MiB and 1TiB", m.Memory)
	d.checkEncoder(m.Encoder)
}

func (d *decoder) checkEncoder(e media.Encoder) {
	d.oneOf("media.encoder.preset", e.Preset, "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
	d.require("media.encoder.crf", e.CRF >= 1 && e.CRF <= 51, "%d is not within 1 and 51 (0 would be lossless, which players of masters cannot read)", e.CRF)
}

func (d *decoder) require(path string, ok bool, format string, args ...any) {
	if !ok {
		d.fail(d.place(path), path, format, args...)
	}
}

// place is where the value of a key came from; of a key that nobody wrote, where
// the nearest part around it is.
func (d *decoder) place(path string) place {
	for path != "" {
		if at, ok := d.places[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return d.whole()
}

func (d *decoder) oneOf(path, value string, words ...string) {
	if !slices.Contains(words, value) {
		d.require(path, false, "%.40q is not one of them%s", value, didYouMean(value, words))
	}
}

// webURL wants an http or https URL without credentials, or nothing.
func (d *decoder) webURL(path, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		d.require(path, false, "want a URL that begins with http:// or https://")
	case u.User != nil:
		d.require(path, false, "a URL with a name or password in it is refused: name a variable with the secret instead")
	}
}

// serverURL wants the address of a server, without a path, or nothing. Where plain text
// is not good enough it may only stay on this machine.
func (d *decoder) serverURL(path, value string, plain bool) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	d.require(path, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.User == nil && u.RawQuery == "",
		"%.80q is no address of a server: write it like https://studio.example", value)
	if err == nil && u.Scheme == "http" && !plain {
		a, err := netip.ParseAddr(u.Hostname())
		d.require(path, u.Hostname() == "localhost" || err == nil && a.IsLoopback(), "what vendors send there holds secrets: it must begin with https://")
	}
}

// hostPort wants host:port and gives the host.
func (d *decoder) hostPort(path, value string) string {
	host, port, err := net.SplitHostPort(value)
	n, convErr := strconv.Atoi(port)
	d.require(path, err == nil && convErr == nil && n >= 0 && n <= 65535, "%.80q is not host:port", value)
	return host
}

// maxCodeName is how long a code name may be, in bytes.
const maxCodeName = 60

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
