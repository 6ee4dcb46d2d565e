package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web/client"
)

// maxKnown is how many deliveries of a file that are there already are named one
// by one.
const maxKnown = 2000

// importedSource imports a file as a recording of its own, and chooses that: one of each
// call, to the microsecond, since a file may be replayed again and again. What
// is there already is not imported again, so it is named by its ids.
func (a *app) importedSource(ctx context.Context, s *session, path string) (proxy.RunSource, error) {
	name := recordingName(path, a.clock.Now().UTC().Format("20060102-150405.000000"))
	got, err := a.imported(ctx, s, path, client.ImportOptions{Recording: name})
	if err != nil {
		return proxy.RunSource{}, err
	}
	if err := unread(path, &got, true); err != nil {
		return proxy.RunSource{}, err
	}
	a.say("imported %s from %s%s", plural(got.Imported, "delivery", "deliveries"), got.Format, skippedText(got.Skipped))
	if got.Skipped == 0 {
		return proxy.RunSource{Query: recordingQuery(name)}, nil
	}
	ids, err := s.namedIn(ctx, path, name)
	if err != nil {
		return proxy.RunSource{}, err
	}
	if len(ids) > maxKnown {
		return proxy.RunSource{}, fail(exitFailed, "replay them where they are, by a filter such as after:7d", "%s of %s are here already, and these are too many to name", plural(got.Skipped, "delivery", "deliveries"), clip(path))
	}
	return proxy.RunSource{IDs: ids}, nil
}

// recordingName is a name for what a file holds, made of its own name.
func recordingName(path, at string) string {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune(`"=:()*,/`, r) {
			return '-'
		}
		return r
	}, name)
	return name[:min(len(name), 36)] + "-" + at
}

// namedIn are the deliveries of a file of which some are there already, and some were
// imported as the recording.
func (s *session) namedIn(ctx context.Context, path, recording string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the file again: %w", err)
	}
	defer f.Close()
	ids, err := portable.IDs(f)
	if err != nil {
		return nil, fmt.Errorf("read the file again: %w", err)
	}
	known := map[string]bool{}
	for _, id := range ids {
		known[id] = true
	}
	for row, err := range s.All(ctx, recordingQuery(recording)) {
		if err != nil {
			return nil, err
		}
		if id := row.ID.String(); !known[id] {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
