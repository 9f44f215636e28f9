package app

import (
	"fmt"
	"net"
)

// listenMetrics opens the listener of /metrics, nil when there is none, and has
// the registry read what the portal is doing.
func (a *App) listenMetrics() (net.Listener, error) {
	if a.Config.MetricsAddr == "" {
		return nil, nil
	}
	ln, err := net.Listen("tcp", a.Config.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("mesures : impossible d’écouter sur %s (SOURCIER_METRICS_ADDR) : %w", a.Config.MetricsAddr, err)
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() { // whatever « localhost » leads to here
		_ = ln.Close()
		return nil, fmt.Errorf("mesures : %s (SOURCIER_METRICS_ADDR) n’est pas une adresse de la machine elle-même", ln.Addr())
	}
	a.metrics.Gauge("sourcier_index_ready", func() float64 { return one(a.index.Ready() == nil) })
	a.metrics.Gauge("sourcier_index_generation", func() float64 { return float64(a.index.Generation()) })
	a.metrics.Gauge("sourcier_index_structures", func() float64 {
		if e := a.index.get(); e != nil {
			return float64(e.Live())
		}
		return 0
	})
	for work := range leaseNames {
		a.metrics.Gauge(fmt.Sprintf("sourcier_work_running{work=%q}", work), func() float64 { return one(a.turns.taken(work)) })
	}
	a.gaugeMessages()
	a.Log.Info("metrics", "addr", ln.Addr().String())
	return ln, nil
}

func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
