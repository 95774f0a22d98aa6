// Package pinned says which c2pa-rs judges, and where it lies.
package pinned

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// The package as npm has it: c2pa-rs 0.92.0 (MIT or Apache-2.0) behind the wrapper (MIT)
// that the Content Authenticity Initiative's own library for the web stands on.
const (
	Name    = "@contentauth/c2pa-wasm"
	Version = "0.15.0"
	URL     = Registry + "/" + Name + "/-/c2pa-wasm-" + Version + ".tgz"
	// Registry is npm's own.
	Registry = "https://registry.npmjs.org"
	SHA512   = "Q6ngA3V7RFbycqVujohL50z5bBlai+yBinbjUosjgtVRSKz8PftFe3qDUcSI3uWlJB9lG+/cCXZ6T26vW8QFSQ==" // base64, as in its integrity
)

// Files are those that are needed, by their paths in the package.
var Files = []string{"package/pkg/c2pa.js", "package/pkg/c2pa_bg.wasm", "package/LICENSE"}

// Mark is a file beside them with the digest of what they come from.
const Mark = "SHA512"

// Folder is where they lie.
func Folder() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "bin", "tools", "c2pa-wasm")
}

// There errs where they do not lie there, or those of another release do.
func There() error {
	mark, err := os.ReadFile(filepath.Join(Folder(), Mark))
	if err != nil {
		return err
	}
	if string(mark) != SHA512 {
		return fmt.Errorf("%s is of another release than %s %s", Folder(), Name, Version)
	}
	return nil
}
