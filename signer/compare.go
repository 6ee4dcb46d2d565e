package signer

import (
	"context"
	"fmt"
)

// Compare explains a digest that an app's own code computed for a request that
// verifies here: which mistake gives it. The error is ErrNeeds or ErrSecret if the
// request cannot be checked, ErrMalformed if got is no digest.
func Compare(ctx context.Context, c *Case, got string) (d Diagnosis, err error) {
	s := c.Scheme
	d = Diagnosis{Scheme: s.ID, Complete: true, Result: Result{Secret: -1}}
	r, err := s.Verify(&c.Message, secretValues(c.Secrets), c.Now, c.Options)
	if err != nil {
		return d, err
	}
	d.Result, d.Verdict = r, r.Verdict
	if !s.Algorithm.symmetric() || codes[s.Code].verify != nil {
		return d, fmt.Errorf("scheme %s: %w: it makes no digest that could be compared", s.ID, ErrMalformed)
	}
	e := newEngine(ctx, c, &d)
	defer e.done()
	e.mine = true
	if e.targets = s.spelled("your digest", got, false); len(e.targets) == 0 {
		return d, malformed("%q is no digest in hexadecimal or base64 of 20, 32, 48 or 64 bytes", clip(got))
	}
	if r.Verdict == Valid || r.Verdict == Stale {
		e.ladder(5, "")
	} else {
		e.ladder(4, r.Reason.Error())
	}
	if !e.search() {
		d.Cause = Unknown
		e.ruledOut()
		d.add("digest", StateLikely, Unknown, "%s", Unknown.Explain().App)
	}
	return d, ctx.Err()
}
