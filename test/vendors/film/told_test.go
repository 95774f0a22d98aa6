package film

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What models are told of several shots, by the dialects' golden files, has the form that
// emulators cut by: each shot in its window, with its own lines.
func TestPromptsOfPacksAreRead(t *testing.T) {
	forms := map[string]Form{"seedance25": Seedance25, "h3": H3, "wan30": Wan30, "wan27": Wan27}
	read := 0
	for name, form := range forms {
		for _, language := range []string{"en", "zh"} {
			body, err := os.ReadFile(filepath.Join("../../../internal/prompt/dialect/testdata/shots", name+"-"+language+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range strings.Split(string(body), "══ ")[1:] {
				title, prompt, _ := strings.Cut(part, "\n")
				n := int(title[0] - '0')
				got := form.Shots(prompt, time.Minute)
				if len(got) != n {
					t.Errorf("%s-%s, %s: %d shots: %+v", name, language, title, len(got), got)
					continue
				}
				lines := []int{1, 2, 0}
				for i, s := range got {
					if s.From != time.Duration(4*i)*time.Second || len(s.Lines) != lines[i] {
						t.Errorf("%s-%s, %s: shot %d: %+v", name, language, title, i+1, s)
					}
				}
				read++
			}
		}
	}
	if read != 4*len(forms)*2 {
		t.Errorf("read %d prompts", read)
	}
}
