package portable

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
)

// IDs reads the ids of the deliveries of an export, JSON Lines or a HAR, in order and
// each once. Other files have none.
func IDs(r io.Reader) ([]string, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	seen := map[string]bool{}
	var ids []string
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	switch d := json.NewDecoder(b); sniff(b) {
	case JSONL:
		for {
			var line struct {
				Delivery struct {
					ID string `json:"id"`
				} `json:"delivery"`
			}
			err := d.Decode(&line)
			if errors.Is(err, io.EOF) {
				return ids, nil
			}
			if err != nil {
				return nil, err
			}
			add(line.Delivery.ID)
		}
	case HAR:
		if err := toEntries(d); err != nil {
			return nil, err
		}
		for d.More() {
			var entry struct {
				Origin struct {
					Delivery string `json:"delivery"`
				} `json:"_boathook"`
			}
			if err := d.Decode(&entry); err != nil {
				return nil, err
			}
			add(entry.Origin.Delivery)
		}
	}
	return ids, nil
}
