package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/film"
)

// takes are all of the episode's, in the order of slates and numbers.
func (sh *show) takes() []studio.TakeInfo {
	sh.t.Helper()
	return decode[struct{ Takes []studio.TakeInfo }](sh.t, sh.must(exitDone, "takes", sh.id()+"/ep01", "--json")).Takes
}

// soldOnce holds what the vendor has accepted against the ledger and the takes: every job
// under a key of its own, in the ledger once, and a shot's next take only because the one
// before came to nothing.
func (sh *show) soldOnce() {
	sh.t.Helper()
	receipts := map[string]int{}
	for _, j := range sh.ledgerJobs() {
		if j.Receipt != nil {
			receipts[j.Intent.Provider+" "+j.Receipt.Job.ID]++
		}
	}
	takes := sh.takes()
	keys, of := map[string]int{}, map[string]int{}
	for _, t := range takes {
		of[t.VendorJob]++
	}
	lost := 0
	for _, made := range sh.film.Ledger() {
		if keys[made.Key]++; made.Key == "" || keys[made.Key] > 1 {
			sh.t.Errorf("job %s bears the key %q, as %d others", made.ID, made.Key, keys[made.Key]-1)
		}
		if n := receipts["seedance "+made.ID]; n != 1 {
			sh.t.Errorf("the ledger has job %s (%s) %d times", made.ID, made.State, n)
		}
		if n := of[made.ID]; made.State == vendors.Succeeded && n == 0 {
			sh.t.Errorf("job %s became no take", made.ID)
		}
		if made.Lost {
			lost++
		}
	}
	last := map[string]studio.TakeInfo{} // by slate, and whether it is a draft
	for _, t := range takes {
		kind := t.ID.Slate
		if t.FinalOf != nil {
			kind += " final"
		}
		if before, ok := last[kind]; ok && before.State != drama.TakeNG {
			sh.t.Errorf("take %s was bought although %s is %s", t.ID, before.ID, before.State)
		}
		last[kind] = t
	}
	sh.t.Logf("%d jobs, %d with lost answers, %d takes, killed %d times; answers %v; pictures %v; booth %v",
		len(sh.film.Ledger()), lost, len(takes), sh.kills, sh.film.Answers(), sh.paint.Answers(), sh.booth.Answers())
	if refused := append(sh.film.Refusals(), sh.paint.Refusals()...); len(refused) > 0 || len(sh.booth.Refusals()) > 0 {
		sh.t.Errorf("refused: %v, %q", refused, sh.booth.Refusals())
	}
}

// sums are what the ledger says of a seller: of what was sold, and of what may have been
// when the program was killed or an answer was an error.
type sums struct{ settled, doubted int64 }

// oneSum holds the vendors' bills against the ledger, the takes and the show's account, to
// the micro-unit.
func (sh *show) oneSum() {
	sh.t.Helper()
	by := map[string]sums{}
	episodes := map[int]int64{}
	for _, j := range sh.ledgerJobs() {
		s := by[j.Intent.Provider]
		cost := j.Intent.Estimate.Micros
		if j.Outcome != nil {
			cost = j.Outcome.Price.Micros
		}
		if j.Outcome != nil && j.Outcome.State == purchase.StateSucceeded {
			s.settled += cost
		} else if cost > 0 {
			s.doubted += cost
			sh.t.Logf("%s, %d micros in doubt: %+v", j.ID, cost, j.Outcome)
		}
		episodes[j.Intent.ID.Take.Episode.Number] += cost
		by[j.Intent.Provider] = s
	}
	billed := map[string]int64{"seedance": sh.film.Billed()[sh.currency], "seedream": sh.paint.Billed()[sh.currency]}
	billed["listen"], billed["cast"], _ = sh.booth.Books()
	for seller, sum := range billed {
		s := by[seller]
		sh.t.Logf("%s billed %d, the ledger has %d, and %d in doubt", seller, sum, s.settled, s.doubted)
		if sum < s.settled || sum > s.settled+s.doubted || s.doubted > 0 && seller != "listen" && seller != "cast" {
			sh.t.Errorf("%s billed %d micros, the ledger says %d, and %d in doubt", seller, sum, s.settled, s.doubted)
		}
	}
	var taken int64
	for _, t := range sh.takes() {
		taken += t.Price.Micros
	}
	if taken != billed["seedance"] {
		sh.t.Errorf("takes cost %d micros, the vendor billed %d", taken, billed["seedance"])
	}
	body, err := os.ReadFile(filepath.Join(sh.dataDir(), "s3/objects/dailies", sh.id(), "account.json"))
	if err != nil {
		sh.t.Fatal(err)
	}
	var books account.Record
	if err := json.Unmarshal(body, &books); err != nil {
		sh.t.Fatal(err)
	}
	for n, sum := range episodes {
		b := books.Books[n]
		if b == nil || b.Spent != sum || b.Reserved != 0 {
			sh.t.Errorf("the account has %+v of episode %d, the ledger %d", b, n, sum)
		}
	}
}

