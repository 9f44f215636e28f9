package web

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/registration"
)

// claimed is the sheet of an address as an organisation of the person works on it: that
// which holds it, else the first that asks. store.ErrNotFound when none does.
func (s *site) claimed(c *fiber.Ctx) (directory.Who, *directory.Own, error) {
	w := directory.Who{Person: signedIn(c).Person.ID}
	id := c.Params("id")
	if !idPattern.MatchString(id) {
		return w, nil, store.ErrNotFound
	}
	owners, err := s.Directory.Owners(c.UserContext(), w.Person)
	if err != nil {
		return w, nil, err
	}
	for _, d := range owners {
		w.Organisation = d.ID
		own, err := s.Directory.Own(c.UserContext(), w, id)
		if !errors.Is(err, store.ErrNotFound) {
			return w, own, err
		}
	}
	return w, nil, store.ErrNotFound
}

// claim answers the page of proofs; once one has served there is nothing left to prove.
func (s *site) claim(c *fiber.Ctx) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	if own.Value.Holds(w.Organisation) {
		return s.nextQuestion(c, w, own.ID)
	}
	return s.renderClaim(c, w, own, form.State{}, "")
}

// wayWords are how each proof is offered: title, what happens, its button.
var wayWords = map[registration.ProofKind][3]string{
	registration.ProofUnit:      {"Vous tenez déjà une fiche de la même entreprise", "Votre organisation a montré qu’elle représente cette entreprise pour un autre établissement.", "Tenir aussi cette fiche"},
	registration.ProofIdentity:  {"Votre identité professionnelle", "Elle vous rattache à cet établissement, SIRET %s.", "Utiliser mon identité"},
	registration.ProofDomain:    {"Votre adresse e-mail", "Elle est du domaine %s, celui du site officiel de la structure (source : %s).", "Utiliser mon adresse"},
	registration.ProofMail:      {"Un message à l’adresse officielle", "Un lien et un code partent à %s, l’adresse que donne un fichier officiel (source : %s). Qui la relève confirme en un clic.", "Envoyer le message"},
	registration.ProofVoucher:   {"La caution d’un réseau", "Un réseau dont vous êtes membre répond de vous depuis son espace.", "Demander à ce réseau"},
	registration.ProofModerator: {"L’équipe du portail", "Une personne de l’équipe vérifie et vous répond par courriel. Vous pouvez préparer la fiche en attendant.", "Demander à l’équipe"},
}

func (s *site) renderClaim(c *fiber.Ctx, w directory.Who, own *directory.Own, state form.State, text string) error {
	who := signedIn(c)
	state.Token, state.Heading = s.formToken(c), "La preuve n’a pas servi"
	ways, err := s.Directory.Ways(c.UserContext(), w, &who.Person, own.ID, who.Session.SIRET)
	if err != nil {
		return err
	}
	heading := format.Text("Montrer que vous êtes de « " + own.Name() + " »")
	p := views.Claim{
		Screen: views.Screen{Base: s.base(heading, "Montrer que l’on représente une structure.", ""), Heading: heading, Trail: "Preuve", Done: doneText(c, claimDone)},
		State:  state, URL: registrationURL(own.ID), Text: text,
	}
	if err := s.awaiting(c, own.Value.Request(w.Organisation), &p); err != nil {
		return err
	}
	if p.Sent != nil || p.Waiting != "" {
		p.Continue = registrationURL(own.ID) + whatSegment
	}
	if p.Networks, err = s.networks(c); err != nil {
		return err
	}
	for _, way := range ways {
		s.offer(&p, way)
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ClaimView(p))
}

// claimDone words what was just done on the page of proofs.
var claimDone = map[string]string{"message": "Le message est parti."}

