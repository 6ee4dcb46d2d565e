package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/web/client"
)

// liveApp is an app as it is in a terminal.
func liveApp(t *testing.T, colour terminal.When) *app {
	t.Helper()
	a := newApp()
	a.streams(colour)
	a.out.Terminal = true
	a.clock.Now = func() time.Time { return time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC) }
	var err error
	if a.cfg, err = config.Load(config.Sources{Dir: t.TempDir(), Env: func(string) (string, bool) { return "", false }}); err != nil {
		t.Fatal(err)
	}
	return a
}

// liveRow is the row with a running number.
func liveRow(n uint64) inspector.Row {
	id := inspector.ID{}
	copy(id[8:], fmt.Sprintf("%08d", n))
	return inspector.Row{ID: id, N: n, At: time.Date(2026, 1, 31, 11, 0, 0, 0, time.UTC), Dir: inspector.In, Method: "POST",
		Target: "/in/demo/日本/" + strings.Repeat("x", int(n%50)), Inbox: "demo", Status: 200, Size: int64(n)}
}

// quietServer is a server whose feed is what the test says.
type quietServer struct {
	liveServer
	events chan client.Event
}

func (s *quietServer) Tail(ctx context.Context, _ string, _ inspector.Cursor) iter.Seq2[client.Event, error] {
	return func(yield func(client.Event, error) bool) {
		for {
			select {
			case ev, more := <-s.events:
				if !more || !yield(ev, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func liveWith(t *testing.T, rows int) *live {
	t.Helper()
	m := newLive(t.Context(), liveApp(t, terminal.Always), &quietServer{events: make(chan client.Event)}, "")
	page := client.Page{}
	for n := rows; n > 0; n-- {
		page.Rows = append(page.Rows, liveRow(uint64(n)))
	}
	m.loaded(livePage{page: page, count: client.Count{Count: rows, Complete: true}})
	t.Cleanup(m.feed.end)
	return m
}

// A filter that is typed while the rows are on their way stays, and how many there are is
// not said before it is known.
func TestLiveFilterTypedEarlyStays(t *testing.T) {
	t.Parallel()
	m := newLive(t.Context(), liveApp(t, terminal.Never), &quietServer{events: make(chan client.Event)}, "")
	if head, _, _ := strings.Cut(m.View().Content, "\n"); strings.Contains(head, "deliver") || !strings.Contains(head, "Reading") {
		t.Errorf("before the first rows: %q", head)
	}
	m.editFilter()
	m.filter.paste("status:500")
	m.loaded(livePage{count: client.Count{Complete: true}})
	t.Cleanup(func() { m.feed.end() })
	if m.filter == nil || string(m.filter.text) != "status:500" {
		t.Fatalf("what was typed is gone: %+v", m.filter)
	}
	m.filter.key(m, tea.KeyPressMsg{Code: tea.KeyEnter})
	m.loaded(livePage{query: "status:500", count: client.Count{Complete: true}})
	if m.filter != nil || m.query != "status:500" {
		t.Errorf("the filter that was asked for is %q, edited %v", m.query, m.filter)
	}
}

// Whatever the window, the screen fits into it.
func TestLiveFitsEveryWindow(t *testing.T) {
	t.Parallel()
	m := liveWith(t, 300)
	for _, state := range []string{"list", "detail", "whole", "help", "filter", "question", "prompt"} {
		m.back()
		m.help, m.filter, m.ask, m.prompt = false, nil, nil, nil
		switch state {
		case "detail", "whole":
			m.enter()
			m.whole = state == "whole"
		case "help":
			m.help = true
		case "filter":
			m.editFilter()
			m.filter.paste(strings.Repeat("日本 ", 60))
		case "question":
			m.ask = &liveQuestion{text: "Send 30 deliveries again?"}
		case "prompt":
			m.tag()
			m.prompt.insert(strings.Repeat("日本 ", 60))
		}
		for width := 1; width <= 160; width += 3 {
			for _, height := range []int{1, 2, 3, 5, 8, 12, 24, 60} {
				m.Update(tea.WindowSizeMsg{Width: width, Height: height})
				lines := strings.Split(m.View().Content, "\n")
				if len(lines) != height {
					t.Fatalf("%s at %dx%d: %d lines", state, width, height, len(lines))
				}
				for _, line := range lines {
					if got := ansi.StringWidth(line); got > width {
						t.Fatalf("%s at %dx%d: a line of %d columns: %q", state, width, height, got, line)
					}
				}
			}
		}
	}
}

// What a frame costs depends on the screen, not on how much there is.
func TestLiveWorkPerFrameIsBounded(t *testing.T) {
	cost := func(rows int) float64 {
		m := liveWith(t, rows)
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		return testing.AllocsPerRun(20, func() { _ = m.View() })
	}
	few, many := cost(200), cost(maxLiveRows)
	if many > few*1.1 {
		t.Errorf("a frame costs %.0f allocations with %d rows, %.0f with 200", many, maxLiveRows, few)
	}
}

// What comes within a frame is painted at once, all of it, and what is held is bounded.
func TestLiveGathersWhatComes(t *testing.T) {
	t.Parallel()
	m := liveWith(t, 0)
	const rows = 3 * maxLiveRows
	go func() {
		for n := range uint64(rows) {
			m.s.(*quietServer).events <- client.Event{Kind: client.Added, Row: liveRow(n + 1), ID: liveRow(n + 1).ID}
		}
	}()
	frames := 0
	began := time.Now()
	for m.total < rows {
		got, ok := m.feed.next().(liveEvents)
		if !ok || len(got.events) == 0 || len(got.events) > liveBatch {
			t.Fatalf("next = %v, %d events", ok, len(got.events))
		}
		m.Update(got)
		frames++
	}
	if limit := int(time.Since(began)/liveFrame) + rows/liveBatch + 2; frames > limit {
		t.Errorf("%d frames, want at most %d", frames, limit)
	}
	if m.rows.len() != maxLiveRows || len(m.rows.numbers) != maxLiveRows || m.rows.at(0).N != rows {
		t.Errorf("%d rows are held, the newest is %d", m.rows.len(), m.rows.at(0).N)
	}
	if m.oldest {
		t.Error("rows that were let go of count as read")
	}
}

// Paused, nothing moves; then all that came is there, once.
func TestLivePauseLosesNothing(t *testing.T) {
	t.Parallel()
	m := liveWith(t, 3)
	m.hold()
	var events []client.Event
	for n := uint64(4); n <= 8; n++ {
		events = append(events, client.Event{Kind: client.Added, Row: liveRow(n), ID: liveRow(n).ID})
	}
	events = append(events, client.Event{Kind: client.Gone, ID: liveRow(2).ID}, client.Event{Kind: client.Added, Row: liveRow(8), ID: liveRow(8).ID})
	m.Update(liveEvents{of: m.feed, events: events})
	if m.rows.len() != 3 || m.rows.at(0).N != 3 {
		t.Errorf("the list moved while paused: %d rows", m.rows.len())
	}
	m.hold()
	if m.rows.len() != 7 || m.total != 7 || m.focus != 8 {
		t.Errorf("%d rows, %d counted, focus on %d; want 7, 7, 8", m.rows.len(), m.total, m.focus)
	}
}

// A row that is deleted under the focus leaves it on the next.
func TestLiveFocusSurvivesDeletion(t *testing.T) {
	t.Parallel()
	m := liveWith(t, 5)
	m.step(2)
	for _, want := range []uint64{2, 1} {
		gone := m.focused().ID
		m.Update(liveEvents{of: m.feed, events: []client.Event{{Kind: client.Gone, ID: gone}}})
		if m.focus != want {
			t.Errorf("focus on %d, want %d", m.focus, want)
		}
	}
	for range 3 {
		m.Update(liveEvents{of: m.feed, events: []client.Event{{Kind: client.Gone, ID: m.focused().ID}}})
	}
	if m.focused() != nil || !strings.Contains(m.View().Content, "Nothing was received yet") {
		t.Error("an empty list has a focus")
	}
}

// brokenServer panics once the screen is there, as a mistake of ours would make it.
type brokenServer struct {
	quietServer
	shown chan struct{}
	tail  bool // in the feed, else in a command
}

func (s *brokenServer) List(context.Context, client.ListOptions) (client.Page, error) {
	if !s.tail {
		<-s.shown
		panic("a mistake")
	}
	return client.Page{}, nil
}

func (s *brokenServer) Count(context.Context, string) (client.Count, error) {
	return client.Count{}, nil
}

func (s *brokenServer) Tail(context.Context, string, inspector.Cursor) iter.Seq2[client.Event, error] {
	<-s.shown
	panic("a mistake")
}

// shownWriter tells when the screen was taken.
type shownWriter struct {
	mu    sync.Mutex
	text  strings.Builder
	shown chan struct{}
	once  sync.Once
}

func (w *shownWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(string(p), "\x1b[?1049h") {
		w.once.Do(func() { close(w.shown) })
	}
	return w.text.Write(p)
}

// A panic gives the terminal back before it is told of.
func TestLivePanicGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	for name, tail := range map[string]bool{"in a command": false, "in the feed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &shownWriter{shown: make(chan struct{})}
			m := newLive(t.Context(), liveApp(t, terminal.Never), &brokenServer{shown: w.shown, tail: tail}, "")
			err := m.run(t.Context(), tea.WithInput(nil), tea.WithOutput(w), tea.WithWindowSize(80, 24))
			if tail {
				err = m.fatal
			}
			if err == nil || !tail && !errors.Is(err, tea.ErrProgramPanic) || tail && !strings.Contains(err.Error(), "a mistake") {
				t.Errorf("run = %v, want a panic", err)
			}
			if on, off := strings.LastIndex(w.text.String(), "\x1b[?1049h"), strings.LastIndex(w.text.String(), "\x1b[?1049l"); on < 0 || off < on {
				t.Errorf("the screen is not given back: %q", w.text.String())
			}
		})
	}
}

// A list of what is hidden that changes holds for what is on the screen.
func TestLiveHidesAnew(t *testing.T) {
	t.Parallel()
	m := liveWith(t, 3)
	m.detail = &liveDetail{id: liveRow(3).ID, tab: tabHeaders, body: &liveBody{data: []byte("canary")}, delivery: &client.Delivery{Attempts: []client.Attempt{{
		Request: &client.Message{Start: "POST / HTTP/1.1", Headers: []inspector.Field{{Name: "X-Door", Value: "canary"}}},
	}}}}
	if text := m.View().Content; !strings.Contains(text, "canary") {
		t.Fatalf("before: %s", text)
	}
	rules, err := mask.Parse([]string{"x-door"})
	if err != nil {
		t.Fatal(err)
	}
	m.a.rules = func() *mask.Rules { return rules } // known before the feed tells of it
	round := m.detail.round
	m.Update(liveEvents{of: m.feed, events: []client.Event{{Kind: client.Config, Key: "mask/list"}}})
	for _, tab := range []int{tabHeaders, tabBody} {
		m.turnTo(tab)
		if text := m.View().Content; strings.Contains(text, "canary") {
			t.Errorf("%s after: %s", liveTabs[tab], text)
		}
	}
	if m.detail.round == round {
		t.Error("the delivery is not read again")
	}
}

// slowExport gives the beginning of an export, and waits.
type slowExport struct {
	quietServer
	begun chan struct{}
}

func (s *slowExport) List(context.Context, client.ListOptions) (client.Page, error) {
	return client.Page{}, nil
}

func (s *slowExport) Count(context.Context, string) (client.Count, error) {
	return client.Count{}, nil
}

func (s *slowExport) Export(ctx context.Context, _, _ string, _ bool) (io.ReadCloser, error) {
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write([]byte("half of it"))
		close(s.begun)
		<-ctx.Done()
		w.CloseWithError(ctx.Err())
	}()
	return r, nil
}

// A file that is being written when the screen ends is not left half.
func TestLiveEndsBreakAnExportOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, end := context.WithCancel(t.Context())
	s := &slowExport{quietServer: quietServer{events: make(chan client.Event)}, begun: make(chan struct{})}
	m := newLive(ctx, liveApp(t, terminal.Never), s, "")
	ended := make(chan error, 1)
	go func() {
		ended <- m.run(ctx, tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithWindowSize(80, 24))
	}()
	wrote := make(chan liveDone, 1)
	go func() { wrote <- m.writeExport("#1", filepath.Join(dir, "x.jsonl"), "jsonl", &exportFlags{}) }()
	<-s.begun
	end()
	<-ended
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	if got := <-wrote; got.err == nil {
		t.Error("it counts as written")
	}
}
