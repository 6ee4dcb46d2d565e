package config

import (
	"strings"

	"github.com/boathook/boathook/proxy/mask"
)

// Setting is one row of the table of settings.
type Setting struct {
	Key     string // path in the file, "" if files cannot set it
	Flag    string // name of the flag, without dashes
	Default string
	Help    string
	Check   func(string) error // nil: any text
	List    bool               // may be given several times; a list in the file
	Serve   bool               // a flag of serve; the others are flags of every command
	Switch  bool               // a flag without a value
}

// Env is the name of the setting's environment variable.
func (s Setting) Env() string {
	return "BOATHOOK_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_"))
}

// Name is how messages and config get speak of the setting.
func (s Setting) Name() string {
	if s.Key != "" {
		return s.Key
	}
	return s.Flag
}

// Settings is every setting there is, in the order they are listed.
var Settings = []Setting{
	{Flag: "data", Help: "data folder (default: ./.boathook if it exists, else the user's data directory)"},
	{Flag: "server", Key: "server", Help: "URL or port of the page of a running server; its token is taken from BOATHOOK_TOKEN", Check: checkServer},
	{Flag: "color", Key: "output.color", Default: "auto", Help: "auto, always or never", Check: oneOf("auto", "always", "never")},
	{Flag: "time", Key: "output.time", Help: "rel, abs or utc (default: local time on a terminal, utc in a pipe)", Check: oneOf("rel", "abs", "utc")},
	{Flag: "ascii", Key: "output.ascii", Default: "false", Help: "draw with ASCII characters only", Check: checkBool, Switch: true},

	{Flag: "addr", Key: "page.addr", Default: "localhost:4600", Help: "address of page and API; localhost means 127.0.0.1 and ::1", Check: checkAddr, Serve: true},
	{Flag: "port", Key: "page.port", Help: "port of page and API on the default address, 0 for any free one", Check: checkPort, Serve: true},
	{Flag: "allow-host", Key: "page.allow_host", Help: "further host name under which the page may be opened", Check: checkHost, List: true, Serve: true},
	{Flag: "capture-addr", Key: "capture.addr", Default: "localhost:4601", Help: "address of the capture port", Check: checkAddr, Serve: true},
	{Flag: "capture-port", Key: "capture.port", Help: "capture port on the default address, 0 for any free one", Check: checkPort, Serve: true},
	{Flag: "body-limit", Key: "capture.body_limit", Default: "10MB", Help: "largest request body that is accepted, at most 1GB", Check: checkBodyLimit, Serve: true},
	{Flag: "mask", Key: "capture.mask", Help: "hide a value where deliveries are shown or exported, such as header.x-pin, query.pin or body.card.number", Check: mask.CheckEntry, List: true, Serve: true},
	{Flag: "keep-count", Key: "capture.keep.count", Default: "1000000", Help: "deliveries that are kept, 0 for no bound", Check: checkCount, Serve: true},
	{Flag: "keep-bytes", Key: "capture.keep.bytes", Default: "10GB", Help: "disk space that deliveries may use, 0 for no bound", Check: checkSize, Serve: true},
	{Flag: "keep-age", Key: "capture.keep.age", Default: "0", Help: "how long deliveries are kept, such as 30d, 0 for no bound", Check: checkAge, Serve: true},
	{Flag: "keep-trash", Key: "capture.keep.trash", Default: "7d", Help: "how long deleted deliveries stay in the trash, such as 30d, 0 for as long as others are kept", Check: checkAge, Serve: true},
	{Flag: "min-free", Key: "capture.keep.min_free", Default: "256MB", Help: "free disk space below which nothing more is accepted", Check: checkSize, Serve: true},
	{Flag: "resume-runs", Key: "resume_runs", Default: "false", Help: "let replays, resends and backfills that were cut off go on by themselves at the next start", Check: checkBool, Serve: true, Switch: true},
	{Flag: "guard", Key: "guard", Default: "false", Help: "connect to addresses of the public internet only, for a server that others use", Check: checkBool, Serve: true, Switch: true},
	{Flag: "guard-allow", Key: "guard_allow", Help: "address or network that may be connected to all the same, such as 10.1.0.0/16", Check: checkPrefix, List: true, Serve: true},
	{Flag: "store", Key: "store", Help: "where deliveries are stored: badger:PATH or memory: (default: in the data folder)", Check: checkStore, Serve: true},
	{Flag: "durability", Key: "durability", Default: "fsync", Help: "what an acknowledged delivery survives: fsync (loss of power) or process (end of the process)", Check: oneOf("fsync", "process"), Serve: true},
	{Flag: "max-memory", Key: "max_memory", Default: "256MB", Help: "memory the process aims to stay under, 64MB or more, 0 for no aim; GOMEMLIMIT stands in for the default", Check: checkMemory, Serve: true},
}

// Find returns the setting with the key or the flag's name.
func Find(name string) (Setting, bool) {
	for _, s := range Settings {
		if name != "" && (name == s.Key || name == s.Flag) {
			return s, true
		}
	}
	return Setting{}, false
}

// Names lists the names of all settings.
func Names() []string {
	var names []string
	for _, s := range Settings {
		names = append(names, s.Name())
	}
	return names
}
