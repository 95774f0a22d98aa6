package animatic

import (
	"math"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// maxActors bounds how many of the cast are drawn; further ones would not be told
// apart.
const maxActors = 6

// block decides who stands where, how, and from where the camera looks.
func (s *shot) block() {
	b := s.brief
	size := s.sizeOf()
	fr := framingOf(size)
	act := wordsOf(b.Action)

	cast := s.castInOrder()
	switch size {
	case "ECU", "CU", "MCU":
		if len(cast) > 2 {
			cast = cast[:2]
		}
	case "INSERT":
		cast = nil
	}
	if len(cast) > maxActors {
		cast = cast[:maxActors]
	}
	aspect := float64(s.raster.Width) / float64(s.raster.Height)
	deeds := deedsOf(b.Action, cast)
	for i, c := range cast {
		p := personOf(b.Show, c)
		a := &actor{p: p, fore: foreshorten(b.Angle), index: i, seed: p.seed ^ scramble(s.seed), face: 0.55, brow: browsFor(deeds[i], wordsOf(b.Mood))}
		if at(hash("side", b.Show, c.ID), 0, 0) < 0.5 {
			a.face = -0.55
		}
		if b.Sheet != "" {
			a.face = 0 // from the front
		}
		a.pose = poseFor(deeds[i], a.seed)
		if a.pose.kind == "lie" {
			a.bed = bedHeight
			if deeds[i].has("floor", "ground", "street", "grass", "sand", "地上", "地板", "雪地", "血泊", "路边", "草地") {
				a.bed = 0.14
			}
		}
		s.unknownInHand(a, deeds[i], i == 0)
		for j, l := range s.spoken {
			if l.who == c.ID && l.kind == drama.LineDialogue {
				a.lines = append(a.lines, j)
				a.brow = browsFor(wordsOf(l.tone), wordsOf(b.Mood))
			}
		}
		s.actors = append(s.actors, a)
	}
	if aspect < 1 {
		switch size {
		case "OTS":
			fr.see = 1.15 // room for a shoulder in an upright frame
		case "INSERT":
			fr.see = 0.62
		}
	}
	if v, ok := s.vehicleOf(); ok && len(s.actors) == 0 {
		// The vehicle is the subject: it is what the size frames.
		k := math.Max(1, math.Min(v.length()/aspect, 14)/fr.see)
		if size == "CU" || size == "ECU" || size == "MCU" || size == "MS" || size == "EWS" {
			k = 1
		}
		fr.see, fr.distance, fr.below = fr.see*k, fr.distance*k, fr.below*math.Min(k, 1.6)
	}
	s.place(size, fr, aspect, act)

	subjectEyes := 1.56
	if len(s.actors) > 0 {
		subjectEyes = 0
		n := 0
		for _, a := range s.actors {
			if a.z > 0.6 || a.z < -0.6 {
				continue
			}
			subjectEyes += a.eyeLine()
			n++
		}
		if n > 0 {
			subjectEyes /= float64(n)
		} else {
			subjectEyes = s.actors[0].eyeLine()
		}
	}
	see := fr.see
	if len(s.actors) > 1 && size != "OTS" && size != "EWS" {
		if need := (s.spread() + 0.36) / aspect; need > see && size != "CU" && size != "ECU" {
			see = math.Min(need, 9)
		}
	}
	if aspect > 1.2 && size == "WS" {
		see *= 0.86
	}
	dist := fr.distance * lensFactor(b.Lens)
	aim := subjectEyes - fr.below*see/fr.see
	if size == "EWS" {
		aim = 2.9
	}
	if size == "INSERT" {
		aim = 1.0
	}
	camY := math.Min(math.Max(aim, 0.9), 1.62)
	v := &view{w: s.raster.Width, h: s.raster.Height, scale: float64(s.raster.Height) / see, dist: dist, seconds: s.sec}
	roll := 0.0
	switch strings.ToLower(b.Angle) {
	case "high":
		camY = aim + dist*0.34
	case "low":
		camY = math.Max(0.25, aim-dist*0.22)
		aim += see * 0.03
	case "worms-eye":
		camY = 0.12
		aim += see * 0.08
	case "birds-eye":
		camY = aim + dist*0.95
	case "dutch":
		roll = 0.13
		if at(s.seed, 0, 3) < 0.5 {
			roll = -roll
		}
	}
	v.camY = camY
	v.horizon = (aim - camY) * v.scale
	v.camX = s.centre()
	move := strings.ToLower(b.Move)
	hand := 0.0
	if move == "handheld" {
		hand = 1
	} else if move == "tracking" || size == "POV" {
		hand = 0.35
	}
	if s.scene.kind == "car" {
		hand = math.Max(hand, 0.25)
	}
	dir := 1.0
	if at(s.seed, 1, 3) < 0.5 {
		dir = -1
	}
	v.rig = rig{move: move, seed: s.seed, distance: dist, see: see, dir: dir, handheld: hand, baseRoll: roll}
	if len(s.actors) > 0 {
		short := float64(min(v.w, v.h))
		v.rig.narrow, v.rig.width = v.scale/short, float64(v.w)/v.scale
		half := s.spread() / 2
		if len(s.actors) == 1 && see < 0.9 {
			half = 0.13 // a head
		}
		v.rig.free = v.rig.width/2 - half
		v.rig.eye = math.Max(0, subjectEyes-aim) * v.scale / short
	}
	s.view = v
	if move == "tracking" && len(s.actors) > 0 {
		// The camera goes with the one who walks.
		for _, a := range s.actors {
			if a.walk == 0 && a.pose.kind == "stand" {
				a.pose.kind = "walk"
			}
			a.walk = 0
			if a.pose.kind == "walk" || a.pose.kind == "run" {
				a.walk = dir * see * 0.16 * 3
				a.face = math.Copysign(math.Abs(a.face), dir)
			}
		}
	}
}

// unknownInHand gives the one who is said to hold it a prop that has no picture.
func (s *shot) unknownInHand(a *actor, deeds words, first bool) {
	if a.pose.prop != "" || a.pose.kind == "lie" || a.pose.ride {
		return
	}
	for _, p := range s.brief.Props {
		own := wordsOf(strings.ReplaceAll(p.ID, "-", " "), p.Looks)
		if holdableNamed(own) || kindOf(own) != "" {
			continue
		}
		label := propLabel(p)
		if deeds.has(strings.ReplaceAll(p.ID, "-", " "), label) || first && deeds.has("hold", "take", "carry", "lift", "raise", "pick", "pull", "offer", "hand", "clutch", "拿", "握", "举", "捧", "端", "攥", "拎", "提", "递", "抱") {
			a.pose.prop, a.pose.near = unknownProp+label, before
			return
		}
	}
}

func holdableNamed(w words) bool {
	for _, h := range holdables() {
		if w.has(h.words...) {
			return true
		}
	}
	return false
}

// foreshorten is how short a figure gets when the camera looks down on it.
func foreshorten(angle string) float64 {
	switch strings.ToLower(angle) {
	case "high":
		return 0.92
	case "birds-eye":
		return 0.60
	case "low":
		return 1.05
	case "worms-eye":
		return 1.12
	}
	return 1
}

// castInOrder puts whoever speaks on screen first, so that a close-up and an
// over-the-shoulder show the speaker.
func (s *shot) castInOrder() []drama.BriefCast {
	cast := append([]drama.BriefCast(nil), s.brief.Cast...)
	if s.sizeOf() == "POV" && len(cast) > 1 {
		// Through the eyes of the first: we see the others.
		cast = cast[1:]
	}
	for _, l := range s.spoken {
		if l.kind != drama.LineDialogue {
			continue
		}
		for i, c := range cast {
			if c.ID == l.who {
				copy(cast[1:i+1], cast[:i])
				cast[0] = c
				return cast
			}
		}
	}
	return cast
}

// place sets positions by size.
func (s *shot) place(size string, fr framing, aspect float64, act words) {
	n := len(s.actors)
	if n == 0 {
		return
	}
	lead := s.actors[0]
	switch {
	case size == "OTS":
		// The second of the cast, or somebody unnamed, with the back to us.
		if n == 1 {
			p := personOf(s.brief.Show, drama.BriefCast{ID: "somebody-" + lead.p.id})
			s.actors = append(s.actors, &actor{p: p, fore: lead.fore, seed: p.seed, face: -lead.face, index: 1, pose: restPose(p.seed)})
		}
		s.actors = s.actors[:2]
		back := s.actors[1]
		side := -lead.side()
		// The one who listens stands near the lens on the side that the speaker looks to.
		side = -side
		w := fr.see * aspect
		lead.x, lead.z = -side*w*0.16, 0
		back.z = -fr.distance * 0.44
		back.x = side * w * 0.56 * 0.44
		if aspect < 1 {
			back.z = -fr.distance * 0.38
			back.x = side * (w*0.62/2 + 0.075)
		}
		back.pose.away, back.pose.prop = true, ""
		back.face = -lead.face
		back.pose.kind, back.walk = lead.pose.kind, 0
		lead.gaze = 0.45 * side
	case n == 1 && lead.pose.kind == "lie":
		// what the size frames is the head
		if size != "WS" && size != "EWS" && size != "LS" && size != "" {
			lead.x = lead.side() * 0.62
		}
	case n == 1:
		if lead.pose.kind == "walk" || lead.pose.kind == "run" {
			d := fr.see * aspect * 0.30
			if lead.pose.kind == "run" {
				d *= 1.5
			}
			lead.walk = d * lead.side()
		}
		// looking room
		lead.x = -lead.side() * fr.see * aspect * 0.035
		if size == "WS" || size == "EWS" || size == "LS" {
			lead.x = -lead.side() * fr.see * aspect * 0.08
		}
		lead.gaze = 0.2 * lead.side()
	case (size == "CU" || size == "ECU" || size == "MCU") && n == 2:
		other := s.actors[1]
		other.z = 0.75
		other.x = lead.side() * fr.see * aspect * 0.36
		lead.x = -lead.side() * fr.see * aspect * 0.12
		other.face = -lead.face
		other.walk, lead.walk = 0, 0
	default:
		gap := 0.56
		if size == "EWS" {
			gap = 0.75
		}
		for i, a := range s.actors {
			a.x = (float64(i) - float64(n-1)/2) * gap
			a.z = 0.10 * float64(i%2)
			if n > 3 {
				a.z = 0.22 * float64(i%3)
			}
			// They face each other, the outer ones inwards.
			a.face = 0.55
			if a.x > 0 || a.x == 0 && i%2 == 1 {
				a.face = -0.55
			}
			a.gaze = 0.4 * a.side()
			if a.pose.kind == "lie" {
				a.x, a.z = 0, -0.1 // the others are beside the bed
			}
			if a.pose.kind == "walk" || a.pose.kind == "run" {
				a.walk = 0.35
				if act.has("walk away", "leaves", "leave", "exit", "run") {
					a.walk = 0.6
				}
				a.walk *= a.side()
			}
			if a.walk != 0 && n > 1 {
				a.walk *= 0.4
			}
		}
	}
}

// centre is the middle of those in focus.
func (s *shot) centre() float64 {
	switch s.sizeOf() {
	case "CU", "ECU", "OTS", "MCU":
		return 0
	}
	return 0
}

// spread is how wide the group stands.
func (s *shot) spread() float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, a := range s.actors {
		half := a.shoulderHalf()
		if a.pose.kind == "lie" {
			half = 0.9
		}
		lo, hi = math.Min(lo, a.x-half), math.Max(hi, a.x+half)
	}
	return hi - lo
}

// lensFactor is how far a lens steps back: long lenses bring the background close.
func lensFactor(lens string) float64 {
	digits := strings.TrimRight(strings.ToLower(strings.TrimSpace(lens)), "m ")
	mm, err := strconv.ParseFloat(digits, 64)
	if err != nil || mm < 8 || mm > 800 {
		return 1
	}
	return math.Max(0.7, math.Min(1.9, math.Sqrt(mm/40)))
}
