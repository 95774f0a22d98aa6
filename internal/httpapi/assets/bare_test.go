package assets

import "testing"

func TestRemarksAreNotServed(t *testing.T) {
	const module = "// Who reads this.\nconst a = \"//b\"; // stays\n\t/** c gives c. */\n  // more\nexport { a };\n"
	if got, want := string(bare([]byte(module))), "\nconst a = \"//b\"; // stays\n\n\nexport { a };\n"; got != want {
		t.Errorf("served is %q, want %q", got, want)
	}
}
