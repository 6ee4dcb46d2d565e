package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/proxy/snippet"
	"github.com/boathook/boathook/web/client"
)

// viewFlags say what of a delivery is shown.
type viewFlags struct {
	request, response, body, raw bool
	secrets                      bool
	attempt                      int
	as                           string
	program                      client.ProgramOptions
}

func (a *app) deliveriesView() *cobra.Command {
	f := viewFlags{attempt: -1}
	cmd := &cobra.Command{
		Use: "view ID", Short: "show a delivery", Args: exactly(1),
		Long: "Show a delivery with its attempts, or one message of it. " + idForms + "\n" +
			"Control characters are written as escapes; --raw writes the bytes as they are, unless they would go to a terminal.\n\n" +
			"What is hidden (credentials, and what capture.mask lists) is left out unless --secrets, --raw or --json is given.\n\n" +
			"--as writes the request as a program that sends it again, with credentials from the environment; with --sign-now it signs\n" +
			"when it runs, with the secret in " + snippet.SecretVariable + ".",
		Example: "  boathook deliveries view @last\n  boathook deliveries view 12406 --response --body\n  boathook deliveries view 12406 --raw > request.http\n" +
			"  boathook deliveries view @last --as python --sign-now --to http://localhost:3000/hooks > again.py",
		ValidArgsFunction: a.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.view(cmd.Context(), s, args[0], f) })
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.request, "request", false, "head and body of the request")
	flags.BoolVar(&f.response, "response", false, "head and body of the answer")
	flags.BoolVar(&f.body, "body", false, "the body alone, of the request unless --response")
	flags.BoolVar(&f.raw, "raw", false, "the bytes as they crossed the wire; with --body those of the body")
	flags.StringVar(&f.as, "as", "", "the request as a program: "+strings.Join(snippet.Languages, ", "))
	flags.BoolVar(&f.program.Sign, "sign-now", false, "with --as: it signs when it runs")
	flags.StringVar(&f.program.Scheme, "scheme", "", "with --sign-now: the scheme to sign with (default: that of the delivery)")
	flags.StringVar(&f.program.To, "to", "", "with --as: URL to send to (default: where the request went)")
	flags.BoolVar(&f.secrets, "secrets", false, "with what is hidden; with --as it stands in the program")
	flags.BoolVar(&f.program.File, "body-file", false, "with --as: the body is read from a file")
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(snippet.Languages, cobra.ShellCompDirectiveNoFileComp)) // the flags are there
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes)
	flags.IntVar(&f.attempt, "attempt", -1, "number of the attempt (default: the first for a request, the answered one for an answer)")
	flags.Lookup("attempt").DefValue = "" // the text tells it
	return cmd
}

func (a *app) view(ctx context.Context, s *session, word string, f viewFlags) error {
	if f.request && f.response {
		return usage("give one of them", "--request and --response do not go together")
	}
	if f.attempt < -1 {
		return usage("", "--attempt: want a whole number of 0 or more, got %d", f.attempt)
	}
	if a.flags.json && (f.request || f.response || f.body || f.raw) {
		return usage("leave one out", "--json and --request, --response, --body or --raw do not go together")
	}
	f.program.Secrets = f.secrets && f.as != ""
	if f.as == "" && f.program != (client.ProgramOptions{}) {
		return usage("add for example --as curl", "--sign-now, --scheme, --to and --body-file say how a program is written")
	}
	if f.as != "" {
		return a.viewProgram(ctx, s, word, &f)
	}
	ref, err := s.resolve(ctx, word)
	if err != nil {
		return err
	}
	d, err := s.Delivery(ctx, ref)
	if err != nil {
		return unknownDelivery(word, err)
	}
	if !f.request && !f.response && !f.body && !f.raw {
		if a.flags.json {
			return a.emit(d)
		}
		return a.overview(ctx, s, &d, f.attempt, f.secrets)
	}
	part := inspector.Request
	if f.response {
		part = inspector.Response
	}
	at, err := pick(&d, part, f.attempt)
	if err != nil {
		return err
	}
	if f.body {
		return a.copyBody(ctx, s, &d, at.K, part, f.raw, f.raw || f.secrets)
	}
	r, err := s.Raw(ctx, d.Row.ID.String(), at.K, part, !f.raw && !f.secrets)
	if err != nil {
		return missingPart(err, part)
	}
	a.sayHidden(r)
	if a.out.Terminal && !f.raw {
		return a.copyMessage(r)
	}
	return a.copyOut(r, f.raw)
}

// pick chooses the attempt whose message is shown.
func pick(d *client.Delivery, part inspector.Part, want int) (*client.Attempt, error) {
	var last *client.Attempt
	for i := range d.Attempts {
		at := &d.Attempts[i]
		has := at.Request
		if part == inspector.Response {
			has = at.Response
		}
		switch {
		case want >= 0 && at.K == want:
			return at, nil
		case want >= 0 || has == nil:
			continue
		case part == inspector.Request, at.Answered:
			return at, nil
		}
		last = at
	}
	if last != nil {
		return last, nil
	}
	if want >= 0 {
		return nil, noAttempt(d, want)
	}
	return nil, fail(exitNotFound, "", "delivery #%d has no %s", d.Row.N, part)
}

