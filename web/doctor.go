package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	stateOK   = "ok"
	stateWarn = "warn"
	stateFail = "fail"
)

// lowSpace is the free space below which the doctor warns, in bytes.
const lowSpace = 1 << 30

// getDoctor checks what a person would check first when something is wrong.
func (s *Server) getDoctor(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), time.Minute)
	defer cancel()
	report := client.Report{Checks: []client.Check{}}
	for _, check := range []func(context.Context) []client.Check{
		s.checkToken, s.checkDir, s.checkStore, s.checkRecords, s.checkFeed, s.checkCapture, s.checkClock, s.checkSecrets, s.checkRetention, s.checkFiles,
	} {
		report.Checks = append(report.Checks, check(ctx)...)
	}
	return sendJSON(c, 200, report)
}

func finding(name, state, text, hint string) []client.Check {
	return []client.Check{{Name: name, State: state, Text: text, Hint: hint}}
}

func (s *Server) checkToken(context.Context) []client.Check {
	switch n := len(s.opt.Token); {
	case n == 0:
		return finding("token", stateWarn, "no token is asked for", "every program on this machine can read everything; set a token")
	case n < 32:
		return finding("token", stateWarn, "the token is short", "delete it and restart: a new one of 256 bits is made")
	}
	return finding("token", stateOK, "API and feed ask for the token", "")
}

// checkDir looks at who else can read the data folder.
func (s *Server) checkDir(context.Context) []client.Check {
	if s.opt.Dir == "" {
		return finding("folder", stateOK, "nothing is kept on disk", "")
	}
	info, err := os.Stat(s.opt.Dir)
	if err != nil {
		return finding("folder", stateFail, "the data folder cannot be read", "check that it exists and is yours")
	}
	checks := finding("folder", stateOK, "only you can read the data folder", "")
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		checks = finding("folder", stateWarn, fmt.Sprintf("others can read the data folder, its mode is %04o", mode), "chmod 700 "+s.opt.Dir)
	}
	file := filepath.Join(s.opt.Dir, "server.json")
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
		checks = append(checks, finding("token file", stateFail, fmt.Sprintf("others can read the token, the mode of server.json is %04o", info.Mode().Perm()), "chmod 600 "+file)...)
	}
	return checks
}

func (s *Server) checkStore(ctx context.Context) []client.Check {
	st, err := s.opt.Store.Stats(ctx, s.ws)
	if err != nil {
		return finding("store", stateFail, "the store cannot be read: "+storeText(err), "restart boathook; its log says more")
	}
	var checks []client.Check
	switch {
	case st.Refusing != "":
		checks = finding("store", stateFail, "nothing is stored now: "+st.Refusing, "free space on the volume, or shorten what is kept")
	default:
		checks = finding("store", stateOK, fmt.Sprintf("%d deliveries, %.1f MB on disk", st.Deliveries, float64(st.Bytes)/1e6), "")
	}
	switch {
	case st.FreeBytes >= 0 && st.FreeBytes < lowSpace:
		checks = append(checks, finding("space", stateWarn, fmt.Sprintf("only %d MB are free", st.FreeBytes/1e6), "free space before writes are refused")...)
	case st.FreeBytes >= 0:
		checks = append(checks, finding("space", stateOK, fmt.Sprintf("%d MB are free", st.FreeBytes/1e6), "")...)
	}
	for _, l := range st.Losses {
		checks = append(checks, finding("losses", stateFail, lossText(l), "restore a backup if you need them")...)
	}
	if len(st.Losses) == 0 {
		checks = append(checks, finding("losses", stateOK, "everything that was acknowledged is there", "")...)
	}
	return checks
}

// checkSecrets looks whether the secrets that are stored can be opened.
func (s *Server) checkSecrets(ctx context.Context) []client.Check {
	if s.opt.Locked == nil {
		return nil
	}
	places, err := s.opt.Locked(ctx)
	switch {
	case err != nil:
		return finding("secrets", stateFail, "the secrets cannot be read: "+storeText(err), "restart boathook; its log says more")
	case len(places) == 0:
		return finding("secrets", stateOK, "every secret can be opened", "")
	}
	more := ""
	if extra := len(places) - maxFindings; extra > 0 {
		places, more = places[:maxFindings], fmt.Sprintf(" and %d more", extra)
	}
	return finding("secrets", stateWarn, "secrets are sealed with another key file: of "+strings.Join(places, ", ")+more,
		"put the secrets.key that belongs to this store back into the data folder and restart, or set these secrets anew")
}

