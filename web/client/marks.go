package client

import (
	"context"
	"net/http"
)

// Marks says what is written on which deliveries: those of IDs, or those that
// Query matches.
type Marks struct {
	IDs      []string `json:"ids,omitempty"` // ids or numbers, at most 10,000
	Query    string   `json:"q,omitempty"`   // "*" is all
	AddTags  []string `json:"add_tags,omitempty"`
	DropTags []string `json:"drop_tags,omitempty"`
	Pinned   *bool    `json:"pinned,omitempty"`
	Unread   *bool    `json:"unread,omitempty"`
}

// Marked says how many deliveries were marked.
type Marked struct {
	Marked  int `json:"marked"`
	Changed int `json:"changed"` // of these, those that were not so before
}

// Mark tags, pins or marks deliveries as read.
func (c *Client) Mark(ctx context.Context, m Marks) (Marked, error) {
	var v Marked
	err := c.call(ctx, http.MethodPost, "/deliveries/marks", m, &v)
	return v, err
}
