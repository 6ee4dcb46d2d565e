package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func (a *app) endpointsCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list endpoints", Args: atMost(0),
		Example: "  boathook endpoints list\n  boathook endpoints list --jq .url",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.endpointsList(cmd.Context(), s) })
		}}
	view := &cobra.Command{Use: "view NAME", Short: "show an endpoint", Args: exactly(1), ValidArgsFunction: a.completeEndpoints,
		Example: "  boathook endpoints view crm",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				ep, err := s.endpoint(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.showEndpoint(cmd.Context(), s, &ep)
			})
		}}
	remove := &cobra.Command{Use: "delete NAME", Short: "delete an endpoint; what was sent to it stays", Args: exactly(1), ValidArgsFunction: a.completeEndpoints,
		Example: "  boathook endpoints delete crm --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.endpointsDelete(cmd.Context(), s, args[0]) })
		}}
	return a.group(&cobra.Command{Use: "endpoints", Aliases: []string{"endpoint"}, Short: "list, view, create, edit, enable, disable, secret, backfill, delete"},
		list, view, a.endpointsCreate(), a.endpointsEdit(), a.endpointsSwitch("enable", true), a.endpointsSwitch("disable", false),
		a.endpointSecrets(), a.endpointsBackfill(), remove)
}

// endpoint finds an endpoint, and says which was meant.
func (s *session) endpoint(ctx context.Context, name string) (proxy.Endpoint, error) {
	ep, err := s.Endpoint(ctx, name)
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return ep, s.unknownEndpoint(ctx, name)
	}
	return ep, err
}

func (s *session) unknownEndpoint(ctx context.Context, name string) error {
	all, err := s.Endpoints(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, ep := range all {
		names = append(names, ep.Name)
	}
	hint := "list them: boathook endpoints list     make it: boathook endpoints create " + quoteArg(clip(name)) + " --url URL"
	if near := config.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fail(exitNotFound, hint, "there is no endpoint %s", clip(name))
}

func (a *app) endpointsList(ctx context.Context, s *session) error {
	all, err := s.Endpoints(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"name", "on", "to", "events", "channels", "scheme", "retry", "note"}, Spare: []string{"note", "channels", "retry", "scheme"}}
	for i := range all {
		ep := &all[i]
		if a.flags.json {
			if err := a.emit(ep); err != nil {
				return err
			}
			continue
		}
		on := map[bool]string{true: "on", false: "off"}[ep.On && ep.Disabled == nil]
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: ep.Name, Paint: a.out.Bold.Sprint}, {Text: on}, {Text: whereTo(ep)}, {Text: strings.Join(ep.Events, ",")},
			{Text: strings.Join(ep.Channels, ",")}, {Text: first(ep.Scheme, "provider")}, {Text: first(ep.Retry.Preset, "provider")}, {Text: ep.Note, Paint: a.out.Dim.Sprint},
		})
	}
	if len(all) == 0 {
		a.say("no endpoint yet; make one: boathook endpoints create crm --url http://localhost:3000/hooks --events '*'")
	}
	return table.Write(a.out)
}

// whereTo is the URL of an endpoint, or its addresses.
func whereTo(ep *proxy.Endpoint) string {
	if ep.Kind == proxy.KindEmail && ep.Email != nil {
		return strings.Join(ep.Email.To, ",")
	}
	return ep.URL
}

