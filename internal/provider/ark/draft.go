package ark

import (
	"errors"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// A draft is a task with draft: true; its final is another task of the same model whose
// content is the draft's id, and nothing else of what the draft was asked for: prompt,
// pictures, length, ratio, sound and seed are taken from it. Both are billed. The final
// has one resolution, which is the default; another is refused.
// https://www.volcengine.com/docs/82379/1520757 (draft, content.draft_task),
// https://github.com/byteplus-sa/ComfyUI-BytePlus-ModelArk (the final of 2.5)

// finalBody asks for the final of a draft.
func (p *Provider) finalBody(m provider.Model, r provider.Request) (taskRequest, error) {
	if m.ID != "" && m.Draft == nil {
		return taskRequest{}, wire.Invalid("%s makes no finals of drafts", m.ID)
	}
	if !provider.Named(r.FinalOf) {
		return taskRequest{}, wire.Invalid("%.80q is no id of a draft", r.FinalOf)
	}
	return taskRequest{
		Model: r.Model, Content: []content{{Type: "draft_task", DraftTask: &draftTask{ID: r.FinalOf}}},
		ReturnLastFrame: true, ExecutionExpiresAfter: p.expires, SafetyIdentifier: tag(r.Key), CallbackURL: r.Callback,
	}, nil
}

// withoutDraft says of a final that was refused because its draft is not there, or not
// any more, that this is why. The page names no code for it: what is wrong with a final's
// request can only be the draft, for it holds nothing else, and a 404 that does not
// speak of the model is about the task.
func withoutDraft(r provider.Request, a wire.Answer, err error) error {
	e, ok := errors.AsType[*provider.Error](err)
	if !ok || r.FinalOf == "" {
		return err
	}
	wrong := a.Status == http.StatusBadRequest && (strings.HasPrefix(e.Code, "InvalidParameter") || strings.HasPrefix(e.Code, "MissingParameter"))
	gone := a.Status == http.StatusNotFound && kindOf(e.Code) == ""
	if wrong || gone {
		e.Kind = provider.KindInvalid
		e.Message = "the draft " + r.FinalOf + " is not there, or not any more: " + e.Message
	}
	return e
}
