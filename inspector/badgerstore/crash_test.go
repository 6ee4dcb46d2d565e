package badgerstore

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

const (
	crashEnv     = "BADGERSTORE_CRASH_DIR"
	crashWorkEnv = "BADGERSTORE_CRASH_WORK" // "trash", or "" for captures
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" && os.Getenv(crashWorkEnv) == "trash" {
		trashChild(dir)
	} else if dir != "" {
		crashChild(dir)
	}
	os.Exit(m.Run())
}

// crashChild commits until it is killed, and writes down what was acknowledged.
func crashChild(dir string) {
	opt := testOptions()
	opt.Durability = Process
	s, err := Open(dir, opt)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	ctx, cancel := testContext()
	defer cancel()
	st, err := s.Stats(ctx, ws)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	ids := inspector.NewIDs(st.LastID)
	var out sync.Mutex
	w := bufio.NewWriter(os.Stdout)
	for range 4 {
		go func() {
			m := newMaker(rand.Uint64())
			m.ids = ids
			m.made = int(st.LastN)
			for {
				b := &inspector.Batch{}
				var made []inspector.ID
				for range 1 + m.rand.IntN(30) {
					made = append(made, m.add(b, m.rand.IntN(4000)))
				}
				if _, err := s.Commit(ctx, b); err != nil {
					return
				}
				out.Lock()
				for _, id := range made {
					fmt.Fprintln(w, "ok", hex.EncodeToString(id[:]))
				}
				w.Flush()
				out.Unlock()
			}
		}()
	}
	if st.LastN%2 == 1 { // also with sweeps and erasing going on
		go func() {
			for {
				s.Sweep(ctx, ws, start, inspector.Policy{Count: 1 << 20})
				s.flush()
			}
		}()
	}
	select {}
}

// Nothing that was acknowledged is missing after kill -9.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	t.Parallel()
	dir := t.TempDir()
	acked := map[string]bool{}
	for round := range 8 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), crashEnv+"="+dir)
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// By what was acknowledged, not by the clock: a busy machine does less in a time.
		left := 150 + rand.IntN(600)
		lines := bufio.NewScanner(pipe)
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "ok "); ok && len(id) == 32 {
				acked[id] = true
				if left--; left == 0 {
					time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { cmd.Process.Kill() })
				}
			} else if strings.HasPrefix(lines.Text(), "error") {
				t.Error(lines.Text())
			}
		}
		cmd.Wait()
		if round%4 != 3 {
			continue
		}
		began := time.Now()
		s := openTest(t, dir)
		t.Logf("round %d: open took %s", round, time.Since(began))
		missing := 0
		for text := range acked {
			var id inspector.ID
			hex.Decode(id[:], []byte(text))
			if _, err := s.Get(t.Context(), ws, id); err != nil {
				missing++
				continue
			}
			if a, err := s.Attempts(t.Context(), ws, id); err != nil || len(a) != 1 {
				missing++
			}
		}
		st, err := s.Stats(t.Context(), ws)
		if missing > 0 || err != nil || len(st.Losses) > 0 || uint64(st.Deliveries) != st.LastN {
			t.Errorf("round %d: %d of %d acknowledged are missing, stats %+v, %v", round, missing, len(acked), st, err)
		}
		closeTest(t, s)
	}
	if len(acked) < 1000 {
		t.Errorf("only %d were acknowledged, too few to tell", len(acked))
	}
	t.Logf("%d acknowledged", len(acked))
}
