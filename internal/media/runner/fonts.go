package runner

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// maxFontConfig bounds one file of fontconfig's, bytes.
const maxFontConfig = 1 << 20

// fontDir is fontconfig's word for a folder with fonts (fonts-conf(5)).
var fontDir = regexp.MustCompile(`<dir(?:\s+prefix="([^"]*)")?[^>]*>([^<]+)</dir>`)

// fontPaths lists what fontconfig reads: its configuration, its caches, and the
// folders with fonts, the distribution's and those that the configuration adds.
func fontPaths() []string {
	etc := []string{"/etc/fonts"}
	for _, name := range []string{"FONTCONFIG_PATH", "FONTCONFIG_FILE"} {
		if v := os.Getenv(name); filepath.IsAbs(v) {
			etc = append(etc, v)
		}
	}
	all := append([]string{
		"/usr/share/fontconfig", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts", "/var/cache/fontconfig",
	}, etc...)
	if cache := cacheHome(); cache != "" {
		all = append(all, filepath.Join(cache, "fontconfig"))
	}
	data := os.Getenv("XDG_DATA_HOME")
	for _, from := range etc {
		files, _ := filepath.Glob(filepath.Join(from, "*.conf")) // only a bad pattern is an error
		more, _ := filepath.Glob(filepath.Join(from, "conf.d", "*.conf"))
		for _, f := range append(append(files, more...), from) {
			if info, err := os.Stat(f); err != nil || !info.Mode().IsRegular() || info.Size() > maxFontConfig {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				continue // neither can the child read it
			}
			for _, m := range fontDir.FindAllSubmatch(b, -1) {
				dir := strings.TrimSpace(string(m[2]))
				if string(m[1]) == "xdg" && filepath.IsAbs(data) {
					dir = filepath.Join(data, dir)
				}
				if filepath.IsAbs(dir) && filepath.Clean(dir) != "/" {
					all = append(all, dir)
				}
			}
		}
	}
	return all
}

// cacheHome is where a child's libraries keep caches; "" if this user has no home.
func cacheHome() string {
	if v := os.Getenv("XDG_CACHE_HOME"); v != "" {
		return v
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".cache")
}
