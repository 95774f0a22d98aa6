package footage

import (
	"errors"
	"io"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

const (
	jumpBack   = time.Second      // a stream that steps back so far begins anew
	jumpAhead  = 10 * time.Second // one of a broadcast container that leaps so far does, too
	jumpDamage = time.Minute      // and one of any other
)

// mender lays stretches of a file end to end whose time stamps begin anew: where
// a camera was stopped, recordings were put together or a receiver lost its
// signal. All streams move by the same, so that sound stays with its picture. It
// is given every packet of the file in order, and so finds the same joins however
// often the file is read.
type mender struct {
	streams       map[int]*mended
	ahead         time.Duration // the leap that is no gap
	shift, before time.Duration // added to time stamps now, and until the last join
	front         time.Duration // the latest time of all
	begun         bool
	joins         int
}

// mended is one stream of pictures or sound.
type mended struct {
	base  astiav.Rational
	first time.Duration // when the first packet was due
	next  time.Duration // when the packet to come is due
	begun bool
}

// Mend makes Read lay stretches whose time stamps begin anew end to end. It is
// called before the first Read.
func (in *Input) Mend() {
	m := &mender{streams: map[int]*mended{}, ahead: jumpDamage}
	if in.stampsBeginAnew() {
		m.ahead = jumpAhead
	}
	for _, s := range append(in.Sounds(), in.Video()) {
		if s != nil {
			m.streams[s.Index()] = &mended{base: s.TimeBase()}
		}
	}
	in.mend = m
}

// Joins is how many joins Read has mended so far.
func (in *Input) Joins() int {
	if in.mend == nil {
		return 0
	}
	return in.mend.joins
}

// lasts reads the file to its end and returns how long the stream's packets last,
// laid end to end.
func (in *Input) lasts(s *astiav.Stream) (time.Duration, error) {
	in.Mend()
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return 0, errors.New("read packets: out of memory")
	}
	defer pkt.Free()
	for {
		err := in.Read(pkt)
		pkt.Unref()
		if _, broken := errors.AsType[*media.ClipError](err); broken || errors.Is(err, io.EOF) {
			m := in.mend.streams[s.Index()]
			return m.next - m.first, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// packet moves a packet's time stamps.
func (m *mender) packet(pkt *astiav.Packet) {
	s := m.streams[pkt.StreamIndex()]
	stamp := pkt.Dts()
	if stamp == astiav.NoPtsValue {
		stamp = pkt.Pts()
	}
	if s == nil || stamp == astiav.NoPtsValue {
		return // text and data of a clip are not used
	}
	at := timeOf(stamp, s.base)
	shift := m.shift
	switch {
	case !s.begun:
	case Gap(at+m.before, s.next) < Gap(at+shift, s.next):
		shift = m.before // a straggler from before the join
	}
	if s.begun && (at+shift < s.next-jumpBack || m.begun && at+shift > max(m.front, s.next)+m.ahead) {
		m.before, m.shift = m.shift, s.next-at
		shift = m.shift
		m.joins++
	}
	if !s.begun {
		s.first = at + shift
	}
	s.begun, m.begun = true, true
	s.next = at + shift + max(0, timeOf(pkt.Duration(), s.base))
	m.front = max(m.front, s.next)
	if shift == 0 {
		return
	}
	by := astiav.RescaleQ(int64(shift), nanosecond(), s.base)
	if v := pkt.Dts(); v != astiav.NoPtsValue {
		pkt.SetDts(v + by)
	}
	if v := pkt.Pts(); v != astiav.NoPtsValue {
		pkt.SetPts(v + by)
	}
}

// timeOf turns a time stamp into a duration since the stream's zero. Absurd ones
// are cut to ten thousand hours, so that sums do not overflow.
func timeOf(stamp int64, base astiav.Rational) time.Duration {
	const limit = 10_000 * time.Hour
	return max(-limit, min(limit, time.Duration(astiav.RescaleQ(stamp, base, nanosecond()))))
}
