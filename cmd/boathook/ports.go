package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/instance"
)

// openPorts opens page and capture port, both or none.
func (a *app) openPorts(ctx context.Context, opt *instance.Options) error {
	for _, p := range []struct {
		addr, port string
		to         *[]net.Listener
	}{
		{"addr", "port", &opt.Page}, {"capture-addr", "capture-port", &opt.Capture},
	} {
		addr, err := a.cfg.Addr(p.addr, p.port)
		if err == nil {
			*p.to, err = instance.Listen(ctx, addr)
		}
		if err == nil && p.addr == "addr" {
			err = a.checkReach(opt.Page)
		}
		if err != nil {
			instance.CloseAll(opt.Page)
			instance.CloseAll(opt.Capture)
			return a.explainPort(ctx, opt.Dir, p.port, err)
		}
	}
	return nil
}

// checkReach refuses a page that other machines can reach unless somebody chose
// its token.
func (a *app) checkReach(page []net.Listener) error {
	for _, ln := range page {
		if !instance.Loopback(ln) && os.Getenv("BOATHOOK_TOKEN") == "" {
			return fail(exitToken, "choose a token and put it into BOATHOOK_TOKEN, or leave the page on this machine: --addr localhost:4600",
				"other machines can reach the page on %s, so it needs a token of your own", ln.Addr())
		}
	}
	if token := os.Getenv("BOATHOOK_TOKEN"); token != "" && len(token) < 16 {
		return fail(exitToken, "make one: openssl rand -hex 32", "the token in BOATHOOK_TOKEN is shorter than 16 characters")
	}
	return nil
}

// explainPort says who has a port, and what to do.
func (a *app) explainPort(ctx context.Context, dir, flag string, err error) error {
	var busy *instance.PortError
	if !errors.As(err, &busy) {
		return err
	}
	if !busy.InUse {
		hint := "choose another address: --" + flag + " PORT"
		if n, e := strconv.Atoi(busy.Port()); e == nil && n > 0 && n < 1024 {
			hint = "ports below 1024 need more rights; choose another: --" + flag + " " + strconv.Itoa(n+8000)
		}
		return fail(exitFailed, hint, "%w", err)
	}
	other := "--" + flag + " " + otherPort(busy.Port())
	if r, at := a.serverAt(dir, busy.Port()); r != nil {
		return fail(exitFailed, "use it: boathook tail --data "+quoteArg(at)+"     or another beside it: boathook serve "+a.otherPorts()+"     (not moved silently: senders know this URL)",
			"port %s is in use by another boathook (pid %d, store %s)", busy.Port(), r.PID, tilde(r.Store))
	}
	if instance.IsBoathook(ctx, busy.Addr) {
		return fail(exitFailed, "use it: boathook tail --data ITS_FOLDER     or another beside it: boathook serve "+a.otherPorts()+"     (not moved silently: senders know this URL)",
			"port %s is in use by another boathook, on another data folder than %s", busy.Port(), tilde(dir))
	}
	return fail(exitFailed, "choose another: boathook serve "+other+"     (not moved silently: senders know this URL)",
		"port %s is in use by another program", busy.Port())
}

// otherPorts are flags for ports beside those that are set: who has one of a pair
// mostly has the other too.
func (a *app) otherPorts() string {
	text := ""
	for _, p := range [][2]string{{"addr", "port"}, {"capture-addr", "capture-port"}} {
		addr, err := a.cfg.Addr(p[0], p[1])
		if err != nil {
			return ""
		}
		text += " --" + p[1] + " " + otherPort(portOf(addr))
	}
	return strings.TrimSpace(text)
}

// serverAt looks for a running boathook that has a port, in the folders where
// one would be, and returns its folder too.
func (a *app) serverAt(dir, port string) (r *instance.Running, at string) {
	dirs := []string{dir, filepath.Join(a.dir, ".boathook")}
	if base, err := userData(); err == nil {
		dirs = append(dirs, filepath.Join(base, "boathook"))
	}
	for _, d := range dirs {
		r, err := instance.Find(d)
		if err == nil && (strings.HasSuffix(r.Page, ":"+port) || strings.HasSuffix(r.Capture, ":"+port)) {
			return r, d
		}
	}
	return nil, ""
}

func otherPort(port string) string {
	n, err := strconv.Atoi(port)
	if err != nil || n == 0 || n > 65000 {
		return "0"
	}
	return strconv.Itoa(n + 10)
}

// explainHeld says who owns the data folder.
func explainHeld(err error) error {
	var held *instance.HeldError
	if !errors.As(err, &held) {
		return err
	}
	if held.Running == nil {
		return fail(exitFailed, "wait for it, or use another folder: --data DIR", "%w", held)
	}
	return fail(exitFailed, "use it: boathook tail     or another: boathook serve --data DIR --port 0 --capture-port 0",
		"port %s is in use by another boathook (pid %d, store %s)", portOf(held.Running.Capture), held.PID, tilde(held.Running.Store))
}

func portOf(url string) string { return url[strings.LastIndexByte(url, ':')+1:] }
