package profile

import (
	"cmp"
	"slices"
)

// rule is something that can be measured of a master.
type rule struct {
	name string
	unit string // of its number, with its blank
}

// rules are all, in the order in which people are told of them.
var rules = []rule{
	{name: "container"},
	{name: "moov"},
	{name: "edit_list"},
	{name: "bytes", unit: " bytes"},
	{name: "seconds", unit: " s"},
	{name: "name"},
	{name: "raster"},
	{name: "side", unit: " pixels"},
	{name: "width", unit: " pixels"},
	{name: "fps"},
	{name: "cfr"},
	{name: "video.codec"},
	{name: "video.profile"},
	{name: "video.chroma"},
	{name: "video.bits", unit: " bits"},
	{name: "video.scan"},
	{name: "video.bitrate", unit: " bits/s"},
	{name: "sar"},
	{name: "color"},
	{name: "color.range"},
	{name: "gop"},
	{name: "audio.codec"},
	{name: "audio.rate", unit: " Hz"},
	{name: "audio.channels"},
	{name: "audio.bitrate", unit: " bits/s"},
	{name: "loudness", unit: " LUFS"},
	{name: "true_peak", unit: " dBTP"},
	{name: "language"},
	{name: "chapters"},
	{name: "cue.shot"},
	{name: "aigc"},
	{name: "aigc.form"},
	{name: "aigc.propagator"},
	{name: "aigc.producer"},
	{name: "label"},
	{name: "label.words"},
	{name: "label.first"},
	{name: "label.height", unit: " of the shortest side"},
	{name: "label.seconds", unit: " s"},
	{name: "label.whole"},
	{name: "label.start", unit: " (frame)"},
	{name: "label.place"},
	{name: "label.box"},
	{name: "title.box"},
	{name: "subtitle.box"},
	{name: "synopsis", unit: " characters"},
	{name: "tagline", unit: " characters"},
	{name: "filing"},
	{name: "card"},
	{name: "c2pa", unit: " manifests"},
	{name: "cover"},
	{name: "captions"},
	{name: "textless"},
	{name: "stems"},
	{name: "version"},
	{name: "timeline"},
}

func ruleOf(name string) (rule, bool) {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.name == name })
	if i < 0 {
		return rule{}, false
	}
	return rules[i], true
}

func byOrder(a, b string) int {
	at := func(name string) int { return slices.IndexFunc(rules, func(r rule) bool { return r.name == name }) }
	return cmp.Compare(at(a), at(b))
}
