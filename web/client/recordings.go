package client

import (
	"context"
	"net/url"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Recording is a named set of deliveries.
type Recording struct {
	proxy.Recording
	Deliveries int       `json:"deliveries"`
	Bytes      int64     `json:"bytes"`          // of the bodies of requests and last answers
	First      time.Time `json:"first,omitzero"` // when the oldest arrived; zero if there is none
	Last       time.Time `json:"last,omitzero"`
	Run        string    `json:"run"` // the last replay of all of it, "" if there was none
	Query      string    `json:"q"`   // filter that finds its deliveries
}

// Add counts a delivery.
func (r *Recording) Add(row *inspector.Row) {
	if r.Deliveries == 0 || row.At.Before(r.First) {
		r.First = row.At
	}
	if row.At.After(r.Last) {
		r.Last = row.At
	}
	r.Deliveries++
	r.Bytes += row.Size + row.RespSize
}

// Recordings are all recordings, ordered by name.
type Recordings struct {
	Recordings []Recording `json:"recordings"`
	Complete   bool        `json:"complete"` // false: not all deliveries were counted in time
}

// RecordingInput makes a recording.
type RecordingInput struct {
	Selection                      // deliveries it begins with, may be empty
	Name      string               `json:"name"`
	Note      string               `json:"note,omitempty"`
	Expect    string               `json:"expect,omitempty"`
	Live      *proxy.RecordingLive `json:"live,omitempty"` // what to record from now on
}

// Recordings returns all recordings.
func (c *Client) Recordings(ctx context.Context) (Recordings, error) {
	var v Recordings
	err := c.call(ctx, "GET", "/recordings", nil, &v)
	return v, err
}

// Recording returns a recording by its name.
func (c *Client) Recording(ctx context.Context, name string) (Recording, error) {
	var v Recording
	err := c.call(ctx, "GET", recordingPath(name), nil, &v)
	return v, err
}

// CreateRecording makes a recording.
func (c *Client) CreateRecording(ctx context.Context, in RecordingInput) (Recording, error) {
	var v Recording
	err := c.call(ctx, "POST", "/recordings", in, &v)
	return v, err
}

// UpdateRecording changes a recording if its revision is still r.Rev; another
// r.Name renames it.
func (c *Client) UpdateRecording(ctx context.Context, name string, r proxy.Recording) (Recording, error) {
	var v Recording
	err := c.call(ctx, "PUT", recordingPath(name), r, &v)
	return v, err
}

// DeleteRecording puts the deliveries of a recording into the trash, or with keep
// only takes its name off them.
func (c *Client) DeleteRecording(ctx context.Context, name string, keep bool) (Deletion, error) {
	path := recordingPath(name)
	if keep {
		path += "?keep=true"
	}
	var d Deletion
	err := c.call(ctx, "DELETE", path, nil, &d)
	return d, err
}

func recordingPath(name string) string { return "/recordings/" + url.PathEscape(name) }
