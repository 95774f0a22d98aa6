// Command fetch brings c2pa-rs to where tests look for it: one file from npm's registry,
// believed for its digest alone. It does nothing where it is there already.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/test/c2pars/pinned"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "fetch %s %s: %v\n", pinned.Name, pinned.Version, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if pinned.There() == nil {
		return nil
	}
	url := pinned.URL
	if mirror := os.Getenv("npm_config_registry"); mirror != "" { // npm's own way to name another registry
		url = strings.TrimSuffix(mirror, "/") + strings.TrimPrefix(url, pinned.Registry)
	}
	const tries = 5
	var raw []byte
	var err error
	for i := range tries {
		if raw, err = get(ctx, url); err == nil {
			break
		}
		if i < tries-1 {
			fmt.Fprintf(os.Stderr, "fetch %s: %v; again\n", url, err)
			time.Sleep(time.Duration(1+i*i) * time.Second)
		}
	}
	if err != nil {
		return err
	}
	return unpack(raw)
}

// get downloads the package and compares its digest.
func get(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errors.New(res.Status)
	}
	const most = 32 << 20
	raw, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return nil, err
	}
	if s := sha512.Sum512(raw); base64.StdEncoding.EncodeToString(s[:]) != pinned.SHA512 {
		return nil, fmt.Errorf("its %d bytes are not those that are expected", len(raw))
	}
	return raw, nil
}

// unpack puts the files that are needed into the folder, in one step.
func unpack(raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(pinned.Folder()), 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(pinned.Folder()), ".c2pa-wasm-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	zipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	found := 0
	for files := tar.NewReader(zipped); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !slices.Contains(pinned.Files, h.Name) {
			continue
		}
		const largest = 64 << 20
		body, err := io.ReadAll(io.LimitReader(files, largest))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, path.Base(h.Name)), body, 0o644); err != nil {
			return err
		}
		found++
	}
	if found != len(pinned.Files) {
		return fmt.Errorf("%d of its %d files are in it", found, len(pinned.Files))
	}
	if err := os.WriteFile(filepath.Join(dir, pinned.Mark), []byte(pinned.SHA512), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(pinned.Folder()); err != nil {
		return err
	}
	return os.Rename(dir, pinned.Folder())
}
