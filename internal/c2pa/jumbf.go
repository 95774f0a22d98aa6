package c2pa

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// superbox is a JUMBF box: a description, and boxes. An older box is replaced by none.
type superbox struct {
	kind    boxType
	label   string
	payload []byte     // all of it behind its header: what hashes are made over
	boxes   []superbox // those in it
	cbor    []byte     // its content, where that is CBOR
	hasCBOR bool
}

// jumb writes a JUMBF box with the boxes in it.
func jumb(kind boxType, label string, inside ...[]byte) []byte {
	const requestable = 3 // and with a label
	desc := rawBox("jumd", kind[:], []byte{requestable}, []byte(label), []byte{0})
	return rawBox("jumb", append([][]byte{desc}, inside...)...)
}

func rawBox(name string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return bytes.Join([][]byte{be32(uint32(8 + len(body))), []byte(name), body}, nil)
}

// errJUMBF says that a store is not made of JUMBF boxes.
var errJUMBF = errors.New("its manifest store is damaged")

// readJUMBF reads the JUMBF box at the beginning of b; zeros may follow it.
func readJUMBF(b []byte) (superbox, error) {
	left := maxJUMBF
	name, body, _, err := cutBox(b)
	if err != nil {
		return superbox{}, err
	}
	if name != "jumb" {
		return superbox{}, fmt.Errorf("%w: it does not begin with a JUMBF box", errJUMBF)
	}
	return readSuperbox(body, &left, 0)
}

func readSuperbox(body []byte, left *int, depth int) (superbox, error) {
	const deepest = 8
	if depth > deepest {
		return superbox{}, fmt.Errorf("%w: its boxes lie too deep in each other", errJUMBF)
	}
	s := superbox{payload: body}
	first := true
	for len(body) > 0 {
		if *left--; *left < 0 {
			return s, fmt.Errorf("%w: it has more than %d boxes", errJUMBF, maxJUMBF)
		}
		name, content, rest, err := cutBox(body)
		if err != nil {
			return s, err
		}
		body = rest
		switch {
		case first && name != "jumd":
			return s, fmt.Errorf("%w: a box in it has no description", errJUMBF)
		case first:
			if s.kind, s.label, err = readDescription(content); err != nil {
				return s, err
			}
		case name == "jumb":
			c, err := readSuperbox(content, left, depth+1)
			if err != nil {
				return s, err
			}
			s.boxes = append(s.boxes, c)
		case name == "cbor":
			if s.hasCBOR {
				return s, fmt.Errorf("%w: %s has two contents", errJUMBF, s.label)
			}
			s.cbor, s.hasCBOR = content, true
		}
		first = false
	}
	if first {
		return s, fmt.Errorf("%w: a box in it is empty", errJUMBF)
	}
	return s, nil
}

// cutBox cuts the first box off b.
func cutBox(b []byte) (name string, content, rest []byte, err error) {
	if len(b) < 8 {
		return "", nil, nil, fmt.Errorf("%w: it ends in the middle of a box", errJUMBF)
	}
	size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
	if size == 1 && len(b) >= 16 {
		size, head = binary.BigEndian.Uint64(b[8:]), 16
	}
	if size < head || size > uint64(len(b)) {
		return "", nil, nil, fmt.Errorf("%w: a box in it is longer than what it lies in", errJUMBF)
	}
	return string(b[4:8]), b[head:size], b[size:], nil
}

func readDescription(b []byte) (boxType, string, error) {
	const withLabel = 3
	if len(b) < 17 || b[16]&withLabel != withLabel {
		return boxType{}, "", fmt.Errorf("%w: a box in it has no label", errJUMBF)
	}
	label, _, ended := strings.Cut(string(b[17:]), "\x00")
	if !ended {
		return boxType{}, "", fmt.Errorf("%w: a box in it has no label", errJUMBF)
	}
	return boxType(b[:16]), label, nil
}

// one finds the only box of a kind; false where there is none, or more than one.
func (s superbox) one(kind boxType) (found superbox, ok bool) {
	n := 0
	for _, b := range s.boxes {
		if b.kind == kind {
			found, n = b, n+1
		}
	}
	return found, n == 1
}
