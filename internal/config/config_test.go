package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/provider/all"
)

const example = "../../dailies.example.yaml"

func TestWithoutAFileThereAreDefaults(t *testing.T) {
	c, err := all.Kinds().Load(filepath.Join(t.TempDir(), "dailies.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(all.Kinds().Default(), c); d != "" {
		t.Errorf("(-default +loaded):\n%s", d)
	}
	for name, text := range map[string]string{"empty": "", "comment": "# nothing\n", "null": "s3:\nproviders:\n", "empty maps": "s3: {}\nvoices: {}\n"} {
		c, err := all.Kinds().Parse(name, []byte(text), nil)
		if d := cmp.Diff(all.Kinds().Default(), c); err != nil || d != "" {
			t.Errorf("%s: %v (-default +loaded):\n%s", name, err, d)
		}
	}
}

func TestExampleStatesTheDefaults(t *testing.T) {
	c, err := all.Kinds().Load(example, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(all.Kinds().Default(), c); d != "" {
		t.Errorf("(-default +example):\n%s", d)
	}
}

// TestExampleIsTheManual: every key is in the example, either set or in a commented block, and every commented block loads.
func TestExampleIsTheManual(t *testing.T) {
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	collectKeys(reflect.TypeFor[config.Config](), keys)
	if len(keys) < 35 {
		t.Fatalf("only %d keys were found in the struct", len(keys))
	}
	for key := range keys {
		if !regexp.MustCompile(`(?m)(^|[\s{,#])` + key + `:`).Match(text) {
			t.Errorf("the example does not show the key %s", key)
		}
	}
	// Lines "#~ …" are YAML that a user takes the mark from.
	uncommented := regexp.MustCompile(`(?m)^(\s*)#~ ?`).ReplaceAll(text, []byte("$1"))
	c, err := all.Kinds().Parse("uncommented example", uncommented, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Providers) < 4 || len(c.Voices) < 4 {
		t.Errorf("the commented examples were not read: %d providers, %d voices", len(c.Providers), len(c.Voices))
	}
	for name, kind := range all.Kinds().Providers {
		for _, s := range kind.Settings {
			if !bytes.Contains(text, []byte(s.Key+":")) {
				t.Errorf("the example does not show %s of %s", s.Key, name)
			}
		}
	}
}

func collectKeys(t reflect.Type, keys map[string]bool) {
	switch t.Kind() {
	case reflect.Map, reflect.Slice:
		collectKeys(t.Elem(), keys)
	case reflect.Struct:
		for field := range t.Fields() {
			key := field.Tag.Get("yaml")
			if key == "" {
				key, _, _ = strings.Cut(field.Tag.Get("json"), ",")
			}
			if key != "rates" && key != "-" { // an exchange table's rates stand beside as_of
				keys[key] = true
			}
			collectKeys(field.Type, keys)
		}
	}
}

func TestFileAndEnvironment(t *testing.T) {
	text := `
s3: {endpoint: "https://s3.example:9000", bucket: studio, prefix: a/b}
providers:
  seedance: {type: ark, model: m1, api_key_env: ARK_API_KEY, slots: 10, submit_rps: 0.5, poll_every: 15s, on_ambiguous: resubmit}
  wan-local: {type: videos, base_url: "http://gpu1:8000/v1"}
media: {memory: 2GiB, encoder: {crf: 18}}
exchange: {as_of: 2026-10-01, CNY: 1, USD: 7.123456}
`
	c, err := all.Kinds().Parse("dailies.yaml", []byte(text), []string{
		"HOME=/root", "DAILIES_S3_BUCKET=other", "DAILIES_PROVIDERS_WAN_LOCAL_SLOTS=7", "DAILIES_MEDIA_ENCODER_PRESET=slow",
		"DAILIES_S3_PATH_STYLE=false", "DAILIES_LOG_LEVEL=", "DAILIES_STUDIO_TOKEN=mine", "DAILIES_PROVIDERS_WAN_LOCAL_SERVER=sglang",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := all.Kinds().Default()
	want.S3.Endpoint, want.S3.Bucket, want.S3.Prefix, want.S3.PathStyle = "https://s3.example:9000", "other", "a/b", false
	want.Providers["seedance"] = config.Provider{
		Type: "ark", Model: "m1", APIKeyEnv: "ARK_API_KEY", Slots: 10, SubmitRPS: 0.5, PollEvery: 15 * time.Second, Deadline: 2 * time.Hour, OnAmbiguous: config.Resubmit,
	}
	wan := config.Provider{
		Type: "videos", BaseURL: "http://gpu1:8000/v1", Slots: 7, PollEvery: 2 * time.Second, Deadline: 2 * time.Hour, OnAmbiguous: config.Resubmit,
		Own: map[string]string{"server": "sglang"},
	}
	want.Providers["wan-local"] = wan
	want.Media.Memory, want.Media.Encoder.CRF, want.Media.Encoder.Preset = 2<<30, 18, "slow"
	want.Exchange.AsOf, want.Exchange.Rates = "2026-10-01", map[string]int64{"CNY": 1_000_000, "USD": 7_123_456}
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var names []string
	for _, s := range c.Secrets() {
		names = append(names, s.Env+" for "+s.For)
	}
	wantNames := []string{
		"AWS_ACCESS_KEY_ID for s3.access_key_env", "AWS_SECRET_ACCESS_KEY for s3.secret_key_env",
		"ARK_API_KEY for providers.seedance.api_key_env",
	}
	if d := cmp.Diff(wantNames, names); d != "" {
		t.Errorf("secrets (-want +got):\n%s", d)
	}
}

// place is where a problem is and which key it is of: what programs and editors rely on. The words are for people.
type place struct{ Where, Key string }

func TestProblemsAreToldAllAtOnceWithTheirPlaces(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		env  []string
		want []place
	}{
		"unknown keys": {
			"s3:\n  buckt: x\nlogg: {}\n", nil,
			[]place{{"f:2:3", "s3.buckt"}, {"f:3:1", "logg"}},
		},
		"wrong kinds": {
			"media:\n  slots: many\n  memory: 1 apple\ns3: []\nproviders: [a]\nlog: {level: [a]}", nil,
			[]place{{"f:2:10", "media.slots"}, {"f:3:11", "media.memory"}, {"f:4:5", "s3"}, {"f:5:12", "providers"}, {"f:6:14", "log.level"}},
		},
		"twice": {"data: a\ndata: b\n", nil, []place{{"f:2:1", "data"}}},
		"out of range": {
			"media: {slots: -1, encoder: {crf: 99, preset: quick}}\nproviders:\n  a: {type: ark, poll_every: 1ms}\n  b: {slots: 2}\n", nil,
			[]place{{"f:1:16", "media.slots"}, {"f:1:35", "media.encoder.crf"}, {"f:1:47", "media.encoder.preset"}, {"f:3:30", "providers.a.poll_every"}, {"f:4:6", "providers.b.type"}},
		},
		"names":            {"providers:\n  Bad_Name: {type: ark}\n", nil, []place{{"f:2:3", "providers.Bad_Name"}}},
		"bucket":           {"s3: {bucket: \"192.168.1.1\"}", nil, []place{{"f:1:14", "s3.bucket"}}},
		"prefix":           {"s3: {prefix: \"a/../b\"}", nil, []place{{"f:1:14", "s3.prefix"}}},
		"address":          {"temporal: {address: nowhere}", nil, []place{{"f:1:21", "temporal.address"}}},
		"key in the clear": {"temporal: {address: \"t:7233\", api_key_env: K}", nil, []place{{"f:1:44", "temporal.api_key_env"}}},
		"the studio's address": {
			"studio:\n  listen: everywhere\n  public_url: studio.example\n  tls: {cert_file: a.pem}\n  trusted_proxies: 10.0.0.0/8 lan\n  callback_url: http://studio.example\n", nil,
			[]place{{"f:2:11", "studio.listen"}, {"f:3:15", "studio.public_url"}, {"f:4:8", "studio.tls.key_file"}, {"f:5:20", "studio.trusted_proxies"}, {"f:6:17", "studio.callback_url"}},
		},
		"where numbers are served": {"telemetry: {metrics: prometheus}", nil, []place{{"f:1:22", "telemetry.metrics"}}},
		"where traces go":          {"telemetry: {otlp: \"http://me:pw@o:4318\"}", nil, []place{{"f:1:19", "telemetry.otlp"}}},
		"a mistyped twin of it":    {"", []string{"DAILIES_TELEMETRY_OTPL=http://o:4318"}, []place{{"environment DAILIES_TELEMETRY_OTPL", ""}}},
		"webhooks": {
			"webhooks:\n- {url: \"http://relay.example\", secret_env: S}\n- {url: \"https://relay.example\", secret_env: whsec_abc}\n", nil,
			[]place{{"f:3:46", "webhooks[1].secret_env"}},
		},
		"what webhooks are told": {
			"webhooks:\n- {url: \"http://relay.example\", secret_env: S}\n" +
				"- {url: \"https://relay.example\", secret_env: S, events: [episode.delivered, episode.delivred], shows: [No Show]}\n" +
				"- {url: \"https://relay.example\", spent_over: [100 CNY, 7 CHF]}\n" +
				"- {url: \"http://10.0.0.7/x\", secret_env: S, events: [episode.spent_over]}\n" +
				"- {url: \"http://relay/x\", secret_env: S, private: true}\n", nil,
			[]place{
				{"f:2:9", "webhooks[0].url"},
				{"f:3:77", "webhooks[1].events[1]"},
				{"f:3:104", "webhooks[1].shows[0]"},
				{"f:4:3", "webhooks[2].secret_env"},
				{"f:4:9", "webhooks[2].url"},
				{"f:4:56", "webhooks[2].spent_over[1]"},
				{"f:5:53", "webhooks[3].events"},
			},
		},
		"settings that the adapter does not read": {
			"providers:\n  a: {type: ark, server: vllm}\n  b: {type: animatic, api_key_env: K}\n  c: {type: videos, base_url: \"http://g\", server: vlm}\n  d: {type: kling, access_key_env: K}\n  e: {type: aark}\n" +
				"voices:\n  v: {type: espeak, model: m}\n  w: {type: openai, slots: 3}\n", nil,
			[]place{{"f:2:18", "providers.a.server"}, {"f:9:21", "voices.w.slots"}},
		},
		"values that the adapter does not know": {
			"providers:\n  b: {type: animatic, api_key_env: K}\n  c: {type: videos, base_url: \"http://g\", server: vlm}\n  d: {type: kling, access_key_env: K}\n  e: {type: aark}\nvoices:\n  v: {type: espeak, model: m}\n", nil,
			[]place{{"f:2:36", "providers.b.api_key_env"}, {"f:3:51", "providers.c.server"}, {"f:4:36", "providers.d.access_key_env"}, {"f:5:13", "providers.e.type"}, {"f:7:28", "voices.v.model"}},
		},
		"lossless":                {"media: {encoder: {crf: 0}}", nil, []place{{"f:1:24", "media.encoder.crf"}}},
		"a key without its chain": {"c2pa: {key_env: K}", nil, []place{{"f:1:7", "c2pa.chain_file"}}},
		"a chain without its key": {"c2pa: {chain_file: a.pem}", nil, []place{{"f:1:7", "c2pa.key_env"}}},
		"two keys":                {"c2pa: {chain_file: a.pem, key_env: K, key_file: k.pem}", nil, []place{{"f:1:49", "c2pa.key_file"}}},
		"nobody listens":          {"listen: {model: m}", nil, []place{{"f:1:9", "listen.type"}}},
		"who listens":             {"listen: {type: whisper, base_url: \"http://x\"}", nil, []place{{"f:1:16", "listen.type"}}},
		"a listener's key":        {"listen: {type: qwen-asr}", nil, []place{{"f:1:9", "listen.api_key_env"}}},
		"a listener's price":      {"listen: {type: openai, base_url: \"http://x\", price: cheap}", nil, []place{{"f:1:53", "listen.price"}}},
		"URL with keys":           {"judge: {base_url: \"https://me:pw@x.example\", model: m}", nil, []place{{"f:1:19", "judge.base_url"}}},
		"rates": {
			"exchange: {as_of: soon, CNY: 0, usd: 7, EUR: 7.1234567}", nil,
			[]place{{"f:1:30", "exchange.CNY"}, {"f:1:33", "exchange.usd"}, {"f:1:46", "exchange.EUR"}},
		},
		"anchor": {"log: &x {level: info}\n", nil, []place{{"f:1:6", "log"}}},
		"environment": {
			"",
			[]string{"DAILIES_MEDIA_SLOTS=lots", "DAILIES_S3_BUKET=x", "DAILIES_LOG_LEVEL=loud"},
			[]place{{"environment DAILIES_MEDIA_SLOTS", "media.slots"}, {"environment DAILIES_S3_BUKET", ""}},
		},
		"environment out of range": {"", []string{"DAILIES_LOG_LEVEL=loud"}, []place{{"environment DAILIES_LOG_LEVEL", "log.level"}}},
		"controls in escapes": {
			"data: \"a\\u202eb\"\nproviders:\n  v: {type: videos, base_url: \"http://g\\u2066\", server: \"vllm\\e\"}\n", nil,
			[]place{{"f:1:7", "data"}, {"f:3:31", "providers.v.base_url"}, {"f:3:57", "providers.v.server"}},
		},
		"not YAML":      {"a: [\n", nil, []place{{"f:1:1", ""}}},
		"two documents": {"data: a\n---\ndata: b\n", nil, []place{{"f:2:1", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := all.Kinds().Parse("f", []byte(tc.text), tc.env)
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got error %v, want Problems", err)
			}
			var got []place
			for _, p := range problems {
				got = append(got, place{p.Where, p.Key})
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Errorf("(-want +got):\n%s\n%v", d, err)
			}
		})
	}
}

func TestHintsAtTheNearestWord(t *testing.T) {
	for text, want := range map[string]string{
		"s3: {buckt: x}":        `"bucket"`,
		"provider: {}":          `"providers"`,
		"log: {level: inf}":     `"info"`,
		"temporal: {addrss: x}": `"address"`,
		"providers: {a: {type: comfyui, workflw: x}}": `"workflow"`,
		"providers: {a: {type: dashscop}}":            `"dashscope"`,
		"media: {encoder: {crff: 1}}":                 `"crf"`,
	} {
		_, err := all.Kinds().Parse("f", []byte(text), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want a hint at %s", text, err, want)
		}
	}
}

func TestASecretInTheWrongPlaceIsRefusedAndNotRepeated(t *testing.T) {
	for _, secret := range []string{"sk-0123456789abcdef", "AKIAIOSFODNN7EXAMPLE", "0f8fad5b-d9cb-469f-a165-70867728950e"} {
		for _, text := range []string{"providers: {a: {type: ark, api_key_env: " + secret + "}}", "s3: {secret_key_env: \"" + secret + "\"}"} {
			_, err := all.Kinds().Parse("f", []byte(text), nil)
			if err == nil {
				t.Errorf("%.20s was taken for a variable's name", secret)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats the secret: %v", err)
			}
		}
	}
}

func TestEveryScalarHasATwin(t *testing.T) {
	env := []string{
		"DAILIES_DATA=d", "DAILIES_S3_REGION=r", "DAILIES_TEMPORAL_ADDRESS=t:1", "DAILIES_TEMPORAL_TLS_ENABLED=true", "DAILIES_PROVIDERS_ANIMATIC_SLOTS=3",
		"DAILIES_JUDGE_MODEL=m", "DAILIES_MEDIA_MEMORY=512MiB", "DAILIES_MEDIA_ENCODER_CRF=1",
		"DAILIES_EXCHANGE_AS_OF=2026-01-02", "DAILIES_LOG_FORMAT=json", "DAILIES_STUDIO_LISTEN=localhost:9000",
	}
	c, err := all.Kinds().Parse("f", nil, env)
	if err != nil {
		t.Fatal(err)
	}
	want := all.Kinds().Default()
	want.Data, want.S3.Region, want.Temporal.Address, want.Temporal.TLS.Enabled = "d", "r", "t:1", true
	p := want.Providers["animatic"]
	p.Slots = 3
	want.Providers["animatic"] = p
	want.Judge.Model, want.Media.Memory, want.Media.Encoder.CRF = "m", 512<<20, 1
	want.Exchange.AsOf, want.Log.Format, want.Studio.Listen = "2026-01-02", "json", "localhost:9000"
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]config.Size{"0": 0, "17": 17, "1GiB": 1 << 30, "512 MiB": 512 << 20, "20MB": 20e6, "3kB": 3000, "9B": 9} {
		if got, err := config.ParseSize(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "1.5GiB", "1 apple", "99999999999TiB", "0x10"} {
		if got, err := config.ParseSize(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
	if got := config.Size(1 << 30).String(); got != "1GiB" {
		t.Errorf("1<<30 prints as %s", got)
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text), "DAILIES_S3_BUCKET=x")
	f.Add("s3: {buckt: x}\n", "")
	f.Add("a: &a [*a]", "DAILIES_=")
	f.Add("? [a]\n: b\n<<: {}\n", "DAILIES_MEDIA_SLOTS=1e9")
	f.Add("providers: {a: null, b: {type: 1}}", "=")
	f.Fuzz(func(t *testing.T, text, env string) {
		c, err := all.Kinds().Parse("f", []byte(text), []string{env})
		var problems config.Problems
		if err != nil {
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("error %v is not Problems", err)
			}
			return
		}
		if c.Data == "" || c.S3.Bucket == "" || len(c.Exchange.Rates) == 0 {
			t.Fatalf("a config without the needful passed: %+v", c)
		}
	})
}
