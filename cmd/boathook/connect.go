package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/web/client"
)

// session is a connection to a server: one that runs, or one that this command
// runs for itself.
type session struct {
	*client.Client
	running *instance.Running // nil if the server is this command's own, or far away
	page    string            // URL of the page, "" if there is none
	end     func() error
	relist  func() // asks anew what is hidden
}

// Close ends the command's own server.
func (s *session) Close() error {
	if s.end == nil {
		return nil
	}
	return s.end()
}

// with calls use with a session.
func (a *app) with(ctx context.Context, use func(*session) error) (err error) {
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	a.hideAs(ctx, s)
	return use(s)
}

// connect finds a server: --server, the one on the data folder, or one of our own
// in memory.
func (a *app) connect(ctx context.Context) (*session, error) {
	if s, err := a.connectRunning(ctx); s != nil || err != nil {
		return s, err
	}
	own, err := a.connectOwn(ctx)
	var held *instance.HeldError
	if errors.As(err, &held) && held.Running != nil {
		if s, err := a.connectRunning(ctx); s != nil || err != nil {
			return s, err // it started meanwhile
		}
	}
	return own, explainHeld(err)
}

// connectRunning returns nil if no server runs.
func (a *app) connectRunning(ctx context.Context) (*session, error) {
	dir, dirErr := a.dataFolder()
	r, err := instance.Find(dir)
	if text := a.cfg.Text("server"); text != "" {
		at, token, urlErr := a.named(text, r)
		if urlErr != nil {
			return nil, urlErr
		}
		return &session{Client: client.New(at, token, nil), page: at}, nil
	}
	if dirErr != nil {
		return nil, dirErr
	}
	if err != nil {
		return nil, notRunning(err)
	}
	c := client.New(r.API, r.Token, nil)
	// The process id may have been given to somebody else since.
	quick, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := c.Alive(quick); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, nil
	}
	return &session{Client: c, running: r, page: r.Page}, nil
}

// named is the server that --server names, with its token. The one on the data folder,
// nil if none runs there, is known under every name of this machine, and whatever page
// of it was copied.
func (a *app) named(text string, running *instance.Running) (at, token string, err error) {
	token = os.Getenv("BOATHOOK_TOKEN")
	if at, err = config.ServerURL(text); err != nil {
		return "", "", usage("", "--server: %w", err)
	}
	if running != nil && samePlace(at, running.Page) {
		return running.Page, first(token, running.Token), nil
	}
	return strings.TrimSuffix(strings.TrimSuffix(at, "/"), "/api/v1"), token, nil
}

// samePlace reports whether two addresses have the same port of this machine.
func samePlace(a, b string) bool {
	at, err := url.Parse(a)
	to, err2 := url.Parse(b)
	return err == nil && err2 == nil && at.Scheme == to.Scheme && at.Port() == to.Port() && loopback(at.Hostname()) && loopback(to.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// notRunning lets a command go on if the reason is only that no server runs.
func notRunning(err error) error {
	if errors.Is(err, instance.ErrNoServer) {
		return nil
	}
	return err
}

// connectOwn runs the same server as serve does, on listeners in memory. A
// [*instance.HeldError] says that the folder is somebody else's.
func (a *app) connectOwn(ctx context.Context) (*session, error) {
	opt, lock, err := a.ownFolder(ctx)
	if err != nil {
		return nil, err
	}
	page, capture := instance.NewMemory(), instance.NewMemory()
	opt.Page, opt.Capture = []net.Listener{page}, []net.Listener{capture}
	opt.CaptureURL = a.captureURL()
	s, err := instance.Open(ctx, opt)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	// It outlives an interrupt, so that what the command began is finished.
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(run, nil) }()
	return &session{
		Client: client.New("http://localhost", opt.Token, page.Client()),
		end: func() error {
			stop()
			return errors.Join(<-ended, s.Close(), lock.Release())
		},
	}, nil
}

// captureURL is where the capture port will be once a server runs.
func (a *app) captureURL() string {
	addr, err := a.cfg.Addr("capture-addr", "capture-port")
	if err != nil {
		return ""
	}
	return "http://" + strings.Replace(addr, "localhost:", "127.0.0.1:", 1)
}
