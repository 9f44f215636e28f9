package engine

import (
	"time"
)

// An embedded engine is measured in a process of its own, as it would serve:
// its memory is then its own, and its garbage disturbs no other. The parent
// sends one request a line and reads one reply a line.
type request struct {
	Op       string        `json:"op"`
	Question int           `json:"question,omitempty"`
	Many     []int         `json:"many,omitempty"`
	N        int           `json:"n,omitempty"`
	Clients  int           `json:"clients,omitempty"`
	For      time.Duration `json:"for,omitempty"`
	Rate     int           `json:"rate,omitempty"`
	File     string        `json:"file,omitempty"`
	Whole    bool          `json:"whole,omitempty"`
}

// Operations.
const (
	opAnswer  = "answer"
	opTime    = "time"
	opLoad    = "load"
	opRepeat  = "repeat"
	opUpdate  = "update"
	opMemory  = "memory"
	opProfile = "profile"
	opLimits  = "limits"
)

type reply struct {
	Error   string          `json:"error,omitempty"`
	Cannot  bool            `json:"cannot,omitempty"`
	Opened  time.Duration   `json:"opened,omitempty"`
	Answer  Answer          `json:"answer"`
	Took    []time.Duration `json:"took,omitempty"`
	Load    Throughput      `json:"load"`
	Updates Updates         `json:"updates"`
	Memory  Memory          `json:"memory"`
	Limits  Limits          `json:"limits"`
}

// Limits is what our engine does at its edges.
type Limits struct {
	Suggest Latencies `json:"suggest"` // of suggestions, letter by letter
	Honest  Dearest   `json:"honest"`  // the broadest question that somebody may ask
	Extreme Dearest   `json:"extreme"` // the dearest that the parser lets pass
	Overrun Latencies `json:"overrun"` // answers given after a deadline, counted from it
}

// Dearest is the question of a list that takes longest.
type Dearest struct {
	Text string        `json:"text"`
	Took time.Duration `json:"took"`
}

// Updates is what a writer did while clients read.
type Updates struct {
	Written int           `json:"written"`
	Elapsed time.Duration `json:"elapsed"`
	// Visible is how long a write took until a query could see it.
	Visible Latencies `json:"visible"`
}

// PerSecond is the rate of writes.
func (u Updates) PerSecond() float64 {
	if u.Elapsed <= 0 {
		return 0
	}
	return float64(u.Written) / u.Elapsed.Seconds()
}
