// Package terminal writes to people and to programs that read a pipe.
//
// [Safe] and [SafeWriter] are the only ways captured text reaches a terminal:
// what could drive one becomes visible. A [Stream] is standard output or
// standard error with its own decision on colour. [Emitter] writes JSON.
package terminal
