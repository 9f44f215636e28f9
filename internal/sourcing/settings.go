package sourcing

import (
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Bounds of the settings.
const (
	MaxThreshold   = 20
	MaxAhead       = 36  // months
	MaxPrescribers = 200 // of a service
	maxServiceName = 120 // letters
)

// Figures are the settings of a programme that are numbers; 0 = the default.
type Figures struct {
	Threshold, RenewalMonths int
	HourlyCents              int64
}

// Figures are those of the programme, as they were set.
func (p *Programme) Figures() Figures { return Figures{p.Threshold, p.RenewalMonths, p.HourlyCents} }

// Check says what of the figures cannot be stored, by field.
func (f Figures) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if f.Threshold < 0 || f.Threshold > MaxThreshold {
		faults["threshold"] = account.Fault(fmt.Sprintf("Donnez un nombre de 1 à %d.", MaxThreshold))
	}
	if f.RenewalMonths < 0 || f.RenewalMonths > MaxAhead {
		faults["renewal_months"] = account.Fault(fmt.Sprintf("Donnez un nombre de mois de 1 à %d.", MaxAhead))
	}
	if f.HourlyCents != 0 && (f.HourlyCents < MinHourlyCents || f.HourlyCents > MaxHourlyCents) {
		faults["hourly_cents"] = "Ce coût horaire n’est pas vraisemblable."
	}
	return faults
}

// Set replaces the figures over the revision rev. ErrStale.
func (p *Programme) Set(m buyer.Member, f Figures, rev int64) error {
	switch {
	case !p.kept(m):
		return account.ErrNotAllowed
	case p.Rev != rev:
		return ErrStale
	case p.Figures() == f:
		return ErrUnchanged
	}
	for _, fault := range f.Check() {
		return fault // pages ask Check before, and say them all at their fields
	}
	p.Threshold, p.RenewalMonths, p.HourlyCents = f.Threshold, f.RenewalMonths, f.HourlyCents
	p.Rev++
	return nil
}

// kept reports whether the member writes these settings; those of an organisation that
// has none yet become its own.
func (p *Programme) kept(m buyer.Member) bool {
	if p.Organisation == "" {
		p.Organisation = m.Organisation
	}
	return Buys(m) && p.Organisation == m.Organisation
}

// AddService adds one under an id that its form has chosen: sent twice, it is one.
func (p *Programme) AddService(m buyer.Member, id, name string) error {
	if !p.kept(m) {
		return account.ErrNotAllowed
	}
	if p.Service(id) != nil {
		return ErrUnchanged
	}
	if len(p.Services) >= MaxServices {
		return account.Fault(fmt.Sprintf("%d services au plus.", MaxServices))
	}
	name, err := p.serviceName(id, name)
	if err != nil {
		return err
	}
	p.Services = append(p.Services, Service{ID: id, Name: name})
	p.Rev++
	return nil
}

// serviceName reads the name of a service: no two have the same.
func (p *Programme) serviceName(id, name string) (string, error) {
	name, err := Line("Ce nom", name, maxServiceName)
	switch {
	case err != nil:
		return "", err
	case name == "":
		return "", account.Fault("Donnez un nom au service.")
	case slices.ContainsFunc(p.Services, func(s Service) bool { return s.ID != id && strings.EqualFold(s.Name, name) }):
		return "", account.Fault("Un autre service porte déjà ce nom.")
	}
	return name, nil
}

// onService finds a service that the member may change. ErrNoService.
func (p *Programme) onService(m buyer.Member, id string) (*Service, error) {
	if !p.kept(m) {
		return nil, account.ErrNotAllowed
	}
	s := p.Service(id)
	if s == nil {
		return nil, ErrNoService
	}
	return s, nil
}

// RenameService gives a service another name.
func (p *Programme) RenameService(m buyer.Member, id, name string) error {
	s, err := p.onService(m, id)
	if err != nil {
		return err
	}
	if name, err = p.serviceName(id, name); err != nil {
		return err
	}
	if s.Name == name {
		return ErrUnchanged
	}
	s.Name = name
	p.Rev++
	return nil
}

// RemoveService takes one away; who calls knows that no purchase names it.
func (p *Programme) RemoveService(m buyer.Member, id string) error {
	if _, err := p.onService(m, id); err != nil {
		return err
	}
	p.Services = slices.DeleteFunc(p.Services, func(s Service) bool { return s.ID == id })
	p.Rev++
	return nil
}

// Enlist makes a person one of those who see what a service plans.
func (p *Programme) Enlist(m buyer.Member, id, person string) error {
	s, err := p.onService(m, id)
	switch {
	case err != nil:
		return err
	case slices.Contains(s.Persons, person):
		return ErrUnchanged
	case len(s.Persons) >= MaxPrescribers:
		return account.Fault(fmt.Sprintf("%d personnes au plus par service.", MaxPrescribers))
	}
	s.Persons = append(s.Persons, person)
	p.Rev++
	return nil
}

// Discharge takes a person off a service.
func (p *Programme) Discharge(m buyer.Member, id, person string) error {
	s, err := p.onService(m, id)
	if err != nil {
		return err
	}
	if !slices.Contains(s.Persons, person) {
		return ErrUnchanged
	}
	s.Persons = slices.DeleteFunc(s.Persons, func(is string) bool { return is == person })
	p.Rev++
	return nil
}

// Persons are all whom the services name, each once.
func (p *Programme) Persons() []string {
	var out []string
	for _, s := range p.Services {
		out = append(out, s.Persons...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Forget takes a person off every service, and reports whether there was one.
func (p *Programme) Forget(person string) (found bool) {
	for i := range p.Services {
		s := &p.Services[i]
		if slices.Contains(s.Persons, person) {
			s.Persons = slices.DeleteFunc(s.Persons, func(is string) bool { return is == person })
			found = true
		}
	}
	return found
}

// OfPerson lists the services that name a person.
func (p *Programme) OfPerson(person string) (out []Service) {
	for _, s := range p.Services {
		if slices.Contains(s.Persons, person) {
			out = append(out, s)
		}
	}
	return out
}
