package handoff_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/handoff"
)

// otioFields are the fields of each schema, as OpenTimelineIO's serialized schema has them;
// a compositional schema's children stand there with its class.
var otioFields = map[string]string{
	"Timeline.1":          "global_start_time metadata name tracks",
	"Stack.1":             "children effects enabled markers metadata name source_range",
	"Track.1":             "children effects enabled kind markers metadata name source_range",
	"Clip.2":              "active_media_reference_key effects enabled markers media_references metadata name source_range",
	"Gap.1":               "effects enabled markers metadata name source_range",
	"Transition.1":        "in_offset metadata name out_offset transition_type",
	"ExternalReference.1": "available_image_bounds available_range metadata name target_url",
	"Marker.2":            "color comment marked_range metadata name",
	"RationalTime.1":      "rate value",
	"TimeRange.1":         "duration start_time",
}

// TestOTIOHasItsFields: every object has the fields of its schema, and no other.
func TestOTIOHasItsFields(t *testing.T) {
	var root any
	if err := json.Unmarshal(handoff.OTIO(whole(ntsc)), &root); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if schema, ok := v["OTIO_SCHEMA"].(string); ok {
				seen[schema] = true
				var fields []string
				for k := range v {
					if k != "OTIO_SCHEMA" {
						fields = append(fields, k)
					}
				}
				slices.Sort(fields)
				if got := strings.Join(fields, " "); got != otioFields[schema] {
					t.Errorf("%s has %q, want %q", schema, got, otioFields[schema])
				}
			}
			for k, c := range v {
				if k != "metadata" {
					walk(c)
				}
			}
		case []any:
			for _, c := range v {
				walk(c)
			}
		}
	}
	walk(root)
	if len(seen) != len(otioFields) {
		t.Errorf("schemas %v", seen)
	}
}

// fcpxmlModel is what Apple's DTD of FCPXML lets stand in an element, in order, of the
// elements that are written here, and its attributes.
var fcpxmlModel = map[string]struct{ children, attrs string }{
	"fcpxml":         {`resources library`, `version`},
	"resources":      {`(asset |effect |format )*`, ``},
	"format":         {``, `id name frameDuration fieldOrder width height paspH paspV colorSpace`},
	"asset":          {`(media-rep )+(metadata )?`, `id name uid start duration hasVideo format hasAudio videoSources audioSources audioChannels audioRate`},
	"media-rep":      {``, `kind sig src suggestedFilename`},
	"metadata":       {`(md )*`, ``},
	"md":             {``, `key value editable type displayName description source`},
	"effect":         {``, `id name uid src`},
	"library":        {`(event )*`, `location colorProcessing`},
	"event":          {`(asset-clip |project )*`, `name uid`},
	"project":        {`sequence `, `name uid id modDate`},
	"sequence":       {`spine `, `format duration tcStart tcFormat audioLayout audioRate renderFormat keywords`},
	"spine":          {`(asset-clip |transition )*`, `lane offset name format`},
	"asset-clip":     {`(adjust-volume )?(asset-clip )*(chapter-marker |rating |keyword )*(metadata )?`, `ref lane offset name start duration enabled srcEnable audioStart audioDuration format tcStart tcFormat modDate audioRole videoRole`},
	"adjust-volume":  {``, `amount`},
	"transition":     {`(filter-video )?`, `name offset duration`},
	"filter-video":   {``, `ref name enabled`},
	"chapter-marker": {``, `start duration value note posterOffset`},
	"keyword":        {``, `start duration value note`},
	"rating":         {``, `name start duration value note`},
}

// TestFCPXMLFollowsTheDTD: Final Cut Pro refuses a document that does not.
func TestFCPXMLFollowsTheDTD(t *testing.T) {
	type open struct{ name, children string }
	stack := []open{{}}
	clock := regexp.MustCompile(`^-?\d+(/\d+)?s$`)
	dec := xml.NewDecoder(bytes.NewReader(handoff.FCPXML(whole(ntsc))))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			stack[len(stack)-1].children += name + " "
			m, ok := fcpxmlModel[name]
			if !ok {
				t.Fatalf("<%s> is not in the model", name)
			}
			for _, a := range tok.Attr {
				if !slices.Contains(strings.Fields(m.attrs), a.Name.Local) {
					t.Errorf("<%s> has no %s", name, a.Name.Local)
				}
				if slices.Contains([]string{"start", "offset", "duration", "tcStart", "frameDuration"}, a.Name.Local) && !clock.MatchString(a.Value) {
					t.Errorf("<%s %s=%q> is no time", name, a.Name.Local, a.Value)
				}
			}
			stack = append(stack, open{name: name})
		case xml.EndElement:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			want := strings.TrimSpace(fcpxmlModel[top.name].children)
			if !regexp.MustCompile(`^(`+fcpxmlModel[top.name].children+`)$`).MatchString(top.children) && strings.TrimSpace(top.children) != want {
				t.Errorf("<%s> holds %q, want %s", top.name, top.children, want)
			}
		}
	}
}

// TestXMEMLHasAFormat: readers load nothing of a sequence that tells none; and every clip
// names a file that is told whole once.
func TestXMEMLHasAFormat(t *testing.T) {
	body := string(handoff.XMEML(whole(fps24)))
	for _, want := range []string{"<format>", "<samplecharacteristics>", "<timebase>24</timebase>", "<masterclipid>master-1</masterclipid>", "<pathurl>media/2A-2.mp4</pathurl>"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in it", want)
		}
	}
	for _, f := range regexp.MustCompile(`<file id="(file-\d+)"`).FindAllStringSubmatch(body, -1) {
		if n := strings.Count(body, `<file id="`+f[1]+`">`); n != 1 {
			t.Errorf("%s is told whole %d times", f[1], n)
		}
	}
}
