package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

// Paths of the screens, below that of a sheet.
const (
	offersPath     = "/offres"
	referencesPath = "/references"
	labelsPath     = "/labels"
	logoPath       = "/logo"
	picturesPath   = "/images"       // below that of an offer
	proofPath      = "/justificatif" // below that of a label
	newOffer       = "nouvelle"
	newLabel       = "nouveau"
)

// uploadShare of the rate limit is for files: each takes a second of work.
const uploadShare = 0.01

// offerRoutes are those of offers, references, labels, logo and their files. Who may
// write the sheet is known before a file is read.
func (s *site) offerRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	uploads := s.rateLimit(uploadShare)
	own.Get(ownSheetRoute+offersPath, limited, s.ownOffers)
	own.Get(ownSheetRoute+offersPath+"/:offer", limited, s.offerForm)
	own.Post(ownSheetRoute+offersPath+"/:offer", limited, s.offerSave)
	own.Post(ownSheetRoute+offersPath+"/:offer/retirer", limited, s.removeOffer)
	own.Get(ownSheetRoute+offersPath+"/:offer"+picturesPath, limited, s.ownPictures)
	own.PostFile(ownSheetRoute+offersPath+"/:offer"+picturesPath, maxPictureFile, uploads, s.ownsOffer, s.addPicture)
	own.Post(ownSheetRoute+offersPath+"/:offer"+picturesPath+"/decrire", limited, s.describePicture)
	own.Post(ownSheetRoute+offersPath+"/:offer"+picturesPath+"/retirer", limited, s.removePicture)
	own.Get(ownSheetRoute+referencesPath, limited, s.showScreen(referencesScreen))
	own.Post(ownSheetRoute+referencesPath, limited, s.saveScreen(referencesScreen))
	own.Get(ownSheetRoute+labelsPath, limited, s.ownLabels)
	own.Get(ownSheetRoute+labelsPath+"/:label", limited, s.labelForm)
	own.Post(ownSheetRoute+labelsPath+"/:label", limited, s.labelSave)
	own.Post(ownSheetRoute+labelsPath+"/:label/retirer", limited, s.removeLabel)
	own.Get(ownSheetRoute+labelsPath+"/:label"+proofPath, limited, s.proofForm)
	own.PostFile(ownSheetRoute+labelsPath+"/:label"+proofPath, maxProofFile, uploads, s.ownsLabel, s.addProof)
	own.Post(ownSheetRoute+labelsPath+"/:label"+proofPath+"/retirer", limited, s.removeProof)
	own.Get(ownSheetRoute+logoPath, limited, s.logoForm)
	own.PostFile(ownSheetRoute+logoPath, maxLogoFile, uploads, s.ownsSheet, s.setLogo)
	own.Post(ownSheetRoute+logoPath+"/retirer", limited, s.removeLogo)
	own.Get(ownSheetRoute+filesSegment+"/:hash", limited, s.ownFile)
	public.Get("/structures/:id"+picturesPath+"/:hash", s.publicPicture)
}

var offersDone = map[string]string{
	"enregistre": "Offre enregistrée dans votre brouillon.", "retiree": "Offre retirée de votre brouillon.",
	"image": "Image ajoutée à votre brouillon.", "image-decrite": "Texte de l’image enregistré.", "image-retiree": "Image retirée de votre brouillon.",
}

// ownOffers answers the list of the offers.
func (s *site) ownOffers(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderOffers(o.state())
}

func (o *ownSheet) renderOffers(state form.State) error {
	p := ownsheet.OffersPage{Page: o.desk("Offres", offersPath, offersDone), State: state, URL: o.url() + offersPath, Rev: o.revText()}
	if len(o.sheet.Offers) >= registration.MaxOffers {
		p.Full = format.Text("Une fiche a 20 offres au plus : regroupez celles qui se ressemblent.")
	}
	for i := range o.sheet.Offers {
		p.Offers = append(p.Offers, o.offerLine(i))
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.OffersView(p))
}

func (o *ownSheet) offerLine(i int) ownsheet.OfferLine {
	offer := &o.sheet.Offers[i]
	line := ownsheet.OfferLine{Title: format.Text(offer.Title), URL: o.offerURL(i), Base: offerStamp(offer), Add: "Images"}
	for _, f := range offerFacts(offer) {
		line.Facts = append(line.Facts, desk.Fact{Term: f.Term, Text: f.Text})
	}
	for _, p := range offer.Pictures {
		line.Pictures = append(line.Pictures, o.ownPicture(p))
	}
	if len(line.Pictures) == 0 {
		line.Add = "Ajouter une image"
	}
	return line
}

