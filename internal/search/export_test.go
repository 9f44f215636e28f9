package search

// Eager gives the last block of columns its postings too, and calls helpers for
// little: the structures of a test never fill many blocks.
func Eager(o *Options) { o.eager = true }

// Alone does something while no query gets a helper.
func Alone[T any](e *Engine, do func() T) T {
	for range cap(e.crew) {
		e.crew <- struct{}{}
	}
	defer func() {
		for range cap(e.crew) {
			e.crew.end()
		}
	}()
	return do()
}
