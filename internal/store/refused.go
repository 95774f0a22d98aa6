package store

import "fmt"

// RefusedError is a store's no that will be the same when it is asked again: keys
// that it does not know, a bucket that is not there, something that it cannot do.
// Whatever it says that cannot get better by itself MUST be one; everything else
// is worth another try.
type RefusedError struct {
	// Reason says whose fault it is and what to do, without keys or URLs.
	Reason string
	Err    error // what the store said; may be nil
}

func (e *RefusedError) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return fmt.Sprintf("%s (%v)", e.Reason, e.Err)
}

func (e *RefusedError) Unwrap() error { return e.Err }

// Abilities are what a store was seen to do, asked with objects of its own. A
// store that is used by more than one process MUST decide between writers.
type Abilities struct {
	// Exclusive: of several writers who put under the same condition (PutNew, PutIf)
	// exactly one wins, wherever they run. Why says what was seen instead.
	Exclusive bool   `json:"exclusive_writes"`
	Why       string `json:"why,omitempty"`
	// Service is the service by its name, where it is a known one.
	Service string `json:"service,omitempty"`
	// Checksum is what guards bytes on their way in: sha256, md5 or none.
	Checksum string `json:"checksum"`
	// Parts: large objects go up in parts. Ranges: a part of an object can be read.
	Parts  bool `json:"parts"`
	Ranges bool `json:"ranges"`
	// HostStyle: the bucket is part of the host's name.
	HostStyle bool     `json:"host_style"`
	Notes     []string `json:"notes,omitempty"` // what to know about it, in words
}
