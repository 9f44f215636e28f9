package account_test

import (
	"testing"
	"time"

	"sourcier/internal/account"
)

func onDay(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// Nobody is erased without having been told thirty days before; a sign-in makes the
// time begin anew.
func TestFateOfAnUnusedAccount(t *testing.T) {
	const months = 24
	tests := []struct {
		name                 string
		created, seen, told  string
		now                  string
		suspended, vanishing bool
		want                 account.Fate
	}{
		{"just made", "2026-01-01", "", "", "2026-01-02", false, false, account.Kept},
		{"never used, too early to warn", "2024-01-01", "", "", "2025-12-01", false, false, account.Kept},
		{"never used, to be warned", "2024-01-01", "", "", "2025-12-02", false, false, account.ToWarn},
		{"used since it was made", "2020-01-01", "2025-06-01", "", "2026-01-01", false, false, account.Kept},
		{"warned yesterday", "2024-01-01", "", "2025-12-02", "2025-12-03", false, false, account.Kept},
		{"warned, the day before", "2024-01-01", "", "2025-12-02", "2025-12-31", false, false, account.Kept},
		{"warned, the day", "2024-01-01", "", "2025-12-02", "2026-01-01", false, false, account.Lapsed},
		{"warned too late: thirty days all the same", "2020-01-01", "", "2026-03-01", "2026-03-30", false, false, account.Kept},
		{"and then no more", "2020-01-01", "", "2026-03-01", "2026-03-31", false, false, account.Lapsed},
		{"a longer period was set since", "2025-01-01", "", "2025-02-01", "2026-06-01", false, false, account.Kept},
		{"a suspended one ends as well", "2020-01-01", "", "2026-03-01", "2026-04-01", true, false, account.Lapsed},
		{"being erased already", "2020-01-01", "", "2026-03-01", "2026-04-01", false, true, account.Kept},
		{"a clock that went back", "2026-01-01", "2026-01-01", "", "2020-01-01", false, false, account.Kept},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := account.Person{CreatedAt: onDay(tt.created)}
			if tt.seen != "" {
				p.SeenAt = onDay(tt.seen)
			}
			if tt.told != "" {
				p.WarnedAt = onDay(tt.told)
			}
			if tt.suspended {
				p.SuspendedAt = onDay(tt.created)
			}
			if tt.vanishing {
				p.ErasingAt = onDay(tt.created)
			}
			if got := p.Fate(onDay(tt.now), months); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestEndsAt(t *testing.T) {
	p := account.Person{CreatedAt: onDay("2024-01-01")}
	if got := p.EndsAt(onDay("2025-12-01"), 24); !got.Equal(onDay("2026-01-01")) {
		t.Errorf("warned in time, it ends on %s", got)
	}
	if got := p.EndsAt(onDay("2026-03-01"), 24); !got.Equal(onDay("2026-03-31")) {
		t.Errorf("warned late, it ends on %s", got)
	}
}

func TestStaleAddressAndInvitations(t *testing.T) {
	asked := onDay("2026-01-01")
	p := account.Person{}
	if p.DropStaleEmail(asked) {
		t.Error("there was nothing to forget")
	}
	p.AskNewEmail("a@ville.example", asked)
	if p.DropStaleEmail(asked.Add(account.NewEmailLife-1)) || !p.DropStaleEmail(asked.Add(account.NewEmailLife)) || p.NewEmail != nil {
		t.Error("the address is kept for its life and no longer")
	}
	o := account.Organisation{Invitations: []account.Invitation{{ID: "old", At: asked}, {ID: "new", At: asked.Add(time.Hour)}}}
	if n := o.DropLapsedInvitations(asked.Add(account.InvitationLife)); n != 1 || len(o.Invitations) != 1 || o.Invitations[0].ID != "new" {
		t.Errorf("%d dropped, %v left", n, o.Invitations)
	}
}
