package studio

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/test/signed"
)

// A master's C2PA manifest is checked, and held to the one that the cut names.
func TestVerifyReadsTheSignature(t *testing.T) {
	studio := c2patest.New(t)
	plain := c2patest.MP4([]byte("aaaabbbbcccc"))
	whole := signed.File(t, studio, plain)
	certificate := signed.By(t, studio).Chain().Fingerprint()
	spoilt := bytes.Clone(whole)
	spoilt[len(spoilt)-1] ^= 1
	by := &drama.C2PA{Certificate: certificate, Signer: "Masters"}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(studio.Root)
	for name, c := range map[string]struct {
		file    []byte
		by      *drama.C2PA
		trust   *x509.CertPool
		problem string
		says    string
	}{
		"not signed":           {file: plain},
		"signed":               {file: whole, by: by, says: "valid, signer untrusted"},
		"signed by whom I say": {file: whole, by: by, trust: roots, says: "under a root that you named"},
		"signed elsewhere":     {file: whole, says: "valid, signer untrusted"},
		"signed, and spoilt":   {file: spoilt, by: by, problem: "assertion.bmffHash.mismatch", says: "NOT valid"},
		"signature gone":       {file: plain, by: by, problem: "it is not signed"},
		"signed by another":    {file: whole, by: &drama.C2PA{Certificate: "other", Signer: "Others"}, problem: "with another certificate", says: "valid"},
	} {
		dir := t.TempDir()
		master := filepath.Join(dir, library.MasterName)
		sum := sha256.Sum256(c.file)
		body, err := json.Marshal(drama.Manifest{
			ID: ep, Cut: 3, C2PA: c.by,
			Files: []drama.ManifestFile{{Name: library.MasterName, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(c.file))}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string][]byte{master: c.file, filepath.Join(dir, library.ManifestName): body} {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, verify := range []func() (Verified, error){
			func() (Verified, error) { return VerifyFolder(t.Context(), bears{}, dir, c.trust) },
			func() (Verified, error) { return VerifyFile(t.Context(), bears{}, master, c.trust) },
		} {
			v, err := verify()
			if err != nil || v.OK != (c.problem == "") || !strings.Contains(strings.Join(v.Problems, "\n"), c.problem) {
				t.Errorf("%s: %v, %v", name, v.Problems, err)
			}
			if (v.C2PA == nil) != (c.says == "") || v.C2PA != nil && !strings.Contains(v.C2PA.String(), c.says) {
				t.Errorf("%s: it says %v", name, v.C2PA)
			}
		}
	}
}
