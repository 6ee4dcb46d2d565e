package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

const overview = `boathook receives webhooks, shows them byte for byte, sends them, and says why a
signature fails.

  boathook serve --open            start, and open the page
  boathook listen 3000             put it in front of your app on port 3000
  boathook tail status:5xx         follow what goes wrong

Receive
  serve        run page and capture port (the same as no command)
  listen       inbox that forwards to a local app, rows as they come
  inboxes      list, view, create, edit, delete

Send
  trigger      send a catalogued event, signed as its provider does   (send)
  ping         send a test event, and print the answer
  resend       send deliveries again to the same place
  replay       send recorded deliveries, or a file of them, to a target
  runs         list, view, watch, pause, resume, cancel, retry
  events       the catalogue: list, view, sample, validate, subscribers, new,
               import
  endpoints    list, view, create, edit, enable, disable, secret, backfill,
               delete

Look
  tail         follow deliveries
  wait         block until deliveries arrive, for tests
  deliveries   list, view, count, tag, pin, read, try-now, stop, delete
  trash        list, restore, empty
  diff         say how two deliveries differ
  activity     count what happened, by endpoint, inbox, event or provider
  open         open the page, or one delivery
  status       what runs where, and what is stored

Sign
  verify       check a signature, and say why it fails
  sign         sign a body as a provider does
  recheck      check a selection once more, after a secret was corrected
  schemes      list, view, test, create, edit, delete

Care
  doctor       look for trouble
  export       write deliveries into a file      import    store those of a file
  recordings   list, view, new, record, stop, add, edit, rename, check, delete
  filters      saved filters: list, save, delete
  samples      load, delete made-up deliveries
  backup       write everything into a file      restore   read it back
  config       get, set, list, edit, path        completion, version

boathook COMMAND --help says more, boathook help filter how to filter. Exit
codes: 0 done, 1 failed, 2 usage, 3 sent but the target failed, 4 secret or
token needed, 5 signature invalid, 6 not found, 7 timed out, 8 differences (diff
--exit-code), 130 interrupted.
`

// root is the whole command line.
func (a *app) root() *cobra.Command {
	var bare serveFlags
	root := &cobra.Command{
		Use: "boathook", Version: version(), Short: "receive webhooks, show them byte for byte, and pass them on",
		SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		Args:              knownCommand,
		PersistentPreRunE: a.load,
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), bare) },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate(versionLine())
	flags := root.PersistentFlags()
	a.settingFlags(flags, false)
	flags.StringVar(&a.flags.config, "config", "", "config file to read in place of boathook.yaml")
	flags.BoolVar(&a.flags.json, "json", false, "write JSON, one object a line; an error too, on standard error")
	flags.StringVar(&a.flags.jq, "jq", "", "write what a jq expression makes of the JSON")
	flags.BoolVarP(&a.flags.quiet, "quiet", "q", false, "say nothing but results and errors")
	flags.BoolVarP(&a.flags.verbose, "verbose", "v", false, "say more")
	flags.BoolVarP(&a.flags.yes, "yes", "y", false, "answer questions with yes")
	flags.BoolVar(&a.flags.noInput, "no-input", false, "never ask; fail where a question would be needed")
	root.AddCommand(
		a.serveCommand(), a.listenCommand(), a.tailCommand(), a.deliveriesCommand(), a.trashCommand(), a.inboxesCommand(), a.endpointsCommand(), a.eventsCommand(),
		a.triggerCommand(), a.pingCommand(), a.resendCommand(), a.waitCommand(), a.activityCommand(), a.diffCommand(),
		a.replayCommand(), a.runsCommand(), a.exportCommand(), a.importCommand(), a.recordingsCommand(), a.filtersCommand(), a.samplesCommand(), a.docsCommand(),
		a.statusCommand(), a.doctorCommand(), a.openCommand(), a.configCommand(), a.completionCommand(),
		a.versionCommand(), a.backupCommand(), a.restoreCommand(),
		a.verifyCommand(), a.recheckCommand(), a.signCommand(), a.schemesCommand(),
	)
	var names []string
	for _, c := range root.Commands() {
		names = append(append(names, c.Name()), c.Aliases...)
	}
	a.proposed = proposals(names)
	a.serveFlags(root.Flags(), &bare)
	a.completeFlags(root)
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if words := cmd.Flags().Args(); len(words) > 0 && cmd.HasAvailableSubCommands() {
			a.unhelpful = knownCommand(cmd, words) // the library ends as if all were well
			return
		}
		if cmd == root {
			_ = a.out.Printf("%s", terminal.Wrap(overview, a.helpColumns()))
			return
		}
		_ = a.help(cmd)
	})
	root.SetHelpCommand(a.helpCommand(root))
	return root
}

