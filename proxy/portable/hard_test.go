package portable_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/portable"
)

// Ids of a file are ids or nothing: no path, no name that means something to a system
// or to the engine of the store.
func TestImportedIDsAreIDs(t *testing.T) {
	t.Parallel()
	good := newStore(t)
	fill(t, good)
	file := export(t, good, portable.ExportOptions{Format: portable.JSONL, Secrets: true})
	first, _, _ := bytes.Cut(file, []byte("\n"))
	id := everything(t, good)[7].Row.ID.String()
	if strings.Count(string(first), id) == 0 {
		t.Fatalf("the first line is not of %s", id)
	}
	for _, bad := range []string{"../x", "NUL", "con", strings.Repeat("x", 4<<10), "\U0001F6A4", "!badger!x", "", "00000000-0000-0000-0000-000000000000"} {
		s := newStore(t)
		res, err := portable.Import(t.Context(), strings.NewReader(strings.ReplaceAll(string(first), id, bad)), s, ws, inspector.NewIDs(inspector.ID{}), portable.ImportOptions{Format: portable.JSONL})
		if err != nil {
			t.Fatal(err)
		}
		// What has no id of its own may be given one; everything else is refused.
		if all := everything(t, s); res.Imported != len(all) || res.Imported+res.Failed != 1 {
			t.Errorf("%.20q: %+v, %d are stored", bad, res, len(all))
		} else if len(all) == 1 && (all[0].Row.ID.Zero() || bad != "" && !strings.HasPrefix(bad, "0000")) {
			t.Errorf("%.20q became %s", bad, all[0].Row.ID)
		}
	}
}

// A HAR may lack what the specification demands and hold what it does not know; what
// it claims of sizes is not believed.
func TestHARsOfOthers(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"no creator":      `{"log":{"version":"1.2","entries":[{"request":{"method":"POST","url":"http://x/a","headers":[],"postData":{"text":"hi"}}}]}}`,
		"comments":        `{"log":{"comment":"c","entries":[{"comment":"c","request":{"method":"POST","url":"http://x/a","comment":"c","postData":{"text":"hi","comment":"c"}}}],"_own":1}}`,
		"negative sizes":  `{"log":{"entries":[{"time":-1,"request":{"method":"POST","url":"http://x/a","headersSize":-1,"bodySize":-5,"postData":{"text":"hi"}},"response":{"status":0,"bodySize":-1}}]}}`,
		"huge sizes":      `{"log":{"entries":[{"request":{"method":"POST","url":"http://x/a","bodySize":9007199254740993,"postData":{"text":"hi"}},"response":{"status":200,"content":{"size":2147483648,"text":"ok"}}}]}}`,
		"HTTP/2 names":    `{"log":{"entries":[{"request":{"method":"POST","url":"http://x/a","httpVersion":"h2","headers":[{"name":":authority","value":"x"},{"name":"a","value":"b"}],"postData":{"text":"hi"}}}]}}`,
		"byte order mark": "\xef\xbb\xbf" + `{"log":{"entries":[{"request":{"method":"POST","url":"http://x/a","postData":{"text":"hi"}}}]}}`,
	} {
		s := newStore(t)
		if res := read(t, s, []byte(file), portable.ImportOptions{}); res.Format != portable.HAR || res.Imported != 1 || res.Failed != 0 {
			t.Errorf("%s: %+v", name, res)
			continue
		}
		v := everything(t, s)[0]
		if got := v.Bodies[v.Attempts[0].BodyKey(inspector.Request).String()]; got != "hi" || v.Row.Size != 2 || v.Row.Target != "/a" {
			t.Errorf("%s: %q %+v", name, got, v.Row)
		}
	}
}

// An export while deliveries come and go is whole lines of whole deliveries, of those
// that were there when it began.
func TestExportWhileCapturingAndDeleting(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	defer s.Close()
	ids := inspector.NewIDs(inspector.ID{})
	add := func(i int) inspector.ID {
		at := testTime.Add(time.Duration(i) * time.Second)
		id, err := ids.New(at)
		if err != nil {
			t.Error(err)
		}
		body := strings.Repeat(fmt.Sprint(i%10), 1000)
		a := inspector.Attempt{Delivery: id, Started: at, Request: inspector.Message{Head: []byte("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"), Size: 1000, Wanted: 1000}}
		_, err = s.Commit(context.Background(), &inspector.Batch{
			Workspace: ws, Deliveries: []inspector.Row{{ID: id, At: at, Dir: inspector.In, Method: "POST", Target: "/", Size: 1000, Verdict: inspector.Unchecked}},
			Attempts: []inspector.Attempt{a}, Chunks: []inspector.Chunk{{Body: a.BodyKey(inspector.Request), Data: []byte(body)}},
		})
		if err != nil {
			t.Error(err)
		}
		return id
	}
	var before []inspector.ID
	for i := range 400 {
		before = append(before, add(i))
	}
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for i := 400; ; i++ {
			select {
			case <-stop:
				return
			default:
				add(i)
				if i%2 == 0 && i-400 < len(before) {
					if _, err := s.Commit(context.Background(), &inspector.Batch{Workspace: ws, Erase: []inspector.ID{before[i-400]}}); err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
	var file bytes.Buffer
	n, err := portable.Export(t.Context(), slow{&file}, s, ws, nil, portable.ExportOptions{Format: portable.JSONL, Secrets: true})
	close(stop)
	done.Wait()
	if err != nil || n == 0 || n > 400+len(before) {
		t.Fatalf("%d, %v", n, err)
	}
	to := newStore(t)
	if res := read(t, to, file.Bytes(), portable.ImportOptions{}); res.Imported != n || res.Failed != 0 {
		t.Errorf("%d were exported; %+v", n, res)
	}
}

// slow lets others work between its writes.
type slow struct{ io.Writer }

func (w slow) Write(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return w.Writer.Write(p)
}
