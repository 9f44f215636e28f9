package message

import (
	"strconv"
	"strings"
)

// Purposes of the tokens that links of letters hold: the letter makes the token anew
// each time, and who answers the link makes it again. The object is that of the message
// and the number its version, but for PurposeUnsubscribe and PurposeRenew: see UnsubscribeObject and RenewObject.
const (
	PurposeSignIn      = "signin"
	PurposeAddress     = "address"
	PurposeInvitation  = "invitation"
	PurposeClaim       = "claim"
	PurposeUnsubscribe = "unsubscribe"
	PurposeRenew       = "renew"      // of the availability that a sheet tells, see RenewObject
	PurposeStopAlert   = "stop-alert" // of one search; see StopAlertObject
	PurposeReference   = "reference"  // proves that a delivery report speaks of a mail of ours
	PurposeRequest     = "request"    // names what a supplier is asked, in its address; of « operation.supplier » and 0
	PurposeCandidacy   = "candidacy"  // confirms the address of who asks to take part, of a CandidacyObject and version 0
	PurposeGuest       = "guest"      // the personal link of a guest of an event, of a GuestObject and version 0
	PurposeTicket      = "ticket"     // the code that a guest shows at the door: it opens no page; of the same
	PurposeAgenda      = "agenda"     // names a guest to whoever has its calendar mail, in the address that answers go to; of the same
	PurposeDoor        = "door"       // the code of the door of an event, which opens the names on its phones; of the event and 0
	PurposeSurvey      = "survey"     // the link to the survey after an event: it tells nothing of who follows it; of the same
	PurposeRelay       = "relay"      // the link by which a partner relays an invitation, of « event.partner » and version 0
	PurposeSourcing    = "sourcing"   // the personal link of a supplier, of a SupplierObject and version 0
)

// CandidacyObject is what the link that confirms a candidacy to a sourçage is made of,
// and the object of its mail.
func CandidacyObject(operation, candidacy string) string { return operation + "." + candidacy }

// GuestObject is what the personal link of a guest of an event is made of, and the object
// of the mails to the guest. Another number is another link.
func GuestObject(event, guest string, link int) string { return SupplierObject(event, guest, link) }

// GuestProofLength is that of a proof that an address names a guest, 60 bits.
const GuestProofLength = 12

// GuestProof shows that the portal wrote an address that names the guest of a GuestObject:
// answers of calendar programs come to it.
func GuestProof(t interface {
	Token(purpose, object string, n int64) string
}, object string) string {
	return strings.ToLower(t.Token(PurposeAgenda, object, 0)[:GuestProofLength])
}

// SupplierObject is what the personal link of a supplier of a sourçage is made of, and the
// object of its mails. Another number is another link.
func SupplierObject(operation, supplier string, link int) string {
	return operation + "." + supplier + "." + strconv.Itoa(link)
}

// SupplierCodeObject is what the code that opens the answer of a supplier in another browser
// is made of, with the version of its mail.
func SupplierCodeObject(object string, version int64) string {
	return object + ".code." + strconv.FormatInt(version, 10)
}

// StopAlertObject is what the token that ends the alert of one search is made of.
func StopAlertObject(person, search string) string { return person + "/" + search }

// UnsubscribeObject is what the token of an unsubscription is made of.
func UnsubscribeObject(person string, kind Kind) string { return person + "/" + string(kind) }

// RenewObject is what the token of a renewal is made of, with the version of the
// message: a letter renews what it was about, as the person whom it was sent to.
func RenewObject(structure, person string) string { return structure + "/" + person }
