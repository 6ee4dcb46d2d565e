package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

const (
	pingTimeout = 10 * time.Second
	pingHeader  = "Boathook-Ping" // its value is made anew for each ping
	pingType    = "standard-webhooks/ping"
)

// pingBody is what a ping sends where the provider has none of its own.
type pingBody struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	At   string `json:"at"`
	Text string `json:"text"`
}

// postPing sends a test request and answers which delivery it became.
func (s *Server) postPing(c *fiber.Ctx) error {
	var in client.PingInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	named := 0
	for _, to := range []string{in.Inbox, in.Endpoint, in.URL} {
		if to != "" {
			named++
		}
	}
	if named != 1 {
		return badJSON("inbox", "name one to ping: inbox, endpoint or url")
	}
	chaos, err := proxy.ParseChaos(in.Chaos, 0)
	if err != nil {
		return sendingProblem(err)
	}
	if in.Inbox != "" {
		return s.pingInbox(c, in.Inbox, chaos)
	}
	return s.pingOut(c, in.Endpoint, in.URL, chaos)
}

// pingInbox sends a real request to our own capture port, signed as the inbox
// wants it.
func (s *Server) pingInbox(c *fiber.Ctx, name string, chaos proxy.Chaos) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	box, err := inboxes.Get(name)
	if err != nil {
		return inboxProblem(err)
	}
	base := s.withURL(box).URL
	if base == "" {
		return problem(503, "no-capture", "no capture port", "this server does not know its capture port")
	}
	mark := NewToken()
	request, err := s.pingRequest(box.Name, mark, chaos)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), pingTimeout)
	defer cancel()
	// Taken before the request is sent: the delivery is among what comes after.
	cursor, err := s.opt.Store.FeedEnd(ctx, s.ws)
	if err != nil {
		return fmt.Errorf("read the feed cursor: %w", err)
	}
	started := time.Now()
	status, err := s.exchange(ctx, base, request)
	if err != nil && status == 0 {
		// An answer program may leave a ping without an answer on purpose; it
		// was received all the same.
		s.log("ping got no answer: %v", err)
	}
	took := time.Since(started)
	// Looked for with time of its own: the answer program may have used all of it up.
	look, cancelLook := s.reading(c)
	defer cancelLook()
	row, err := s.findPing(look, cursor, mark, status != 0)
	if err != nil {
		return err
	}
	return sendJSON(c, 201, client.Pinged{Delivery: row.ID, N: row.N, Status: status, DurationMS: millis(took)})
}

// unping are the switches that concern how a request is sent, not what is in it.
var unping = []string{proxy.ChaosDuplicate, proxy.ChaosReorder, proxy.ChaosSlow, proxy.ChaosCut}

// pingRequest writes the request of a ping to an inbox.
func (s *Server) pingRequest(inbox, mark string, chaos proxy.Chaos) ([]byte, error) {
	sender, err := s.sender()
	if err != nil {
		return nil, err
	}
	for _, name := range unping {
		if chaos.Has(name) {
			return nil, withHint(badJSON("chaos", "a ping to an inbox cannot be broken by "+name), "send an event to inbox:"+inbox+" instead")
		}
	}
	ev, err := s.plainPing(mark)
	if err != nil {
		return nil, err
	}
	compose := func(chaos proxy.Chaos) (*proxy.Wire, error) {
		return sender.ComposeTo("inbox:"+inbox, ev, chaos, inspector.Field{Name: pingHeader, Value: mark})
	}
	w, err := compose(chaos)
	if errors.Is(err, signer.ErrSecret) || errors.Is(err, signer.ErrVerifyOnly) || errors.Is(err, signer.ErrNeeds) {
		// The inbox's secret can only verify, or is for no scheme that is named.
		w, err = compose(proxy.Chaos{Switches: []string{proxy.ChaosNoSig}})
	}
	if err != nil {
		return nil, sendingProblem(err)
	}
	var framing []byte
	if w.Chunked {
		framing = w.Framing
	}
	var b bytes.Buffer
	err = wire.WriteMessage(&b, w.Head, framing, bytes.NewReader(w.Body))
	return b.Bytes(), err
}

// plainPing is the ping of no provider in particular.
func (s *Server) plainPing(mark string) (*proxy.Event, error) {
	body, err := json.Marshal(pingBody{Type: "ping", ID: mark, At: timeText(s.now()), Text: "hello from boathook"})
	if err != nil {
		return nil, err
	}
	return &proxy.Event{Type: pingType, ID: "msg_" + mark, Payload: body, At: s.now()}, nil
}

// exchange sends a request byte for byte to our capture port and reads the answer.
// status is 0 if there was none.
func (s *Server) exchange(ctx context.Context, base string, request []byte) (status int, err error) {
	conn, err := s.dialCapture(ctx, base)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) }) //nolint:errcheck // reading will tell
	defer stop()
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodPost})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, bodyLimit))
	return resp.StatusCode, err
}

func (s *Server) dialCapture(ctx context.Context, base string) (net.Conn, error) {
	if s.opt.DialCapture != nil {
		return s.opt.DialCapture(ctx)
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	host := u.Host
	if u.Port() == "" {
		host += ":80"
	}
	return new(net.Dialer).DialContext(ctx, "tcp", host)
}

// findPing reads on in the feed until it meets the delivery whose head carries
// the mark, and, if it was answered, until that is on record too: the answer is
// sent before.
func (s *Server) findPing(ctx context.Context, cursor inspector.Cursor, mark string, answered bool) (inspector.Row, error) {
	for {
		wake := s.opt.Store.Wake()
		changes, next, err := s.opt.Store.Feed(ctx, s.ws, cursor, maxRows)
		if err != nil {
			return inspector.Row{}, fmt.Errorf("look for the ping: %w", err)
		}
		for i := range changes {
			row := changes[i].Row
			if row == nil || answered && row.Status == 0 && row.Failure == "" {
				continue
			}
			if found, err := s.isPing(ctx, row, mark); found || err != nil {
				return *row, err
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

func (s *Server) isPing(ctx context.Context, row *inspector.Row, mark string) (bool, error) {
	if row.Method != http.MethodPost {
		return false, nil
	}
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
	if errors.Is(err, inspector.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the ping: %w", err)
	}
	return len(attempts) > 0 && inspector.ParseHead(attempts[0].Request.Head).Value(pingHeader) == mark, nil
}
