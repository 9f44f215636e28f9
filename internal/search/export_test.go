package search

// Eager gives the last block of columns its postings too: the structures of a
// test never fill one.
func Eager(o *Options) { o.eager = true }