func (a *app) endpointsCreate() *cobra.Command {
	var f endpointFlags
	cmd := &cobra.Command{
		Use: "create NAME", ValidArgsFunction: cobra.NoFileCompletions, Short: "make an endpoint", Args: exactly(1),
		Long: "Make an endpoint: a place that events are sent to. Without a secret flag one is made, which is shown this once. A provider\n" +
			"that sends a ping to a new webhook does so here too.",
		Example: "  boathook endpoints create crm --url http://localhost:3000/hooks --events '*' --retry 10x1m\n" +
			"  boathook endpoints create shop --url 3000 --events webconnex/registration,webconnex/coupon --app-key K1\n" +
			"  boathook endpoints create mail --email ops@example.org --events 'stockcrowd/*' --skip offline --skip crm --campaigns 12\n" +
			"  boathook endpoints create bank --url https://crm.example.org/hooks --events 'crassula/*' --channels client_42",
		RunE: func(cmd *cobra.Command, args []string) error {
			ep := proxy.Endpoint{Name: args[0], On: true}
			if err := f.apply(a, cmd.Flags(), &ep); err != nil {
				return err
			}
			if f.url != "" && len(f.email.to) > 0 {
				return usage("make an endpoint for each", "--url and --email do not go together")
			}
			if f.url == "" && len(f.email.to) == 0 {
				return usage("boathook endpoints create "+quoteArg(clip(ep.Name))+" --url http://localhost:3000/hooks --events '*'", "say where it is sent to: --url or --email")
			}
			return a.with(cmd.Context(), func(s *session) error { return a.createEndpoint(cmd.Context(), s, ep) })
		},
	}
	f.bind(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

func (a *app) createEndpoint(ctx context.Context, s *session, ep proxy.Endpoint) error {
	w, err := s.watch(ctx)
	if err != nil {
		return err
	}
	made, err := s.CreateEndpoint(ctx, ep)
	if p, ok := problemOf(err); ok && p.Status == 409 {
		return fail(exitFailed, "change it: boathook endpoints edit "+quoteArg(ep.Name), "there is an endpoint %s already", clip(ep.Name))
	}
	if err != nil {
		return err
	}
	a.tellGenerated(made.Secrets)
	if err := a.showEndpoint(ctx, s, &made.Endpoint); err != nil {
		return err
	}
	if err := a.firstPing(ctx, s, w, made.Ping); err != nil {
		return err
	}
	event, err := s.firstEvent(ctx, &made.Endpoint)
	if err != nil {
		return err
	}
	a.say("%s created; next: boathook trigger %s %s", a.mark(true), event, quoteArg(made.Name))
	if ep.Provider != "" && slices.Contains(ep.Events, "*") {
		a.say("%s events of other providers reach it too, in the manner of %s; only its own: boathook endpoints edit %s --events '%s/*'", a.err.Warn.Sprint("note:"), ep.Provider, quoteArg(made.Name), ep.Provider)
	}
	return a.notReached(ctx, s, &made.Endpoint)
}

// firstEvent is an event to try an endpoint with: one that it subscribes to, if there
// is any.
func (s *session) firstEvent(ctx context.Context, ep *proxy.Endpoint) (string, error) {
	provider := first(ep.Provider, "webconnex")
	for _, e := range ep.Events {
		if !strings.Contains(e, "*") {
			return e, nil
		}
		if id, all := strings.CutSuffix(e, "/*"); all {
			provider = id
		}
	}
	p, err := s.Provider(ctx, provider)
	if err != nil || len(p.EventTypes) == 0 {
		return "EVENT", err
	}
	return p.EventTypes[0].ID, nil
}

// notReached says so where an endpoint's host may not be sent to yet.
func (a *app) notReached(ctx context.Context, s *session, ep *proxy.Endpoint) error {
	at, err := url.Parse(ep.URL)
	if ep.Kind != proxy.KindURL || err != nil {
		return nil
	}
	v, err := s.Settings(ctx)
	if err != nil || v.Allows(at.Hostname()) {
		return err
	}
	a.say("%s %s may not be sent to yet; allow it: boathook config set sending.allow +%s", a.err.Warn.Sprint("note:"), terminal.Safe(at.Hostname()), quoteArg(at.Hostname()))
	return nil
}

// firstPing tells what became of the ping that a provider sends to a new endpoint. A
// target that is not there yet is no failure of making the endpoint.
func (a *app) firstPing(ctx context.Context, s *session, w watch, ping *client.FirstPing) error {
	switch {
	case ping == nil:
		return nil
	case ping.Delivery == nil:
		a.say("%s the ping was not sent: %s", a.err.Warn.Sprint("note:"), terminal.Safe(ping.Error))
		return nil
	}
	d, err := s.Delivery(ctx, ping.Delivery.String())
	if err != nil {
		return err
	}
	rows := []inspector.Row{d.Row}
	if _, err := s.settle(ctx, w, rows, &waiting{limit: pingWait}, a.newProgress(1, "ping")); err != nil {
		return err
	}
	o := outcome(&rows[0])
	a.say("  ping: %s %s %s     boathook deliveries view %d", o.Shape(a.cfg.On("ascii")), o.Word(), terminal.Duration(rows[0].Duration), rows[0].N)
	return nil
}

// pingWait is how long a new endpoint may take to answer its ping before it is said
// that it has not.
const pingWait = 10 * time.Second

func (a *app) endpointsEdit() *cobra.Command {
	var f endpointFlags
	cmd := &cobra.Command{
		Use: "edit NAME", Short: "change what the flags say of an endpoint", Args: exactly(1), ValidArgsFunction: a.completeEndpoints,
		Example: "  boathook endpoints edit crm --speed 3600\n  boathook endpoints edit crm --events 'webconnex/*' --channels ''",
		RunE: func(cmd *cobra.Command, args []string) error {
			if givenFlags(cmd) == 0 {
				return usage("see boathook endpoints edit --help", "say what to change")
			}
			return a.with(cmd.Context(), func(s *session) error {
				return a.changeEndpoint(cmd.Context(), s, args[0], func(ep *proxy.Endpoint) error { return f.apply(a, cmd.Flags(), ep) })
			})
		},
	}
	f.bind(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

// givenFlags counts the flags of a command's own that were given.
func givenFlags(cmd *cobra.Command) int {
	given := 0
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if cmd.InheritedFlags().Lookup(f.Name) == nil {
			given++
		}
	})
	return given
}

func (a *app) changeEndpoint(ctx context.Context, s *session, name string, change func(*proxy.Endpoint) error) error {
	ep, err := s.endpoint(ctx, name)
	if err != nil {
		return err
	}
	if err := change(&ep); err != nil {
		return err
	}
	if ep, err = s.UpdateEndpoint(ctx, ep); err != nil {
		return err
	}
	return a.showEndpoint(ctx, s, &ep)
}

func (a *app) endpointsSwitch(word string, on bool) *cobra.Command {
	return &cobra.Command{Use: word + " NAME", Short: "switch an endpoint " + map[bool]string{true: "on", false: "off"}[on], Args: exactly(1), ValidArgsFunction: a.completeEndpoints,
		Example: "  boathook endpoints " + word + " crm",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				return a.changeEndpoint(cmd.Context(), s, args[0], func(ep *proxy.Endpoint) error {
					ep.On = on
					return nil
				})
			})
		}}
}

