// Package inspector keeps deliveries: what was received or sent, byte for
// byte, with every attempt to deliver it.
//
// It holds the delivery model, the [Store] that keeps it, the filter language
// ([ParseQuery]), and the feed that tells pages and terminals what changed. It
// knows neither HTTP servers nor sockets.
package inspector
