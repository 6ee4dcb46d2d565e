package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	pingTimeout = 10 * time.Second
	pingHeader  = "Boathook-Ping" // its value is made anew for each ping
)

// pingBody is what a ping sends.
type pingBody struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	At   string `json:"at"`
	Text string `json:"text"`
}

// postPing sends a real request to our own capture port and answers which
// delivery it became.
func (s *Server) postPing(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	var in struct {
		Inbox string `json:"inbox"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Inbox == "" {
		return badJSON("inbox", "inbox is needed: the name of the inbox to ping")
	}
	box, err := inboxes.Get(in.Inbox)
	if err != nil {
		return inboxProblem(err)
	}
	url := s.withURL(box).URL
	if url == "" {
		return problem(503, "no-capture", "no capture port", "this server does not know its capture port")
	}
	ctx, cancel := context.WithTimeout(s.ctx, pingTimeout)
	defer cancel()
	// Taken before the request is sent: the delivery is among what comes after.
	cursor, err := s.opt.Store.FeedEnd(ctx, s.ws)
	if err != nil {
		return fmt.Errorf("read the feed cursor: %w", err)
	}
	mark := NewToken()
	started := time.Now()
	status, err := s.sendPing(ctx, url, mark)
	if err != nil && status == 0 {
		// An answer program may leave a ping without an answer on purpose; it
		// was received all the same.
		s.log("ping got no answer: %v", err)
	}
	took := time.Since(started)
	// Looked for with time of its own: the answer program may have used all of it up.
	look, cancelLook := s.brief()
	defer cancelLook()
	row, err := s.findPing(look, cursor, mark)
	if err != nil {
		return err
	}
	return sendJSON(c, 201, client.Pinged{Delivery: row.ID, N: row.N, Status: status, DurationMS: millis(took)})
}

func (s *Server) sendPing(ctx context.Context, url, mark string) (status int, err error) {
	body, err := json.Marshal(pingBody{Type: "ping", ID: mark, At: timeText(s.now()), Text: "hello from boathook"})
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "boathook/"+s.opt.Version)
	req.Header.Set(pingHeader, mark)
	resp, err := s.pinger.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, bodyLimit))
	return resp.StatusCode, err
}

// newPinger makes the client that pings. It uses no proxy, follows no redirect
// and keeps no connection.
func newPinger(dial func(context.Context) (net.Conn, error)) *http.Client {
	t := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	if dial != nil {
		t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }
	}
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// findPing reads on in the feed until it meets the delivery whose head carries
// the mark.
func (s *Server) findPing(ctx context.Context, cursor inspector.Cursor, mark string) (inspector.Row, error) {
	for {
		wake := s.opt.Store.Wake()
		changes, next, err := s.opt.Store.Feed(ctx, s.ws, cursor, maxRows)
		if err != nil {
			return inspector.Row{}, fmt.Errorf("look for the ping: %w", err)
		}
		for i := range changes {
			if found, err := s.isPing(ctx, &changes[i], mark); found || err != nil {
				return *changes[i].Row, err
			}
		}
		cursor = next
		if len(changes) > 0 {
			continue
		}
		select {
		case <-wake:
		case <-time.After(time.Second):
		case <-ctx.Done():
			return inspector.Row{}, problem(504, "ping", "ping did not arrive", "the capture port did not store the ping in time")
		}
	}
}

func (s *Server) isPing(ctx context.Context, change *inspector.Change, mark string) (bool, error) {
	if change.Row == nil || change.Row.Method != http.MethodPost {
		return false, nil
	}
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, change.ID)
	if errors.Is(err, inspector.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the ping: %w", err)
	}
	return len(attempts) > 0 && inspector.ParseHead(attempts[0].Request.Head).Value(pingHeader) == mark, nil
}
