package film

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/tongue"
)

// Every form of a prompt is read: which shots, when, and what is said in which.
func TestShotsOfPrompts(t *testing.T) {
	const length = 7 * time.Second
	two := []Shot{{From: 0, To: 4 * time.Second, Lines: []string{"来电的是我。"}}, {From: 4 * time.Second, To: length, Lines: []string{"Who is this?"}}}
	for name, c := range map[string]struct {
		form   Form
		prompt string
	}{
		"seedance zh": {Seedance25, "办公室。\n镜头1 [0:00–0:04]：近景。她说：{来电的是我。}\n镜头2 [0:04–0:07]：特写。他说：{Who is this?}"},
		"seedance en": {Seedance25, "An office.\nShot 1 [0:00–0:04]: she says: {来电的是我。}\nShot 2 [0:04–0:07]: he says: {Who is this?}"},
		"h3":          {H3, "integrated_multimodal_description: [Shot 1] An office. Mara (S1) says: <d>[Chinese] 来电的是我。</d> [Shot 2] At 00:04.000, the camera cuts to a close-up. He (S2) says: <d>Who is this?</d>"},
		"wan 3 zh":    {Wan30, "(0:00 - 0:04) 镜头1，近景，她说：“来电的是我。”(0:04 - 0:07) 镜头2，特写，他说：“Who is this?”"},
		"wan 3 en":    {Wan30, "(0:00 - 0:04) Shot 1, she says: “来电的是我。” (0:04 - 0:07) Shot 2, he says: “Who is this?”"},
		"wan 2.7 zh":  {Wan27, "第1个镜头[0-4秒] 她说：“来电的是我。”第2个镜头[4-7秒] 他说：“Who is this?”"},
		"wan 2.7 en":  {Wan27, "Shot 1 [0-4s] she says: “来电的是我。” Shot 2 [4-7s] he says: “Who is this?”"},
	} {
		if got := c.form.Shots(c.prompt, length); !reflect.DeepEqual(got, two) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	one := []Shot{{To: length, Lines: []string{"No."}}}
	if got := Seedance25.Shots("He says: {No.} Sound: <rain>.", length); !reflect.DeepEqual(got, one) {
		t.Errorf("one shot: %+v", got)
	}
}

// A clip has its cuts near where they were asked for, and its lines; a draft's final is the
// same take; what is planted is planted once.
func TestClips(t *testing.T) {
	s := &Set{
		Form: Seedance25, Tongue: &tongue.Tongue{}, Seed: 1, Dir: t.TempDir(),
		Faults: map[string]Fault{"Stay here now.": {"Go away now."}}, Miss: func(n int) bool { return n == 1 },
	}
	const prompt = "Shot 1 [0:00–0:03]: {Stay here now.} Shot 2 [0:03–0:06]: {Why?}"
	numbers := func(body []byte) []int {
		path := filepath.Join(t.TempDir(), "clip.mp4")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := Numbers(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	draft := s.Clip(vendors.Job{ID: "a", Prompt: prompt, Seconds: 6})
	final := s.Clip(vendors.Job{ID: "b", Origin: "a", Prompt: prompt, Seconds: 6})
	for i, n := range numbers(draft) {
		if i != n {
			t.Fatalf("picture %d bears %d", i, n)
		}
	}
	if len(final) == len(draft) || !reflect.DeepEqual(numbers(draft), numbers(final)) {
		t.Errorf("a final of %d bytes of a draft of %d", len(final), len(draft))
	}
	s.Clip(vendors.Job{ID: "c", Prompt: prompt, Seconds: 6})
	made := s.Made()
	if len(made) != 2 || len(made[0].Cuts) != 1 || made[0].Cuts[0] < 72-7 || made[0].Cuts[0] > 72+7 || made[0].Frames != 145 {
		t.Errorf("%+v", made)
	}
	if !made[1].Missed || len(made[1].Cuts) != 0 {
		t.Errorf("the second lacks no cut: %+v", made[1])
	}
	if got := s.Planted(); !reflect.DeepEqual(got, []string{"Stay here now."}) || s.takes["a"].said[0].text != "Go away now." || s.takes["c"].said[0].text != "Stay here now." {
		t.Errorf("planted %v", got)
	}
}
