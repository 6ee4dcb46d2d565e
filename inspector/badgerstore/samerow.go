package badgerstore

import (
	"slices"

	"github.com/boathook/boathook/inspector"
)

// sameRow reports whether a patch has changed nothing.
func sameRow(a, b *inspector.Row) bool {
	at, bt := rowStrings(a), rowStrings(b)
	for i := range at {
		if *at[i] != *bt[i] {
			return false
		}
	}
	return a.Flags == b.Flags && a.Status == b.Status && a.Duration == b.Duration && a.Size == b.Size &&
		a.RespSize == b.RespSize && a.Tries == b.Tries && a.MaxTries == b.MaxTries && a.Trashed.Equal(b.Trashed) && slices.Equal(a.Tags, b.Tags)
}