// checkRetention looks whether deliveries stay that are too old. It says nothing
// where age is no bound.
func (s *Server) checkRetention(context.Context) []client.Check {
	age := int64(0)
	if s.opt.Bounds != nil {
		age = s.opt.Bounds.Get().AgeS
	}
	switch {
	case s.held():
		return finding("retention", stateWarn, "over half of all deliveries became too old at once, so none is removed",
			fmt.Sprintf("check the clock; if it is right: boathook deliveries delete --filter 'before:%s'", ageText(age)))
	case age > 0:
		return finding("retention", stateOK, "nothing is kept for longer than "+ageText(age), "")
	}
	return nil
}

// ageText writes seconds as filters read them.
func ageText(seconds int64) string {
	for _, unit := range []struct {
		seconds int64
		name    string
	}{{24 * 3600, "d"}, {3600, "h"}, {60, "m"}} {
		if seconds%unit.seconds == 0 {
			return fmt.Sprintf("%d%s", seconds/unit.seconds, unit.name)
		}
	}
	return fmt.Sprintf("%ds", seconds)
}

// maxFindings bounds what is told of one check.
const maxFindings = 20

// checkRecords reads all that is kept, if the store can. One such reading at a
// time is enough.
func (s *Server) checkRecords(ctx context.Context) []client.Check {
	checker, ok := s.bare().(inspector.Checker)
	if !ok {
		return nil
	}
	if !s.checking.TryLock() {
		return finding("records", stateWarn, "another check reads the records right now", "try again in a moment")
	}
	defer s.checking.Unlock()
	report, err := checker.Check(ctx)
	if err != nil {
		return finding("records", stateFail, "the records could not be read: "+storeText(err), "boathook's log says more")
	}
	if report.Sound() {
		return finding("records", stateOK, fmt.Sprintf("%d records of %d deliveries are sound, %d bytes were read", report.Records, report.Deliveries, report.Bytes), "")
	}
	var checks []client.Check
	for _, l := range report.Losses {
		checks = append(checks, finding("records", stateFail, lossText(l), "restore a backup if you need them")...)
	}
	for _, text := range report.Problems {
		checks = append(checks, finding("records", stateFail, text, "keep a copy of the data folder before you change anything")...)
	}
	if more := len(checks) - maxFindings; more > 0 {
		checks = append(checks[:maxFindings], finding("records", stateFail, fmt.Sprintf("and %d more findings", more), "")...)
	}
	return checks
}

func lossText(l inspector.Loss) string {
	return fmt.Sprintf("%d deliveries of #%d to #%d are missing: %s", l.Count, l.FirstN, l.LastN, l.Reason)
}

// storeText is the text of an error that is meant for people.
func storeText(err error) string { return problemOf(err).Detail }

func (s *Server) checkFeed(context.Context) []client.Check {
	if s.feeds.hub == nil {
		return finding("feed", stateWarn, "there is no live feed", "")
	}
	st := s.feeds.hub.Stats()
	if st.Err != nil {
		return finding("feed", stateFail, "the feed cannot be read: "+storeText(st.Err), "restart boathook; its log says more")
	}
	return finding("feed", stateOK, followers(s.feeds.count()), "")
}

// checkCapture connects to the capture port.
func (s *Server) checkCapture(ctx context.Context) []client.Check {
	base := s.captureURL()
	if base == "" {
		return finding("capture", stateWarn, "this server has no capture port", "")
	}
	dial := s.opt.DialCapture
	if dial == nil {
		u, err := url.Parse(base)
		if err != nil {
			return finding("capture", stateFail, "the capture URL is not valid", "check --capture-addr")
		}
		dial = func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", u.Host)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := dial(ctx)
	if err != nil {
		return finding("capture", stateFail, "the capture port does not answer", "check that nothing blocks "+base)
	}
	conn.Close()
	return finding("capture", stateOK, "the capture port answers at "+base, "")
}

// checkClock compares the clock with the newest delivery, whose time was
// written by the same clock.
func (s *Server) checkClock(ctx context.Context) []client.Check {
	now := s.now()
	page, err := s.opt.Store.List(ctx, inspector.ListQuery{Workspace: s.ws, Limit: 1})
	if err != nil && !errors.Is(err, inspector.ErrNotFound) {
		return finding("clock", stateWarn, "the newest delivery cannot be read", "")
	}
	if len(page.Rows) == 1 && page.Rows[0].At.After(now.Add(time.Minute)) {
		return finding("clock", stateWarn, "the newest delivery is from the future: the clock was set back", "set the clock; retention by age waits until then")
	}
	if now.Year() < 2024 {
		return finding("clock", stateWarn, "the clock stands at "+now.UTC().Format(time.DateOnly), "set the clock: signatures with timestamps will fail")
	}
	return finding("clock", stateOK, "the clock is plausible", "")
}

func followers(n int) string {
	switch n {
	case 0:
		return "no socket follows it"
	case 1:
		return "1 socket follows it"
	}
	return fmt.Sprintf("%d sockets follow it", n)
}
