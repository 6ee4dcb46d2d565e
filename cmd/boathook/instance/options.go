package instance

import (
	"log/slog"
	"net"
	"net/netip"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Options says what a server runs with. The zero value keeps nothing on disk and
// listens nowhere.
type Options struct {
	Dir        string // data folder; must be prepared and locked
	Store      string // badger:PATH or memory:; "": badger in the data folder
	Unsynced   bool   // acknowledged deliveries survive the process, not a loss of power
	MinFree    int64  // bytes of free disk space below which nothing more is accepted
	Token      string // opens page and API
	Allow      []string
	Page       []net.Listener
	Capture    []net.Listener
	CaptureURL string // "": of the first capture listener
	Announce   bool   // leave server.json for other commands
	Limits     proxy.Limits
	Policy     inspector.Policy // what is kept, until it is set otherwise
	// Fixed holds the names of bounds, as [proxy.BoundsValues] has them, that may not be
	// set otherwise, each with what set it.
	Fixed map[string]string
	// Described is what the config files write into the store at each start, with where
	// they say so, as in [web.Options].
	Described  map[string]string
	Mask       proxy.MaskValues // what is hidden, until it is set otherwise
	ResumeRuns bool             // as in [proxy.Options]
	Guard      bool             // as in [proxy.Options]
	GuardAllow []netip.Prefix   // as Allow in [proxy.Options]
	Version    string
	Log        *slog.Logger // nil: nothing is logged
}
