package aigc

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	right := Value("house", "show", "show/ep01/cut1")
	if l, problems := Read(right); len(problems) > 0 || l.ContentProducer != "house" || l.PropagateID != "show/ep01/cut1" {
		t.Errorf("%+v, %v", l, problems)
	}
	if l, problems := Read(`{"AIGC": ` + right + `}`); len(problems) > 0 || l.ContentProducer != "house" {
		t.Errorf("wrapped: %+v, %v", l, problems)
	}
	for name, text := range map[string]string{
		"no JSON":            "made by AI",
		"two objects":        right + right,
		"a list":             "[" + right + "]",
		"a key less":         strings.Replace(right, `"ReservedCode2":""`, `"Other":""`, 1),
		"a key more":         strings.Replace(right, `{`, `{"Tool":"x",`, 1),
		"a number":           strings.Replace(right, `"Label":"1"`, `"Label":1`, 1),
		"no such label":      strings.Replace(right, `"Label":"1"`, `"Label":"4"`, 1),
		"an empty producer":  strings.Replace(right, `"ContentProducer":"house"`, `"ContentProducer":""`, 1),
		"an empty spreader":  strings.Replace(right, `"ContentPropagator":"house"`, `"ContentPropagator":""`, 1),
		"a name with blanks": strings.Replace(right, `"ContentProducer":"house"`, `"ContentProducer":"the house"`, 1),
		"a Chinese name":     strings.Replace(right, `"ContentProducer":"house"`, `"ContentProducer":"工作室"`, 1),
		"an empty text":      "",
	} {
		if _, problems := Read(text); len(problems) == 0 {
			t.Errorf("%s is valid", name)
		}
	}
}

func TestProviderCode(t *testing.T) {
	const code = "001191110000MA0000000H10001" // made up, with a check character that is right
	if why := WrongProviderCode(code); why != "" {
		t.Errorf("%s: %s", code, why)
	}
	for name, bad := range map[string]string{
		"short": code[:26], "long": code + "0", "small letters": strings.ToLower(code), "another beginning": "1" + code[1:],
		"a service that is none": code[:22] + "70001", "a wrong check character": strings.Replace(code, "91110000MA0000000H", "91110000MA0000000J", 1), "none": "",
	} {
		if WrongProviderCode(bad) == "" {
			t.Errorf("%s: %s is a code", name, bad)
		}
	}
	if why := WrongProviderCode(code[:22] + "00000"); why != "" {
		t.Errorf("an unused service: %s", why)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Value("house", "show", "show/ep01/cut1"))
	f.Add(`{"AIGC":{"AIGC":{}}}`)
	f.Fuzz(func(_ *testing.T, text string) { Read(text) })
}
