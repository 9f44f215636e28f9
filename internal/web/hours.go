package web

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

const hoursPath = "/heures-d-insertion"

// Fields of the calculator.
const (
	tradeField  = "metier"
	eurosField  = "montant"
	labourField = "main-d-oeuvre"
	shareField  = "insertion"
	costField   = "cout"
)

// usualShare is offered where nothing was chosen: the low end of the use.
const usualShare = "5"

// hours answers the calculator of insertion hours. It is a GET form: an address holds
// what was reckoned, and nothing is stored.
func (s *site) hours(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	heading, path := "Calculer les heures d’insertion", hoursPath
	if len(values) > 0 {
		path = "" // an address of somebody's figures is nothing to list
	}
	in, err := s.readHours(c, values)
	if err != nil {
		return err
	}
	p := views.HoursPage{
		Base: s.base(heading, "Combien d’heures d’insertion demander dans un marché : montant, part de main-d’œuvre par métier, coût horaire, et qui peut les faire.", path), Heading: heading,
		Euros: in.text[eurosField], Labour: in.text[labourField], Share: in.text[shareField], Cost: in.text[costField], Place: in.place, Where: in.where, CostSays: in.costSays,
	}
	p.Trades = []part.Option{{Value: "", Label: "Choisir…"}}
	for _, t := range sourcing.Trades {
		t = t.At(in.law, s.today())
		p.Trades = append(p.Trades, part.Option{Value: t.Code, Label: t.Label, Selected: t.Code == in.trade.Code})
		source := t.Source
		if t.ToCheck {
			source += ", à vérifier"
		}
		p.Table = append(p.Table, views.HoursTrade{Label: t.Label, Labour: strconv.Itoa(t.Labour) + format.NBSP + "%", Source: source, ToCheck: t.ToCheck})
	}
	if values.Get(eurosField) == "" {
		return render(c, views.HoursView(p)) // nothing was asked yet
	}
	if faults := in.faults(); len(faults) > 0 {
		p.State = form.State{Heading: "Le calcul n’est pas fait", Faults: faults}
		titleFaults(&p.Title, p.State)
		return render(c.Status(fiber.StatusUnprocessableEntity), views.HoursView(p))
	}
	p.Result = s.hoursResult(c, in)
	return render(c, views.HoursView(p))
}

// hoursAsked is the calculator as it was filled in.
type hoursAsked struct {
	sourcing.HoursOf
	text         map[string]string // as typed, or as offered
	law          sourcing.Law
	trade        sourcing.Trade
	place, where string // value and words of a territory, "" for none
	unknown      string // a place that is not known, as typed
	wrongTrade   bool
	costSays     string // where the cost comes from
}

func (s *site) readHours(c *fiber.Ctx, values url.Values) (in hoursAsked, err error) {
	in.text, in.law = map[string]string{}, sourcing.DefaultLaw()
	if s.Programme != nil {
		if in.law, err = s.Programme.Law(c.UserContext()); err != nil {
			return in, err
		}
	}
	for _, field := range []string{eurosField, labourField, shareField, costField} {
		in.text[field] = typedLine(values.Get(field))
	}
	code := clip(values.Get(tradeField))
	trade, known := sourcing.TradeOf(code)
	in.trade, in.wrongTrade = trade, code != "" && !known
	if in.text[labourField] == "" && known {
		in.text[labourField] = strconv.Itoa(in.trade.At(in.law, s.today()).Labour)
	}
	if in.text[shareField] == "" {
		in.text[shareField] = usualShare
	}
	cents, says := s.hourlyCost(c)
	in.costSays = says
	if in.text[costField] == "" {
		in.text[costField] = commaText(float64(cents) / 100)
	}
	in.Euros = int64(typedNumber(in.text[eurosField], 1))
	in.LabourTenth, in.ShareTenth = int(typedNumber(in.text[labourField], 10)), int(typedNumber(in.text[shareField], 10))
	in.HourlyCents = int64(typedNumber(in.text[costField], 100))
	s.hoursPlace(&in, values)
	return in, nil
}

// hourlyCost is what an hour of insertion costs, in cents, as the organisation of who asks
// has set it, and where it comes from.
func (s *site) hourlyCost(c *fiber.Ctx) (cents int64, says string) {
	if m := deskMember(c); s.Programme != nil && sourcing.Plans(m) {
		if set, err := s.Programme.Of(c.UserContext(), m); err == nil && set.HourlyCents > 0 {
			return set.HourlyCents, "Le coût que votre organisation a réglé."
		}
	}
	return sourcing.DefaultHourlyCents, "30 € dans des guides anciens (à vérifier) : mettez le coût chargé d’une heure aujourd’hui."
}

