package catalog

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// Ids are the digits of their number, however many are taken at a time.
func TestInBase(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		b := make([]byte, []int{16, 20}[r.IntN(2)])
		for i := range b {
			b[i] = byte(r.Uint32() >> (r.IntN(4) * 8))
		}
		n, base := new(big.Int).SetBytes(b), big.NewInt(int64(len(base62)))
		want, rest := make([]byte, 27), new(big.Int)
		for i := len(want) - 1; i >= 0; i-- {
			n.DivMod(n, base, rest)
			want[i] = base62[rest.Int64()]
		}
		if got := inBase(b, base62, 27); got != string(want) {
			t.Fatalf("%x in base 62 = %s, want %s", b, got, want)
		}
	}
	if got := inBase(make([]byte, 16), crockford, 26); got != strings.Repeat("0", 26) {
		t.Errorf("zero = %s", got)
	}
}
