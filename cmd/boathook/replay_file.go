package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/boathook/boathook/proxy"
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
	ids, err := idsOf(path)
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

// idsOf reads the ids of the deliveries of a file of JSON Lines.
func idsOf(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the file again: %w", err)
	}
	defer f.Close()
	var ids []string
	dec := json.NewDecoder(bufio.NewReaderSize(f, 64<<10))
	for {
		var line struct {
			Delivery struct {
				ID string `json:"id"`
			} `json:"delivery"`
		}
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the file again: %w", err)
		}
		if line.Delivery.ID != "" {
			ids = append(ids, line.Delivery.ID)
		}
	}
}
