package client

import (
	"slices"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A row that stands in one frame with a change of the configuration came after it, for
// all that a reader knows: what is hidden is known before the row is shown.
func TestConfigurationIsToldBeforeRows(t *testing.T) {
	t.Parallel()
	var told []EventKind
	f := &tail{yield: func(ev Event, _ error) bool {
		told = append(told, ev.Kind)
		return true
	}}
	if err := f.tell(Frame{Rows: []inspector.Row{{N: 1}}, Config: []string{"mask/list"}}); err != nil {
		t.Fatal(err)
	}
	if want := []EventKind{Config, Added}; !slices.Equal(told, want) {
		t.Errorf("%v were told, want %v", told, want)
	}
}