// offerFacts tell capacity, lead time and amounts, those that are said.
func offerFacts(offer *structure.Offer) (out []desk.Fact) {
	for _, f := range []desk.Fact{{Term: "Capacité", Text: format.Text(offer.Capacity)}, {Term: "Délai", Text: leadWords(offer.LeadDays)}, {Term: "Montant d’une commande", Text: amountWords(offer)}} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

func leadWords(days int) string {
	if days == 0 {
		return ""
	}
	return format.Count(days, "jour", "jours")
}

// amountWords says between what and what an order may cost: « de 500 à 20 000 € HT ».
func amountWords(offer *structure.Offer) string {
	euros := func(n int) string { return format.Number(n) + format.NBSP + "€" + format.NBSP + "HT" }
	switch {
	case offer.MinEuros > 0 && offer.MinEuros == offer.MaxEuros:
		return euros(offer.MinEuros)
	case offer.MinEuros > 0 && offer.MaxEuros > 0:
		return "de " + format.Number(offer.MinEuros) + " à " + euros(offer.MaxEuros)
	case offer.MinEuros > 0:
		return "à partir de " + euros(offer.MinEuros)
	case offer.MaxEuros > 0:
		return "jusqu’à " + euros(offer.MaxEuros)
	}
	return ""
}

func (o *ownSheet) offerURL(i int) string { return o.url() + offersPath + "/" + strconv.Itoa(i+1) }

// offerStamp tells what an offer says from what somebody made of it since; its images
// are no part of it, since they are written on their own screen.
func offerStamp(offer *structure.Offer) string {
	words := *offer
	words.Pictures = nil
	return stamp(&words)
}

// errNoOffer is said of one that is not there any more, or says something else.
const errNoOffer = account.Fault("Cette offre a été modifiée ou retirée entre-temps. Relisez la liste, puis recommencez.")

// offerAt finds the offer that a page showed, whatever was added or taken out since.
func offerAt(list []structure.Offer, base string) (int, error) {
	at := slices.IndexFunc(list, func(offer structure.Offer) bool { return offerStamp(&offer) == base })
	if at < 0 {
		return 0, errNoOffer
	}
	return at, nil
}

// offerIndex reads which offer the address means: -1 is a new one.
func (o *ownSheet) offerIndex() (int, error) {
	text := o.c.Params("offer")
	if text == newOffer {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(o.sheet.Offers) {
		return 0, fiber.ErrNotFound
	}
	return n - 1, nil
}

// offerScreen is the screen of one offer; index -1 is a new one.
func (o *ownSheet) offerScreen(index int) *ownScreen {
	sc := &ownScreen{
		part: registration.PartOffers, path: offersPath + "/" + newOffer, heading: "Nouvelle offre", back: offersPath,
		fields: []ownField{
			{name: "titre", label: "Titre"}, {name: "description", label: "Description"}, {name: "capacite", label: "Capacité"},
			{name: "delai", label: "Délai, en jours"}, {name: "minimum", label: "Montant minimum"}, {name: "maximum", label: "Montant maximum"},
		},
		values: func(o *ownSheet) url.Values {
			if index < 0 || index >= len(o.sheet.Offers) {
				return url.Values{}
			}
			return offerValues(&o.sheet.Offers[index])
		},
		read: func(_ *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
			offer, faults := readOffer(sent)
			if index < 0 || index >= len(sheet.Offers) {
				sheet.Offers = append(sheet.Offers, offer)
			} else {
				offer.Pictures = sheet.Offers[index].Pictures
				sheet.Offers[index] = offer
			}
			return faults
		},
		view: func(o *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
			p := ownsheet.OfferPage{
				Form: f, Base: v.Get(baseField), Title: v.Get("titre"), Description: v.Get("description"), Capacity: v.Get("capacite"),
				Lead: v.Get("delai"), Least: v.Get("minimum"), Largest: v.Get("maximum"),
			}
			if p.Base == "" && index >= 0 && index < len(o.sheet.Offers) {
				p.Base = offerStamp(&o.sheet.Offers[index])
			}
			return ownsheet.OfferView(p)
		},
	}
	if index >= 0 {
		sc.path, sc.heading = offersPath+"/"+strconv.Itoa(index+1), format.Text(o.sheet.Offers[index].Title)
	}
	return sc
}

func offerValues(offer *structure.Offer) url.Values {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return url.Values{
		"titre": {offer.Title}, "description": {offer.Description}, "capacite": {offer.Capacity},
		"delai": {number(offer.LeadDays)}, "minimum": {number(offer.MinEuros)}, "maximum": {number(offer.MaxEuros)},
	}
}

// Bounds of an offer: two years, and what no order of a structure reaches.
const (
	maxLeadDays = 730
	maxEuros    = 100_000_000
)

func readOffer(sent url.Values) (structure.Offer, []form.Fault) {
	in := formLines{sent: sent}
	offer := structure.Offer{
		Title: in.line("titre", registration.MaxTitle), Description: in.text("description", registration.MaxOfferText), Capacity: in.line("capacite", registration.MaxLine),
		LeadDays: in.number("delai", maxLeadDays), MinEuros: in.number("minimum", maxEuros), MaxEuros: in.number("maximum", maxEuros),
	}
	if strings.TrimSpace(sent.Get("titre")) == "" {
		in.fault("titre", "Dites en peu de mots ce que l’on peut vous commander.")
	}
	if offer.MinEuros > 0 && offer.MaxEuros > 0 && offer.MinEuros > offer.MaxEuros {
		in.fault("maximum", "Le montant maximum est plus petit que le minimum.")
	}
	return offer, in.faults
}

// number reads a whole number that may be left out, as people write it: « 20 000 € ».
func (l *formLines) number(field string, most int) int {
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f€", r) {
			return -1
		}
		return r
	}, l.line(field, 40))
	whole, cents, comma := strings.Cut(text, ",")
	if comma && strings.Trim(cents, "0") == "" {
		text = whole
	}
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		l.fault(field, "Écrivez un nombre entier, sans lettre ni virgule.")
	} else if n > most {
		l.fault(field, "Ce nombre est trop grand : "+format.Number(most)+" au plus.")
	}
	return n
}

