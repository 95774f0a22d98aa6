package c2pa

import (
	"fmt"
	"strings"
)

// Problem is what makes a manifest invalid, with the specification's code for it, §15.2.
type Problem struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Report is what Validate found.
type Report struct {
	Summary

	Problems []Problem `json:"problems,omitempty"`
	// Unchecked is what the manifest holds that is not checked here: it may be good.
	Unchecked []string `json:"unchecked,omitempty"`
	State     State    `json:"state"`

	partial bool // what is unchecked decides whether it is valid
	rooted  bool // the signer's certificate comes from a root that was given
}

// State is what a report comes to.
type State string

// States, from nothing to the best.
const (
	None    State = "none"    // there is no manifest
	Invalid State = "invalid" // it is damaged, or the file is another
	Partial State = "partial" // nothing wrong was found, but what decides cannot be checked here
	Valid   State = "valid"   // it is the signer's, whoever that is, and not a byte of the file is another
	Trusted State = "trusted" // and the signer's certificate comes from a root that was given
)

// Valid says that the state is Valid, or better.
func (r Report) Valid() bool { return r.State == Valid || r.State == Trusted }

// judged sets the state.
func (r Report) judged() Report {
	switch {
	case !r.Found:
		r.State = None
	case len(r.Problems) > 0:
		r.State = Invalid
	case r.partial:
		r.State = Partial
	case r.rooted:
		r.State = Trusted
	default:
		r.State = Valid
	}
	return r
}

func (r *Report) bad(code, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{code, fmt.Sprintf(format, args...)})
}

// String says it in words. A signer whom nobody vouches for is never called trusted.
func (r Report) String() string {
	who := r.Signer.String()
	switch r.State {
	case None:
		return "no C2PA manifest"
	case Invalid:
		return fmt.Sprintf("C2PA manifest is NOT valid: %s", r.Problems[0].Text)
	case Partial:
		return fmt.Sprintf("C2PA manifest of %s: nothing wrong was found, but whether it is valid cannot be told here: not checked is %s", who, strings.Join(r.Unchecked, "; "))
	case Trusted:
		return fmt.Sprintf("C2PA manifest is valid, signed by %s, trusted: issued by %s under a root that you named", who, r.Signer.Issuer)
	case Valid:
	}
	return fmt.Sprintf("C2PA manifest is valid, signer untrusted: %s, issued by %s, for whom no trust list that is known here vouches", who, r.Signer.Issuer)
}
