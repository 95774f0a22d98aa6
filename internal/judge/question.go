package judge

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Question is one thing that a judge grades, from 0 to Best. Questions with yes or no are
// answered yes too often, and one score hides what is wrong, so each is graded by itself
// (WorldJen, arXiv 2605.03475; JudgeFit, arXiv 2606.22918).
type Question struct {
	ID   string // action, identity …: a name that people see
	Asks string // in words, with what the best take shows
	// Floor is the lowest grade that a take should have. Averages hide a wrong face, a floor
	// does not.
	Floor int
}

// Best is the highest grade.
const Best = 4

// scale describes every grade, the same for all questions.
const scale = `4: as asked, without a fault; 3: a fault that most viewers miss; 2: a fault that an attentive viewer notices; 1: a fault that every viewer notices; 0: not there at all, something else, or unusable`

// Questions are those that a brief gives rise to, in a fixed order: nothing is asked that
// it does not say. They are pure: the same brief asks the same.
func Questions(b drama.Brief) []Question {
	var all []Question
	ask := func(when bool, id string, floor int, asks string) {
		if when {
			all = append(all, Question{ID: id, Asks: asks, Floor: floor})
		}
	}
	wardrobe, onScreen := false, false
	for _, c := range b.Cast {
		wardrobe = wardrobe || c.Wardrobe != ""
	}
	for _, l := range b.Lines {
		onScreen = onScreen || l.Kind == drama.LineDialogue
	}
	framed := b.Size != "" || b.Angle != "" || b.Move != ""
	people := len(b.Cast) > 0
	ask(b.Action != "", "action", 2, "What the brief tells happens, all of it, in its order, and is finished.")
	ask(people, "identity", 2, "Each person named is who the brief and the reference pictures show: face, age, hair, build; and stays so from picture to picture.")
	ask(wardrobe, "wardrobe", 1, "Each person wears what the brief says.")
	ask(true, "people", 2, "Exactly the people that the brief names are there: nobody is missing, nobody is added or doubled. Passers-by far behind count only where the place would be empty.")
	ask(true, "anatomy", 2, "Bodies are whole and natural: faces, hands, the number of fingers and limbs; nothing melts or merges.")
	ask(true, "continuity", 2, "One continuous shot: no cut inside, no split screen; nothing appears, vanishes, jumps or changes its looks.")
	ask(b.Location != nil || b.Time != "", "place", 1, "Place, set and time of day are the brief's, and the light fits them.")
	ask(len(b.Props) > 0, "props", 1, "The things that the brief names are there, and look as it says.")
	ask(framed, "framing", 1, "Size, angle and camera move are the brief's.")
	ask(onScreen, "lips", 1, "Only who speaks in the picture moves the mouth; the others' mouths are shut. No grade if it cannot be seen.")
	ask(true, "text", 2, "No writing that the brief does not ask for: no captions, watermark, logo or garbled text. What it asks for can be read.")
	ask(b.Look != "", "style", 1, "The picture has the look that the brief names, throughout.")
	return all
}

// Under are the grades that lie under their floors, in the order asked.
func (o Opinion) Under() []drama.Grade {
	var under []drama.Grade
	for _, g := range o.Grades {
		if g.Grade < g.Floor {
			under = append(under, g)
		}
	}
	return under
}

// ask writes the questions for a model.
func ask(all []Question) string {
	var b strings.Builder
	for _, q := range all {
		b.WriteString("- " + q.ID + ": " + q.Asks + "\n")
	}
	return b.String()
}
