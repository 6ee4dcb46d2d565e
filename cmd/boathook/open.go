package main

import (
	"context"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

func (a *app) openCommand() *cobra.Command {
	return &cobra.Command{Use: "open [ID]", Short: "open the page, or one delivery, in a browser", Args: atMost(1), ValidArgsFunction: a.completeIDs,
		Example: "  boathook open\n  boathook open @failed",
		Long:    "Open the page in a browser that is logged in by it. Without a browser it prints the link, which works once.",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.connectRunning(cmd.Context())
			if err != nil {
				return err
			}
			if s == nil {
				return fail(exitFailed, "start one: boathook serve --open", "no server runs")
			}
			word := ""
			if len(args) == 1 {
				word = args[0]
			}
			return a.openPage(cmd.Context(), s, word)
		}}
}

// openPage opens the page with a new login link, at one delivery if word names it.
func (a *app) openPage(ctx context.Context, s *session, word string) error {
	to := ""
	if word != "" {
		ref, err := s.resolve(ctx, word)
		if err != nil {
			return err
		}
		d, err := s.Delivery(ctx, ref)
		if err != nil {
			return unknownDelivery(word, err)
		}
		to = "/d/" + d.Row.ID.String()
	}
	link, err := s.LoginLink(ctx)
	if err != nil {
		return err
	}
	if to != "" {
		link += "&to=" + to
	}
	if a.flags.json {
		return a.emit(map[string]string{"url": link})
	}
	if !a.out.Terminal {
		return a.out.Printf("%s\n", terminal.Safe(link))
	}
	return a.browse(ctx, link)
}

// browse opens a URL with what the system has for it. A machine without a
// browser is no failure: the link is printed.
func (a *app) browse(ctx context.Context, url string) error {
	if err := startBrowser(ctx, url); err != nil {
		a.say("no browser could be opened here; the link is %s", terminal.Safe(url))
		return nil
	}
	a.say("opened %s", terminal.Safe(url))
	return nil
}

// browserTime is how long what opens a URL has to say that it cannot.
const browserTime = time.Second

// startBrowser opens a URL with what the system has for it.
func startBrowser(ctx context.Context, url string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.CommandContext(ctx, "open", url)
	case "windows":
		cmd = exec.CommandContext(ctx, "rundll32", "url.dll,FileProtocolHandler", url)
	default:
		cmd = exec.CommandContext(ctx, "xdg-open", url)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	// What opens may stay until the browser is closed. Where there is none it fails at once.
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(browserTime):
		return nil
	}
}
