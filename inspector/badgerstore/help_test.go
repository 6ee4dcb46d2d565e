package badgerstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

const ws = inspector.DefaultWorkspace

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// maker makes deliveries that look like captures.
type maker struct {
	rand *rand.Rand
	ids  *inspector.IDs
	made int
}

func newMaker(seed uint64) *maker {
	return &maker{rand: rand.New(rand.NewPCG(seed, 1)), ids: inspector.NewIDs(inspector.ID{})}
}

func (m *maker) id() inspector.ID {
	m.made++
	id, err := m.ids.New(start.Add(time.Duration(m.made) * time.Millisecond))
	if err != nil {
		panic(err)
	}
	return id
}

// add puts a delivery with one attempt and a body of size bytes into b.
func (m *maker) add(b *inspector.Batch, size int) inspector.ID {
	id := m.id()
	b.Workspace = ws
	event := fmt.Sprintf("order.%d", m.rand.IntN(40))
	eventID := fmt.Sprintf("evt_%016x", m.rand.Uint64())
	body := m.body(size, eventID)
	b.Deliveries = append(b.Deliveries, inspector.Row{
		ID: id, At: start.Add(time.Duration(m.made) * time.Second), Dir: inspector.In, Verdict: inspector.Valid,
		Provider: "shop", Event: event, EventID: eventID, Inbox: fmt.Sprintf("inbox%d", m.rand.IntN(3)), Scheme: "standard",
		Method: "POST", Target: "/in/demo/hooks?n=" + eventID, Host: "127.0.0.1:4601", Source: "127.0.0.1",
		Status: 200, Duration: time.Millisecond, Size: int64(size), Tags: []string{"t" + event},
	})
	a := inspector.Attempt{
		Delivery: id, Target: "127.0.0.1:4601", Started: start, Remote: "127.0.0.1:50000", Answered: true,
		Request: inspector.Message{
			Head: []byte("POST /in/demo/hooks?n=" + eventID + " HTTP/1.1\r\nHost: 127.0.0.1:4601\r\nContent-Type: application/json\r\nUser-Agent: Shop-Hookshot/1.0\r\nX-Event: " + event + "\r\n\r\n"),
			Size: int64(size), Wanted: int64(size),
		},
		Response: inspector.Message{Head: []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Wanted: 0},
	}
	b.Attempts = append(b.Attempts, a)
	for seq := 0; seq*inspector.ChunkBytes < len(body); seq++ {
		part := body[seq*inspector.ChunkBytes:]
		b.Chunks = append(b.Chunks, inspector.Chunk{
			Body: inspector.BodyKey{Delivery: id}, Seq: seq, Data: part[:min(len(part), inspector.ChunkBytes)],
		})
	}
	return id
}

