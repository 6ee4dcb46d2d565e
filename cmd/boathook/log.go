package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// logger writes what the server has to say on standard error: warnings, and
// with -v everything.
func (a *app) logger() *slog.Logger {
	level := slog.LevelWarn
	switch {
	case a.flags.verbose:
		level = slog.LevelDebug
	case a.flags.quiet:
		level = slog.LevelError
	}
	return slog.New(&logHandler{stream: a.err, level: level})
}

// logHandler writes one line a record. Values may hold foreign text.
type logHandler struct {
	stream *terminal.Stream
	level  slog.Level
	attrs  []slog.Attr
}

func (h *logHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(terminal.Safe(r.Message))
	add := func(at slog.Attr) bool {
		b.WriteString(" " + at.Key + "=" + quoteArg(terminal.Safe(at.Value.String())))
		return true
	}
	for _, at := range h.attrs {
		add(at)
	}
	r.Attrs(add)
	paint, word := h.stream.Dim, strings.ToLower(r.Level.String())
	switch {
	case r.Level >= slog.LevelError:
		paint = h.stream.Error
	case r.Level >= slog.LevelWarn:
		paint, word = h.stream.Warn, "warning"
	}
	return h.stream.Printf("%s %s %s\n", h.stream.Dim.Sprint(r.Time.Format(time.TimeOnly)), paint.Sprint(word+":"), b.String())
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &logHandler{h.stream, h.level, append(append([]slog.Attr{}, h.attrs...), attrs...)}
}

// WithGroup is not used by our packages.
func (h *logHandler) WithGroup(string) slog.Handler { return h }
