package pages

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"sourcier/internal/bench/report"
)

// hammer lets clients ask for one address over connections that they keep. It
// reads no more of an answer than it must: on the same cores, its work is paid
// by both sides of the comparison.
func hammer(ctx context.Context, address, path string, clients int, d time.Duration) (report.Rate, error) {
	var group sync.WaitGroup
	answered, failed := make([]int, clients), make([]int, clients)
	errs := make([]error, clients)
	start := time.Now()
	end := start.Add(d)
	for c := range clients {
		group.Go(func() { answered[c], failed[c], errs[c] = client(ctx, address, path, end) })
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	rate, n := report.Rate{}, 0
	for c := range clients {
		if errs[c] != nil {
			return rate, errs[c]
		}
		n += answered[c]
		rate.Failed += failed[c]
	}
	rate.PerSecond = float64(n) / elapsed
	return rate, nil
}

func client(ctx context.Context, address, path string, end time.Time) (answered, failed int, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = conn.Close() }()
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n")
	in := bufio.NewReaderSize(conn, 64<<10)
	for time.Now().Before(end) && ctx.Err() == nil {
		if _, err := conn.Write(request); err != nil {
			return answered, failed, err
		}
		ok, err := answer(in)
		if err != nil {
			return answered, failed, err
		}
		if ok {
			answered++
		} else {
			failed++
		}
	}
	return answered, failed, nil
}

// answer reads one answer; ok is a 200.
func answer(in *bufio.Reader) (ok bool, err error) {
	length := -1
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return false, err
		}
		if first {
			ok = bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
			continue
		}
		if len(line) <= 2 {
			break
		}
		if name, value, found := bytes.Cut(line, []byte(":")); found && len(name) == len("Content-Length") && strings.EqualFold(string(name), "Content-Length") {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return false, err
			}
		}
	}
	if length < 0 {
		return false, fmt.Errorf("an answer without its length: %w", io.ErrUnexpectedEOF)
	}
	_, err = in.Discard(length)
	return ok, err
}
