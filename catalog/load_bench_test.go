package catalog

import (
	"io/fs"
	"testing"
)

// BenchmarkBuiltin is what the first use of the catalogue costs.
func BenchmarkBuiltin(b *testing.B) {
	sub, err := fs.Sub(embedded, "providers")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (&Catalog{}).WithFolders(sub); err != nil {
			b.Fatal(err)
		}
	}
}
