package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// liveServer is what the full screen asks of a server.
type liveServer interface {
	List(ctx context.Context, opt client.ListOptions) (client.Page, error)
	Count(ctx context.Context, query string) (client.Count, error)
	Tail(ctx context.Context, query string, after inspector.Cursor) iter.Seq2[client.Event, error]
	Complete(ctx context.Context, query string, pos int) (client.Completions, error)
	Delivery(ctx context.Context, ref string) (client.Delivery, error)
	Body(ctx context.Context, ref string, attempt int, part inspector.Part, opt client.BodyOptions) (*client.Body, error)
	Signature(ctx context.Context, ref string) (proxy.Check, error)
	Scheme(ctx context.Context, id string) (client.SchemeRow, error)
	Compare(ctx context.Context, a, b, part string, ignore []string) (client.Comparison, error)
	Export(ctx context.Context, query, format string, secrets bool) (io.ReadCloser, error)
	Resend(ctx context.Context, ref string) (inspector.Row, error)
	Mark(ctx context.Context, m client.Marks) (client.Marked, error)
	Trash(ctx context.Context, sel client.Selection) (client.Deletion, error)
	Restore(ctx context.Context, which client.Restoration) (int, error)
	Filters(ctx context.Context) ([]proxy.SavedFilter, error)
	SaveFilter(ctx context.Context, f proxy.SavedFilter) (proxy.SavedFilter, error)
}

// live is the full screen: a list of deliveries as they come, and one of them below.
// It is changed by messages alone, one after the other; what waits for a server is
// done in commands, which see nothing of it.
type live struct {
	a       *app
	ctx     context.Context //nolint:containedctx // of the program; commands of the library take none
	s       liveServer
	stop    context.CancelFunc                         // breaks off what commands do
	writing sync.Mutex                                 // held while a file is written
	page    string                                     // URL of the page, "" if there is none
	open    func(ctx context.Context, to string) error // opens the page at a path

	// replays starts a replay of deliveries, with the words that follow boathook replay --to.
	replays func(ctx context.Context, refs, words []string) (proxy.Run, error)

	width, height int
	query         string // of the rows
	rows          liveRows
	total         int  // deliveries that match, as far as is known
	exact         bool // total is not merely a lower bound
	loading       bool // older rows are being read
	oldest        bool // there are no older rows

	feed   *liveFeed
	lost   int            // tries to connect again, 0 while connected
	paused []client.Event // held back while paused
	pause  bool
	missed bool // more came while paused than is held

	focus, top uint64 // running numbers of the row in focus, and of the first on screen
	follow     bool   // the focus stays on the newest
	unseen     int    // rows that came while something else was looked at
	chosen     map[inspector.ID]bool

	base     inspector.ID // the delivery that others are compared with, zero if none is marked
	baseName string
	part     inspector.Part // of them that is compared

	detail  *liveDetail // nil while none is open
	whole   bool        // the detail has the whole screen
	filter  *liveFilter // the filter line while it is edited
	prompt  *livePrompt // what is asked for in the last line
	help    bool
	helpTop int  // the first key on screen
	copying bool // the next key says what is copied
	ask     *liveQuestion
	notice  liveNotice
	deleted string // what undo takes out of the trash, "" if nothing was deleted here
	fatal   error  // why the program ends
}

// liveQuestion is asked before something that cannot be undone.
type liveQuestion struct {
	text string
	yes  func() tea.Cmd
}

// liveNotice is the last thing that was said, until the next key.
type liveNotice struct {
	text string
	bad  bool
}

// tailLive runs the full screen until the user ends it.
func (a *app) tailLive(ctx context.Context, s *session, query string) error {
	m := newLive(ctx, a, s, query)
	m.page = s.page
	m.open = func(within context.Context, to string) error {
		link, err := s.LoginLink(within)
		if err != nil {
			return err
		}
		return startBrowser(ctx, link+"&to="+to)
	}
	m.replays = s.replayOf
	if err := a.fullScreen(s); err != nil {
		return err
	}
	if _, err := s.CheckQuery(ctx, query); err != nil {
		return a.pointAt(query, err) // a filter that is wrong is told before the screen is taken
	}
	a.rules() // known from here on, so that no drawing waits for the server
	err := m.run(ctx)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case m.fatal != nil:
		return m.fatal
	case errors.Is(err, tea.ErrInterrupted):
		return errInterrupted
	case err != nil:
		return fail(exitFailed, "boathook tail shows the same line by line", "full screen: %w", err)
	}
	return nil
}

// run shows the screen until it ends, and leaves the terminal as it was.
func (m *live) run(ctx context.Context, more ...tea.ProgramOption) error {
	defer func() {
		m.stop()
		m.feed.end()
		m.writing.Lock() // no half of a file is left behind
	}()
	// Whether there is colour, the palette has decided before.
	options := append([]tea.ProgramOption{
		tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithColorProfile(colorprofile.ANSI), tea.WithFPS(30),
	}, more...)
	_, err := tea.NewProgram(m, options...).Run()
	return err
}

