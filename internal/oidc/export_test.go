package oidc

import "time"

// Wait sets how long one answer may take, for tests of those that take longer.
func (p *Provider) Wait(d time.Duration) { p.client.Transport.(*transport).wait = d }
