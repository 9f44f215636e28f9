package matrix_test

import (
	"testing"

	"sourcier/internal/bench/matrix"
)

// The bench still asks for what there is; how long it takes is its affair.
func TestMeasure(t *testing.T) {
	out, err := matrix.Measure(t.Context(), t.TempDir(), 1)
	if err != nil || len(out) != 2 || out[0].Bytes < 500_000 || out[1].Bytes < 20_000 {
		t.Fatal(out, err)
	}
	t.Log(out)
}
