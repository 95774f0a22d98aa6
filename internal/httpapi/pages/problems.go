package pages

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/studio"
)

// problemsPath is where the types of problems point (RFC 9457).
const problemsPath = api.ProblemTypes + "{kind}"

// explained is what a page says of a kind of problem. The kind's own title is above it.
type explained struct {
	Name, Title string
	Status      int
	What        string // happened
	Whose       string // fault it is
	Do          string // now
}

// problemKind says what a type of problem means. It tells nothing of this house, so
// nobody is asked to log in.
func (p *Pages) problemKind(r *http.Request, v *View) (string, error) {
	v.Plain = true
	name := r.PathValue("kind")
	kinds := api.Kinds()
	i := slices.IndexFunc(kinds, func(k api.Kind) bool { return k.Name == name })
	if i < 0 {
		return "", fmt.Errorf("a kind of problem called %.40q is %w", name, studio.ErrUnknown)
	}
	e := explained{Name: name, Status: kinds[i].Status, Title: v.W("problem " + name), What: v.W("what " + name), Whose: v.W("whose " + name), Do: v.W("do " + name)}
	v.Title, v.Data = e.Title, e
	return "problem_kind", nil
}