func noAttempt(d *client.Delivery, want int) error {
	return fail(exitNotFound, "", "delivery #%d has no attempt %d; it has %s, counted from 0", d.Row.N, want, plural(len(d.Attempts), "attempt", "attempts"))
}

func missingPart(err error, part inspector.Part) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "", "this attempt has no %s", part)
	}
	return err
}

func (a *app) copyBody(ctx context.Context, s *session, d *client.Delivery, k int, part inspector.Part, raw, secrets bool) error {
	b, err := s.Body(ctx, d.Row.ID.String(), k, part, client.BodyOptions{Hide: !secrets})
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return nil // a body of no bytes
	}
	if err != nil {
		return err
	}
	a.sayHidden(b)
	return a.copyOut(b, raw)
}

// copyOut prints captured bytes: as they are only when asked to, and never to a
// terminal.
func (a *app) copyOut(r io.ReadCloser, raw bool) error {
	defer r.Close()
	if raw && !a.out.Terminal {
		_, err := io.Copy(a.out, r)
		return err
	}
	if raw {
		a.say("%s control characters are shown as escapes on a terminal; for the bytes themselves: > FILE", a.err.Warn.Sprint("note:"))
	}
	return printSafe(a.out, r)
}

// overview shows a delivery, its attempts and the messages of the first one.
func (a *app) overview(ctx context.Context, s *session, d *client.Delivery, attempt int, secrets bool) error {
	r := &d.Row
	if attempt >= 0 && !slices.ContainsFunc(d.Attempts, func(at client.Attempt) bool { return at.K == attempt }) {
		return noAttempt(d, attempt)
	}
	o := outcome(r)
	err := a.out.Printf("%s %s  %s  %s %s  %s  %s\n", a.out.Bold.Sprintf("#%d", r.N), a.arrow(r), a.out.Bold.Sprint(a.safeWhat(r)),
		a.out.Paint(o).Sprintf("%s %s", o.Shape(a.cfg.On("ascii")), o.Word()), terminal.Duration(r.Duration), terminal.Bytes(r.Size), a.out.Dim.Sprint(r.ID))
	if err != nil {
		return err
	}
	facts := append([][2]string{{"time", a.clock.Write(r.At, a.out.Terminal)}}, a.rowFacts(r)...)
	for _, l := range append(facts, [2]string{"signature", signatureFact(r)}) {
		if l[1] == "" {
			continue
		}
		if err := a.out.Printf("  %s %s\n", a.out.Dim.Sprintf("%-9s", l[0]), terminal.Safe(l[1])); err != nil {
			return err
		}
	}
	for i := range d.Attempts {
		at := &d.Attempts[i]
		if attempt >= 0 && at.K != attempt {
			continue
		}
		if err := a.attempt(ctx, s, d, at, secrets); err != nil {
			return err
		}
	}
	return a.nextTry(d)
}

// trashText says since when a delivery is in the trash, "" if it is not.
func trashText(a *app, r *inspector.Row) string {
	if r.Trashed.IsZero() {
		return ""
	}
	return "in the trash since " + a.clock.Write(r.Trashed, a.out.Terminal) + "; take it out: boathook trash restore " + fmt.Sprint(r.N)
}

// rowFacts are what a row says of a delivery, with their names; "" for what is unknown.
func (a *app) rowFacts(r *inspector.Row) [][2]string {
	return [][2]string{
		{"from", r.Source}, {"inbox", r.Inbox}, {"endpoint", r.Endpoint}, {"host", r.Host}, {"provider", r.Provider}, {"event", r.Event},
		{"event id", r.EventID}, {"deleted", trashText(a, r)}, {"flags", strings.Join(r.Flags.Names(), " ")}, {"tags", strings.Join(r.Tags, " ")},
	}
}

// nextTry says when the next try is made.
func (a *app) nextTry(d *client.Delivery) error {
	if d.Next == nil {
		return nil
	}
	return a.out.Printf("\n%s  %s     boathook deliveries try-now %d     boathook deliveries stop %d\n", a.out.Bold.Sprint("next try"), a.nextTryText(d.Next), d.Row.N, d.Row.N)
}

func (a *app) nextTryText(next *proxy.NextTry) string {
	switch {
	case next.UnderWay:
		return "is under way"
	case next.Waits != "":
		return "waits: " + terminal.Safe(next.Waits)
	}
	return "at " + a.clock.Write(next.At, a.out.Terminal)
}

