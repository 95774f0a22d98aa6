package wire

import "testing"

func TestBase(t *testing.T) {
	for in, want := range map[string]string{"": "https://own", "http://gpu1:8091/": "http://gpu1:8091", "gpu1:8091": "", "file:///etc": "", "https://me:secret@host": ""} {
		got, err := Base(in, "https://own")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}