// hoursPlace reads where the work is: words that were typed, else a value.
func (s *site) hoursPlace(in *hoursAsked, values url.Values) {
	value, words := clip(values.Get(paramPlace)), typedLine(values.Get(paramWords))
	if words == "" {
		in.place, in.where = value, s.placeName(value)
		if in.where == "" {
			in.place = ""
		}
		return
	}
	in.where = words
	if found := s.resolvePlace(words, value); len(found) > 0 {
		in.place, in.where = found[0].Value, format.Text(found[0].Label)
		return
	}
	in.unknown = words
}

func (in *hoursAsked) faults() (out []form.Fault) {
	if in.wrongTrade {
		out = append(out, form.Fault{Field: tradeField, Text: "Choisissez un métier de la liste."})
	}
	wrong := in.Check()
	for _, field := range []string{eurosField, labourField, shareField, costField} {
		if text := wrong[field]; text != "" {
			out = append(out, form.Fault{Field: field, Text: text.Error()})
		}
	}
	if in.unknown != "" {
		out = append(out, form.Fault{Field: paramWords, Text: "Ce lieu n’est pas connu : une commune, une intercommunalité, un département ou une région."})
	}
	return out
}

// typedNumber reads a number as people write it, « 1 234,5 », times a scale and to the
// nearest; 0 for what is none.
func typedNumber(text string, scale float64) float64 {
	clean := strings.NewReplacer(" ", "", format.NBSP, "", format.NNBSP, "", "€", "", "%", "", "HT", "", ",", ".").Replace(text)
	n, err := strconv.ParseFloat(clean, 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e13 {
		return 0
	}
	return math.Round(n * scale)
}

// commaText writes a number with a comma, without useless decimals.
func commaText(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", ",", 1)
}

func (s *site) hoursResult(c *fiber.Ctx, in hoursAsked) *views.HoursResult {
	h := in.Hours()
	out := &views.HoursResult{
		Hours: format.Count(h, "heure", "heures"), Year: format.Count(sourcing.FullTimeHours, "heure", "heures"), Unusual: in.Unusual(),
		Full: commaText(math.Round(float64(h)/sourcing.FullTimeHours*10) / 10),
		Formula: format.Number(int(in.Euros)) + format.NBSP + "€ HT × " + commaText(float64(in.LabourTenth)/10) + format.NBSP + "% × " + commaText(float64(in.ShareTenth)/10) + format.NBSP + "% ÷ " +
			commaText(float64(in.HourlyCents)/100) + format.NBSP + "€ = " + format.Count(h, "heure", "heures"),
	}
	for _, w := range []struct {
		label, help string
		kinds       []structure.Kind
	}{
		{"Mise à disposition", "Une association intermédiaire, une entreprise de travail temporaire d’insertion ou un GEIQ met des personnes à la disposition du titulaire.", []structure.Kind{structure.AI, structure.ETTI, structure.GEIQ}},
		{"Sous-traitance ou cotraitance", "Une entreprise d’insertion, un atelier ou chantier d’insertion, une entreprise adaptée ou un ESAT fait une part du marché.", []structure.Kind{structure.EI, structure.ACI, structure.EA, structure.ESAT}},
	} {
		out.Ways = append(out.Ways, views.HoursWay{Label: w.label, Help: w.help, URL: searchPath + "?" + hoursValues(in, w.kinds).Encode(), Says: s.whoCould(c, in, w.kinds)})
	}
	return out
}

// hoursValues are the parameters of the search that finds who could do the hours.
func hoursValues(in hoursAsked, kinds []structure.Kind) url.Values {
	values := url.Values{}
	for _, k := range kinds {
		values.Add("kind", string(k))
	}
	if in.trade.Sector != "" {
		values.Set("sector", in.trade.Sector)
	}
	if in.place != "" {
		values.Set("serves", in.place)
	}
	return values
}

// whoCould says how many could; "" when that is not known at this moment.
func (s *site) whoCould(c *fiber.Ctx, in hoursAsked, kinds []structure.Kind) string {
	res, err := s.counted(c, hoursValues(in, kinds))
	if err != nil {
		s.Log.Warn("who could do the hours", "err", err)
		return "Voir qui pourrait"
	}
	text := "Voir " + format.Plural(res.Total, "la structure", "les structures") + " qui pourrai" + format.Plural(res.Total, "t", "ent") + " (" + format.Number(res.Total) + ")"
	if res.Total == 0 {
		text = "Aucune structure de l’annuaire ne répond à ces critères : élargir la recherche"
	}
	return format.Text(text)
}
