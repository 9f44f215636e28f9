package web

import "testing"

func TestContentSecurityPolicy(t *testing.T) {
	cases := []struct {
		name string
		cfg  Config
		want string
	}{
		{"nothing from elsewhere", Config{},
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		{"tiles, issuer, embedding", Config{TileHost: "https://t1.example.org, https://t2.example.org", OIDCIssuer: "https://id.example.org", EmbedHosts: []string{"https://a.example.org", "https://b.example.org"}},
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https://t1.example.org https://t2.example.org; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self' https://id.example.org; base-uri 'none'; frame-ancestors https://a.example.org https://b.example.org"},
	}
	for _, c := range cases {
		if got := c.cfg.csp(c.cfg.EmbedHosts); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
