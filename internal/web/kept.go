package web

import (
	"errors"
	"sync"

	"github.com/gofiber/fiber/v2"
)

const (
	// keptAtOnce are made side by side; the others wait, as long as a request may.
	keptAtOnce = 2
	// keptWaiting is how many may wait or be made, keptOfOne of them for one client.
	keptWaiting = 64
	keptOfOne   = 8
)

// errCrowded is returned when too much of what is dear to make is asked for at once.
var errCrowded = errors.New("too many dear pages at once")

// kept keeps what is dear to make, for one state of the directory. It is safe for
// concurrent use.
type kept struct {
	most    int // values
	waiting *rooms
	making  chan struct{}

	mu     sync.Mutex
	of     string // the state
	values map[string]any
}

func newKept(most int) *kept {
	return &kept{most: most, waiting: newRooms(keptWaiting, keptOfOne), making: make(chan struct{}, keptAtOnce)}
}

// keep gives what make makes, or has made for the same key and state.
func keep[T any](c *fiber.Ctx, k *kept, of, key string, make func() (T, error)) (made T, err error) {
	if known, ok := k.get(of, key); ok {
		return known.(T), nil
	}
	done, err := k.turn(c)
	if err != nil {
		return made, err
	}
	defer done()
	if known, ok := k.get(of, key); ok { // made while this waited
		return known.(T), nil
	}
	if made, err = make(); err == nil {
		k.put(of, key, made)
	}
	return made, err
}

// get gives what is kept; another state ends what was.
func (k *kept) get(of, key string) (any, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		k.of, k.values = of, map[string]any{}
	}
	known, ok := k.values[key]
	return known, ok
}

// put keeps a value, in the place of another when there is no room: who asks for
// every commune in turn must not make all pages be counted again.
func (k *kept) put(of, key string, made any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return
	}
	for old := range k.values {
		if len(k.values) < k.most {
			break
		}
		delete(k.values, old)
	}
	k.values[key] = made
}

// turn waits until one more may be made; done ends it.
func (k *kept) turn(c *fiber.Ctx) (done func(), err error) {
	leave, ok := k.waiting.enter(clientAddr(c.IP()))
	if !ok {
		return nil, errCrowded
	}
	select {
	case k.making <- struct{}{}:
		return func() { <-k.making; leave() }, nil
	case <-c.UserContext().Done():
		leave()
		return nil, errCrowded
	}
}
