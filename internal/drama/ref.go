package drama

// Role is what a reference picture shows of somebody or something: what a maker should
// take from it.
type Role string

// The roles. Without one a picture shows whatever it shows, and all of it counts.
const (
	RoleFace       Role = "face"       // of a member of the cast, near, neutral
	RoleBody       Role = "body"       // in full, in clothes
	RoleBack       Role = "back"       // from behind
	RoleExpression Role = "expression" // the face with another expression
	RolePlate      Role = "plate"      // a place without people
	RoleReverse    Role = "reverse"    // the place, looked at from the other side
	RoleDetail     Role = "detail"     // a thing, or a part of somebody or of a place, near
)

// Ref is a reference picture of a member of the cast, a place or a prop.
type Ref struct {
	File
	As Role `json:"as,omitempty"`
	// Wardrobe is the only one in which the picture shows somebody, Time the only time of
	// day at which it shows a place; empty: any.
	Wardrobe string `json:"wardrobe,omitempty"`
	Time     string `json:"time,omitempty"`
	// Sheet is the sheet of the show's look book that the picture is, "mara: face"; empty:
	// the script names the file.
	Sheet string `json:"sheet,omitempty"`
}

// Refs are files that say no more than that they show something.
func Refs(files ...File) []Ref {
	var all []Ref
	for _, f := range files {
		all = append(all, Ref{File: f})
	}
	return all
}
