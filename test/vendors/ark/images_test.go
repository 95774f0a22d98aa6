package ark

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/dailies/dailies/test/vendors"
)

// A picture is its answer: billed at once, served for a day, and no task of anybody's.
func TestPictures(t *testing.T) {
	v, c, _ := open(t, vendors.Options{})
	const at = "/images/generations"
	body := func(model, more string) string {
		return `{"model":"` + model + `","prompt":"a face","size":"1440x2560","response_format":"url","watermark":false` + more + `}`
	}
	a := c.Do("POST", at, body("dola-seedream-5-0-pro-260628", `,"image":["https://x.example/a.png","https://x.example/b.png"]`))
	if a.Status != 200 || a.At("usage.generated_images") != "1" {
		t.Fatal(a.Text)
	}
	url := a.At("data.0.url")
	p := c.Do("GET", url, "", "Authorization", "")
	if at, err := jpeg.DecodeConfig(bytes.NewReader([]byte(p.Text))); err != nil || at.Width != 1440 || at.Height != 2560 {
		t.Errorf("%s: %+v, %v", url, at, err)
	}
	if got := v.House().Billed()["USD"]; got != 123_000 {
		t.Errorf("billed %d", got)
	}
	id, _, _ := strings.Cut(url[strings.Index(url, vendors.ClipPath)+len(vendors.ClipPath):], "/")
	if a := c.Do("GET", path+"/"+id, ""); a.Status != 404 {
		t.Errorf("a picture is a task: %s", a.Text)
	}
	if a := c.Do("GET", path, ""); a.At("total") != "0" {
		t.Errorf("a picture is listed: %s", a.Text)
	}
	for name, s := range map[string]string{
		"a series":  body("dola-seedream-5-0-flash-260915", `,"sequential_image_generation":"disabled"`),
		"an asset":  body("seedream-4-0-250828", `,"image":["asset://a"]`),
		"no model":  body("doubao-seedance-2-0-260128", ""),
		"too small": strings.Replace(body("seedream-4-5-251128", ""), "1440x2560", "1024x1024", 1),
		"a seed":    body("seedream-4-0-250828", `,"seed":7`),
	} {
		if a := c.Do("POST", at, s); a.Status != 400 {
			t.Errorf("%s: %d %s", name, a.Status, a.Text)
		}
	}
}
