package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{Use: "status", Short: "what runs where, and what is stored", Args: atMost(0),
		Example: "  boathook status\n  boathook status --jq .capture",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.status(cmd.Context(), s) })
		}}
}

type statusJSON struct {
	Running bool `json:"running"`
	client.Status
}

func (a *app) status(ctx context.Context, s *session) error {
	st, err := s.Status(ctx)
	if err != nil {
		return err
	}
	running := s.end == nil
	if !running {
		st.Page, st.Capture, st.PID = "", "", 0
	}
	if a.flags.json {
		return a.emit(statusJSON{running, st})
	}
	server := "not running; start it: boathook serve"
	if running {
		server = fmt.Sprintf("running, pid %d, version %s", st.PID, st.Version)
		if t, err := time.Parse(time.RFC3339, st.Started); err == nil {
			server += ", for " + terminal.Duration(a.clock.Now().Sub(t).Truncate(time.Second))
		}
	}
	lines := [][2]string{
		{"server", server}, {"page", st.Page}, {"capture", st.Capture}, {"store", storeText(&st.Store)},
		{"deliveries", deliveriesText(&st.Store)}, {"space", spaceText(&st.Store)}, {"inboxes", fmt.Sprint(st.Inboxes)},
		{"kept", keptText(&st.Retention)}, {"held", heldText(&st.Retention)}, {"malformed", fmt.Sprintf("%s on the capture port since the start", plural(int(st.Malformed), "request", "requests"))},
		{"refusing", st.Store.Refusing},
	}
	for _, l := range st.Store.Losses {
		lines = append(lines, [2]string{"lost", fmt.Sprintf("%d of #%d to #%d: %s", l.Count, l.FirstN, l.LastN, l.Reason)})
	}
	table := terminal.Table{}
	for _, l := range lines {
		if l[1] == "" || l[0] == "malformed" && st.Malformed == 0 {
			continue
		}
		paint := a.out.Dim.Sprint
		if l[0] == "refusing" || l[0] == "lost" || l[0] == "held" {
			paint = a.out.Bad.Sprint
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: l[0], Paint: paint}, {Text: l[1]}})
	}
	return table.Write(a.out)
}

func storeText(s *client.StoreStatus) string {
	if s.Path == "" {
		return s.Kind
	}
	return tilde(s.Path)
}

func deliveriesText(s *client.StoreStatus) string {
	text := terminal.Count(s.Deliveries)
	if s.Deliveries > 0 {
		text += fmt.Sprintf(" (#%d to #%d)", s.FirstN, s.LastN)
	}
	if s.Trashed > 0 {
		text += ", " + terminal.Count(s.Trashed) + " in the trash"
	}
	return text
}

func spaceText(s *client.StoreStatus) string {
	text := terminal.Bytes(s.Bytes) + " used"
	if s.FreeBytes >= 0 {
		text += ", " + terminal.Bytes(s.FreeBytes) + " free"
	}
	return text
}

func heldText(r *client.Retention) string {
	if !r.Held {
		return ""
	}
	return "over half of all deliveries became too old at once, so none is removed; see boathook doctor"
}

func keptText(r *client.Retention) string {
	text := ""
	add := func(part string) {
		if text != "" {
			text += ", "
		}
		text += part
	}
	if r.Count > 0 {
		add("the newest " + plural(r.Count, "delivery", "deliveries"))
	}
	if r.Bytes > 0 {
		add("at most " + terminal.Bytes(r.Bytes))
	}
	if r.Age > 0 {
		add("for " + terminal.Duration(time.Duration(r.Age)*time.Second))
	}
	text = first(text, "everything")
	if r.Trash > 0 {
		text += "; in the trash for " + terminal.Duration(time.Duration(r.Trash)*time.Second)
	}
	return text
}
