package inspector

import (
	"context"
	"io"
)

// Checker is a store that can look through all it keeps for damage.
type Checker interface {
	// Check reads everything once. It returns an error only when it could not
	// look; what it found is in the report.
	Check(ctx context.Context) (Report, error)
}

// Report is the outcome of a Check.
type Report struct {
	Deliveries int    // live deliveries that were looked at
	Records    int    // records that were read and are sound
	Bytes      int64  // bytes that were read
	Losses     []Loss // deliveries that are not, or not wholly, readable
	Problems   []string
}

// Sound reports whether nothing was found.
func (r Report) Sound() bool { return len(r.Losses) == 0 && len(r.Problems) == 0 }

// Backuper is a store that can write all it keeps into one stream.
type Backuper interface {
	// Backup writes a consistent copy to w while the store goes on working.
	// The stream carries a checksum, so one that was cut short is detected.
	Backup(ctx context.Context, w io.Writer) error
}
