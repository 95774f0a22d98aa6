package retention

// Lifecycle is a bucket's lifecycle configuration, as S3 takes it.
type Lifecycle struct {
	Rules []Rule `json:"Rules"`
}

// Rule is one of its rules.
type Rule struct {
	ID         string      `json:"ID"`
	Status     string      `json:"Status"`
	Filter     Filter      `json:"Filter"`
	Expiration *Expiration `json:"Expiration,omitempty"`
	Abort      *Abort      `json:"AbortIncompleteMultipartUpload,omitempty"`
}

// Filter says which objects a rule is for, Expiration when they go.
type Filter struct {
	Prefix string `json:"Prefix"`
}

// Expiration is when objects go, in days after they were written.
type Expiration struct {
	Days int `json:"Days"`
}

// Abort is when an upload in parts that was never completed goes.
type Abort struct {
	Days int `json:"DaysAfterInitiation"`
}

// Prefixes of what is beside all shows and goes by its age alone.
const (
	AnswersPrefix = "_studio/acts/"
	ProofsPrefix  = "_proof/"
)

// Rules are those of a policy that a rule by prefix and age can express, for a store whose
// keys begin with prefix. Whether a cut or a take needs an object no such rule can know:
// takes, cuts, mezzanines and sheets are not among them.
func (p Policy) Rules(prefix string) Lifecycle {
	l := Lifecycle{Rules: []Rule{}}
	if p.Answers > 0 {
		l.Rules = append(l.Rules, Rule{ID: "dailies-answers", Status: "Enabled", Filter: Filter{prefix + AnswersPrefix}, Expiration: &Expiration{p.Answers}})
	}
	if p.Scratch > 0 {
		l.Rules = append(
			l.Rules,
			Rule{ID: "dailies-proofs", Status: "Enabled", Filter: Filter{prefix + ProofsPrefix}, Expiration: &Expiration{p.Scratch}},
			Rule{ID: "dailies-uploads", Status: "Enabled", Filter: Filter{prefix}, Abort: &Abort{p.Scratch}},
		)
	}
	return l
}
