package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func (a *app) pingCommand() *cobra.Command {
	var chaos []string
	cmd := &cobra.Command{
		Use: "ping [TO]", Short: "send a signed test event, and print the answer", Args: atMost(1),
		Long: "Send a signed test event to an endpoint, to inbox:NAME, a port or a URL; without TO to inbox:demo. An endpoint gets its\n" +
			"provider's ping, an inbox one in the form of its scheme.\n\nExit codes: 0 answered with success, 3 the target failed.",
		Example: "  boathook ping\n  boathook ping crm\n  boathook ping inbox:demo --chaos bad-sig; boathook verify @last",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return a.completing(cmd, completeTargets)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			to := "inbox:demo"
			if len(args) == 1 {
				to = args[0]
			}
			return a.with(cmd.Context(), func(s *session) error { return a.ping(cmd.Context(), s, to, chaos) })
		},
	}
	cmd.Flags().StringSliceVar(&chaos, "chaos", nil, "what is broken on purpose: "+strings.Join(proxy.ChaosSwitches(), ", "))
	_ = cmd.RegisterFlagCompletionFunc("chaos", commaList(words(proxy.ChaosSwitches()...))) // the flag is there
	return cmd
}

func (a *app) ping(ctx context.Context, s *session, word string, chaos []string) error {
	to, err := s.target(ctx, word)
	if err != nil {
		return err
	}
	in := client.PingInput{Chaos: chaos}
	switch name, inbox := strings.CutPrefix(to, "inbox:"); {
	case inbox:
		in.Inbox = name
	case strings.Contains(to, "://"):
		in.URL = to
	default:
		in.Endpoint = to
	}
	pinged, err := a.pinging(ctx, s, in)
	if err != nil {
		return err
	}
	d, err := s.Delivery(ctx, pinged.Delivery.String())
	if err != nil {
		return err
	}
	if a.flags.json {
		if err := a.emit(d.Row); err != nil {
			return err
		}
	} else if err := a.printPing(&d.Row, word); err != nil {
		return err
	}
	if r := &d.Row; r.Flags&inspector.FlagFailed != 0 || r.Failure != "" {
		return a.targetFailed(ctx, s, r)
	}
	return nil
}

func (a *app) pinging(ctx context.Context, s *session, in client.PingInput) (client.Pinged, error) {
	var pinged client.Pinged
	_, err := allowed(ctx, a, s, func() (_ client.Sent, err error) {
		pinged, err = s.PingTo(ctx, in)
		return client.Sent{}, err
	})
	return pinged, err
}

// printPing writes the answer for a person in one line, for a pipe as every row.
func (a *app) printPing(r *inspector.Row, to string) error {
	if !a.out.Terminal {
		return a.printRow(r)
	}
	o := outcome(r)
	verdict := ""
	if sign := a.verdictSign(r.Verdict); sign != "" {
		verdict = "   " + a.verdictPaint(r.Verdict)(fmt.Sprintf("sig %s %s", sign, r.Verdict))
	}
	if err := a.out.Printf("%s  %s  #%d ping %s %s%s\n", a.out.Paint(o).Sprintf("%s %s", o.Shape(a.cfg.On("ascii")), o.Word()),
		terminal.Duration(r.Duration), r.N, a.arrow(&inspector.Row{Dir: inspector.Out}), terminal.Safe(to), verdict); err != nil {
		return err
	}
	a.say("see it: boathook open %d", r.N)
	return nil
}
