package proof

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

const (
	blindRounds = 120 // of each kind of address, in a turn
	blindTurns  = 4
	blindWithin = 0.10 // of the shorter median
)

// blindKinds are what an address may be to the portal. Their names have one length, so
// that answers of one length are compared.
var blindKinds = []string{"account", "nothing", "suspend"}

// seen is one answer, less what chance or the address makes of it.
type seen struct {
	text string
	took time.Duration
}

// TestSignInBlind asks the real binary, with its SQLite store, for sign-in messages to
// addresses that have an account, have none, or have one that is suspended, in turns.
// Status, headers, body, the page that follows, and the median time must not tell them
// apart. Times are judged by `scripts/prove sign-in-blind` alone, with nothing else going on.
func TestSignInBlind(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	makeAccounts(t, data)
	root := "http://" + serveBinary(t, data, "SOURCIER_TRUSTED_PROXIES=127.0.0.1,::1")
	waitPage(t, root+"/connexion", time.Now())
	var err error
	for turn := range blindTurns {
		answers := blindTurn(t, root, turn)
		var medians string
		if medians, err = judgeBlind(answers); err == nil {
			figure(t, "%d answers of each of 3 kinds of addresses, equal; medians %s", blindRounds, medians)
			return
		}
		t.Logf("turn %d: %v", turn+1, err)
		if !errors.Is(err, errSlower) { // a busy machine makes no other answer
			break
		}
	}
	t.Error(err)
}

func makeAccounts(t *testing.T, data string) {
	t.Helper()
	a := open(t, data, "")
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, kind := range []string{"account", "suspend"} {
		for n := range blindTurns * blindRounds {
			at := time.Now().UTC()
			e := blindAddress(kind, n)
			p := account.Person{ID: account.NewID(), Email: e, Name: "Camille Roux", CreatedAt: at, SeenAt: at}
			if kind == "suspend" {
				p.SuspendedAt = at
			}
			if _, err := a.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func blindAddress(kind string, n int) account.Email {
	return account.Email(fmt.Sprintf("%s%04d@ville.example", kind, n))
}

// blindTurn asks for each kind of address in turn, each kind first as often as the
// others, from as many networks as there are requests.
func blindTurn(t *testing.T, root string, turn int) map[string][]seen {
	t.Helper()
	out := map[string][]seen{}
	for round := range blindRounds {
		n := turn*blindRounds + round
		for i := range blindKinds {
			kind := blindKinds[(i+round)%len(blindKinds)]
			out[kind] = append(out[kind], askBlind(t, root, string(blindAddress(kind, n)), fmt.Sprintf("10.%d.%d.%d", i, n/250, n%250+1)))
		}
	}
	return out
}

const blindToken = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// askBlind sends the form and opens the page that follows; the time is that of the form.
func askBlind(t *testing.T, root, address, ip string) seen {
	t.Helper()
	form := url.Values{"jeton": {blindToken}, "courriel": {address}}
	start := time.Now()
	sent, cookies := blindRequest(t, http.MethodPost, root+"/connexion", form.Encode(), ip, "sourcier_form="+blindToken)
	took := time.Since(start)
	page, _ := blindRequest(t, http.MethodGet, root+"/connexion/code", "", ip, cookies)
	return seen{text: strings.ReplaceAll(sent+"\n\n"+page, address, "ADDRESS"), took: took}
}

var (
	blindClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	blindHour   = regexp.MustCompile(`\d+\x{a0}h\x{a0}\d+`)
)

// blindRequest gives an answer as a text, and the cookies to send next.
func blindRequest(t *testing.T, method, address, body, ip, cookies string) (text, next string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", cookies)
	req.Header.Set("X-Real-IP", ip)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := blindClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d, %v\n%s", method, address, resp.StatusCode, err, page)
	}
	jar := []string{cookies}
	for i, c := range resp.Cookies() {
		jar = append(jar, c.Name+"="+c.Value)
		resp.Header["Set-Cookie"][i] = strings.Replace(resp.Header["Set-Cookie"][i], c.Value, fmt.Sprintf("%d letters", len(c.Value)), 1)
	}
	for _, chance := range []string{"X-Request-Id", "Date", "RateLimit-Remaining", "RateLimit-Reset"} { // the last two count who asks, by the clock
		resp.Header.Del(chance)
	}
	var b strings.Builder
	fmt.Fprintln(&b, resp.Status)
	_ = resp.Header.Write(&b)
	b.WriteString(blindHour.ReplaceAllString(string(page), "HOUR"))
	return b.String(), strings.Join(jar, "; ")
}

var errSlower = errors.New("the median times differ")

// blindTimed reports whether times are judged, too.
func blindTimed() bool { return os.Getenv("SOURCIER_BLIND_TIME") != "" }

// judgeBlind says what tells the kinds apart; medians are for the figure.
func judgeBlind(answers map[string][]seen) (medians string, err error) {
	var texts []string
	shortest, longest := time.Hour, time.Duration(0)
	for _, kind := range blindKinds {
		list := answers[kind]
		for _, a := range list {
			if a.text != answers[blindKinds[0]][0].text {
				return "", fmt.Errorf("%s is answered otherwise: %s", kind, firstDifference(a.text, answers[blindKinds[0]][0].text))
			}
		}
		slices.SortFunc(list, func(a, b seen) int { return int(a.took - b.took) })
		median := list[len(list)/2].took
		shortest, longest = min(shortest, median), max(longest, median)
		texts = append(texts, fmt.Sprintf("%s %.2f ms", kind, ms(median)))
	}
	differ := float64(longest-shortest) / float64(shortest)
	medians = fmt.Sprintf("%s: %.1f %% apart", strings.Join(texts, ", "), 100*differ)
	if blindTimed() && differ > blindWithin {
		return medians, fmt.Errorf("%w: %s, must be within %.0f %%", errSlower, medians, 100*blindWithin)
	}
	return medians, nil
}

// firstDifference is what stands in one text where the other begins to differ.
func firstDifference(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	around := func(s string) string { return s[max(0, n-80):min(len(s), n+80)] }
	return fmt.Sprintf("%q, not %q", around(a), around(b))
}

// TestBlindSeesADifference puts before the portal what tells accounts apart, one thing
// at a time: each is seen.
func TestBlindSeesADifference(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	makeAccounts(t, data)
	portal, err := url.Parse("http://" + serveBinary(t, data, "SOURCIER_TRUSTED_PROXIES=127.0.0.1,::1"))
	if err != nil {
		t.Fatal(err)
	}
	waitPage(t, portal.String()+"/connexion", time.Now())
	for turn, c := range []struct {
		name  string
		tells func(http.ResponseWriter)
		slow  bool
	}{
		{"a header", func(w http.ResponseWriter) { w.Header().Set("X-Account", "yes") }, false},
		{"a cookie", func(w http.ResponseWriter) { w.Header().Add("Set-Cookie", "known=1") }, false},
		{"its time", func(http.ResponseWriter) { time.Sleep(5 * time.Millisecond) }, true},
	} {
		if c.slow && !blindTimed() {
			continue
		}
		proxy := httputil.NewSingleHostReverseProxy(portal)
		leaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(string(body), "account") {
				c.tells(w)
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			proxy.ServeHTTP(w, r)
		}))
		_, err := judgeBlind(blindTurn(t, leaky.URL, turn))
		leaky.Close()
		if err == nil || errors.Is(err, errSlower) != c.slow {
			t.Errorf("%s is not seen: %v", c.name, err)
		}
	}
}
