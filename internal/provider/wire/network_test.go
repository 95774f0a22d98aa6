package wire

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// An address that a proxy made up is told as what it is, and taken where that is
// allowed; nothing else becomes reachable by that.
func TestMadeUpAddresses(t *testing.T) {
	for at, want := range map[string]struct{ plain, allowed, ours bool }{
		"198.18.0.8":         {false, true, true},
		"198.19.255.254":     {false, true, true},
		"::ffff:198.18.0.8":  {false, true, true},
		"198.20.0.1":         {true, true, false},
		"10.0.0.1":           {false, false, false},
		"127.0.0.1":          {false, false, false},
		"169.254.169.254":    {false, false, false},
		"100.64.0.1":         {false, false, false},
		"fd00::1":            {false, false, false},
		"64:ff9b::c612:8":    {false, false, false},
		"93.184.216.34":      {true, true, false},
		"2606:4700:4700::64": {true, true, false},
	} {
		a := netip.MustParseAddr(at)
		err := dialable(a, false)
		if (err == nil) != want.plain || errors.Is(err, provider.ErrOurNetwork) != want.ours {
			t.Errorf("%s: %v", at, err)
		}
		if err := dialable(a, true); (err == nil) != want.allowed {
			t.Errorf("%s where made-up addresses are allowed: %v", at, err)
		}
	}
}

// The reason survives the way through the HTTP client.
func TestAMadeUpAddressIsOurNetworks(t *testing.T) {
	c := &Client{Base: "https://api.vendor.example/v1"}
	_, err := c.Fetch(t.Context(), "http://198.18.0.8:9/clip.mp4", false)
	if !errors.Is(err, provider.ErrOurNetwork) || provider.KindOf(err, "") != provider.KindTransient {
		t.Errorf("%v", err)
	}
}
