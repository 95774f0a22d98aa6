package engine

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/dailies/dailies/internal/private"
)

// Credentials are the root keys of the embedded S3 gateway. They print as "[hidden]" everywhere, so that no log or error shows them.
type Credentials struct {
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
}

func (Credentials) String() string       { return "[hidden]" }
func (Credentials) GoString() string     { return "[hidden]" }
func (Credentials) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// readCredentials reads the keys from their 0600 file.
func readCredentials(file string) (Credentials, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return Credentials{}, fmt.Errorf("read S3 keys: %w", err)
	}
	var c Credentials
	if err := json.Unmarshal(b, &c); err != nil || c.AccessKey == "" || c.SecretKey == "" {
		return Credentials{}, fmt.Errorf("read S3 keys from %s: it is damaged; delete it and new keys are made", file)
	}
	return c, nil
}

// ensureCredentials reads the keys, or makes random ones on the first start. Nothing stored depends on them.
func ensureCredentials(file string) (Credentials, error) {
	c, err := readCredentials(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	c = Credentials{AccessKey: "DAILIES" + rand.Text()[:13], SecretKey: rand.Text() + rand.Text()}
	b, err := json.Marshal(c)
	if err != nil {
		return Credentials{}, fmt.Errorf("encode S3 keys: %w", err)
	}
	if err := private.Write(file, b); err != nil {
		return Credentials{}, fmt.Errorf("keep S3 keys: %w", err)
	}
	return c, nil
}