// fullScreen makes sure that there is one to be had.
func (a *app) fullScreen(s *session) error {
	const instead = "boathook tail shows the same line by line"
	switch {
	case a.flags.json:
		return usage("leave one out", "--json and --interactive do not go together")
	case !a.out.Terminal || os.Getenv("TERM") == "dumb":
		return usage(instead, "--interactive needs a terminal that shows full screens")
	case s.end != nil:
		return a.nothingNew(false)
	}
	return nil
}

func newLive(ctx context.Context, a *app, s liveServer, query string) *live {
	ctx, stop := context.WithCancel(ctx)
	return &live{a: a, ctx: ctx, stop: stop, s: s, query: query, rows: newLiveRows(), follow: true, chosen: map[inspector.ID]bool{}, width: 80, height: 24}
}

// Init reads the first rows.
func (m *live) Init() tea.Cmd { return m.load(m.query) }

// livePage is an answer to load.
type livePage struct {
	query string
	page  client.Page
	count client.Count
	err   error
}

// liveFirst is how many rows are read at first, and with each step back.
const liveFirst = 200

// load reads the newest rows that match.
func (m *live) load(query string) tea.Cmd {
	return func() tea.Msg {
		got := livePage{query: query}
		if got.page, got.err = m.s.List(m.ctx, client.ListOptions{Query: query, Limit: liveFirst}); got.err == nil {
			got.count, got.err = m.s.Count(m.ctx, query)
		}
		return got
	}
}

// loaded shows the rows of a filter, and follows it from there on.
func (m *live) loaded(got livePage) tea.Cmd {
	asked := m.filter != nil && m.filter.asked != nil && *m.filter.asked == got.query
	if got.err != nil {
		if asked {
			m.filter.wrong(got.query, got.err)
			return nil
		}
		m.say(got.err)
		if m.feed == nil {
			m.fatal = got.err
			return tea.Quit
		}
		return nil
	}
	m.feed.end()
	m.query = got.query
	if asked { // one that is typed meanwhile stays
		m.filter = nil
	}
	m.rows = newLiveRows()
	for _, r := range got.page.Rows {
		m.rows.put(r)
	}
	m.total, m.exact = got.count.Count, got.count.Complete
	m.oldest, m.loading = got.page.Next == "", false
	m.paused, m.missed, m.pause, m.unseen = nil, false, false, 0
	m.chosen = map[inspector.ID]bool{}
	m.follow = true
	m.feed = followLive(m.ctx, m.s, m.query, got.page.Cursor)
	return tea.Batch(m.feed.next, m.refocus())
}

// liveOlder is an answer to older.
type liveOlder struct {
	query string
	rows  []inspector.Row
	end   bool
	err   error
}

// older reads rows from before the oldest, once they are near.
func (m *live) older() tea.Cmd {
	if m.oldest || m.loading || m.rows.len() == 0 {
		return nil
	}
	m.loading = true
	last := m.rows.rows[0].N
	query := m.query
	return func() tea.Msg {
		got := liveOlder{query: query, end: last <= 1}
		opt := client.ListOptions{Query: both(query, fmt.Sprintf("n:1..%d", max(last-1, 1))), Limit: liveFirst}
		for len(got.rows) == 0 && !got.end {
			page, err := m.s.List(m.ctx, opt)
			if err != nil {
				got.err = err
				return got
			}
			got.rows, got.end, opt.Before = page.Rows, page.Next == "", page.Next
		}
		return got
	}
}

// both is a filter for what matches two.
func both(query, term string) string {
	if query == "" {
		return term
	}
	return "(" + query + ") " + term
}

// Update is where everything happens.
func (m *live) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m, m.refocus()
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		switch {
		case m.filter != nil:
			m.filter.paste(msg.Content)
		case m.prompt != nil:
			m.prompt.insert(msg.Content)
		}
	case livePage:
		return m, m.loaded(msg)
	case liveOlder:
		if msg.query != m.query {
			return m, nil
		}
		m.loading = false
		m.say(msg.err)
		for _, r := range msg.rows {
			m.rows.put(r)
		}
		m.oldest = msg.end && msg.err == nil
	case liveEvents:
		if msg.of == m.feed {
			return m, m.happened(msg)
		}
	case liveTick:
		return m, m.detailTick(msg)
	case liveFound:
		m.detailFound(msg)
	case liveProposed:
		if m.filter != nil {
			m.filter.proposed(msg)
		}
	case *liveQuestion:
		m.ask = msg
	case liveSaved:
		m.chooseSaved(msg)
	case liveDone:
		return m, m.done(msg)
	}
	return m, nil
}

// say shows an error; nil says nothing.
func (m *live) say(err error) {
	if err != nil {
		f := explain(err)
		if f == nil {
			return
		}
		text := f.Error()
		if f.hint != "" && m.lost == 0 { // it goes on by itself once the server is back
			text += "; " + strings.Join(strings.Fields(f.hint), " ")
		}
		m.notice = liveNotice{text: text, bad: true}
	}
}

// liveWait bounds what a key waits for.
const liveWait = 30 * time.Second