// linesFound counts what was spoken wrong, what of it was found, and what else was said to
// be wrong.
func (sh *show) linesFound() {
	sh.t.Helper()
	slates := map[string]string{}
	for _, shot := range sh.shots() {
		for _, line := range shot.lines {
			slates[line] = shot.slate
		}
	}
	planted, found, wrongly := map[string]string{}, map[string]bool{}, 0
	for _, line := range sh.set.Planted() {
		planted[slates[line]] = line
	}
	for _, t := range sh.takes() {
		told := slices.ContainsFunc(slices.Concat(t.Verdict.Reasons, t.Verdict.Warnings), func(s string) bool { return strings.HasPrefix(s, "heard:") })
		ng := slices.ContainsFunc(t.Verdict.Reasons, func(s string) bool { return strings.HasPrefix(s, "heard:") })
		switch line, is := planted[t.ID.Slate]; {
		case told && (!is || found[line]):
			sh.t.Errorf("take %s is told to be wrong: %q, %q; it says %+v", t.ID, t.Verdict.Reasons, t.Verdict.Warnings, t.Heard)
			wrongly++
		case ng:
			found[line] = true
		}
	}
	for slate, line := range planted {
		if !found[line] {
			sh.t.Errorf("%q of %s was not said, and nobody noticed", line, slate)
		}
	}
	sh.t.Logf("lines: %d planted, %d found, %d false", len(planted), len(found), wrongly)
	if len(planted) < max(taleFaults-2, 1) {
		sh.t.Errorf("only %d lines of %d were spoken wrong", len(planted), taleFaults)
	}
}

// wellSplit holds the pieces of clips with several shots against the pictures that they
// have: each begins and ends within two frames of the cuts.
func (sh *show) wellSplit() {
	sh.t.Helper()
	const near = 2
	of := map[string][]studio.TakeInfo{}
	for _, t := range sh.takes() {
		of[t.VendorJob] = append(of[t.VendorJob], t)
	}
	pieces, packs, missed, worst := 0, 0, 0, 0
	for _, made := range sh.set.Made() {
		if len(made.Asked) < 2 {
			continue
		}
		packs++
		drafts := of[made.Job]
		if made.Missed {
			missed++
			for _, t := range drafts {
				if t.State != drama.TakeNG {
					sh.t.Errorf("take %s is %s, of a clip that lacks a cut", t.ID, t.State)
				}
			}
			continue
		}
		if len(drafts) != len(made.Asked) {
			sh.t.Errorf("job %s of %d shots became %d takes", made.Job, len(made.Asked), len(drafts))
			continue
		}
		all := drafts
		for _, j := range sh.film.Ledger() {
			if j.Origin == made.Job {
				all = append(all, of[j.ID]...)
			}
		}
		for _, t := range all {
			if t.Media.Key == "" {
				continue
			}
			i := slices.IndexFunc(drafts, func(d studio.TakeInfo) bool { return d.ID.Slate == t.ID.Slate })
			begin, end := 0, made.Frames
			if i > 0 {
				begin = made.Cuts[i-1]
			}
			if i < len(made.Cuts) {
				end = made.Cuts[i]
			}
			numbers, err := film.Numbers(sh.t.Context(), filepath.Join(sh.dataDir(), "s3/objects/dailies", t.Media.Key))
			if err != nil || len(numbers) == 0 {
				sh.t.Errorf("take %s: %d pictures, %v", t.ID, len(numbers), err)
				continue
			}
			first, last := numbers[0], numbers[len(numbers)-1]
			off := max(first-begin, end-1-last)
			if pieces++; first < begin || last >= end || off > near {
				sh.t.Errorf("take %s has the pictures %d to %d; its shot has %d to %d", t.ID, first, last, begin, end-1)
			}
			worst = max(worst, off)
		}
	}
	sh.t.Logf("%d packs, %d of them without a cut, %d pieces, at most %d frames beside their cuts", packs, missed, pieces, worst)
}
