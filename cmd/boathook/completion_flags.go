package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// completer proposes values.
type completer = cobra.CompletionFunc

// words proposes the same words always.
func words(all ...string) completer {
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

// flagValues are what the values of flags may be, by the flag's name, for flags
// whose command says nothing of its own. A flag that is not here takes free text:
// then names of files would only mislead.
func (a *app) flagValues() map[string]completer {
	ages := words("5m", "15m", "1h", "24h", "7d")
	return map[string]completer{
		"color": words("auto", "always", "never"), "time": words("rel", "abs", "utc"), "durability": words("fsync", "process"),
		"filter": a.completeFilter, "skip": a.orFilter("offline", "crm"),
		"since": ages, "overlap": ages, "keep-age": ages, "keep-trash": ages, "tolerance": words("1m", "5m", "1h"),
		"events": commaList(a.completeEventList), "provider": a.completeProviders, "variant": words("full", "minimal", "null", "unicode", "huge"),
		"retry": completeRetry, "success": words("2xx", "200", "2xx,304"),
		"method": words("POST", "PUT", "PATCH", "GET", "DELETE"), "auth": words("header:X-Api-Key", "query:key", "basic:user", "bearer", "none"),
		"smtp-tls": words("starttls", "tls", "none"), "challenges": commaList(a.completeChallenges), "fault": words("timeout", "reset", "close"),
		"answer": words("200", "503,503,200", "500", "timeout"), "host": words("set", "keep"), "path": words("append", "fixed"),
		"code": words(signer.Languages...), "store": words("memory:"),
		"secret-env": completeEnvironment, "auth-env": completeEnvironment, "known-env": completeEnvironment, "smtp-password-env": completeEnvironment,
	}
}

// completeRetry reads the catalogue, so it does that only when it is asked.
func completeRetry(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all := []string{"provider", "5s,5m,30m"}
	for _, r := range proxy.RetryPresets() {
		all = append(all, r.Preset)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// flagFiles are flags whose value is a file, flagFolders those of a folder.
var (
	flagFiles   = []string{"config", "ready-file", "body-file", "secret-file", "auth-file", "scheme-file", "smtp-password-file", "body"}
	flagFolders = []string{"data"}
)

// completeFlags gives each flag of each command what its value may be.
func (a *app) completeFlags(root *cobra.Command) {
	values := a.flagValues()
	for _, name := range flagFolders {
		values[name] = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	}
	for _, name := range flagFiles {
		values[name] = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if _, own := cmd.GetFlagCompletionFunc(f.Name); own || f.NoOptDefVal != "" {
				return
			}
			find := values[f.Name]
			if find == nil {
				find = cobra.NoFileCompletions
			}
			_ = cmd.RegisterFlagCompletionFunc(f.Name, find) // the flag is there, and has none
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(root)
}

// commaList completes the last of several values with commas between them.
func commaList(one completer) completer {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		before := word[:strings.LastIndexByte(word, ',')+1]
		found, dir := one(cmd, args, word[len(before):])
		for i := range found {
			found[i] = before + found[i]
		}
		return found, dir
	}
}

// orFilter proposes words, and what a filter may begin with.
func (a *app) orFilter(words ...string) completer {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		found, dir := a.completeFilter(cmd, args, word)
		return append(append([]string{}, words...), found...), dir
	}
}

// completeEventList proposes event types and the wildcards of a subscription.
func (a *app) completeEventList(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	found, dir := a.completeEvents(cmd, nil, word)
	if provider, _, chosen := strings.Cut(word, "/"); chosen {
		return append([]string{provider + "/*\tall of it, later ones too"}, found...), dir
	}
	return append([]string{"*\tall events, later ones too"}, found...), dir
}

// completeChallenges proposes the handshakes that an inbox can answer.
func (a *app) completeChallenges(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	fixed := []string{"auto\tall that are known", "off\tnone"}
	found, dir := a.completing(cmd, func(ctx context.Context, s *session) []string {
		all, err := s.Challenges(ctx)
		if err != nil {
			return nil
		}
		var ids []string
		for _, c := range all {
			ids = append(ids, c.ID+"\t"+c.Text)
		}
		return ids
	})
	return append(fixed, found...), dir
}

// completeEnvironment proposes names of variables, never what they hold.
func completeEnvironment(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if name != "" && name != "_" {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