func (m *maker) body(size int, eventID string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"id":%q,"items":[`, eventID)
	for b.Len() < size {
		fmt.Fprintf(&b, `{"sku":"sku-%d","name":"Product %d","price":%d,"currency":"EUR"},`, m.rand.IntN(1e6), m.rand.IntN(500), m.rand.IntN(10000))
	}
	return []byte(b.String()[:size])
}

// random is a batch of many kinds of changes to the given deliveries.
func (m *maker) random(known []inspector.ID) (*inspector.Batch, []inspector.ID) {
	b := &inspector.Batch{Workspace: ws}
	var ids []inspector.ID
	for range 1 + m.rand.IntN(20) {
		ids = append(ids, m.add(b, m.rand.IntN(3000)))
	}
	if m.rand.IntN(10) == 0 {
		ids = append(ids, m.add(b, 1+m.rand.IntN(3*inspector.ChunkBytes)))
	}
	pick := func() inspector.ID {
		if len(known) == 0 {
			return ids[0]
		}
		return known[m.rand.IntN(len(known))]
	}
	for range m.rand.IntN(6) {
		id := pick()
		k := 1 + m.rand.IntN(3)
		data := m.body(1+m.rand.IntN(500), "answer")
		b.Attempts = append(b.Attempts, inspector.Attempt{
			Delivery: id, K: k, Target: "http://localhost:3000", Started: start,
			Response: inspector.Message{Head: fmt.Appendf(nil, "HTTP/1.1 %d OK\r\n\r\n", 200+m.rand.IntN(300)), Size: int64(len(data))},
		})
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: inspector.BodyKey{Delivery: id, Attempt: k, Part: inspector.Response}, Data: data})
		b.Patches = append(b.Patches, inspector.Patch{
			ID: id, Tries: 1, Outcome: &inspector.Outcome{Status: 200 + m.rand.IntN(300), RespSize: int64(len(data))},
			AddTags: []string{fmt.Sprint("tag", m.rand.IntN(5))}, DropTags: []string{fmt.Sprint("tag", m.rand.IntN(5))},
		})
	}
	if m.rand.IntN(4) == 0 {
		b.Erase = append(b.Erase, pick())
	}
	b.Schedule = append(b.Schedule, inspector.Due{ID: fmt.Sprint("work", m.rand.IntN(50)), Lane: fmt.Sprint("lane", m.rand.IntN(3)), RunAt: start.Add(time.Duration(m.rand.IntN(100)) * time.Second), Payload: []byte("payload")})
	return b, ids
}

func commit(t testing.TB, s *Store, b *inspector.Batch) inspector.Result {
	t.Helper()
	res, err := s.Commit(t.Context(), b)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	return res
}

func listAll(t testing.TB, s *Store, q string) []inspector.Row {
	t.Helper()
	lq := inspector.ListQuery{Workspace: ws, Limit: 500, Budget: time.Minute}
	if q != "" {
		query, err := inspector.ParseQuery(q, start)
		if err != nil {
			t.Fatal(err)
		}
		lq.Query = query
	}
	var rows []inspector.Row
	for {
		p, err := s.List(t.Context(), lq)
		if err != nil {
			t.Fatalf("List: %v", err)
		}
		rows = append(rows, p.Rows...)
		if lq.Before = p.Next; p.Next == "" {
			return rows
		}
	}
}

// dump writes down everything a store says, for comparing.
func dump(t testing.TB, s *Store) string {
	t.Helper()
	var out strings.Builder
	for _, r := range listAll(t, s, "") {
		fmt.Fprintf(&out, "%+v\n", r)
		got, err := s.Get(t.Context(), ws, r.ID)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(r) {
			t.Errorf("Get(%s) = %+v, %v, List says %+v", r.ID, got, err, r)
		}
		attempts, err := s.Attempts(t.Context(), ws, r.ID)
		if err != nil {
			t.Fatalf("Attempts: %v", err)
		}
		for _, a := range attempts {
			fmt.Fprintf(&out, "  %+v\n", a)
			for part := range inspector.Part(2) {
				fmt.Fprintf(&out, "    %s\n", bodySum(t, s, inspector.BodyKey{Delivery: r.ID, Attempt: a.K, Part: part}))
			}
		}
	}
	entries, err := s.Config(t.Context(), ws, "")
	fmt.Fprintf(&out, "%+v %v\n", entries, err)
	leases, _, err := s.Claim(t.Context(), ws, start.Add(time.Hour), time.Nanosecond, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range leases {
		fmt.Fprintf(&out, "%+v\n", l.Due)
	}
	st, err := s.Stats(t.Context(), ws)
	fmt.Fprintf(&out, "%d %d %d %s %v\n", st.Deliveries, st.FirstN, st.LastN, st.LastID, err)
	return out.String()
}

func bodySum(t testing.TB, s *Store, key inspector.BodyKey) string {
	t.Helper()
	b, err := s.Body(t.Context(), ws, key)
	if errors.Is(err, inspector.ErrNotFound) {
		return "none"
	}
	if err != nil {
		t.Fatalf("Body: %v", err)
	}
	defer b.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(b, 0, b.Size()))
	if err != nil || n != b.Size() {
		t.Fatalf("read body: %d of %d, %v", n, b.Size(), err)
	}
	return fmt.Sprint(n, " ", hex.EncodeToString(h.Sum(nil)))
}

// copyStore copies the files of a store, also while it is open. skip leaves
// out folders.
func copyStore(t testing.TB, from, to string, skip ...string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		for _, s := range skip {
			if rel == s {
				return filepath.SkipDir
			}
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(path, ".tmp") {
			return nil // it took the place of what it replaces meanwhile
		}
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func diff(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d:\n- %.600s\n+ %.600s", i, as[i], bs[i])
		}
	}
	return fmt.Sprintf("%d lines and %d", len(as), len(bs))
}

func testContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// sealed puts the checksum of a stored block behind it.
func sealed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(body), crc32.Checksum(body, castagnoli))
}