// offerForm answers the form of one offer.
func (s *site) offerForm(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	index, err := o.offerIndex()
	if err != nil {
		return err
	}
	if index < 0 && len(o.sheet.Offers) >= registration.MaxOffers {
		return c.Redirect(o.url()+offersPath, fiber.StatusSeeOther)
	}
	return o.offerScreen(index).show(o)
}

// offerSave keeps one offer in the draft. Where the list has changed meanwhile, the
// offer is found again by what it was; one that somebody has removed is added.
func (s *site) offerSave(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	index, err := o.offerIndex()
	if err != nil && sent.Get(baseField) != "" {
		index, err = -1, nil // it was there when the form was opened
	}
	if err != nil {
		return err
	}
	if c.Params("offer") != newOffer {
		if at, err := offerAt(o.sheet.Offers, sent.Get(baseField)); err == nil {
			index = at
			sent.Set(revField, o.revText()) // nobody touched this one
		}
	}
	if index < 0 {
		sent.Set(revField, strconv.FormatInt(always, 10))
	}
	return o.offerScreen(index).keep(o, sent)
}

// removeOffer takes an offer out of the draft.
func (s *site) removeOffer(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	base := sentForm(c).Get(baseField)
	_, err = s.Directory.Save(c.UserContext(), o.who, o.ID, registration.PartOffers, always, func(sheet *registration.Sheet) error {
		at, err := offerAt(sheet.Offers, base)
		if err == nil {
			sheet.Offers = slices.Delete(sheet.Offers, at, at+1)
		}
		return err
	})
	if err != nil {
		return o.listRefused(err, (*ownSheet).renderOffers)
	}
	return done(c, o.url()+offersPath, "retiree")
}

// listRefused shows a list as it is now, with why nothing changed.
func (o *ownSheet) listRefused(err error, show func(*ownSheet, form.State) error) error {
	text, status, ok := ownRefusal(err)
	if !ok {
		return err
	}
	if status == fiber.StatusUnprocessableEntity { // nothing was typed: the list is not what it was
		status = fiber.StatusConflict
	}
	now, err := o.ownSheetOf(o.c)
	if err != nil {
		return err
	}
	state := now.state()
	state.Refusal = text
	o.c.Status(status)
	return show(now, state)
}

// referencesScreen is the customers that are named.
var referencesScreen = &ownScreen{
	part: registration.PartReferences, path: referencesPath, heading: "Références",
	fields: []ownField{{name: "references", label: "Vos clients"}},
	values: func(o *ownSheet) url.Values {
		return url.Values{"references": {strings.Join(o.sheet.References, "\n")}}
	},
	read: func(_ *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
		in := formLines{sent: sent}
		var out []string
		for line := range strings.Lines(strings.ReplaceAll(sent.Get("references"), "\r", "\n")) {
			text, err := registration.CleanLine(line, registration.MaxLine)
			if err != nil && len(in.faults) == 0 {
				in.failed("references", err)
			}
			if text != "" && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
		if len(out) > registration.MaxReferences && len(in.faults) == 0 {
			in.fault("references", "Vous citez "+format.Count(len(out), "client", "clients")+" : 40 au plus, gardez les plus parlants.")
		}
		sheet.References = out
		return in.faults
	},
	view: func(_ *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
		return ownsheet.ReferencesView(ownsheet.ReferencesPage{Form: f, Text: v.Get("references")})
	},
}
