package demo

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

func crowdOptions(t *testing.T, home string) Options {
	t.Helper()
	h, err := territory.Default().Resolve(home)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Seed: 1, Today: "2026-11-28", Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: h}
}

// TestPeople holds the crowd to the rules that persons and organisations obey, on
// any territory.
func TestPeople(t *testing.T) {
	for _, home := range []string{"epci:200058014", "94081", "dep:48", "reg:11"} {
		t.Run(home, func(t *testing.T) {
			opts := crowdOptions(t, home)
			var owners []structure.Structure
			for s := range Generate(opts) {
				if len(s.Agreements) > 0 {
					owners = append(owners, s)
				}
			}
			c := People(opts, owners)
			if again := People(opts, owners); !reflect.DeepEqual(c, again) {
				t.Error("another crowd the second time")
			}
			persons := checkPersons(t, c.People)
			for _, o := range c.Organisations {
				checkOrganisation(t, &o, persons)
			}
			if len(c.People) < 250 || len(c.Organisations) < 50 {
				t.Errorf("%d persons, %d organisations: lists have no pages", len(c.People), len(c.Organisations))
			}
		})
	}
}

func checkPersons(t *testing.T, list []account.Person) map[string]bool {
	t.Helper()
	ids, emails := map[string]bool{}, map[string]bool{}
	for _, p := range list {
		e, err := account.ParseEmail(string(p.Email))
		_, nameErr := account.CleanName(p.Name)
		if err != nil || nameErr != nil || e != p.Email || !strings.HasSuffix(e.Domain(), ".example") || !p.Demo || ids[p.ID] || emails[e.Key()] || len(p.ID) != 26 {
			t.Errorf("%+v: %v, %v", p, err, nameErr)
		}
		ids[p.ID], emails[e.Key()] = true, true
	}
	return ids
}

func checkOrganisation(t *testing.T, o *account.Organisation, persons map[string]bool) {
	t.Helper()
	if _, err := account.CleanName(o.Name); err != nil || !o.Demo || len(o.Members) == 0 {
		t.Errorf("%s: %d members, %v", o.Name, len(o.Members), err)
	}
	if !slices.ContainsFunc(o.Members, func(m account.Member) bool { return m.Manager }) {
		t.Errorf("%s: nobody manages it", o.Name)
	}
	for _, m := range o.Members {
		for _, r := range m.Roles {
			if !slices.Contains(o.Kind.Roles(), r) {
				t.Errorf("%s: role %s", o.Name, r)
			}
		}
		if !persons[m.Person] || len(m.Roles) == 0 {
			t.Errorf("%s: member %+v", o.Name, m)
		}
	}
}

// TestAccountsHaveEveryRole: whoever tries the portal can act as each.
func TestAccountsHaveEveryRole(t *testing.T) {
	opts := crowdOptions(t, "epci:200058014")
	c := People(opts, []structure.Structure{{SIRET: "00000001800010", Name: "Une structure"}})
	held := map[account.Role]bool{}
	several := 0
	for i, a := range Accounts(opts) {
		p := c.People[i]
		if p.Email != a.Email {
			t.Fatalf("account %d is %s, not %s", i, p.Email, a.Email)
		}
		n := 0
		for _, o := range c.Organisations {
			if m := o.Member(p.ID); m != nil && o.Active() {
				n += len(m.Roles)
				for _, r := range m.Roles {
					held[r] = true
				}
			}
		}
		if n == 0 {
			t.Errorf("%s has no role", a.Email)
		}
		if n > 1 {
			several++
		}
	}
	if several == 0 {
		t.Error("nobody has several roles")
	}
	for _, r := range account.Roles {
		if !held[r] {
			t.Errorf("nobody is %s", r)
		}
	}
}
