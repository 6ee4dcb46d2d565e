package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/signer"
)

// secretFlags name secrets. They are read in the order env, files, plain.
type secretFlags struct {
	env, files, plain []string
}

func (f *secretFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.env, "secret-env", nil, "environment variable with the secret; may be given several times")
	flags.StringArrayVar(&f.files, "secret-file", nil, "file with the secret, - for standard input; one line end behind it is left out")
	flags.StringArrayVar(&f.plain, "secret", nil, "the secret itself; it stays in the history of the shell")
}

// signFlags are the flags that verify and sign share.
type signFlags struct {
	secretFlags
	scheme, schemeFile string
	url, now           string
	context            []string
}

func (f *signFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.scheme, "scheme", "", "id of the scheme, see boathook schemes list")
	flags.StringVar(&f.schemeFile, "scheme-file", "", "schemes of your own, JSON or YAML; see boathook schemes test --help")
	f.secretFlags.add(flags)
	flags.StringVar(&f.url, "url", "", "address as the sender has it configured, for schemes that sign it")
	flags.StringVar(&f.now, "now", "", "time to judge by, RFC 3339 or seconds since 1970 (default: the time of receipt, or now)")
	flags.StringArrayVar(&f.context, "context", nil, "name=value that a scheme needs and no request holds, such as webhook_id")
}

const maxSecret = 64 << 10

// secrets reads every secret that was named, at least one. stdin says that
// standard input is taken already.
func (a *app) secrets(f *secretFlags, stdin bool) ([]signer.Secret, error) {
	out, err := a.namedSecrets(f, stdin)
	if err == nil && len(out) == 0 {
		err = fail(exitToken, "give it with --secret-env NAME, --secret-file FILE or --secret-file - for standard input", "a secret is needed")
	}
	return out, err
}

// namedSecrets is secrets where none is needed.
func (a *app) namedSecrets(f *secretFlags, stdin bool) ([]signer.Secret, error) {
	var out []signer.Secret
	for _, name := range f.env {
		v, err := envSecret(name, "--secret-file")
		if err != nil {
			return nil, err
		}
		out = append(out, signer.Secret{Name: "$" + name, Value: v})
	}
	for _, path := range f.files {
		text, err := readSecret(path, stdin)
		if err != nil {
			return nil, err
		}
		stdin = stdin || path == "-"
		out = append(out, signer.Secret{Name: path, Value: text})
	}
	for _, v := range f.plain {
		out = append(out, signer.Secret{Name: "--secret", Value: v})
	}
	if len(f.plain) > 0 {
		a.say("%s a secret on the command line stays in the history of the shell; --secret-env and --secret-file do not", a.err.Warn.Sprint("note:"))
	}
	return out, nil
}

// envSecret reads a secret from an environment variable; file is the flag that takes it
// from a file instead.
func envSecret(name, file string) (string, error) {
	v, ok := os.LookupEnv(name)
	if !ok || strings.TrimSpace(v) == "" {
		return "", fail(exitToken, "put the secret into it: export "+clip(name)+"=…     or name a file: "+file+" FILE", "the environment variable %s is empty or not set", clip(name))
	}
	return v, nil
}

func readSecret(path string, stdin bool) (string, error) {
	if path == "-" && stdin {
		return "", usage("use --secret-env or a file", "standard input cannot be read twice")
	}
	raw, err := readInput(path, "the secret", "a secret comes from a file, or from standard input with -", maxSecret)
	if err != nil {
		f := explain(err)
		f.code = exitToken
		return "", f
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	if strings.TrimSpace(text) == "" {
		return "", fail(exitToken, "", "the secret in %s is empty", clip(path))
	}
	return text, nil
}

// lookup finds the scheme that was named, in the file of own schemes first.
func (a *app) lookup(ctx context.Context, f *signFlags) (*signer.Scheme, []*signer.Scheme, error) {
	var own []*signer.Scheme
	if f.schemeFile != "" {
		var err error
		if own, err = readSchemes(f.schemeFile); err != nil {
			return nil, nil, err
		}
	}
	if f.scheme == "" || f.scheme == "auto" {
		if len(own) == 1 {
			return own[0], own, nil
		}
		return nil, own, nil
	}
	for _, s := range own {
		if s.ID == f.scheme {
			return s, own, nil
		}
	}
	s, err := a.findScheme(ctx, f.scheme)
	return s, own, err
}

// readSchemes reads schemes of a user's own. YAML is read as the JSON that it
// stands for.
func readSchemes(path string) ([]*signer.Scheme, error) {
	raw, err := readInput(path, "the schemes", "schemes come from a file, in JSON or YAML", 1<<20)
	if err != nil {
		return nil, err
	}
	if text := strings.TrimSpace(string(raw)); !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		converted, err := yaml.YAMLToJSON(raw)
		if err != nil {
			// Below its first line a parser draws the text.
			text, _, _ := strings.Cut(err.Error(), "\n")
			return nil, usage("see boathook schemes view stripe --row for one that works", "%s: %s", clip(path), text)
		}
		raw = converted
	} else if err := catalog.CheckJSON(raw); err != nil {
		return nil, usage("mend it there", "%s is no JSON: %s", clip(path), err)
	}
	list, err := signer.Parse(raw)
	var field *signer.FieldError
	if errors.As(err, &field) && strings.HasSuffix(path, "ml") {
		field.Line = 0 // a place in the JSON, not in the file
	}
	if err != nil {
		return nil, usage("see boathook schemes view stripe --row for one that works", "%s: %w", clip(path), err)
	}
	return list, nil
}

func (f *signFlags) values() (map[string]string, error) { return contextValues(f.context) }

// contextValues reads --context.
func contextValues(texts []string) (map[string]string, error) {
	out := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, usage("for example --context webhook_id=8PT597110X687430L", "--context: want name=value, got %q", clip(text))
		}
		out[name] = value
	}
	return out, nil
}

// needsMore says how to give what a scheme needs.
func needsMore(s *signer.Scheme, err error) error {
	hint := ""
	for _, need := range s.Needs() {
		if need == "url" {
			hint += "give the address with --url, as the sender has it configured\n"
			continue
		}
		hint += "give it with --context " + need + "=VALUE\n"
	}
	return usage(strings.TrimSpace(hint), "%w", err)
}

func (a *app) completeSchemes(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, s := range signer.All() {
		ids = append(ids, s.ID+"\t"+s.Name)
	}
	own, _ := a.completing(cmd, func(ctx context.Context, s *session) []string {
		var more []string
		all, _ := s.Schemes(ctx) // without an answer there is nothing to propose
		for _, row := range all {
			if row.Custom {
				more = append(more, row.ID+"\t"+row.Name)
			}
		}
		return more
	})
	ids = append(ids, own...)
	return ids, cobra.ShellCompDirectiveNoFileComp
}