// offer puts a way where it belongs: the first that serves, the others, and those that
// cannot serve, with why.
func (s *site) offer(p *views.Claim, way directory.Way) {
	words := wayWords[way.Kind]
	shown := views.Way{Kind: string(way.Kind), Title: words[0], Text: words[1], Button: words[2]}
	if way.Kind == registration.ProofVoucher && len(p.Networks) == 0 {
		way.Why = account.Fault("Aucun réseau n’est encore inscrit sur ce portail.")
	}
	switch {
	case way.Why != nil:
		shown.Text = way.Why.Error()
		p.Closed = append(p.Closed, shown)
		return
	case way.From != "":
		shown.Text = fmt.Sprintf(words[1], way.What, way.From)
	case way.What != "":
		shown.Text = fmt.Sprintf(words[1], format.SIRET(way.What))
	}
	if way.Kind == registration.ProofMail && p.Sent != nil {
		shown.Button = "Envoyer un nouveau message"
	}
	if p.Best == nil && p.Sent == nil {
		p.Best = &shown
		return
	}
	p.Others = append(p.Others, shown)
}

// awaiting says what the request waits for.
func (s *site) awaiting(c *fiber.Ctx, q *registration.Request, p *views.Claim) error {
	if q == nil {
		return nil
	}
	switch {
	case q.Proof == registration.ProofMail && q.Awaits(s.Now()):
		p.Sent = &views.Sent{To: registration.MaskedEmail(account.Email(q.SentTo)), Until: format.Day(q.SentAt.Add(registration.ProofLife)) + " à " + format.Clock(q.SentAt.Add(registration.ProofLife))}
		if s.hasMailbox(c) {
			p.Sent.Local = mailboxPath + "?" + url.Values{paramTo: {q.SentTo}}.Encode()
		}
	case q.Proof == registration.ProofModerator:
		p.Waiting = "Votre demande attend l’équipe du portail. Une autre preuve irait plus vite."
	case q.Proof == registration.ProofVoucher:
		d, err := s.People.Organisations.Get(c.UserContext(), q.Network)
		if err != nil {
			return err
		}
		p.Waiting = "Votre demande attend la réponse de « " + d.Value.Name + " »."
	}
	return nil
}

// maxNetworks is how many networks are offered.
const maxNetworks = 100

func (s *site) networks(c *fiber.Ctx) (out []part.Option, err error) {
	docs, err := s.People.Organisations.OfKind(c.UserContext(), account.KindNetwork, "", maxNetworks)
	for _, d := range docs {
		if d.Value.Active() {
			out = append(out, part.Option{Value: d.ID, Label: format.Text(d.Value.Name)})
		}
	}
	return out, err
}

// claimSend tries the proof that was chosen.
func (s *site) claimSend(c *fiber.Ctx) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	kind := registration.ProofKind(sent.Get(proofField))
	text := typedText(sent.Get("texte"))
	err = s.prove(c, w, own.ID, kind, sent, text)
	if done, err := s.refuseProof(c, w, own, err, "", text); done {
		return err
	}
	if kind == registration.ProofMail {
		return done(c, registrationURL(own.ID), "message")
	}
	return s.nextQuestion(c, w, own.ID)
}

func (s *site) prove(c *fiber.Ctx, w directory.Who, id string, kind registration.ProofKind, sent url.Values, text string) error {
	ctx, who := c.UserContext(), signedIn(c)
	switch kind {
	case registration.ProofUnit:
		return s.Directory.ProveUnit(ctx, w, id)
	case registration.ProofIdentity:
		return s.Directory.ProveIdentity(ctx, w, id, who.Session.SIRET)
	case registration.ProofDomain:
		return s.Directory.ProveDomain(ctx, w, id)
	case registration.ProofMail:
		return s.Directory.SendProof(ctx, w, &who.Person, id, clientAddr(c.IP()).String())
	case registration.ProofVoucher:
		err := s.Directory.AskNetwork(ctx, w, id, sent.Get("reseau"))
		if errors.Is(err, store.ErrNotFound) {
			return registration.ErrNoNetwork
		}
		return err
	case registration.ProofModerator:
		return s.Directory.AskTeam(ctx, w, id, text)
	}
	return account.Fault("Choisissez une des preuves de la page.")
}

// claimCode tries the code of the mail.
func (s *site) claimCode(c *fiber.Ctx) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	code, ok := typedCode(sentForm(c).Get(codeField))
	if ok {
		err = s.Directory.ProveCode(c.UserContext(), w, own.ID, clientAddr(c.IP()).String(), code)
	} else {
		err = account.Fault("Tapez les six chiffres du message.")
	}
	if done, err := s.refuseProof(c, w, own, err, codeField, ""); done {
		return err
	}
	return s.nextQuestion(c, w, own.ID)
}

