package access

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limits of what one address or one token may ask for.
const (
	loginsAMinute = 10
	writesAMinute = 120
	spendsAMinute = 20
	streamsAtOnce = 8
	// loginPause is how long an address waits that guessed too often; each further
	// guess doubles it, up to maxLoginPause.
	loginPause    = time.Minute
	maxLoginPause = time.Hour
	// maxCounted bounds those that are counted at once; beyond it the oldest are
	// forgotten.
	maxCounted = 10_000
)

// LimitError says that somebody asks too often: after so long they may ask again.
type LimitError struct {
	What  string
	After time.Duration
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s; ask again in %v", e.What, e.After.Round(time.Second))
}

// Limits counts what is asked for. The zero Limits is ready; it is safe for concurrent
// use.
type Limits struct {
	Now func() time.Time // nil: time.Now

	mu      sync.Mutex
	buckets map[string]*bucket
	streams map[string]int
}

// bucket fills by rate a minute and holds a minute's worth.
type bucket struct {
	left    float64
	at      time.Time
	pause   time.Duration // of logins: how long the next wait is
	blocked time.Time     // until
}

func (l *Limits) now() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	return time.Now()
}

// bucket is the one of a key, filled up to now. The caller holds mu.
func (l *Limits) bucket(key string, rate float64, now time.Time) *bucket {
	b := l.buckets[key]
	if b == nil {
		if l.buckets == nil {
			l.buckets = make(map[string]*bucket)
		}
		if len(l.buckets) >= maxCounted {
			l.forget(now)
		}
		b = &bucket{left: rate, at: now}
		l.buckets[key] = b
	}
	if d := now.Sub(b.at); d > 0 {
		b.left, b.at = min(rate, b.left+rate*d.Minutes()), now
	}
	return b
}

// forget makes room: it lets those go first that were here long ago, then those that
// nothing is held against, and who is blocked only if all are.
func (l *Limits) forget(now time.Time) {
	for _, pass := range []struct {
		age     time.Duration
		blocked bool
	}{{time.Hour, false}, {time.Minute, false}, {0, false}, {0, true}} {
		for key, b := range l.buckets {
			if len(l.buckets) <= maxCounted/2 {
				return
			}
			if now.Sub(b.at) >= pass.age && (pass.blocked || !now.Before(b.blocked)) {
				delete(l.buckets, key)
			}
		}
	}
}

// take takes one of what a key may do a minute.
func (l *Limits) take(key, what string, rate float64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, rate, l.now())
	if b.left < 1 {
		return &LimitError{what, time.Duration((1 - b.left) / rate * float64(time.Minute))}
	}
	b.left--
	return nil
}

// Write counts an act of a token. *LimitError.
func (l *Limits) Write(token string) error {
	return l.take("write "+token, fmt.Sprintf("more than %d changes a minute", writesAMinute), writesAMinute)
}

// Spend counts an act that costs money. *LimitError.
func (l *Limits) Spend(token string) error {
	return l.take("spend "+token, fmt.Sprintf("more than %d acts a minute that cost money", spendsAMinute), spendsAMinute)
}

// Login says whether an address may try to prove who it is. *LimitError.
func (l *Limits) Login(address string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.bucket("login "+address, loginsAMinute, now)
	if now.Before(b.blocked) {
		return &LimitError{"too many wrong tokens from here", b.blocked.Sub(now)}
	}
	return nil
}

// Failed counts a wrong proof from an address.
func (l *Limits) Failed(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.bucket("login "+address, loginsAMinute, now)
	again := b.pause > 0 && now.Sub(b.blocked) < maxLoginPause
	switch b.left--; {
	case again:
		b.pause = min(2*b.pause, maxLoginPause)
	case b.left >= 1:
		b.pause = 0
		return
	default:
		b.pause = loginPause
	}
	b.blocked = now.Add(b.pause)
}

// Stream counts a connection that stays open; done ends it. *LimitError.
func (l *Limits) Stream(token string) (done func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[token] >= streamsAtOnce {
		return nil, &LimitError{fmt.Sprintf("more than %d streams at once", streamsAtOnce), time.Minute}
	}
	if l.streams == nil {
		l.streams = make(map[string]int)
	}
	l.streams[token]++
	var once sync.Once
	return func() {
		once.Do(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.streams[token]--; l.streams[token] <= 0 {
				delete(l.streams, token)
			}
		})
	}, nil
}

// Admit counts what an actor asks for: an act that may cost money, an answer that stays
// open. done ends it. Who proved nothing by a token is not counted. *LimitError.
func (g *Guard) Admit(a Actor, spends, stream bool) (done func(), err error) {
	switch {
	case a.Token == "":
	case stream:
		return g.limits.Stream(a.Token)
	case spends:
		err = g.limits.Spend(a.Token)
	}
	return func() {}, err
}

// MayGuess says whether a request may try a secret of what: neither its address nor
// what has seen too many wrong ones. *LimitError.
func (g *Guard) MayGuess(ctx context.Context, what string) error {
	if err := g.limits.Login(counted(originOf(ctx).address)); err != nil {
		return err
	}
	return g.limits.Login(what)
}

// Guessed counts a wrong secret of what.
func (g *Guard) Guessed(ctx context.Context, what string) {
	g.limits.Failed(counted(originOf(ctx).address))
	g.limits.Failed(what)
}

// MayWrite counts a change by who has no token. *LimitError.
func (g *Guard) MayWrite(who string) error { return g.limits.Write(who) }
