package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// completing is how the library names an upload in parts, UPLOADID.what-it-will-be, while it makes an object of it.
const completing = ".inprogress"

// recallUploads gives uploads back their names whose completion a kill has cut off: under the other one nobody could complete, abort or
// list them. The caller has the gateway's lock, so nothing is being completed.
func recallUploads(cfg gatewayConfig) error {
	for _, root := range []string{cfg.metadata(), cfg.objects()} {
		found, err := fs.Glob(os.DirFS(root), path.Join("*", hiddenFolder, "multipart", "*", "*"+completing)) // root may hold brackets
		if err != nil {
			return fmt.Errorf("look for uploads that were cut off: %w", err)
		}
		for _, name := range found {
			from := filepath.Join(root, filepath.FromSlash(name))
			id, _, _ := strings.Cut(filepath.Base(from), ".")
			to := filepath.Join(filepath.Dir(from), id)
			if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err := os.Rename(from, to); err != nil {
				return fmt.Errorf("take back an upload that was cut off: %w", err)
			}
		}
	}
	return nil
}
