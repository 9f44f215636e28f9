package report

import (
	"math"
	"slices"
	"time"
)

// Percentile is the smallest value that p per cent of the list do not exceed;
// the list need not be sorted. 0 for an empty list.
func Percentile(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	at := int(math.Ceil(p/100*float64(len(sorted)))) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}

// GeometricMean of positive values; 0 for none.
func GeometricMean(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range list {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(list)))
}

// medians gives the median of each question, 0 where there are no runs.
func medians(runs [][]time.Duration) []time.Duration {
	out := make([]time.Duration, len(runs))
	for i, list := range runs {
		out[i] = Percentile(list, 50)
	}
	return out
}

// ratio is by how much theirs are slower than ours: the geometric mean over the
// questions that both answered, and how many those are.
func ratio(ours, theirs []time.Duration) (mean float64, questions int) {
	var all []float64
	for i := range ours {
		if ours[i] > 0 && theirs[i] > 0 {
			all = append(all, float64(theirs[i])/float64(ours[i]))
		}
	}
	return GeometricMean(all), len(all)
}