func (a *app) endpointsDelete(ctx context.Context, s *session, name string) error {
	if _, err := s.endpoint(ctx, name); err != nil {
		return err
	}
	if err := a.confirm(ctx, "Delete endpoint "+terminal.Safe(name)+"? What waits to be sent to it is not sent."); err != nil {
		return err
	}
	if err := s.DeleteEndpoint(ctx, name); err != nil {
		return err
	}
	a.say("deleted endpoint %s; what was sent to it stays", terminal.Safe(name))
	return nil
}

func (a *app) endpointSecrets() *cobra.Command {
	return a.secretCommand(keyring{
		kind: "endpoint", path: "boathook endpoints secret", example: "crm", complete: a.completeEndpoints,
		load: func(ctx context.Context, s *session, name string) ([]proxy.Secret, error) {
			ep, err := s.endpoint(ctx, name)
			return ep.Secrets, err
		},
		change: func(ctx context.Context, s *session, name string, edit func([]proxy.Secret) ([]proxy.Secret, error)) ([]proxy.Secret, error) {
			ep, err := s.endpoint(ctx, name)
			if err != nil {
				return nil, err
			}
			if ep.Secrets, err = edit(ep.Secrets); err != nil {
				return nil, err
			}
			if ep.Secrets == nil {
				ep.Secrets = []proxy.Secret{} // nil would keep them
			}
			ep, err = s.UpdateEndpoint(ctx, ep)
			return ep.Secrets, err
		},
	})
}
