package badgerstore

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// crashTrash puts all deliveries into the trash, takes some out again, and writes
// down what was acknowledged, until it is killed.
func crashTrash(s *Store, ids []inspector.ID) {
	ctx, cancel := testContext()
	defer cancel()
	w := bufio.NewWriter(os.Stdout)
	for from := 0; from < len(ids); from += 50 {
		b := &inspector.Batch{Workspace: ws}
		for _, id := range ids[from:min(from+50, len(ids))] {
			b.Patches = append(b.Patches, inspector.Patch{ID: id, Trash: start})
		}
		word := "in"
		if _, err := s.Commit(ctx, b); err != nil {
			return
		}
		if from%100 == 0 {
			for i := range b.Patches {
				b.Patches[i] = inspector.Patch{ID: b.Patches[i].ID, Restore: true}
			}
			word = "out"
			if _, err := s.Commit(ctx, b); err != nil {
				return
			}
		}
		for i := range b.Patches {
			fmt.Fprintln(w, word, hex.EncodeToString(b.Patches[i].ID[:]))
		}
		w.Flush()
	}
	fmt.Fprintln(w, "done")
	w.Flush()
	select {}
}

func trashChild(dir string) {
	opt := testOptions()
	opt.Durability = Process
	s, err := Open(dir, opt)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	ctx, cancel := testContext()
	defer cancel()
	go func() {
		for {
			s.flush()
		}
	}()
	var ids []inspector.ID
	for before := ""; ; {
		p, err := s.List(ctx, inspector.ListQuery{Workspace: ws, Limit: 1000, Before: before})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		for i := range p.Rows {
			ids = append(ids, p.Rows[i].ID)
		}
		if before = p.Next; before == "" {
			break
		}
	}
	crashTrash(s, ids)
}

// What was put into the trash stays there after kill -9, what was taken out stays
// out, and the counts are those of the rows.
func TestKillTrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(3)
	for range 200 {
		b := &inspector.Batch{}
		for range 50 {
			m.add(b, 100)
		}
		commit(t, s, b)
	}
	closeTest(t, s)
	in := map[string]bool{}
	for range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), crashEnv+"="+dir, crashWorkEnv+"=trash")
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		left := 150 + rand.IntN(1500) // a busy machine does less in a time
		lines := bufio.NewScanner(pipe)
		for lines.Scan() {
			switch word, id, _ := strings.Cut(lines.Text(), " "); word {
			case "in", "out":
				in[id] = word == "in"
				if left--; left == 0 {
					time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { cmd.Process.Kill() })
				}
			case "done":
				cmd.Process.Kill()
			default:
				t.Error(lines.Text())
			}
		}
		cmd.Wait()
		s := openTest(t, dir)
		trashed := map[string]bool{}
		for _, r := range listAll(t, s, "is:trashed") {
			trashed[hex.EncodeToString(r.ID[:])] = true
			if !r.Trashed.Equal(start) {
				t.Fatalf("#%d is in the trash since %s", r.N, r.Trashed)
			}
		}
		wrong := 0
		for id, want := range in {
			if want && !trashed[id] {
				wrong++
			}
		}
		rest := len(listAll(t, s, ""))
		st, err := s.Stats(t.Context(), ws)
		if wrong > 0 || err != nil || st.Trashed != len(trashed) || st.Deliveries != rest || rest+len(trashed) != 10_000 {
			t.Errorf("%d of %d are not where they were put; %d in the trash, %d not, stats %+v, %v", wrong, len(in), len(trashed), rest, st, err)
		}
		closeTest(t, s)
	}
	if len(in) < 150 {
		t.Errorf("only %d were acknowledged, too few to tell", len(in))
	}
}

// BenchmarkTrash puts 100,000 deliveries into the trash, a thousand with each
// commit, and says how many times as long that takes as to erase them, which is
// what deleting was before. Then it lists beside them.
func BenchmarkTrash(b *testing.B) {
	const rows, step = 100_000, 1000
	for b.Loop() {
		b.StopTimer()
		var took [2]time.Duration
		for way := range took {
			s, err := Open(b.TempDir(), Options{Durability: Process})
			if err != nil {
				b.Fatal(err)
			}
			m := newMaker(1)
			var ids []inspector.ID
			for range rows / step {
				batch := &inspector.Batch{}
				for range step {
					ids = append(ids, m.add(batch, 1<<10))
				}
				if _, err := s.Commit(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			if err := s.flush(); err != nil {
				b.Fatal(err)
			}
			if way == 0 {
				b.StartTimer()
			}
			at := time.Now()
			for from := len(ids) - step; from >= 0; from -= step {
				batch := &inspector.Batch{Workspace: ws}
				if way == 1 {
					batch.Erase = ids[from : from+step]
				} else {
					for _, id := range ids[from : from+step] {
						batch.Patches = append(batch.Patches, inspector.Patch{ID: id, Trash: start})
					}
				}
				if _, err := s.Commit(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			took[way] = time.Since(at)
			b.StopTimer()
			if way == 0 {
				at = time.Now()
				p, err := s.List(b.Context(), inspector.ListQuery{Workspace: ws, Budget: time.Minute})
				if err != nil || len(p.Rows) > 0 {
					b.Fatal(len(p.Rows), err)
				}
				b.ReportMetric(float64(time.Since(at).Microseconds()), "µs/list")
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "x-erase")
		b.StartTimer()
	}
}
