package animatic

import (
	"math"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// effect is a sound that the script can name. Levels are chosen so that a line
// lies 15 to 20 dB above.
type effect struct {
	words []string
	play  func(m stereo, src *source)
}

// ambience lays the place's own sound and the effects that the script names
// under the lines.
func ambience(mix stereo, b drama.Brief) {
	s := sceneOf(b)
	src := noiseSource(s.seed ^ hash(b.Action, b.Sound))
	if wordsOf(b.Sound).has("silence", "no sound", "mute", "静音", "无声", "死寂", "消音", "没有声音") {
		return
	}
	// the room or the open
	switch s.kind {
	case "car", "train":
		band(mix, src, 30, 160, 0.016, 0.15)
	case "forest", "park", "field", "temple", "siheyuan", "villa", "outdoors":
		band(mix, src, 200, 2200, 0.0045, 0.5)
		if s.time == "night" {
			crickets(mix, src)
		} else if !s.rain && !s.snow {
			birds(mix, src)
		}
	case "water":
		surf(mix, src)
	case "street", "alley", "rooftop":
		traffic(mix, src)
	case "store", "hospital", "office", "corridor", "station":
		band(mix, src, 80, 700, 0.0035, 0.1)
		hum50(mix, 0.0016)
	case "bar", "restaurant":
		crowd(mix, src)
	default:
		band(mix, src, 60, 500, 0.0032, 0.15)
	}
	var names []string
	for _, c := range b.Cast {
		names = append(names, callings(c)...)
	}
	sound := wordsOf(b.Sound, b.Action).named(names...)
	if b.Sound == "" && s.rain {
		sound = wordsOf(b.Action, "rain")
	}
	for _, e := range effects(s.inside) {
		if sound.has(e.words...) {
			e.play(mix, src)
		}
	}
}

func effects(inside bool) []effect {
	return []effect{
		{[]string{"rain", "downpour", "drizzle", "雨", "雨声", "下雨", "暴雨", "大雨"}, func(m stereo, s *source) { rain(m, s, inside) }},
		{[]string{"wind", "breeze", "gust", "storm", "风", "风声", "寒风", "大风"}, wind},
		{[]string{"thunder", "lightning", "雷", "打雷", "雷声", "闪电"}, thunder},
		{[]string{"traffic", "cars", "honk", "horn", "车流", "喇叭", "鸣笛", "车水马龙"}, traffic},
		{[]string{"chime", "doorbell", "bell", "铃", "门铃", "风铃"}, chime},
		{[]string{"ringtone", "phone rings", "phone ringing", "ringing", "电话响", "手机响", "铃声", "来电", "手机铃声"}, ringtone},
		{[]string{"buzz", "vibrate", "buzzes", "振动", "震动"}, buzz},
		{[]string{"footstep", "footsteps", "steps", "walk", "脚步", "脚步声", "高跟鞋声"}, footsteps},
		{[]string{"crowd", "chatter", "murmur", "applause", "party", "人群", "人声", "嘈杂", "喧闹", "掌声", "议论"}, crowd},
		{[]string{"bird", "birdsong", "鸟", "鸟鸣", "鸟叫"}, birds},
		{[]string{"cricket", "cicada", "虫", "蝉", "虫鸣", "蝉鸣"}, crickets},
		{[]string{"wave", "sea", "ocean", "surf", "海浪", "浪", "涛声"}, surf},
		{[]string{"heartbeat", "heart", "心跳"}, heartbeat},
		{[]string{"keyboard", "typing", "type", "键盘", "打字"}, keyboard},
		{[]string{"siren", "ambulance", "警笛", "警车", "救护车"}, siren},
		{[]string{"train", "subway", "火车", "地铁", "高铁", "列车"}, train},
		{[]string{"clock", "ticking", "tick", "钟", "钟声", "滴答", "挂钟"}, clock},
		{[]string{"door", "knock", "slam", "敲门", "敲门声", "摔门", "关门"}, knock},
		{[]string{"glass", "shatter", "crash", "碎", "打碎", "摔碎", "破碎"}, shatter},
		{[]string{"gunshot", "shot", "bang", "枪声", "开枪"}, bang},
		{[]string{"beep", "monitor", "alarm", "滴", "警报", "监护仪", "嘀"}, beeps},
		{[]string{"engine", "car", "motor", "引擎", "发动机", "汽车"}, func(m stereo, s *source) { band(m, s, 40, 180, 0.014, 0.3) }},
	}
}

// soundWords is the first word of every effect.
func soundWords() []string {
	var out []string
	for _, e := range effects(true) {
		out = append(out, e.words[0])
	}
	return out
}

// source is white noise, -1..1.
type source struct{ x uint64 }

func noiseSource(seed uint64) *source { return &source{seed | 1} }

func (s *source) next() float32 {
	s.x = s.x*6364136223846793005 + 1442695040888963407
	return float32(int32(s.x>>32)) / (1 << 31)
}

func (s *source) unit() float64 { return float64(s.next())/2 + 0.5 }

// band adds noise between two frequencies at an RMS level, slowly swelling.
func band(mix stereo, src *source, low, high, level, swell float64) {
	for ch, out := range [][]float32{mix.l, mix.r} {
		tmp := make([]float32, len(out))
		for i := range tmp {
			tmp[i] = src.next()
		}
		lowPass(tmp, high)
		highPass(tmp, low)
		var sum float64
		for _, v := range tmp {
			sum += float64(v) * float64(v)
		}
		if sum == 0 {
			continue
		}
		g := level / math.Sqrt(sum/float64(len(tmp)))
		seed := src.x>>40 + uint64(ch)
		k := g
		for i, v := range tmp {
			if i&63 == 0 {
				k = g * (1 + swell*noise(seed, float64(i)/media.SampleRate*0.7))
			}
			out[i] += v * float32(k)
		}
	}
}

// note adds a decaying tone at a time in seconds.
func note(m stereo, at, hz, level, decay, pan float64) {
	from := int(at * media.SampleRate)
	n := min(int(decay*6*media.SampleRate), len(m.l)-from)
	step := 2 * math.Pi * hz / media.SampleRate
	for i := range max(n, 0) {
		t := float64(i) / media.SampleRate
		v := level * math.Exp(-t/decay) * math.Min(t*400, 1) * math.Sin(step*float64(i))
		m.l[from+i] += float32(v * (1 - pan))
		m.r[from+i] += float32(v * (1 + pan))
	}
}

// puff adds a decaying burst of noise under a frequency.
func puff(m stereo, src *source, at, hz, level, decay, pan float64) {
	from := int(at * media.SampleRate)
	n := min(int(decay*6*media.SampleRate), len(m.l)-from)
	if n <= 0 {
		return
	}
	tmp := make([]float32, n)
	for i := range tmp {
		t := float64(i) / media.SampleRate
		tmp[i] = src.next() * float32(level*math.Exp(-t/decay)*math.Min(t*900, 1))
	}
	lowPass(tmp, hz)
	for i, v := range tmp {
		m.l[from+i] += v * float32(1-pan)
		m.r[from+i] += v * float32(1+pan)
	}
}

func (s stereo) seconds() float64 { return float64(len(s.l)) / media.SampleRate }

func hum50(m stereo, level float64) {
	for i := range m.l {
		t := 2 * math.Pi * 100 * float64(i) / media.SampleRate
		v := float32(level * (math.Sin(t) + 0.4*math.Sin(2*t)))
		m.l[i] += v
		m.r[i] += v
	}
}

func rain(m stereo, src *source, inside bool) {
	high, level := 7000.0, 0.012
	if inside {
		high, level = 1800, 0.009 // behind the pane
	}
	band(m, src, 350, high, level, 0.2)
	for t := 0.0; t < m.seconds(); t += 0.012 + 0.05*src.unit() {
		note(m, t, 900+2600*src.unit(), 0.004*src.unit(), 0.006, src.unit()-0.5)
	}
}

func wind(m stereo, src *source) {
	band(m, src, 90, 480, 0.016, 0.8)
	band(m, src, 500, 1100, 0.004, 0.9)
}

func thunder(m stereo, src *source) {
	at := m.seconds() * 0.25
	for i := range 7 {
		puff(m, src, at+float64(i)*0.16*src.unit()*2, 90+120*src.unit(), 0.5, 0.35+0.4*src.unit(), src.unit()-0.5)
	}
}

func traffic(m stereo, src *source) {
	band(m, src, 50, 420, 0.010, 0.5)
	for t := 0.7 + src.unit(); t < m.seconds(); t += 2.4 + 3*src.unit() {
		from, n := int(t*media.SampleRate), int(1.9*media.SampleRate)
		dir := src.next()
		tmp := make([]float32, min(n, len(m.l)-from))
		for i := range tmp {
			q := float64(i) / float64(n)
			tmp[i] = src.next() * float32(0.10*math.Pow(math.Sin(math.Pi*q), 3))
		}
		lowPass(tmp, 700)
		for i, v := range tmp {
			p := dir * (2*float32(i)/float32(n) - 1) * 0.6
			m.l[from+i] += v * (1 - p)
			m.r[from+i] += v * (1 + p)
		}
	}
}

func chime(m stereo, src *source) {
	at := 0.35 + 0.2*src.unit()
	for i, hz := range []float64{1318.5, 1046.5} {
		for k, part := range []float64{1, 2.76, 5.4} {
			note(m, at+0.42*float64(i), hz*part, 0.045/math.Pow(2.2, float64(k)), 0.5/float64(k+1), 0.3)
		}
	}
}

func ringtone(m stereo, _ *source) {
	for t := 0.4; t < m.seconds(); t += 2.4 {
		for i, hz := range []float64{659, 784, 988, 784, 659, 784} {
			note(m, t+0.13*float64(i), hz, 0.035, 0.11, -0.2)
		}
	}
}

func buzz(m stereo, src *source) {
	for t := 0.4; t < m.seconds(); t += 1.5 {
		from := int(t * media.SampleRate)
		for i := range min(int(0.55*media.SampleRate), len(m.l)-from) {
			x := float64(i) / media.SampleRate
			v := float32(0.035*math.Tanh(3*math.Sin(2*math.Pi*152*x))*math.Min(1, x*60)) + 0.003*src.next()
			m.l[from+i] += v
			m.r[from+i] += v
		}
	}
}

func footsteps(m stereo, src *source) {
	side := 0.12
	for t := 0.3; t < m.seconds()-0.1; t += 0.53 + 0.03*src.unit() {
		puff(m, src, t, 380, 0.13, 0.020, side)
		puff(m, src, t+0.045, 1500, 0.035, 0.014, side)
		side = -side
	}
}

func crowd(m stereo, src *source) {
	band(m, src, 180, 900, 0.009, 0.6)
	band(m, src, 300, 1600, 0.005, 0.9)
	for t := 0.2; t < m.seconds(); t += 0.5 + 1.4*src.unit() {
		note(m, t, 2200+2600*src.unit(), 0.004, 0.07, src.unit()-0.5) // cutlery, glasses
	}
}

func birds(m stereo, src *source) {
	for t := 0.3 + src.unit(); t < m.seconds(); t += 0.9 + 1.8*src.unit() {
		base, pan := 2600+1600*src.unit(), src.unit()*1.2-0.6
		for k := range 2 + int(3*src.unit()) {
			from := int((t + 0.13*float64(k)) * media.SampleRate)
			ph := 0.0
			for i := range min(int(0.09*media.SampleRate), max(len(m.l)-from, 0)) {
				q := float64(i) / (0.09 * media.SampleRate)
				ph += 2 * math.Pi * base * (1 + 0.22*math.Sin(math.Pi*q*2)) / media.SampleRate
				v := 0.010 * math.Sin(math.Pi*q) * math.Sin(ph)
				m.l[from+i] += float32(v * (1 - pan))
				m.r[from+i] += float32(v * (1 + pan))
			}
		}
	}
}

func crickets(m stereo, src *source) {
	for t := 0.1 * src.unit(); t < m.seconds(); t += 0.62 + 0.05*src.unit() {
		for k := range 4 {
			note(m, t+0.045*float64(k), 4300, 0.0055, 0.012, 0.4)
			note(m, t+0.3+0.05*float64(k), 4750, 0.004, 0.012, -0.5)
		}
	}
}

func surf(m stereo, src *source) {
	band(m, src, 80, 700, 0.010, 0.5)
	for t := -1.0; t < m.seconds(); t += 3.6 + src.unit() {
		n := int(3.4 * media.SampleRate)
		tmp := make([]float32, n)
		for i := range tmp {
			q := float64(i) / float64(n)
			tmp[i] = src.next() * float32(0.10*math.Pow(math.Sin(math.Pi*math.Pow(q, 0.7)), 2))
		}
		lowPass(tmp, 1500)
		from := int(t * media.SampleRate)
		for i, v := range tmp {
			if j := from + i; j >= 0 && j < len(m.l) {
				m.l[j] += v
				m.r[j] += v * 0.9
			}
		}
	}
}

func heartbeat(m stereo, _ *source) {
	for t := 0.3; t < m.seconds(); t += 0.92 {
		note(m, t, 52, 0.14, 0.07, 0)
		note(m, t+0.22, 46, 0.10, 0.08, 0)
	}
}

func keyboard(m stereo, src *source) {
	for t := 0.3; t < m.seconds(); t += 0.09 + 0.12*src.unit() {
		puff(m, src, t, 4200, 0.05, 0.006, 0.2*(src.unit()-0.5))
		if src.unit() < 0.1 {
			t += 0.4
		}
	}
}

func siren(m stereo, _ *source) {
	ph := 0.0
	for i := range m.l {
		t := float64(i) / media.SampleRate
		ph += 2 * math.Pi * (640 + 190*math.Sin(2*math.Pi*0.42*t)) / media.SampleRate
		v := float32(0.010 * (0.6 + 0.4*math.Sin(math.Pi*t/m.seconds())) * math.Tanh(2*math.Sin(ph)))
		m.l[i] += v * 0.7
		m.r[i] += v
	}
}

func train(m stereo, src *source) {
	band(m, src, 40, 300, 0.020, 0.3)
	for t := 0.2; t < m.seconds(); t += 0.78 {
		puff(m, src, t, 700, 0.10, 0.030, -0.2)
		puff(m, src, t+0.14, 700, 0.08, 0.030, 0.2)
	}
}

func clock(m stereo, src *source) {
	for t, k := 0.25, 0; t < m.seconds(); t, k = t+0.5, k+1 {
		note(m, t, 2400-500*float64(k%2), 0.012, 0.010, 0.1)
		puff(m, src, t, 5000, 0.02, 0.004, 0.1)
	}
}

func knock(m stereo, src *source) {
	for k := range 3 {
		puff(m, src, 0.4+0.22*float64(k), 300, 0.40, 0.035, -0.3)
		note(m, 0.4+0.22*float64(k), 118, 0.06, 0.05, -0.3)
	}
}

func shatter(m stereo, src *source) {
	puff(m, src, 0.5, 9000, 0.22, 0.05, 0)
	for range 22 {
		note(m, 0.5+0.5*src.unit()*src.unit(), 2600+5200*src.unit(), 0.018, 0.05+0.08*src.unit(), src.unit()-0.5)
	}
}

func bang(m stereo, src *source) {
	at := m.seconds() * 0.35
	puff(m, src, at, 6000, 0.55, 0.03, 0)
	puff(m, src, at, 400, 0.9, 0.22, 0)
}

func beeps(m stereo, _ *source) {
	for t := 0.3; t < m.seconds(); t += 1.05 {
		note(m, t, 880, 0.016, 0.09, 0.3)
		note(m, t, 1760, 0.004, 0.06, 0.3)
	}
}
