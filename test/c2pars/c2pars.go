// Package c2pars is the judge of C2PA manifests that is not ours: c2pa-rs, the library of
// the Content Authenticity Initiative, as WebAssembly, in the tests' Chromium. It is
// fetched by make test-deps and checked by its digest (pinned); tests need no network.
package c2pars

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/dailies/dailies/test/browser"
	"github.com/dailies/dailies/test/c2pars/pinned"
)

// Judge is c2pa-rs, ready in a tab.
type Judge struct {
	ctx  context.Context
	t    testing.TB
	mu   sync.Mutex
	held map[string][]byte
	// signs is what signs claims that c2pa-rs makes.
	signs func([]byte) ([]byte, error)
}

// New opens the judge. It ends with the test.
func New(t testing.TB) *Judge {
	t.Helper()
	if err := pinned.There(); err != nil {
		t.Fatalf("find c2pa-rs; make test-deps fetches it: %v", err)
	}
	j := &Judge{t: t, held: map[string][]byte{}}
	files := http.FileServer(http.Dir(pinned.Folder()))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		raw, ok := j.held[r.URL.Path]
		j.mu.Unlock()
		switch {
		case r.URL.Path == "/worker.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(worker))
		case r.URL.Path == "/sign":
			j.sign(w, r)
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>c2pa-rs</title>")
		case ok:
			_, _ = w.Write(raw)
		default:
			files.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	j.ctx = browser.Open(t, srv.URL+"/")
	browser.Tell[string](j.ctx, t, `(async () => {
		const m = await import("/c2pa.js");
		await m.default({module_or_path: "/c2pa_bg.wasm"});
		globalThis.c2pa = m;
		return "ready";
	})()`)
	return j
}

// Status is one finding of the judge's.
type Status struct {
	Code        string `json:"code"`
	URL         string `json:"url"`
	Explanation string `json:"explanation"`
}

// Verdict is what the judge says of a file.
type Verdict struct {
	// State is Invalid, Valid or Trusted; empty where it could not read a manifest.
	State   string
	Error   string // why it could not
	Failure []Status
	Success []Status
	// Manifest is the active one, as JSON.
	Manifest json.RawMessage
}

// Good says that the judge finds nothing wrong, whoever signed.
func (v Verdict) Good() bool { return v.State == "Valid" || v.State == "Trusted" }

// Failed says whether the judge found a fault with that code.
func (v Verdict) Failed(code string) bool {
	return slices.ContainsFunc(v.Failure, func(s Status) bool { return s.Code == code })
}

// Succeeded says whether the judge found something good, by its code.
func (v Verdict) Succeeded(code string) bool {
	return slices.ContainsFunc(v.Success, func(s Status) bool { return s.Code == code })
}

func (v Verdict) String() string {
	return fmt.Sprintf("state %q error %q failures %v", v.State, v.Error, v.Failure)
}

// worker signs where files may be read at once, as c2pa-rs does when it signs.
const worker = `import * as c2pa from "/c2pa.js";
onmessage = async (e) => {
	try {
		await c2pa.default({module_or_path: "/c2pa_bg.wasm"});
		const b = c2pa.WasmBuilder.fromJson(e.data.manifest, '{"verify": {"verify_after_sign": false}}');
		const sign = async (bytes) => new Uint8Array(await (await fetch("/sign", {method: "POST", body: bytes})).arrayBuffer());
		postMessage(await b.sign({sign, reserveSize: e.data.reserve, alg: e.data.alg}, [], "video/mp4", e.data.file));
	} catch (err) {
		postMessage(String(err));
	}
};`

// sign answers the worker with the signature of what it sends.
func (j *Judge) sign(w http.ResponseWriter, r *http.Request) {
	claim, err := io.ReadAll(r.Body)
	if err == nil {
		var sig []byte
		if sig, err = j.signs(claim); err == nil {
			_, _ = w.Write(sig)
			return
		}
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

// Sign has c2pa-rs make the manifest of a file, by its own definition of one in JSON.
// signs makes the COSE_Sign1 of a claim, which has reserve bytes.
func (j *Judge) Sign(raw []byte, manifest, alg string, reserve int, signs func(claim []byte) ([]byte, error)) []byte {
	j.t.Helper()
	const at = "/plain.mp4"
	j.mu.Lock()
	j.held[at], j.signs = raw, signs
	j.mu.Unlock()
	text := browser.Tell[string](j.ctx, j.t, fmt.Sprintf(`(async () => {
		const file = await (await fetch(%q, {cache: "no-store"})).blob();
		const w = new Worker("/worker.js", {type: "module"});
		const made = await new Promise((done, fail) => {
			w.onmessage = (e) => done(e.data);
			w.onerror = (e) => fail(new Error(e.message));
			w.postMessage({file, manifest: atob(%q), alg: %q, reserve: %d});
		});
		w.terminate();
		if (typeof made === "string") throw new Error(made);
		let s = "";
		for (let i = 0; i < made.length; i += 4096) s += String.fromCharCode(...made.subarray(i, i + 4096));
		return btoa(s);
	})()`, at, base64.StdEncoding.EncodeToString([]byte(manifest)), alg, reserve))
	made, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		j.t.Fatal(err)
	}
	return made
}

// Opens is how many seconds the judge's browser says that a file plays, once it could.
func (j *Judge) Opens(raw []byte) float64 {
	j.t.Helper()
	const at = "/film.mp4"
	j.mu.Lock()
	j.held[at] = raw
	j.mu.Unlock()
	return browser.Tell[float64](j.ctx, j.t, fmt.Sprintf(`new Promise((done, fail) => {
		const v = document.createElement("video");
		v.muted = true;
		v.addEventListener("canplaythrough", () => done(v.duration), {once: true});
		v.addEventListener("error", () => fail(new Error(v.error.message)), {once: true});
		v.src = %q + "?" + Math.random();
		v.load();
	})`, at))
}

// Judge has a file judged. roots are in PEM, of those who are trusted; "": nobody is.
func (j *Judge) Judge(raw []byte, roots string) Verdict {
	j.t.Helper()
	const at = "/file.mp4"
	j.mu.Lock()
	j.held[at] = raw
	j.mu.Unlock()
	trust := map[string]any{}
	if roots != "" {
		trust["trust_anchors"] = roots
	}
	settings, err := json.Marshal(map[string]any{"trust": trust, "verify": map[string]any{"verify_trust": true}})
	if err != nil {
		j.t.Fatal(err)
	}
	said := browser.Tell[string](j.ctx, j.t, fmt.Sprintf(`(async () => {
		const raw = new Uint8Array(await (await fetch(%q, {cache: "no-store"})).arrayBuffer());
		try {
			const r = await c2pa.WasmReader.fromBytes("video/mp4", raw, atob(%q));
			const said = r.json();
			r.free();
			return said;
		} catch (e) {
			return JSON.stringify({error: String(e)});
		}
	})()`, at, base64.StdEncoding.EncodeToString(settings)))
	var all struct {
		Error     string                     `json:"error"`
		State     string                     `json:"validation_state"`
		Active    string                     `json:"active_manifest"`
		Manifests map[string]json.RawMessage `json:"manifests"`
		Results   struct {
			Active struct {
				Success []Status `json:"success"`
				Failure []Status `json:"failure"`
			} `json:"activeManifest"`
		} `json:"validation_results"`
	}
	if err := json.Unmarshal([]byte(said), &all); err != nil {
		j.t.Fatalf("read what c2pa-rs says, %.400q: %v", said, err)
	}
	return Verdict{State: all.State, Error: all.Error, Failure: all.Results.Active.Failure, Success: all.Results.Active.Success, Manifest: all.Manifests[all.Active]}
}
