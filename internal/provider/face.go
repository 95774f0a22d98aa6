package provider

import "context"

// Enroller is a Provider whose vendor takes pictures of faces that look real only once
// they are registered with it.
type Enroller interface {
	// Enrolls says whether the instance is configured for that, and the model's vendor
	// asks for it.
	Enrolls(model string) bool
	// Enroll takes one step of a face's way: without an ID it looks for one of its Name,
	// with State FaceAbsent it registers it, with an ID it asks how that stands. It MUST
	// NOT sleep or repeat. Its errors are as Poll's: a face that was registered twice
	// costs nothing, and one whose answer was lost is looked for by its Name.
	Enroll(ctx context.Context, f Face) (Face, error)
}

// Face is a picture of somebody's face as a vendor knows it.
type Face struct {
	Name  string    `json:"name"` // ours: the picture's SHA-256, hex
	URL   string    `json:"-"`    // where the vendor reads the picture; wanted with FaceAbsent
	Group string    `json:"group,omitempty"`
	ID    string    `json:"id,omitempty"` // the vendor's; empty: none is known
	State FaceState `json:"state,omitempty"`
	Why   string    `json:"why,omitempty"` // of FaceRefused, in the vendor's words
}

// FaceState is how a face stands at its vendor.
type FaceState string

// States of a face.
const (
	FaceAbsent  FaceState = "absent" // there is none of its name, or none any more: its ID is empty
	FacePending FaceState = "pending"
	FaceActive  FaceState = "active"  // it can be sent
	FaceRefused FaceState = "refused" // by moderation
)
