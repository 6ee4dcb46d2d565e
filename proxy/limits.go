package proxy

import "time"

// Limits bound what the capture port takes in. A zero field stands for its
// default.
type Limits struct {
	Head     int   // bytes of a request line and header lines; 32 KiB
	Fields   int   // header lines; 1,024
	Body     int64 // bytes of a body, freed of chunk framing; 10 MiB
	InFlight int64 // bytes of all requests that are being received or stored; 64 MiB
	Reply    int64 // bytes that are kept of the body of an answer; 1 MiB

	HeadTime time.Duration // for a head, from its first byte; 10 s
	BodyTime time.Duration // for a body, and one second more for each BodyRate bytes announced or received; 30 s
	BodyRate int64         // bytes; 256 KiB
	BodyMax  time.Duration // for a body of any length; 10 min
	Idle     time.Duration // between two requests of a connection, give or take an eighth; 60 s
	Write    time.Duration // for an answer; 30 s
	Hold     time.Duration // for which a connection is held that gets no answer on purpose; 2 min
	Grace    time.Duration // for requests that are under way when the receiver stops; 10 s

	Conns        int // open connections; 12,000
	ConnsPerPeer int // open connections of one IPv4 address or IPv6 /64 network, loopback excepted; 1,000
	Requests     int // requests of one connection; 1,000
}

func (l Limits) defaults() Limits {
	fill(&l.Head, 32<<10)
	fill(&l.Fields, 1024)
	fill(&l.Body, 10<<20)
	fill(&l.InFlight, 64<<20)
	fill(&l.Reply, 1<<20)
	fill(&l.HeadTime, 10*time.Second)
	fill(&l.BodyTime, 30*time.Second)
	fill(&l.BodyRate, 256<<10)
	fill(&l.BodyMax, 10*time.Minute)
	fill(&l.Idle, time.Minute)
	fill(&l.Write, 30*time.Second)
	fill(&l.Hold, 2*time.Minute)
	fill(&l.Grace, 10*time.Second)
	fill(&l.Conns, 12000)
	fill(&l.ConnsPerPeer, 1000)
	fill(&l.Requests, 1000)
	return l
}

func fill[T int | int64 | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// bodyTime is how long a body of size bytes may take.
func (l *Limits) bodyTime(size int64) time.Duration {
	return min(l.BodyTime+time.Duration(size/l.BodyRate)*time.Second, l.BodyMax)
}
