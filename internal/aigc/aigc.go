// Package aigc is what Chinese law asks of the labels on generated content, as far
// as dailies writes them: the words on the picture (explicit label) and the value of
// the metadata key AIGC (implicit label). It is pure and draws nothing.
//
// Sources, as quoted by implementers, looked up 2026-11-28: GB 45438-2025 clauses 4.2
// (wording), 5.4 (video: edge or corner of the opening picture, at least 5 % of the
// shortest side, at least 2 s), 6.1 and Annex E (metadata, E note 1 and j).
package aigc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Key is the metadata key of the implicit label.
const Key = "AIGC"

// Form counts the changes of what is labelled, and how; a cut with an older label is made
// anew. 3: posters bear it too.
const Form = 3

// Value is the implicit label of a file that is written for the first time: JSON with
// the seven keys, in which whoever spreads the content is who made it. A producer
// that is no Code cannot stand there; the show's id, which always is one, does then.
func Value(producer, show, produceID string) string {
	if !Code(producer) {
		producer = show
	}
	v := Label{Label: "1", ContentProducer: producer, ProduceID: produceID, ContentPropagator: producer, PropagateID: produceID}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // an escape holds a backslash, which is not allowed
	if err := enc.Encode(v); err != nil {
		panic(err) // strings cannot err
	}
	return strings.TrimSpace(out.String())
}

// Label is what an implicit label says: the seven keys in the standard's order.
type Label struct {
	Label             string
	ContentProducer   string
	ProduceID         string
	ReservedCode1     string
	ContentPropagator string
	PropagateID       string
	ReservedCode2     string
}

// ProduceID is what a cut is called in its implicit label.
func ProduceID(id drama.EpisodeID, cut int) string { return fmt.Sprintf("%s/cut%d", id, cut) }

// DubID is what a dub of a cut is called in its implicit label.
func DubID(id drama.EpisodeID, cut int, language string, number int) string {
	return fmt.Sprintf("%s/%s%d", ProduceID(id, cut), language, number)
}

// produceID is what the cut or the dub that a manifest is of is called.
func produceID(m drama.Manifest) string {
	if m.Dub != nil {
		return DubID(m.ID, m.Cut, m.Dub.Language, m.Dub.Number)
	}
	return ProduceID(m.ID, m.Cut)
}

// Differs says by what the implicit label that a master bears is not the one that its
// manifest asks for; empty: it is. has is false where the master bears none.
func Differs(m drama.Manifest, text string, has bool) []string {
	bears := m.Label.Shown || m.Label.Unlabelled != nil // a copy without the visible one
	switch {
	case !bears && !has:
		return nil
	case !bears:
		return []string{"it bears an implicit label (AIGC), but the manifest says that it is not labelled"}
	case !has:
		return []string{"it bears no implicit label (AIGC), but the manifest says that it is labelled"}
	}
	got, problems := Read(text)
	if len(problems) > 0 {
		return []string{fmt.Sprintf("its implicit label (AIGC) is not valid: %s", strings.Join(problems, "; "))}
	}
	var want Label
	if err := json.Unmarshal([]byte(Value(Producer(m.Label.Code, m.Label.Producer), m.ID.Show, produceID(m))), &want); err != nil {
		panic(err) // it was just encoded
	}
	var out []string
	for _, k := range []struct{ key, got, want string }{
		{"Label", got.Label, want.Label},
		{"ContentProducer", got.ContentProducer, want.ContentProducer},
		{"ProduceID", got.ProduceID, want.ProduceID},
		{"ContentPropagator", got.ContentPropagator, want.ContentPropagator},
		{"PropagateID", got.PropagateID, want.PropagateID},
	} {
		if k.got != k.want {
			out = append(out, fmt.Sprintf("%s of its implicit label (AIGC) is %.60q, by the manifest it is %q", k.key, k.got, k.want))
		}
	}
	return out
}

// Code says whether a value may stand in the implicit label: printable ASCII without
// blanks, quotes and backslashes (Annex E j).
func Code(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x21 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// Chinese says whether a show's language makes it one for China.
func Chinese(language string) bool {
	l := strings.ToLower(language)
	return l == "zh" || strings.HasPrefix(l, "zh-") || l == "cmn" || strings.HasPrefix(l, "cmn-")
}

// Wording is a label's words and the language whose shapes its letters have.
type Wording struct{ Text, Language string }

// Known are wordings that labels often have, ours first.
func Known() []Wording {
	return []Wording{{"AI-generated", "en"}, {"AI生成", "zh"}, {"AI GENERATED", "en"}, {"AI合成", "zh"}, {"人工智能生成", "zh"}, {"内容由AI生成", "zh"}}
}

// Words are shown where the script words no label itself.
func Words(language string) string {
	if Chinese(language) {
		return "AI生成"
	}
	return "AI-generated"
}

// WrongWords says why a wording is not valid in China; empty: it is. It needs both
// elements: that an artificial intelligence did it, and that it made or composed.
func WrongWords(text string) string {
	who := strings.Contains(strings.ToUpper(text), "AI") || strings.Contains(text, "人工智能")
	did := strings.Contains(text, "生成") || strings.Contains(text, "合成")
	switch {
	case who && did:
		return ""
	case who:
		return "生成 or 合成 is missing"
	case did:
		return "AI or 人工智能 is missing"
	}
	return "AI (or 人工智能) and 生成 (or 合成) are missing"
}

// Edge says whether a place on the picture is at an edge or a corner.
func Edge(position string) bool { return position != "center" }

// OfLabel is the label as the manifest keeps it.
func OfLabel(l drama.Label, labelled bool) drama.ManifestLabel {
	m := drama.ManifestLabel{Shown: labelled, Off: l.Off, Reason: l.Reason, Producer: l.Producer, Code: l.Code}
	if labelled {
		m.Text, m.Position, m.Frames, m.Whole = l.Text, l.Position, l.Frames, l.Whole
	}
	return m
}

// Producer is who answers for the content in the implicit label: the provider's code
// where there is one, else whoever the script names.
func Producer(code, producer string) string {
	if code != "" {
		return code
	}
	return producer
}
