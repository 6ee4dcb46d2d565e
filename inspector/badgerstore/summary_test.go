package badgerstore

import (
	"slices"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A summary has the values of all rows, also of those that are like the one before, and
// of the first one after the block was read back.
func TestSummaryTakesAlikeRows(t *testing.T) {
	t.Parallel()
	var s summary
	for _, method := range []string{"POST", "POST", "GET", "POST"} {
		s.widen(&inspector.Row{Method: method})
	}
	back, err := decodeSummary(s.encode())
	if err != nil {
		t.Fatal(err)
	}
	back.widen(&inspector.Row{Event: "paid"})
	for _, tt := range []struct {
		c     inspector.Column
		value string
	}{
		{inspector.ColMethod, "post"}, {inspector.ColMethod, "get"}, {inspector.ColMethod, ""}, {inspector.ColEvent, ""}, {inspector.ColEvent, "paid"},
	} {
		if _, found := slices.BinarySearch(back.values[tt.c], valueHash(tt.value)); !found {
			t.Errorf("%q is missing in column %d", tt.value, tt.c)
		}
	}
	if len(back.values[inspector.ColMethod]) != 3 || len(back.values[inspector.ColEvent]) != 2 {
		t.Errorf("%v", back.values)
	}
}
