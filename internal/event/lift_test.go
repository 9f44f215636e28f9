//go:build !lifted

package event

// Lift takes a guard away until the function that it gives is called.
func Lift(g Guard) (restore func()) {
	lifted = g
	return func() { lifted = "" }
}
