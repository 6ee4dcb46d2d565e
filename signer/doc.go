// Package signer signs webhook messages and checks their signatures, for every
// provider of its table.
//
// A scheme is one row of data, see [Scheme]. The same row signs and verifies,
// so each proves the other. What no template can say is a named step of code
// that a row refers to.
//
// [Verify] needs the body as it came over the wire: decoding and encoding JSON
// again changes the bytes, and then no signature can match.
//
// [Diagnose] says why a signature fails, and [Compare] why an app's own code gets
// another digest: both compute variations until one gives the digest at hand.
//
// The package is pure: it reads no file and no network, and the clock only to keep
// the budget of a search. Time, keys and certificates are arguments.
package signer
