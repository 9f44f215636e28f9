package sourcing

import (
	"math"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// DefaultHourlyCents is the loaded cost of an hour of insertion that guides reckon with:
// 30 €, of old guides, which a setting of the organisation replaces.
const DefaultHourlyCents = 3000

// FullTimeHours is the legal year of a full-time worker (C. trav. L3121-41).
const FullTimeHours = 1607

// Bounds of the calculator.
const (
	MinHourlyCents = 1000
	MaxHourlyCents = 20_000
)

// Trade is a kind of work with the share of its price that is labour.
type Trade struct {
	Code    string
	Label   string // French
	Labour  int    // %, as released; At has what is in force
	Source  string // French
	ToCheck bool   // no published source was read: « à vérifier »
	Sector  string // of the directory, to look for who could
}

// publishedLabour is the source of the shares that were read.
const publishedLabour = "Guides de la clause d’insertion"

// Trades lists those that are offered: shares that were published first, then usual ones.
var Trades = []Trade{
	{"peinture", "Peinture", 70, publishedLabour, false, "peinture"},
	{"maconnerie", "Maçonnerie, gros œuvre", 50, publishedLabour, false, "maconnerie"},
	{"charpente-metallique", "Charpente métallique", 20, publishedLabour, false, "serrurerie-metallerie"},
	{"nettoyage", "Nettoyage de locaux", 80, "Usage", true, "nettoyage-locaux"},
	{"espaces-verts", "Espaces verts", 60, "Usage", true, "entretien-espaces-verts"},
	{"second-oeuvre", "Second œuvre du bâtiment", 50, "Usage", true, "construction-batiment"},
	{"voirie", "Voirie et réseaux", 30, "Usage", true, "voirie"},
	{"collecte", "Collecte et tri des déchets", 50, "Usage", true, "collecte-dechets"},
	{"restauration", "Restauration, traiteur", 40, "Usage", true, "traiteur"},
	{"demenagement", "Déménagement, manutention", 70, "Usage", true, "demenagement"},
}

// labourRule is the figure of the law book that holds the share of a trade.
func (t Trade) labourRule() RuleCode { return RuleCode("labour_" + t.Code) }

// At is the trade with the share that is in force on a day.
func (t Trade) At(law Law, on structure.Date) Trade {
	if r := law.At(t.labourRule(), on); r.Code != "" {
		t.Labour, t.Source, t.ToCheck = int(r.Value), r.Source, r.ToCheck
	}
	return t
}

// tradeWords and tradeLaw make of each trade a figure, which administrators may set.
func tradeWords() (out []ruleWords) {
	for _, t := range Trades {
		out = append(out, ruleWords{t.labourRule(), "Part de main-d’œuvre dans le prix : " + t.Label, UnitPercent, ChapterHours})
	}
	return out
}

func tradeLaw() (out Law) {
	for _, t := range Trades {
		out = append(out, Rule{t.labourRule(), "2019-04-01", int64(t.Labour), t.Source, t.ToCheck})
	}
	return out
}

// TradeOf finds a trade; false when there is none of that code.
func TradeOf(code string) (Trade, bool) {
	for _, t := range Trades {
		if t.Code == code {
			return t, true
		}
	}
	return Trade{}, false
}

// HoursOf is what the hours of a clause follow from.
type HoursOf struct {
	Euros       int64 // HT, of the contract
	LabourTenth int   // share of labour in the price, in tenths of a percent
	ShareTenth  int   // share of the labour for insertion, in tenths of a percent
	HourlyCents int64 // loaded cost of an hour
}

// Check says what of it cannot be reckoned with, by field.
func (h HoursOf) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if h.Euros < 1 || h.Euros > MaxEuros {
		faults["montant"] = "Indiquez le montant hors taxes, en euros entiers, jusqu’à deux milliards."
	}
	if h.LabourTenth < 1 || h.LabourTenth > 1000 {
		faults["main-d-oeuvre"] = "La part de main-d’œuvre va de 0,1 à 100 %."
	}
	if h.ShareTenth < 1 || h.ShareTenth > 1000 {
		faults["insertion"] = "La part d’insertion va de 0,1 à 100 %."
	}
	if h.HourlyCents < MinHourlyCents || h.HourlyCents > MaxHourlyCents {
		faults["cout"] = "Le coût d’une heure va de 10 à 200 €."
	}
	return faults
}

// Hours is H = amount HT × labour share × insertion share ÷ hourly cost, to the nearest
// hour.
func (h HoursOf) Hours() int {
	if h.HourlyCents <= 0 {
		return 0
	}
	return int(math.Round(float64(h.Euros) * 100 * float64(h.LabourTenth) / 1000 * float64(h.ShareTenth) / 1000 / float64(h.HourlyCents)))
}

// Unusual says in French what of it is out of the ordinary, "" for nothing.
func (h HoursOf) Unusual() string {
	switch {
	case h.ShareTenth > 200:
		return "Au-delà de 20 %, la part d’insertion dépasse l’usage (5 à 10 %, jusqu’à 20 %) : vérifiez qu’assez de structures peuvent faire ces heures."
	case h.ShareTenth < 50:
		return "En deçà de 5 %, la part d’insertion est plus basse que l’usage (5 à 10 %, jusqu’à 20 %)."
	case h.Hours() < 70:
		return "Moins de 70 heures font moins de deux semaines de travail : une clause si courte aide peu, un achat direct ou un lot réservé aide davantage."
	}
	return ""
}
