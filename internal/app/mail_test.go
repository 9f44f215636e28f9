package app

import (
	"strings"
	"testing"
	"time"

	"sourcier/internal/message"
)

// Who did not change an address is told to write at once: to where.
func TestLettersSayWhereToWrite(t *testing.T) {
	cfg := testConfig(t)
	cfg.ContactEmail = "equipe@portail.example"
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.AddressChanged, Object: "o1", Recipient: "ada@ville.example"}, To: "ada@ville.example",
		Details: map[string]string{message.DetailAddress: "autre@ville.example"}, QueuedAt: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	letter, err := mustOpen(t, cfg).composer().Compose(&m)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": letter.Text, "HTML": letter.HTML} {
		if !strings.Contains(text, cfg.ContactEmail) {
			t.Errorf("the %s does not name %s:\n%s", name, cfg.ContactEmail, text)
		}
	}
}
