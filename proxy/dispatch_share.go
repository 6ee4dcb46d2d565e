package proxy

// Bounds of claimed tries, of all endpoints together.
const (
	maxTrying = 4096 // that endpoints share
	// lastTrying is how many there may be beside them, one for each endpoint that has
	// none: about so many targets may hang before they delay another one.
	lastTrying = 4096
)

// tryLimits share tries out among endpoints. One may have a quarter of all, and less the
// fewer are free: what one has that hangs is lost to the others, so the tenth that hangs
// gets less than the first, and those that do not hang find a part of what is left.
type tryLimits struct{ shared, last int }

// room says how many tries may be claimed when so many are, and how many of them one
// endpoint may have, with those that it has already.
func (l *tryLimits) room(active int) (room, share int) {
	free := l.shared - active
	if share = free * free / (4 * l.shared); free > 0 && share > 0 {
		return free, share
	}
	return free + l.last, 1
}
