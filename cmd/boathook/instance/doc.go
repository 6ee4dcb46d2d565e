// Package instance puts boathook's parts together on a data folder.
//
// [Prepare] makes the folder safe, [Acquire] makes this process its only owner,
// and [Open] starts store, capture port and page. A command that finds no server
// running opens the same thing on listeners in memory.
package instance
