package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// readyWithin bounds the wait for the first answer of a port.
const readyWithin = 10 * time.Second

// connectRequest is what a capture port answers and never stores.
const connectRequest = "CONNECT boathook.invalid:80 HTTP/1.1\r\nHost: boathook.invalid:80\r\nConnection: close\r\n\r\n"

// CheckCapture sends one real request to a capture port and returns how long
// the answer took.
func CheckCapture(ctx context.Context, base string) (time.Duration, error) {
	u, err := url.Parse(base)
	if err != nil {
		return 0, fmt.Errorf("check the capture port: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	start := time.Now()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return 0, fmt.Errorf("check the capture port: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := io.WriteString(conn, connectRequest); err != nil {
		return 0, fmt.Errorf("check the capture port: %w", err)
	}
	head, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(head, "HTTP/1.1 405 ") {
		return 0, fmt.Errorf("check the capture port: it answered %q: %w", head, errors.Join(errNotBoathook, err))
	}
	return time.Since(start), nil
}

var errNotBoathook = errors.New("no capture port of boathook")

// checkPage sends one real request to the page, which may say that the disk is full.
func checkPage(ctx context.Context, c *http.Client, base string) error {
	if err := ask(ctx, c, base+"/healthz", http.StatusOK, http.StatusServiceUnavailable); err != nil {
		return fmt.Errorf("check the page: %w", err)
	}
	return nil
}

func ask(ctx context.Context, c *http.Client, url string, want ...int) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return err
	}
	if !slices.Contains(want, resp.StatusCode) {
		return fmt.Errorf("answered %s, want one of %d", resp.Status, want)
	}
	return nil
}

// plainClient asks loopback addresses: no proxy of the environment, no redirect.
func plainClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
