package ark

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// imagesPath is Seedream's: one request, and its answer is the picture. After
// https://www.volcengine.com/docs/82379/1541523 and, for 5.0, the vendor's own
// https://github.com/byteplus-sa/ComfyUI-BytePlus-ModelArk.
const imagesPath = prefix + "/images/generations"

// painted is the kind of a picture in the books.
const painted = "images"

// painter is what is known of a model of pictures.
type painter struct {
	refs        int
	least, most int  // pixels
	alone       bool // makes one picture, and refuses to be told of series
	formats     []string
	price       int64 // micro-units a picture
	free        int   // references that cost nothing; 0: none costs
	reference   int64 // micro-units for each of the others
	currency    string
}

// large is the most pixels of the models that make large ones.
const large = 16_800_000

var painters = map[string]painter{
	"doubao-seedream-4-0-250828":     {refs: 14, least: 920_000, most: large, formats: []string{"jpeg"}, price: 200_000, currency: "CNY"},
	"seedream-4-0-250828":            {refs: 14, least: 920_000, most: large, formats: []string{"jpeg"}, price: 30_000, currency: "USD"},
	"seedream-4-5-251128":            {refs: 14, least: 3_680_000, most: large, formats: []string{"jpeg"}, price: 40_000, currency: "USD"},
	"seedream-5-0-260128":            {refs: 14, least: 3_680_000, most: large, formats: []string{"png", "jpeg"}, price: 35_000, currency: "USD"},
	"dola-seedream-5-0-pro-260628":   {refs: 10, least: 920_000, most: 4_630_000, alone: true, formats: []string{"png", "jpeg"}, price: 120_000, free: 1, reference: 3_000, currency: "USD"},
	"dola-seedream-5-0-flash-260915": {refs: 10, least: 920_000, most: 4_630_000, alone: true, formats: []string{"png", "jpeg"}, price: 18_000, currency: "USD"},
}

func (v *Vendor) paint(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	fate, _, body, ok := v.ordered(w, r, op)
	if !ok {
		return
	}
	j := v.readPicture(body)
	if p := body.Problem(); p != nil {
		code := "InvalidParameter"
		if p.Missing {
			code = "MissingParameter"
		}
		v.refuse(w, op, http.StatusBadRequest, code, p.Path, p.Error())
		return
	}
	if fate == vendors.RefuseNow || fate == vendors.RefuseLater {
		v.fail(w, op, http.StatusBadRequest, "InputTextSensitiveContentDetected", "prompt", "The request failed because the input may contain sensitive information.")
		return
	}
	j.ID = v.id(false)
	job, err := v.house.Accept(vendors.Offer{Job: j, AtOnce: true, Failure: vendors.Reason{Code: "InternalServiceError", Message: "The picture could not be made."}}, fate)
	if errors.Is(err, vendors.ErrCredit) {
		v.fail(w, op, http.StatusForbidden, "AccountOverdueError", "", "The account has an overdue balance.")
		return
	}
	made, usage := map[string]any{}, 0
	if job.State == vendors.Succeeded {
		made = map[string]any{"url": v.house.ClipURL(r, job.ID, "picture.jpeg", job.Ended), "size": job.Resolution}
		usage = 1
	} else {
		made["error"] = map[string]any{"code": job.Reason.Code, "message": job.Reason.Message}
	}
	v.house.Created(w, fate, map[string]any{
		"model": job.Model, "created": job.Accepted.Unix(), "data": []any{made},
		"usage": map[string]any{"generated_images": usage, "output_tokens": usage * job.Width * job.Height / 256, "total_tokens": usage * job.Width * job.Height / 256},
	})
}

// readPicture understands a request; what is wrong is the body's Problem.
func (v *Vendor) readPicture(body *vendors.Object) vendors.Job {
	body.Need("model", "prompt")
	j := vendors.Job{Model: body.String("model"), Kind: painted, Prompt: body.String("prompt"), Resolution: body.String("size")}
	m, ok := painters[j.Model]
	if !ok {
		body.Wrong("model", "%q does not exist, or makes no pictures", j.Model)
		return j
	}
	if strings.TrimSpace(j.Prompt) == "" {
		body.Lacks("prompt")
	}
	if n, err := fmt.Sscanf(j.Resolution, "%dx%d", &j.Width, &j.Height); n != 2 || err != nil || j.Width*j.Height < m.least || j.Width*j.Height > m.most {
		body.Wrong("size", "%q is no size of this model", j.Resolution) // sizes by name are not emulated
	}
	var pictures []string
	if body.Has("image") {
		pictures = body.Strings("image")
	}
	if len(pictures) > m.refs {
		body.Wrong("image", "%d are more than %d", len(pictures), m.refs)
	}
	for i, p := range pictures { // asset:// is refused
		if _, err := vendors.CheckPicture(p, vendors.PictureForms{Data: true, Types: []string{"png", "jpeg", "webp", "bmp", "tiff", "gif"}}); err != nil {
			body.Wrong(fmt.Sprintf("image[%d]", i), "%s", err)
		}
	}
	j.Pictures = len(pictures)
	if m.alone {
		body.Forbid("is not taken by "+j.Model, "sequential_image_generation", "stream")
	}
	body.OneOf("sequential_image_generation", "disabled", "disabled", "auto")
	body.Bool("stream", false)
	body.OneOf("response_format", "url", "url")
	body.OneOf("output_format", "jpeg", m.formats...)
	mark := body.Bool("watermark", true)
	body.End()
	if mark && body.Problem() == nil {
		v.house.Warn("", "a watermark is asked for")
	}
	j.Price, j.Currency = m.price, m.currency
	if m.free > 0 {
		j.Price += m.reference * int64(max(0, j.Pictures-m.free))
	}
	return j
}

// picture is the result of a job: an even field that only this one has.
func picture(j vendors.Job) []byte {
	sum := crc32.ChecksumIEEE([]byte(j.ID))
	img := image.NewYCbCr(image.Rect(0, 0, j.Width, j.Height), image.YCbCrSubsampleRatio420)
	tint := color.YCbCr{Y: 120 + uint8(sum%64), Cb: 96 + uint8(sum>>8%64), Cr: 96 + uint8(sum>>16%64)} //nolint:gosec // remainders
	fill := func(p []byte, v byte) {
		for i := range p {
			p[i] = v
		}
	}
	fill(img.Y, tint.Y)
	fill(img.Cb, tint.Cb)
	fill(img.Cr, tint.Cr)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		panic("ark: encode a picture: " + err.Error())
	}
	return out.Bytes()
}
