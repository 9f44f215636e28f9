package message

// Purposes of the tokens that links of letters hold: the letter makes the token anew
// each time, and who answers the link makes it again. The object is that of the message
// and the number its version, but for PurposeUnsubscribe: see UnsubscribeObject.
const (
	PurposeSignIn      = "signin"
	PurposeAddress     = "address"
	PurposeInvitation  = "invitation"
	PurposeClaim       = "claim"
	PurposeUnsubscribe = "unsubscribe"
	PurposeReference   = "reference" // proves that a delivery report speaks of a mail of ours
)

// UnsubscribeObject is what the token of an unsubscription is made of.
func UnsubscribeObject(person string, kind Kind) string { return person + "/" + string(kind) }
