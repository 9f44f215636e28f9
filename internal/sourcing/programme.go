package sourcing

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Settings of a new programme.
const (
	DefaultThreshold     = 3  // independent answerers for a competition
	DefaultRenewalMonths = 12 // before the end of a contract
	DefaultDigestDay     = 1  // Monday
)

// Programme is what an organisation has set for all its purchases: one document.
type Programme struct {
	Organisation  string    `json:"organisation"`
	Services      []Service `json:"services,omitempty"`
	Threshold     int       `json:"threshold,omitempty"`      // independent answerers that make a competition; 0 = DefaultThreshold
	RenewalMonths int       `json:"renewal_months,omitempty"` // before the end of a contract, its renewal is proposed; 0 = DefaultRenewalMonths
	HourlyCents   int64     `json:"hourly_cents,omitempty"`   // cost of an hour of insertion, loaded, in cents; 0 = the default of Hours
	DigestDay     int       `json:"digest_day,omitempty"`     // of the week on which its news are told, 1 = Monday; 0 = DefaultDigestDay
	DigestAt      time.Time `json:"digest_at,omitzero"`       // when they were last told
	Mappings      []Mapping `json:"mappings,omitempty"`       // of the heads of its files, the newest last
	Rev           int64     `json:"rev"`
}

// Service is an operational service of the organisation: prescripteurs see its purchases.
type Service struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Persons []string `json:"persons,omitempty"` // ids
}

// Mapping says what the columns of a file of the organisation hold.
type Mapping struct {
	Heads  string            `json:"heads"`  // fingerprint of the heads of the file
	Fields map[string]string `json:"fields"` // by folded head, the code of the field; "" = left out
}

// Asked is the threshold in use.
func (p *Programme) Asked() int {
	if p.Threshold > 0 {
		return p.Threshold
	}
	return DefaultThreshold
}

// Ahead is how many months before its end the renewal of a contract is proposed.
func (p *Programme) Ahead() int {
	if p.RenewalMonths > 0 {
		return p.RenewalMonths
	}
	return DefaultRenewalMonths
}

// Service finds a service, nil when there is none.
func (p *Programme) Service(id string) *Service {
	i := slices.IndexFunc(p.Services, func(s Service) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Services[i]
}

// Sees reports whether a member sees what a service plans: a prescripteur sees what the
// own services plan, the others everything.
func (p *Programme) Sees(m buyer.Member, service string) bool {
	if !Plans(m) || p.Organisation != m.Organisation {
		return false
	}
	if m.Role != account.Prescripteur {
		return true
	}
	s := p.Service(service)
	return s != nil && slices.Contains(s.Persons, m.Person)
}
