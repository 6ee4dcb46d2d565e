package portable_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
)

// Entries are put together to a delivery only if they can be attempts of one, whatever a
// file says.
func TestHAREntriesOfADelivery(t *testing.T) {
	t.Parallel()
	const entry = `{"startedDateTime":"2026-03-01T12:00:0%d.000Z","request":{"method":"POST","url":"http://crm.example.org/x","postData":{"text":%q}},"response":{"status":%d},"_boathook":%s}`
	one := func(second int, body string, status int, origin string) string {
		return fmt.Sprintf(entry, second, body, status, origin)
	}
	for _, tt := range []struct {
		name    string
		entries []string
		tries   []int // of the deliveries, newest first
	}{
		{"two tries", []string{one(1, "a", 500, `{"delivery":"d","attempt":0,"dir":"out","endpoint":"crm"}`), one(2, "a", 200, `{"delivery":"d","attempt":1,"dir":"out","endpoint":"crm"}`)}, []int{2}},
		{"another body", []string{one(1, "a", 200, `{"delivery":"d","attempt":0,"dir":"out"}`), one(2, "b", 200, `{"delivery":"d","attempt":1,"dir":"out"}`)}, []int{1, 1}},
		{"the same attempt twice", []string{one(1, "a", 200, `{"delivery":"d","attempt":1,"dir":"out"}`), one(2, "a", 200, `{"delivery":"d","attempt":1,"dir":"out"}`)}, []int{1, 1}},
		{"two deliveries", []string{one(1, "a", 200, `{"delivery":"d","attempt":0,"dir":"in"}`), one(2, "a", 200, `{"delivery":"e","attempt":1,"dir":"in"}`)}, []int{1, 0}},
		{"a forward alone", []string{one(1, "a", 200, `{"delivery":"d","attempt":3,"dir":"in"}`)}, []int{1}},
		{"no direction", []string{one(1, "a", 200, `{"delivery":"d","attempt":0}`), one(2, "a", 200, `{"delivery":"d","attempt":1}`)}, []int{0, 0}},
		{"an attempt below zero", []string{one(1, "a", 200, `{"delivery":"d","attempt":-1,"dir":"out"}`)}, []int{0}},
		{"a huge attempt", []string{one(1, "a", 200, `{"delivery":"d","attempt":9007199254740991,"dir":"out"}`)}, []int{0}},
		{"of nobody", []string{one(1, "a", 200, `null`), one(2, "a", 200, `{}`)}, []int{0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			file := `{"log":{"entries":[`
			for i, e := range tt.entries {
				if i > 0 {
					file += ","
				}
				file += e
			}
			res := read(t, s, []byte(file+"]}}"), portable.ImportOptions{Inbox: "demo"})
			all := everything(t, s)
			if res.Imported != len(tt.tries) || res.Failed != 0 || len(all) != len(tt.tries) {
				t.Fatalf("%+v, stored %+v", res, all)
			}
			for i, v := range all {
				if v.Row.Tries != tt.tries[i] || len(v.Attempts) != max(v.Row.Tries, 1) || v.Row.Status != 200 || v.Row.Flags&inspector.FlagFailed != 0 {
					t.Errorf("delivery %d: %+v, %+v", i, v.Row, v.Attempts)
				}
				if tt.name == "two tries" && (v.Row.Dir != inspector.Out || v.Row.Endpoint != "crm" || v.Row.Inbox != "" || inspector.ParseHead(v.Attempts[0].Response.Head).Status() != 500) {
					t.Errorf("%+v, %+v", v.Row, v.Attempts)
				}
			}
		})
	}
}

// What is held of a delivery is bounded, whatever its entries are large of.
func TestHARDeliveryIsBounded(t *testing.T) {
	t.Parallel()
	const entry = `{"request":{"method":"POST","url":"http://crm.example.org/x","headers":[{"name":"X-A","value":"%s"}]},"response":{"status":200},"_boathook":{"delivery":"d","attempt":%d,"dir":"out"}}`
	s, large := newStore(t), strings.Repeat("a", 6<<20)
	file := `{"log":{"entries":[` + fmt.Sprintf(entry, large, 0)
	for k := 1; k <= 3; k++ {
		file += "," + fmt.Sprintf(entry, large, k)
	}
	read(t, s, []byte(file+"]}}"), portable.ImportOptions{Inbox: "demo"})
	for i, v := range everything(t, s) {
		if want := []int{1, 3}[i]; len(v.Attempts) != want {
			t.Errorf("delivery %d has %d attempts, want %d", i, len(v.Attempts), want)
		}
	}
}
