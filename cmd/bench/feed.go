package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/web"
	"github.com/gorilla/websocket"
)

const (
	feedToken  = "bench-token-bench-token-bench-token-bench-to"
	feedClient = 50
)

// feedRole serves page and API over a store in memory, and commits deliveries
// at the given rate for the given time, starting when a line arrives on its
// standard input. So only the feed is measured, not the capture.
func feedRole(ln net.Listener, args []string) error {
	rate, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	length, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	hub := inspector.NewHub(store, inspector.DefaultWorkspace, inspector.HubOptions{})
	go func() { _ = hub.Run(ctx) }() // it ends with the process
	server := web.New(web.Options{Store: store, Hub: hub, Token: feedToken})
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		if err := insert(ctx, store, rate, length); err != nil {
			fmt.Fprintln(os.Stderr, "insert:", err)
		}
	}()
	announce(ln)
	return server.Serve(ctx, ln)
}

// insert commits rate deliveries a second, in steps of 5 ms.
func insert(ctx context.Context, store inspector.Store, rate int, length time.Duration) error {
	ids := inspector.NewIDs(inspector.ID{})
	start := time.Now()
	done := 0
	for time.Since(start) < length {
		want := int(time.Since(start).Seconds() * float64(rate))
		for done < want {
			b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
			for range min(64, want-done) {
				now := time.Now()
				id, err := ids.New(now)
				if err != nil {
					return err
				}
				b.Deliveries = append(b.Deliveries, inspector.Row{ID: id, At: now, Dir: inspector.In, Verdict: inspector.Unchecked,
					Provider: "webconnex", Event: "registration", Inbox: "demo", Method: "POST", Target: "/in/demo/hook", Host: "127.0.0.1", Status: 200, Size: 1024})
			}
			if _, err := store.Commit(ctx, b); err != nil {
				return err
			}
			done += len(b.Deliveries)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// benchFeed runs 50 sockets on a stream of deliveries and takes the CPU time of
// the process with and without them, and the delay from stored to received.
func benchFeed(ctx context.Context, s settings, out *table) error {
	length := max(s.duration, 4*time.Second)
	idle, _, _, err := feedRun(ctx, 20_000, length, 0)
	if err != nil {
		return err
	}
	busy, received, _, err := feedRun(ctx, 20_000, length, feedClient)
	if err != nil {
		return err
	}
	out.row("feed, 20,000 deliveries/s to 50 sockets", fmt.Sprintf("%.2f core", max(0, busy-idle)),
		fmt.Sprintf("the same stream without sockets, %.2f core; each socket got or was told of %.0f/s", idle, received))
	_, _, delays, err := feedRun(ctx, 2_000, length, feedClient)
	if err != nil {
		return err
	}
	out.row("feed, stored to received, 2,000/s to 50 sockets", delays, "frames at most 20 a second")
	return nil
}

// feedRun is one stream. It returns the cores used, rows a second that each
// socket accounted for, and the delays.
func feedRun(ctx context.Context, rate int, length time.Duration, sockets int) (float64, float64, string, error) {
	p, err := startRole(ctx, "feed", strconv.Itoa(rate), length.String())
	if err != nil {
		return 0, 0, "", err
	}
	defer p.stop() //nolint:errcheck // it is killed by our own signal
	hist := newHist()
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	var failed error
	runCtx, cancel := context.WithTimeout(ctx, length+time.Second)
	defer cancel()
	for range sockets {
		//nolint:bodyclose // the answer of a handshake has no body to close
		conn, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+p.addr+"/api/v1/feed", http.Header{"Authorization": {"Bearer " + feedToken}})
		if err != nil {
			return 0, 0, "", fmt.Errorf("open a socket: %w", err)
		}
		if err := conn.WriteJSON(map[string]string{"after": "", "q": ""}); err != nil {
			return 0, 0, "", err
		}
		wg.Go(func() {
			defer conn.Close()
			n, err := follow(runCtx, conn, func(d time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				_ = hist.RecordValue(max(d.Microseconds(), 1)) // out of its range only if a minute late
			})
			mu.Lock()
			defer mu.Unlock()
			total += n
			failed = errors.Join(failed, err)
		})
	}
	before, err := p.cpu()
	if err != nil {
		return 0, 0, "", err
	}
	if _, err := io.WriteString(p.input, "go\n"); err != nil {
		return 0, 0, "", err
	}
	start := time.Now()
	<-runCtx.Done()
	after, err := p.cpu()
	if err != nil {
		return 0, 0, "", err
	}
	wg.Wait()
	cores := (after - before).Seconds() / min(time.Since(start), length).Seconds()
	received := 0.0
	if sockets > 0 {
		received = float64(total) / float64(sockets) / length.Seconds()
	}
	return cores, received, spread(hist), failed
}

// follow reads frames until ctx ends and counts the rows in them. A delay is
// taken of the newest row of each frame.
func follow(ctx context.Context, conn *websocket.Conn, delay func(time.Duration)) (int, error) {
	deadline, _ := ctx.Deadline()
	if err := conn.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	n := 0
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				return n, nil
			}
			return n, err
		}
		now := time.Now()
		// Fifty clients that decode every row would measure themselves.
		text := string(raw)
		n += strings.Count(text, `"id":"`)
		if i := strings.LastIndex(text, `"at":"`); i >= 0 {
			at, _, _ := strings.Cut(text[i+6:], `"`)
			if t, err := time.Parse(time.RFC3339Nano, at); err == nil {
				delay(now.Sub(t))
			}
		}
	}
}
