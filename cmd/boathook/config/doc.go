// Package config gathers settings from flags, the environment, two files and the
// defaults, and remembers where each value came from.
//
// The order is: flag, BOATHOOK_* variable, ./boathook.yaml (the nearest one up to
// the root of the repository), the user's config.yaml, default. Call [Load] once;
// everything behind it gets plain values. What is wrong in a file is an [Error]
// with file and line.
package config
