package arena

import "slices"

// Names are the code names of models that nobody has revealed yet, by model. What
// people are shown goes through them; what is on file never does.
type Names map[string]string

// Of is what a model is called for now.
func (n Names) Of(model string) string {
	if code, ok := n[model]; ok {
		return code
	}
	return model
}

// Table is the table as it may be shown.
func (n Names) Table(t Table) Table {
	t.Rows = n.rows(t.Rows)
	kinds := make(map[Kind][]Row, len(t.Kinds))
	for k, rows := range t.Kinds {
		kinds[k] = n.rows(rows)
	}
	if t.Kinds != nil {
		t.Kinds = kinds
	}
	t.Retakes, t.Tries = slices.Clone(t.Retakes), slices.Clone(t.Tries)
	for _, all := range [][]Tally{t.Retakes, t.Tries} {
		for i := range all {
			all[i].A, all[i].B = n.Of(all[i].A), n.Of(all[i].B)
		}
	}
	if t.Aside != nil {
		aside := make(map[string]Aside, len(t.Aside))
		for model, a := range t.Aside {
			aside[n.Of(model)] = a
		}
		t.Aside = aside
	}
	return t
}

func (n Names) rows(rows []Row) []Row {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Model = n.Of(rows[i].Model)
		rows[i].Above = slices.Clone(rows[i].Above)
		for j, m := range rows[i].Above {
			rows[i].Above[j] = n.Of(m)
		}
	}
	return rows
}

// Pair is the pair as it may be shown: an instance tells as much as a model.
func (n Names) Pair(p Pair) Pair {
	for _, e := range []*Entrant{&p.A, &p.B} {
		if code, ok := n[e.Model]; ok {
			e.Model, e.Provider = code, code
		}
	}
	return p
}
