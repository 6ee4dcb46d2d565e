package proxy

import (
	"context"
	"fmt"
	"time"

	"github.com/boathook/boathook/inspector"
)

// put adds a delivery to the batch, and commits what is full.
func (e *emission) put(ctx context.Context, row inspector.Row, a inspector.Attempt, body []byte, due *inspector.Due) error {
	key := inspector.BodyKey{Delivery: row.ID, Part: inspector.Request}
	for seq := 0; len(body) > 0; seq++ {
		n := min(len(body), inspector.ChunkBytes)
		c := inspector.Chunk{Body: key, Seq: seq, Data: body[:n]}
		if body = body[n:]; len(body) > 0 {
			// All pieces but the last are stored before the delivery that names them.
			before := &inspector.Batch{Workspace: e.d.ws, Chunks: []inspector.Chunk{c}}
			if _, err := e.d.store.Commit(ctx, before); err != nil {
				return fmt.Errorf("store the body of an event: %w", err)
			}
			continue
		}
		e.batch.Chunks = append(e.batch.Chunks, c)
		e.size += n
	}
	e.batch.Deliveries = append(e.batch.Deliveries, row)
	e.batch.Attempts = append(e.batch.Attempts, a)
	e.size += len(a.Request.Head)
	if due != nil {
		e.batch.Schedule = append(e.batch.Schedule, *due)
	}
	// The deliveries of one event are stored together; those of several in turn.
	if e.req.Count > 1 && (len(e.batch.Deliveries) >= emitRows || e.size >= emitBytes) {
		return e.commit(ctx)
	}
	return nil
}

func (e *emission) commit(ctx context.Context) error {
	if len(e.batch.Deliveries) == 0 {
		return nil
	}
	e.batch.Workspace = e.d.ws
	res, err := e.d.store.Commit(ctx, &e.batch)
	if err != nil {
		return fmt.Errorf("store the deliveries of an event: %w", err)
	}
	e.total += len(e.batch.Deliveries)
	for i := range e.batch.Deliveries {
		if e.req.Rows > 0 && len(e.rows) == e.req.Rows {
			break
		}
		row := e.batch.Deliveries[i]
		row.N = res.Numbers[row.ID]
		e.rows = append(e.rows, row)
	}
	e.d.fresh.put(e.batch.Chunks, time.Now())
	e.batch.Reset()
	e.size = 0
	e.d.wake()
	return nil
}
