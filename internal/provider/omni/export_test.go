package omni

import "github.com/dailies/dailies/internal/provider"

// Read is what a poll makes of an answer.
func Read(body []byte) (provider.Status, error) {
	i, err := read(body)
	if err != nil {
		return provider.Status{}, err
	}
	p, err := New(Options{})
	if err != nil {
		return provider.Status{}, err
	}
	return i.status(p.wire.Clean), nil
}
