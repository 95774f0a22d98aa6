// Package c2pa writes and checks C2PA manifests in MP4 files: who signed a file, what
// they say of how it was made, and that not a byte of it is another since.
//
// It writes one kind of manifest: a claim of version 2 over the actions and a hash of
// the whole file but for the boxes that must be left out of it, signed by COSE with the
// chain of certificates inside. It checks that kind, and those of others as far as they
// are made of the same parts; what it does not check it says. A signature without a
// time stamp is good for as long as its certificate is.
//
// It reads an io.ReaderAt and writes an io.Writer: no file is ever in memory as a whole.
// What it reads may be hostile: sizes, counts and depths are bounded.
//
// The forms are those of the C2PA Technical Specification, version 2.2,
// https://spec.c2pa.org/specifications/specifications/2.2/specs/C2PA_Specification.html,
// of ISO/IEC 19566-5 (JUMBF) and of ISO/IEC 14496-12 (BMFF).
package c2pa

import (
	"bytes"
	"encoding/hex"
	"errors"
)

// Limits of what is read of a file.
const (
	maxStore    = 16 << 20 // bytes of a manifest store; those of vendors hold thumbnails
	maxMoov     = 256 << 20
	maxBoxes    = 1 << 16 // of a file
	maxDepth    = 12      // of boxes in boxes
	maxJUMBF    = 1 << 12 // boxes of a store
	maxChain    = 10      // certificates
	maxCertPEM  = 1 << 20
	maxDeepCBOR = 24
)

// Form is the kind of manifest that Sign writes; it rises when that changes.
const Form = 1

// ErrSigned says that a file holds a manifest already.
var ErrSigned = errors.New("it holds a C2PA manifest already")

// Labels of a manifest's boxes, and what its assertions are called.
const (
	labelStore      = "c2pa"
	labelAssertions = "c2pa.assertions"
	labelClaim      = "c2pa.claim"
	labelClaim2     = "c2pa.claim.v2"
	labelSignature  = "c2pa.signature"
	labelActions    = "c2pa.actions"
	labelActions2   = "c2pa.actions.v2"
	labelBMFF       = "c2pa.hash.bmff"
	labelBMFF2      = "c2pa.hash.bmff.v2"
	labelBMFF3      = "c2pa.hash.bmff.v3"
	labelIngredient = "c2pa.ingredient"
	purposeManifest = "manifest"
	hashAlg         = "sha256"
	urlPrefix       = "self#jumbf="
	actionCreated   = "c2pa.created"
	actionOpened    = "c2pa.opened"
	actionEdited    = "c2pa.edited"
)

// Types of JUMBF boxes: four letters and the rest of an ISO 14496-12 UUID.
var (
	typeStore      = uuidOf("c2pa")
	typeManifest   = uuidOf("c2ma")
	typeManifest2  = uuidOf("c2md") // an older name that readers take
	typeUpdate     = uuidOf("c2um")
	typeCompressed = uuidOf("c2cm")
	typeAssertions = uuidOf("c2as")
	typeClaim      = uuidOf("c2cl")
	typeSignature  = uuidOf("c2cs")
	typeCBOR       = uuidOf("cbor")
)

type boxType [16]byte

func uuidOf(name string) boxType {
	u := boxType{4: 0, 5: 0x11, 6: 0, 7: 0x10, 8: 0x80, 9: 0, 10: 0, 11: 0xAA, 12: 0, 13: 0x38, 14: 0x9B, 15: 0x71}
	copy(u[:4], name)
	return u
}

// userType is that of the box which holds a manifest store in an MP4 file.
var userType = boxType(unhex("d8fec3d61b0e483c92975828877ec481"))

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // constants of this package
	}
	return b
}

// uuidBox is the top-level box that holds a manifest store: a full box with its
// purpose, the offset of further boxes (none), and the store.
func uuidBox(store []byte) []byte {
	head := bytes.Join([][]byte{userType[:], be32(0), []byte(purposeManifest), {0}, be64(0)}, nil)
	return bytes.Join([][]byte{be32(uint32(8 + len(head) + len(store))), []byte("uuid"), head, store}, nil)
}