// refuseProof gives the page of proofs back with why one did not serve, at the field
// that is at fault. Of a sheet that somebody else has won meanwhile the first page
// says so.
func (s *site) refuseProof(c *fiber.Ctx, w directory.Who, own *directory.Own, err error, field, text string) (refused bool, _ error) {
	if err == nil {
		return false, nil
	}
	if errors.Is(err, registration.ErrOwned) || errors.Is(err, registration.ErrDecided) || own.Unclaimable(err) {
		return true, s.renderRegister(c.Status(fiber.StatusConflict), entered{sheet: own.ID}, form.State{Refusal: err.Error()})
	}
	var many *people.TooManyError
	state := form.State{}
	switch why, status, ok := refusalOf(err); {
	case errors.As(err, &many), errors.Is(err, people.ErrUncounted):
		state.Refusal = s.refuseMail(c, err)
	case !ok:
		return true, err
	case field != "":
		c.Status(status)
		state.Faults = []form.Fault{{Field: field, Text: why}}
	default:
		c.Status(status)
		state.Refusal = why
	}
	return true, s.renderClaim(c, w, own, state, text)
}

// Where who reads the official address answers.
const claimProofPath = registrationPath + "/preuve"

// claimProofForm shows what a link of a mail is about; programs that check mails open it too.
func (s *site) claimProofForm(c *fiber.Ctx) error { return s.renderProof(c, form.State{}) }

func (s *site) renderProof(c *fiber.Ctx, state form.State) error {
	proof, err := s.Directory.Proof(c.UserContext(), c.Params("token"))
	if err != nil {
		return s.refuseProofLink(c, err)
	}
	state.Token = s.formToken(c)
	return render(c, views.ProofView(views.Proof{
		Base: s.base("Demande sur une fiche", "Confirmer qui représente une structure.", ""), State: state,
		Name: format.Text(proof.Name), Organisation: format.Text(proof.Organisation), By: proof.By, Action: claimProofPath + "/" + url.PathEscape(c.Params("token")),
		Until: format.Day(proof.Until) + " à " + format.Clock(proof.Until),
	}))
}

// proofSend carries out the answer.
func (s *site) proofSend(c *fiber.Ctx) error {
	token, p := c.Params("token"), views.ProofDone{Base: s.base("Réponse enregistrée", "La réponse à une demande sur une fiche.", "")}
	var proof *directory.Proof
	var err error
	switch sentForm(c).Get("reponse") {
	case "oui":
		proof, err = s.Directory.UseProof(c.UserContext(), token)
		p.Heading, p.Text = "Merci, c’est confirmé", "Cette personne tient désormais la fiche de « %s »."
	case "non":
		proof, err = s.Directory.DenyProof(c.UserContext(), token)
		p.Heading, p.Text = "La demande est refusée", "Cette personne n’écrira rien pour « %s » par ce moyen, et en est prévenue."
	default:
		return s.renderProof(c.Status(fiber.StatusUnprocessableEntity), form.State{Heading: "Rien n’est décidé", Refusal: "Choisissez l’un des deux boutons."})
	}
	if err != nil {
		return s.refuseProofLink(c, err)
	}
	p.Text = fmt.Sprintf(p.Text, proof.Name)
	p.Way = part.Link{Label: "Voir la fiche", URL: sheetAddress(proof.Sheet)}
	return render(c, views.AskedView(p))
}

// refuseProofLink words why a link does not serve: the same for one that was never
// sent, was used, or is too old.
func (s *site) refuseProofLink(c *fiber.Ctx, err error) error {
	var fault account.Fault
	if !errors.As(err, &fault) {
		return err
	}
	return render(c.Status(fiber.StatusGone), views.AskedView(views.ProofDone{
		Base: s.base("Ce lien ne sert plus", "Le lien d’une demande sur une fiche.", ""), Heading: "Ce lien ne sert plus", Text: fault.Error(),
		Way: part.Link{Label: "Revenir à l’accueil", URL: "/"},
	}))
}
