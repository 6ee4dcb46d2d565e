package instance

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// identifyWithin bounds the wait for a port that does not answer.
const identifyWithin = 2 * time.Second

// IsBoathook asks who listens at HOST:PORT, and reports whether it is a boathook,
// with its page or its capture port. Nothing is stored by what it asks.
func IsBoathook(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, identifyWithin)
	defer cancel()
	// A capture port answers every other request as a webhook.
	if said := answerOf(ctx, addr, connectRequest); strings.Contains(said, "this port records webhooks") {
		return true
	}
	said := answerOf(ctx, addr, "GET /api/v1/status HTTP/1.1\r\nHost: "+addr+"\r\nConnection: close\r\n\r\n")
	return strings.Contains(said, `realm="boathook"`) || strings.Contains(said, "urn:boathook:problem:")
}

// answerOf makes a request and returns the beginning of head and body, "" if there is no
// answer.
func answerOf(ctx context.Context, addr, request string) string {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return ""
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := io.WriteString(conn, request); err != nil {
		return ""
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4096)) // what came of it is enough
	return resp.Header.Get("WWW-Authenticate") + "\n" + string(body)
}
