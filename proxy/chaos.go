package proxy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// What can be broken on purpose.
const (
	ChaosBadSig      = "bad-sig"      // signed with another secret
	ChaosNoSig       = "no-sig"       // the signature is left out
	ChaosStale       = "stale"        // signed too long ago
	ChaosFuture      = "future"       // signed in the future
	ChaosChangedByte = "changed-byte" // a byte of the body is changed after signing
	ChaosDuplicate   = "duplicate"    // every delivery is sent twice
	ChaosReorder     = "reorder"      // several events are sent out of order
	ChaosSlow        = "slow"         // the body is sent in small pieces
	ChaosCut         = "cut"          // the connection ends within the body
	ChaosWrongType   = "wrong-type"   // another Content-Type
	ChaosChunked     = "chunked"      // chunked instead of Content-Length
	ChaosGzip        = "gzip"         // the body is compressed after signing
)

// ChaosSwitches lists what can be broken on purpose.
func ChaosSwitches() []string {
	return []string{
		ChaosBadSig, ChaosNoSig, ChaosStale, ChaosFuture, ChaosChangedByte, ChaosDuplicate,
		ChaosReorder, ChaosSlow, ChaosCut, ChaosWrongType, ChaosChunked, ChaosGzip,
	}
}

// Chaos is what is broken on purpose. The same seed breaks the same bytes in the
// same way. The zero value breaks nothing.
type Chaos struct {
	Switches []string `json:"switches"`
	Seed     uint64   `json:"seed"`
}

// chaosOpposites cannot be broken both at once.
var chaosOpposites = [][2]string{{ChaosBadSig, ChaosNoSig}, {ChaosStale, ChaosFuture}, {ChaosNoSig, ChaosStale}, {ChaosNoSig, ChaosFuture}}

// ParseChaos checks the names of switches. "dup" is short for duplicate. The error
// is an [*InvalidError].
func ParseChaos(names []string, seed uint64) (Chaos, error) {
	c := Chaos{Seed: seed}
	known := ChaosSwitches()
	for i, name := range names {
		if name == "dup" {
			name = ChaosDuplicate
		}
		if !slices.Contains(known, name) {
			return Chaos{}, &InvalidError{Field: fmt.Sprintf("chaos[%d]", i), Text: fmt.Sprintf("%.40q is not known", name), Hint: "use " + strings.Join(known, ", ")}
		}
		if !slices.Contains(c.Switches, name) {
			c.Switches = append(c.Switches, name)
		}
	}
	for _, pair := range chaosOpposites {
		if c.Has(pair[0]) && c.Has(pair[1]) {
			return Chaos{}, &InvalidError{Field: "chaos", Text: pair[0] + " and " + pair[1] + " exclude each other", Hint: "choose one of them"}
		}
	}
	return c, nil
}

// Has reports whether a switch is set.
func (c Chaos) Has(name string) bool { return slices.Contains(c.Switches, name) }

// Copies is how often each delivery is sent: twice with duplicate.
func (c Chaos) Copies() int {
	if c.Has(ChaosDuplicate) {
		return 2
	}
	return 1
}

// Order is the order in which n events are sent, as indexes. With reorder it is
// another than 0, 1, 2, …, if n is more than 1.
func (c Chaos) Order(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if !c.Has(ChaosReorder) || n < 2 {
		return order
	}
	c.random("order").Shuffle(n, func(i, k int) { order[i], order[k] = order[k], order[i] })
	if slices.IsSorted(order) {
		order[0], order[n-1] = order[n-1], order[0]
	}
	return order
}

// random is a source of numbers that depends on the seed and on what it is for.
func (c Chaos) random(purpose string) *rand.Rand {
	return rand.New(seeded(purpose, strconv.FormatUint(c.Seed, 10)))
}
