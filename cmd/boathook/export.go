package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web/client"
)

type exportFlags struct {
	filter, format string
	secrets, force bool
}

// formatEnds are the ends of file names that say a format.
var formatEnds = map[string]portable.Format{
	".jsonl": portable.JSONL, ".ndjson": portable.JSONL, ".har": portable.HAR, ".sh": portable.Script, ".bash": portable.Script, ".curl": portable.Curl,
	".http": portable.Raw, ".raw": portable.Raw, ".zip": portable.ZIP, ".postman": portable.Postman,
}

// postmanEnds are how Postman itself calls its collections, and a shorter form of it.
var postmanEnds = []string{".postman_collection.json", ".postman.json"}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use: "export FILE", Short: "write deliveries into a file", Args: exactly(1),
		Long: "Write deliveries into a file, oldest first; - is standard output. JSON Lines (jsonl) holds every byte and can be imported\n" +
			"again without loss; har is for the tools of browsers, curl are commands that can be imported again, raw the request as it\n" +
			"crossed the wire, zip raw requests, responses and bodies, a file each; sh is a program for bash that sends everything again,\n" +
			"postman a collection for Postman. Without --format the end of the file's name says which, else it is jsonl.\n\n" +
			"Credentials are left out unless --secrets is given (sh and postman have variables for them): the values of header lines such as Authorization and cookies, of those and of query parameters that an endpoint is set to authenticate with,\n" +
			"and of all whose name says so, such as token, password or api_key. What capture.mask lists is left out of bodies too: asterisks stand\n" +
			"for it, as long as it was, so that all lengths stay true. Everything else of bodies, and signatures, are as they were. The file is there when all is in it.",
		Example: "  boathook export week.jsonl --filter after:7d\n  boathook export failed.har --filter is:failed\n  boathook export - --filter inbox:demo --format sh | TARGET=http://localhost:3000 bash",
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return usage("boathook export deliveries.jsonl", "the name of the file to write is empty")
			}
			if readsAsFilter(args[0]) {
				return usage("boathook export deliveries.jsonl --filter "+quoteArg(args[0])+"\na file of that name is ./"+args[0], "%s reads as a filter; the file to write is missing", clip(args[0]))
			}
			format, err := f.formatOf(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error { return a.export(cmd.Context(), s, args[0], format, &f) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.filter, "filter", "", "only what matches (default: all)")
	f.bind(flags)
	_ = cmd.RegisterFlagCompletionFunc("filter", a.completeFilter) // the flags are there
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(portable.Formats), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// bind are the flags that say how a file is written.
func (f *exportFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.format, "format", "", "jsonl, har, curl, raw, zip, sh or postman")
	flags.BoolVar(&f.secrets, "secrets", false, "with credentials")
	flags.BoolVar(&f.force, "force", false, "replace a file that is there")
}

// readsAsFilter reports whether a word begins with a field of the filter language,
// as in rec:week.
func readsAsFilter(word string) bool {
	field, _, ok := strings.Cut(strings.TrimPrefix(word, "-"), ":")
	return ok && slices.ContainsFunc(inspector.Complete(field, len(field), nil), func(c inspector.Completion) bool { return c.Text == field+":" })
}

func formatNames(formats []portable.Format) []string {
	var names []string
	for _, f := range formats {
		names = append(names, string(f))
	}
	return names
}

func (f *exportFlags) formatOf(path string) (string, error) {
	if f.format == "" {
		if slices.ContainsFunc(postmanEnds, func(end string) bool { return strings.HasSuffix(strings.ToLower(path), end) }) {
			return string(portable.Postman), nil
		}
		if format, known := formatEnds[strings.ToLower(filepath.Ext(path))]; known {
			return string(format), nil
		}
		return string(portable.JSONL), nil
	}
	return f.format, checkFormat(f.format, portable.Formats)
}

func checkFormat(format string, formats []portable.Format) error {
	if slices.Contains(formats, portable.Format(format)) {
		return nil
	}
	return usage("", "--format: want one of %s, got %q", strings.Join(formatNames(formats), ", "), clip(format))
}

func (a *app) export(ctx context.Context, s *session, path, format string, f *exportFlags) error {
	if path == "-" && a.out.Terminal && format == string(portable.ZIP) {
		return usage("boathook export FILE --format zip", "a ZIP file is not for a terminal")
	}
	if path == "-" {
		r, err := s.Export(ctx, f.filter, format, f.secrets)
		if err != nil {
			return a.pointing(f.filter, err)
		}
		defer r.Close()
		if a.out.Terminal {
			return printSafe(a.out, r)
		}
		return a.writeOut("export", r)
	}
	n, err := f.into(ctx, s, path, format)
	if err != nil {
		return a.pointing(f.filter, err)
	}
	if a.flags.json {
		return a.emit(map[string]any{"file": path, "format": format, "bytes": n})
	}
	a.say("%s exported into %s (%s, %s)", a.mark(true), terminal.Safe(path), format, terminal.Bytes(n))
	if page, err := s.List(ctx, client.ListOptions{Query: f.filter, Limit: 1}); err == nil && len(page.Rows) == 0 && page.Next == "" {
		a.say("%s it holds nothing: no delivery matches %s", a.err.Warn.Sprint("note:"), terminal.Safe(first(f.filter, "*")))
		return nil
	}
	if !f.secrets {
		a.say("%s", a.err.Dim.Sprint("  credentials are left out; with them: --secrets"))
	}
	return nil
}

// exporter is what an export asks of a server.
type exporter interface {
	Export(ctx context.Context, query, format string, secrets bool) (io.ReadCloser, error)
}

// into writes an export into a file.
func (f *exportFlags) into(ctx context.Context, s exporter, path, format string) (n int64, err error) {
	if err := f.free(path); err != nil {
		return 0, err
	}
	r, err := s.Export(ctx, f.filter, format, f.secrets)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return writeFile(path, r)
}

// replaces reports whether a file is there that the export would replace.
func replaces(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// free makes sure that nothing is lost where the file will be.
func (f *exportFlags) free(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritten(path, err)
	case info.IsDir():
		return isFolderFault(path)
	case !f.force && replaces(path):
		return fail(exitFailed, "replace it: --force", "%s is there already", clip(path))
	}
	return nil
}