// attemptLine says where an attempt went, and what became of it.
func (a *app) attemptLine(at *client.Attempt, hide *portable.Hiding) string {
	o := terminal.Outcome{}
	if at.Response != nil {
		o.Status = at.Response.Status
	}
	took := fmt.Sprintf("%.1fms", at.Timing.Total)
	if at.Failure != nil {
		o.Failure = at.Failure.Class
		took += "  " + terminal.Safe(at.Failure.Text)
	}
	answered := ""
	if at.Answered {
		answered = "  " + a.out.Dim.Sprint("went back to the sender")
	}
	return fmt.Sprintf("%s  %s  %s  %s%s", a.out.Bold.Sprintf("attempt %d  %s", at.K, terminal.Safe(at.Kind)), terminal.Safe(hide.Address(at.Target)),
		a.out.Paint(o).Sprintf("%s %s", o.Shape(a.cfg.On("ascii")), o.Word()), took, answered)
}

func (a *app) attempt(ctx context.Context, s *session, d *client.Delivery, at *client.Attempt, secrets bool) error {
	hide := a.hiding(at, secrets)
	line := a.attemptLine(at, hide)
	if t, err := time.Parse(time.RFC3339Nano, at.Started); err == nil && at.K > 0 { // the time of the first one is that of the delivery
		line += "  " + a.out.Dim.Sprint(a.clock.Write(t, a.out.Terminal))
	}
	if err := a.out.Printf("\n%s\n", line); err != nil {
		return err
	}
	for _, note := range append(append([]string{}, at.Notes...), prefixed("not passed on: ", at.Dropped)...) {
		if err := a.out.Printf("  %s %s\n", a.out.Warn.Sprint("note"), terminal.Safe(note)); err != nil {
			return err
		}
	}
	if at.K == 0 || at.Kind != "forward" {
		if err := a.message(ctx, s, d, at.K, inspector.Request, at.Request, hide); err != nil {
			return err
		}
	}
	return a.message(ctx, s, d, at.K, inspector.Response, at.Response, hide)
}

func prefixed(prefix string, texts []string) []string {
	var all []string
	for _, t := range texts {
		all = append(all, prefix+t)
	}
	return all
}

// previewBytes of a body are shown before it is said how to get all of it.
const previewBytes = 4 << 10

func (a *app) message(ctx context.Context, s *session, d *client.Delivery, k int, part inspector.Part, m *client.Message, hide *portable.Hiding) error {
	if m == nil {
		return nil
	}
	start := m.Start
	if part == inspector.Request {
		start = hide.Start(start)
	}
	if err := a.out.Printf("\n%s\n", a.out.Bold.Sprint(terminal.Safe(start))); err != nil {
		return err
	}
	if err := a.headers(m.Headers, hide); err != nil {
		return err
	}
	if m.Size == 0 {
		return nil
	}
	if err := a.out.Printf("\n"); err != nil {
		return err
	}
	return a.preview(ctx, s, d, k, part, m, hide == nil)
}

func (a *app) headers(fields []inspector.Field, hide *portable.Hiding) error {
	for _, f := range fields {
		if err := a.out.Printf("%s: %s\n", a.out.Name.Sprint(terminal.Safe(f.Name)), terminal.Safe(hide.Value(f.Name, f.Value))); err != nil {
			return err
		}
	}
	return nil
}

// preview prints the beginning of a body, freed of its content encoding.
func (a *app) preview(ctx context.Context, s *session, d *client.Delivery, k int, part inspector.Part, m *client.Message, secrets bool) error {
	b, err := s.Body(ctx, d.Row.ID.String(), k, part, client.BodyOptions{Decoded: m.ContentEncoding != "", Hide: !secrets})
	if err != nil {
		return a.out.Printf("%s\n", a.out.Warn.Sprint(terminal.Safe(err.Error())))
	}
	defer b.Close()
	a.sayHidden(b)
	head := make([]byte, previewBytes+1)
	n, err := io.ReadFull(b, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	text := head[:min(n, previewBytes)]
	if looksBinary(text) {
		return a.out.Printf("%s\n", a.out.Dim.Sprintf("%s that are no text", terminal.Bytes(m.Size)))
	}
	if err := a.printText(string(text)); err != nil {
		return err
	}
	if n <= previewBytes {
		return nil
	}
	which := ""
	if part == inspector.Response {
		which = " --response"
	}
	return a.out.Printf("%s\n", a.out.Dim.Sprintf(a.out.Own("…")+" the first %s of %s; all of it: boathook deliveries view %d%s --body --attempt %d",
		terminal.Bytes(previewBytes), terminal.Bytes(m.Size), d.Row.N, which, k))
}

// printText prints the text of a body.
func (a *app) printText(text string) error {
	if !terminal.LooksLikeJSON(text) {
		return printSafe(a.out, strings.NewReader(text))
	}
	return a.out.Printf("%s\n", a.out.PaintJSON(strings.TrimRight(text, "\n")))
}

// looksBinary reports whether bytes are better not shown as text.
func looksBinary(p []byte) bool {
	odd := 0
	for _, c := range p {
		if c < 0x09 || c > 0x0d && c < 0x20 {
			odd++
		}
	}
	return odd*10 > len(p)
}
