package main

import (
	"context"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// liveTabs are the parts of an open delivery, in their order.
var liveTabs = [...]string{"Overview", "Headers", "Body", "Signature", "Attempts", "Compare"}

const (
	tabOverview = iota
	tabHeaders
	tabBody
	tabSignature
	tabAttempts
	tabCompare
)

// liveDetail is the open delivery. What a tab shows is read when it is looked at.
type liveDetail struct {
	id     inspector.ID
	round  int // counts what is asked for, so that a late answer is known as such
	tab    int
	scroll int
	err    error

	delivery   *client.Delivery
	body       *liveBody
	signature  *liveSignature
	comparison *liveComparison

	lines []string // of the tab, at this width; nil: to be drawn
	width int
}

// liveBody is the beginning of a body.
type liveBody struct {
	data []byte
	more bool // there is more than data
	size int64
	none string // why there is none

	hidden []string // what is hidden in it

	answer *liveBody // of the response to this request, nil if it has none
}

// liveSignature is a check with its scheme.
type liveSignature struct {
	check  proxy.Check
	scheme *client.SchemeRow // nil if none fits
}

// detailDelay lets the focus pass over rows without reading each.
const detailDelay = 60 * time.Millisecond

// liveTick says that the focus has stayed.
type liveTick struct{ round int }

// liveFound is what was read for the open delivery.
type liveFound struct {
	round      int
	delivery   *client.Delivery
	body       *liveBody
	signature  *liveSignature
	comparison *liveComparison
	err        error
}

// openDetail opens a row, at the tab that was looked at before.
func (m *live) openDetail(r *inspector.Row) tea.Cmd {
	d := &liveDetail{id: r.ID}
	if m.detail != nil {
		d.tab, d.round = m.detail.tab, m.detail.round
	}
	m.detail = d
	return m.reloadDetail()
}

func (m *live) closeDetail() { m.detail, m.whole = nil, false }

// reloadDetail reads again, once things are quiet. What is shown stays meanwhile.
func (m *live) reloadDetail() tea.Cmd {
	m.detail.round++
	round := m.detail.round
	return tea.Tick(detailDelay, func(time.Time) tea.Msg { return liveTick{round} })
}

func (m *live) detailTick(tick liveTick) tea.Cmd {
	if m.detail == nil || m.detail.round != tick.round {
		return nil
	}
	return m.readDetail(true)
}

// readDetail reads what the tab needs; all of it anew, or what is not there yet.
func (m *live) readDetail(anew bool) tea.Cmd {
	d := m.detail
	ref, round, tab := d.id.String(), d.round, d.tab
	known := d.delivery
	if anew {
		known = nil
	}
	needBody := tab == tabBody && (anew || d.body == nil)
	needSignature := tab == tabSignature && (anew || d.signature == nil)
	needComparison := m.compares(anew)
	base, part := m.base, m.part
	if known != nil && !needBody && !needSignature && !needComparison {
		return nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, liveWait)
		defer cancel()
		got := liveFound{round: round, delivery: known}
		if known == nil {
			v, err := m.s.Delivery(ctx, ref)
			if err != nil {
				got.err = err
				return got
			}
			got.delivery = &v
		}
		if got.delivery.Row.Flags&inspector.FlagUnread != 0 {
			read := false
			if _, err := m.s.Mark(ctx, client.Marks{IDs: []string{ref}, Unread: &read}); err != nil {
				got.err = err
				return got
			}
		}
		if needBody {
			got.body, got.err = readLiveBodies(ctx, m.s, got.delivery)
		}
		if needSignature {
			got.signature, got.err = readLiveSignature(ctx, m.s, ref)
		}
		if needComparison {
			got.comparison = readLiveComparison(ctx, m.s, base, ref, part)
		}
		return got
	}
}

func (m *live) detailFound(got liveFound) {
	d := m.detail
	if d == nil || d.round != got.round {
		return
	}
	d.err, d.lines = got.err, nil
	if got.delivery != nil {
		d.delivery = got.delivery
	}
	if got.body != nil {
		d.body = got.body
	}
	if got.signature != nil {
		d.signature = got.signature
	}
	if got.comparison != nil {
		d.comparison = got.comparison
	}
}

// liveBodyBytes of a body are read.
const liveBodyBytes = 256 << 10

// readLiveBodies reads the bodies of a request and of its response.
func readLiveBodies(ctx context.Context, s liveServer, d *client.Delivery) (*liveBody, error) {
	at, err := pick(d, inspector.Request, -1)
	body := &liveBody{none: "The request has no body."}
	switch {
	case err == nil && at.Request.Size == 0 && at.Request.Cut:
		body.none = "Nothing of the body is stored. " + sentence(strings.Join(at.Notes, "; "))
	case err == nil && at.Request.Size > 0:
		if body, err = readLiveBody(ctx, s, d, at, inspector.Request, at.Request); err != nil {
			return nil, err
		}
	}
	if at, err = pick(d, inspector.Response, -1); err == nil && at.Response.Size > 0 {
		if body.answer, err = readLiveBody(ctx, s, d, at, inspector.Response, at.Response); err != nil {
			return nil, err
		}
	}
	return body, nil //nolint:nilerr // where there is nothing to show, that is said
}

func readLiveBody(ctx context.Context, s liveServer, d *client.Delivery, at *client.Attempt, part inspector.Part, msg *client.Message) (*liveBody, error) {
	r, err := s.Body(ctx, d.Row.ID.String(), at.K, part, client.BodyOptions{Decoded: msg.ContentEncoding != "", Hide: true})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, liveBodyBytes+1))
	if err != nil {
		return nil, err
	}
	b := &liveBody{data: data, size: msg.Size, hidden: r.Hidden}
	if len(data) > liveBodyBytes {
		b.data, b.more = data[:liveBodyBytes], true
	}
	return b, nil
}

func readLiveSignature(ctx context.Context, s liveServer, ref string) (*liveSignature, error) {
	check, err := s.Signature(ctx, ref)
	if err != nil {
		return nil, err
	}
	got := &liveSignature{check: check}
	if check.Scheme != "" {
		row, err := s.Scheme(ctx, check.Scheme)
		if err != nil {
			return nil, err
		}
		got.scheme = &row
	}
	return got, nil
}

// turn goes to another tab.
func (m *live) turn(by int) tea.Cmd {
	if m.detail == nil {
		return nil
	}
	return m.turnTo((m.detail.tab + by + len(liveTabs)) % len(liveTabs))
}

func (m *live) turnTo(tab int) tea.Cmd {
	d := m.detail
	d.tab, d.scroll, d.lines, d.err = tab, 0, nil, nil
	return m.readDetail(false)
}

func (m *live) scroll(by int) tea.Cmd {
	if m.detail != nil {
		m.detail.scroll = max(m.detail.scroll+by, 0) // drawing bounds it below
	}
	return nil
}
