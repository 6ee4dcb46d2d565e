// Package wire reads and writes HTTP/1.1 messages byte for byte.
//
// What it reads it keeps as it was: order, case, repeats and spacing of header
// lines, sizes and extensions of chunks, trailers. It is strict, so that no two
// readers can disagree on where a message ends: what RFC 9112 lets a lenient
// server repair is an [*Error] here.
package wire
