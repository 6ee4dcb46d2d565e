package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/inspector"
)

const (
	feedSilence = 60 * time.Second // the server pings every 20 s
	feedWrite   = 5 * time.Second
	feedMessage = 128 << 20 // bytes of the largest frame that is read
)

// feed is one connection to the feed.
type feed struct {
	conn  *websocket.Conn
	close func()
}

// dialFeed connects. The connection ends with ctx.
func (c *Client) dialFeed(ctx context.Context) (*feed, error) {
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, ReadBufferSize: 16 << 10}
	if t, ok := c.http.Transport.(*http.Transport); ok && t != nil {
		d.NetDialContext, d.TLSClientConfig = t.DialContext, t.TLSClientConfig
	}
	header := http.Header{}
	if c.token != "" {
		header.Set("Authorization", "Bearer "+c.token)
	}
	conn, resp, err := d.DialContext(ctx, "ws"+strings.TrimPrefix(c.base, "http")+"/feed", header)
	if err != nil {
		if resp != nil {
			defer resp.Body.Close()
			return nil, readProblem(resp)
		}
		return nil, fmt.Errorf("connect to the feed: %w", err)
	}
	conn.SetReadLimit(feedMessage)
	alive := func() { conn.SetReadDeadline(time.Now().Add(feedSilence)) } //nolint:errcheck // reading will tell
	alive()
	pong := conn.PingHandler()
	conn.SetPingHandler(func(data string) error { alive(); return pong(data) })
	var once sync.Once
	end := func() { once.Do(func() { conn.Close() }) } //nolint:errcheck // there is nobody to tell
	stop := context.AfterFunc(ctx, end)
	return &feed{conn: conn, close: func() { stop(); end() }}, nil
}

// subscribe asks for what comes after the cursor and matches.
func (f *feed) subscribe(after inspector.Cursor, query string) error {
	data, err := json.Marshal(map[string]string{"after": string(after), "q": query})
	if err != nil {
		return fmt.Errorf("write a subscription: %w", err)
	}
	f.conn.SetWriteDeadline(time.Now().Add(feedWrite)) //nolint:errcheck // the write will tell
	if err := f.conn.WriteMessage(websocket.TextMessage, data); err != nil {
		return fmt.Errorf("subscribe to the feed: %w", err)
	}
	return nil
}

func (f *feed) next() (Frame, error) {
	_, data, err := f.conn.ReadMessage()
	if err != nil {
		var closed *websocket.CloseError
		if errors.As(err, &closed) && closed.Text != "" {
			return Frame{}, fmt.Errorf("the feed was closed: %s", closed.Text)
		}
		return Frame{}, fmt.Errorf("read the feed: %w", err)
	}
	f.conn.SetReadDeadline(time.Now().Add(feedSilence)) //nolint:errcheck // reading will tell
	var frame Frame
	if err := json.Unmarshal(data, &frame); err != nil {
		return Frame{}, fmt.Errorf("read a frame of the feed: %w", err)
	}
	return frame, nil
}
