package assets_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestVendoredFilesAreWhatTheReadmeSays: a file that was changed by hand is not what its recipe makes.
func TestVendoredFilesAreWhatTheReadmeSays(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("vendor", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`^([0-9a-f]{64})  (\S+)$`)
	said := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(readme)); lines.Scan(); {
		if m := row.FindStringSubmatch(lines.Text()); m != nil {
			said[m[2]] = m[1]
		}
	}
	for _, name := range []string{"editor.js", "idiomorph.js", "inter.woff2"} {
		b, err := os.ReadFile(filepath.Join("vendor", name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		if got := hex.EncodeToString(sum[:]); got != said[name] {
			t.Errorf("%s is %s, the README says %s", name, got, said[name])
		}
	}
}
