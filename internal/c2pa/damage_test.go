package c2pa

import (
	"bytes"
	"slices"
	"testing"

	"github.com/dailies/dailies/internal/c2pa/c2patest"
)

// damaged are a signed file and what is done to it.
func damaged(t testing.TB) (signed []byte, all []c2patest.Damage) {
	t.Helper()
	a, b := c2patest.Twins(t)
	plain := c2patest.MP4(bytes.Repeat([]byte("picture "), 100))
	signed = sign(t, signer(t, a), plain)
	other := sign(t, signer(t, b), plain)
	foreign := sign(t, signer(t, a), c2patest.MP4(bytes.Repeat([]byte("another "), 100)))
	return signed, c2patest.Damages(t, signed, other, foreign, a, b)
}

func TestEveryDamageIsFound(t *testing.T) {
	signed, all := damaged(t)
	if r := validate(t, signed, nil); !r.Valid() {
		t.Fatalf("without damage: %+v", r)
	}
	for _, d := range all {
		r := validate(t, d.File, nil)
		if r.Valid() {
			t.Errorf("%s: valid", d.Name)
		}
		if is := func(p Problem) bool { return p.Code == d.Code }; d.Code != "" && !slices.ContainsFunc(r.Problems, is) {
			t.Errorf("%s: no %s, but %v", d.Name, d.Code, r.Problems)
		}
		if d.Code == "" && r.Found && len(r.Problems) == 0 {
			t.Errorf("%s: found, and nothing wrong: %+v", d.Name, r)
		}
	}
}

// The specification leaves the content of ftyp out of the hash: who changes a brand in it
// is not found out, by anybody.
func TestTheBrandIsNotBound(t *testing.T) {
	signed, _ := damaged(t)
	b := bytes.Clone(signed)
	b[bytes.Index(b, []byte("iso2"))+3] = '4'
	if r := validate(t, b, nil); !r.Valid() {
		t.Errorf("%+v", r)
	}
	// Nor does it bind where ftyp lies; but a file that does not begin with it is no MP4.
	top := c2patest.Top(signed)
	if r := validate(t, slices.Concat(top[1], top[0], top[2], top[3]), nil); r.Found {
		t.Errorf("%+v", r)
	}
}
