package client

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Recording is a named set of deliveries.
type Recording struct {
	proxy.Recording
	inspector.RecordingSum
	Run   string `json:"run"` // the last replay of all of it, "" if there was none
	Query string `json:"q"`   // filter that finds its deliveries
}

// Recordings are all recordings, ordered by name.
type Recordings struct {
	Recordings []Recording `json:"recordings"`
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
// only takes its name off them. Those that another recording holds too stay.
func (c *Client) DeleteRecording(ctx context.Context, name string, keep bool) (Deletion, error) {
	path := recordingPath(name)
	if keep {
		path += "?keep=true"
	}
	var d Deletion
	err := c.call(ctx, "DELETE", path, nil, &d)
	return d, err
}

// Results streams what a replay of a recording came to, as JUnit XML. Empty run and
// expect stand for its last replay and its own expectation. The caller closes it.
func (c *Client) Results(ctx context.Context, name, run, expect string) (io.ReadCloser, error) {
	resp, err := c.send(ctx, http.MethodGet, c.base+withQuery(recordingPath(name)+"/results", "run", run, "expect", expect), nil, "*/*")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

func recordingPath(name string) string { return "/recordings/" + url.PathEscape(name) }