// group is a command that only holds others.
func (a *app) group(cmd *cobra.Command, list *cobra.Command, others ...*cobra.Command) *cobra.Command {
	cmd.Args = knownCommand
	cmd.RunE = list.RunE
	cmd.Example = first(cmd.Example, list.Example)
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list)
	cmd.AddCommand(others...)
	return cmd
}

// knownCommand refuses a word that is no command, and says which was meant.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
			names = append(names, c.Aliases...)
		}
	}
	hint := "see " + cmd.CommandPath() + " --help"
	if near := config.Nearest(args[0], names); near != "" {
		hint = "did you mean " + cmd.CommandPath() + " " + near + "?"
	}
	if paths := below(cmd, args[0]); len(paths) > 0 {
		hint = "did you mean " + strings.Join(paths, ", ") + "?"
	}
	return usage(hint, "%s has no command %q", cmd.CommandPath(), clip(args[0]))
}

// below are the commands of that name which stand one level deeper, at most three,
// those on deliveries first.
func below(cmd *cobra.Command, name string) []string {
	var paths []string
	for _, group := range cmd.Commands() {
		for _, c := range group.Commands() {
			switch {
			case c.Name() != name || c.Hidden:
			case group.Name() == "deliveries":
				paths = slices.Insert(paths, 0, c.CommandPath())
			default:
				paths = append(paths, c.CommandPath())
			}
		}
	}
	return paths[:min(len(paths), 3)]
}

func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "explain a command, the filter language, or the names in templates", PersistentPreRunE: noLoad,
		Example: "  boathook help verify\n  boathook help filter\n  boathook help templates",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return helpWords(root, args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "filter" {
				return a.out.Printf("%s", terminal.Wrap(inspector.QueryHelp, a.helpColumns()))
			}
			if len(args) == 1 && args[0] == "templates" {
				return a.templateHelp()
			}
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 && cmd == root {
				return knownCommand(root, args)
			}
			return cmd.Help()
		},
	}
}

// helpWords are what help can be asked for behind the words that are there.
func helpWords(root *cobra.Command, args []string) (all []string) {
	cmd, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return nil
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c.Name()+"\t"+c.Short)
		}
	}
	if cmd == root {
		all = append(all, "filter\thow to filter", "templates\tnames in templates")
	}
	return all
}

// templateHelp lists what may stand between {{ and }} in a payload.
func (a *app) templateHelp() error {
	var b strings.Builder
	for _, n := range catalog.TemplateNames() {
		fmt.Fprintf(&b, "  %-26s %s\n", n.Usage, n.Text)
	}
	return a.out.Printf("%s", terminal.Wrap(b.String(), a.helpColumns()))
}

// noLoad is for commands that work whatever the settings say.
func noLoad(*cobra.Command, []string) error { return nil }

// atMost, least and exactly bound the words after a command.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return usage("usage: "+cmd.UseLine(), "%s: %q is one word too many", cmd.CommandPath(), clip(args[n]))
	}
}

func least(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usage("usage: "+cmd.UseLine(), "%s: %s is missing", cmd.CommandPath(), missing(cmd, len(args)))
		}
		return nil
	}
}

func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := least(n)(cmd, args); err != nil {
			return err
		}
		return atMost(n)(cmd, args)
	}
}

// missing names the word of the usage line that was left out.
func missing(cmd *cobra.Command, given int) string {
	words := strings.Fields(cmd.Use)[1:]
	if given < len(words) {
		return words[given]
	}
	return "a word"
}
