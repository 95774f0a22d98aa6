package c2patest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// Damage is something done to a signed file, and the code by which it must be found:
// of the specification, §15.2. Code "": the manifest is gone, or cannot be read.
type Damage struct {
	Name string
	Code string
	File []byte
}

// Damages are ways to spoil a file that Studio s has signed, made of MP4. other is the
// same file as another studio has signed it, foreign another file that s has.
func Damages(t testing.TB, signed, other, foreign []byte, s, o Studio) []Damage {
	t.Helper()
	top := Top(signed)
	ftyp, held, moov, mdat := top[0], top[1], top[2], top[3]
	// The manifest's own boxes, in the order in which they are written.
	in := func(label string) int {
		at := bytes.Index(held, []byte(label+"\x00"))
		if at < 0 {
			t.Fatalf("the manifest has no box %s", label)
		}
		return len(ftyp) + at + len(label)
	}
	flip := func(at int) []byte {
		b := bytes.Clone(signed)
		b[at] ^= 1
		return b
	}
	body := func(label string, off int) int { return in(label) + 1 + 8 + off } // behind the header of its content
	replaced := func(old, by []byte) []byte {
		if len(old) != len(by) || bytes.Count(signed, old) != 1 {
			t.Fatalf("there are %d of %d bytes to put %d in place of", bytes.Count(signed, old), len(old), len(by))
		}
		return bytes.Replace(signed, old, by, 1)
	}
	title := bytes.Index(held, []byte("dc:title")) + len("dc:title") + 2
	platform := bytes.Replace(moov, []byte("udta"), []byte("Udta"), 1)
	longer := slices.Concat(Box("ftyp", ftyp[8:], []byte("iso6")))
	all := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	return []Damage{
		{"a byte of the pictures", "assertion.bmffHash.mismatch", flip(len(signed) - len(mdat)/2)},
		{"the last byte", "assertion.bmffHash.mismatch", flip(len(signed) - 1)},
		{"a byte of the header", "assertion.bmffHash.mismatch", flip(len(ftyp) + len(held) + len(moov)/2)},
		{"other metadata", "assertion.bmffHash.mismatch", all(ftyp, held, platform, mdat)},
		{"a byte of the claim", "claimSignature.mismatch", flip(len(ftyp) + title)},
		{"a byte of what was done", "assertion.hashedURI.mismatch", flip(len(ftyp) + bytes.Index(held, []byte("digitalsourcetype/")) + 20)},
		{"a byte of the file's hash", "assertion.hashedURI.mismatch", flip(len(ftyp) + bytes.Index(held, []byte("dhash")) + 12)},
		{"the last byte of the signature", "claimSignature.mismatch", flip(len(ftyp) + len(held) - 1)},
		{"a byte of the certificate", "claimSignature.mismatch", flip(len(ftyp) + bytes.Index(held, []byte("Night Shift Studio")))},
		{"another's certificate", "claimSignature.mismatch", replaced(s.Leaf.Raw, o.Leaf.Raw)},
		{"another's signature", "claimSignature.mismatch", all(ftyp, regraft(t, held, Top(other)[1]), moov, mdat)},
		{"an assertion is gone", "assertion.missing", all(ftyp, without(t, held), moov, mdat)},
		{"an assertion of another name", "assertion.missing", flip(body("c2pa.actions.v2", -10))},
		{"another file's manifest", "assertion.bmffHash.mismatch", all(ftyp, Top(foreign)[1], moov, mdat)},
		{"the end is gone", "assertion.bmffHash.mismatch", signed[:len(signed)-100]},
		{"a second mdat", "assertion.bmffHash.mismatch", all(signed, Box("mdat", []byte("more")))},
		{"a few bytes at the end", "assertion.bmffHash.mismatch", all(signed, []byte("more"))},
		{"free space in between", "assertion.bmffHash.mismatch", all(ftyp, held, moov, Box("free", make([]byte, 8)), mdat)},
		{"ftyp is longer", "assertion.bmffHash.mismatch", all(longer, held, moov, mdat)},
		{"header and pictures have changed places", "assertion.bmffHash.mismatch", all(ftyp, held, mdat, moov)},
		{"the manifest is gone", "", all(ftyp, moov, mdat)},
		{"the manifest is empty", "", all(ftyp, Box("uuid", held[8:45]), moov, mdat)},
		{"two manifests", "", all(ftyp, held, held, moov, mdat)},
		{"half a manifest", "", all(ftyp, Box("uuid", held[8:len(held)/2]), moov, mdat)},
		{"a damaged box of the manifest", "", flip(in("c2pa.claim.v2") + 3)},
	}
}

// Top are the boxes of a file.
func Top(raw []byte) (all [][]byte) {
	for len(raw) >= 8 {
		n := min(int(binary.BigEndian.Uint32(raw)), len(raw))
		all, raw = append(all, raw[:n]), raw[n:]
	}
	return all
}

const storeAt = 8 + 16 + 4 + len("manifest\x00") + 8

// parts are the boxes of a manifest: its description, assertions, claim, signature. The
// store's description and head come first.
func parts(t testing.TB, held []byte) (store, manifest []byte, boxes [][]byte) {
	t.Helper()
	inStore := Top(held[storeAt:][8:])
	inManifest := Top(inStore[1][8:])
	if len(inStore) != 2 || len(inManifest) != 4 {
		t.Fatalf("a store of %d boxes holds a manifest of %d", len(inStore), len(inManifest))
	}
	return inStore[0], inManifest[0], inManifest[1:]
}

func joined(held, store, manifest []byte, boxes ...[]byte) []byte {
	return Box("uuid", held[8:storeAt], Box("jumb", store, Box("jumb", manifest, slices.Concat(boxes...))))
}

// without is a manifest without its first assertion, which is still claimed.
func without(t testing.TB, held []byte) []byte {
	store, manifest, boxes := parts(t, held)
	assertions := Top(boxes[0][8:])
	boxes[0] = Box("jumb", assertions[0], slices.Concat(assertions[2:]...))
	return joined(held, store, manifest, boxes...)
}

// regraft is a manifest with the signature of another.
func regraft(t testing.TB, held, by []byte) []byte {
	store, manifest, boxes := parts(t, held)
	_, _, others := parts(t, by)
	return joined(held, store, manifest, boxes[0], boxes[1], others[2])
}

// Twins are two studios whose certificates are of the same length.
func Twins(t testing.TB) (Studio, Studio) {
	t.Helper()
	a, b := New(t), New(t)
	for len(a.Leaf.Raw) != len(b.Leaf.Raw) {
		b = New(t)
	}
	return a, b
}
