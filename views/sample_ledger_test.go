package views_test

import (
	"github.com/a-h/templ"

	"sourcier/views/form"
	"sourcier/views/operation"
	"sourcier/views/part"
)

// ledgerPages are those of entretiens and of the registre, empty and full.
func ledgerPages() map[string]templ.Component {
	frame := operation.Page{Page: sampleDesk(), Name: "Sourçage", Status: part.Answer{Text: "Ouvert", Tone: part.Good}, When: "Jusqu’au 12.", Tabs: []operation.FrameTab{{Label: "Registre", URL: "/a/registre", Current: true}}}
	cell := operation.LedgerCell{Supplier: "Alpha", State: "retenue", Sign: "–", Label: "Retenue", When: "28 novembre 2026 à 10 h 00", Reason: "Un seul lot."}
	gap := operation.LedgerCell{Supplier: "Beta", State: "manque", Sign: "✗", Label: "MANQUE"}
	warn := part.Answer{Text: "1 manque", Tone: part.Warn}
	share := &form.Action{To: "/a/registre/i1/partager", Label: "Confirmer le partage", Style: "btn-act"}
	return map[string]templ.Component{
		"ledger zero": operation.LedgerView(operation.LedgerPage{}),
		"ledger": operation.LedgerView(operation.LedgerPage{
			Page: frame, Gaps: warn, GapsHelp: "Un manque se comble.", Silent: "La consultation est lancée.", Acts: []part.Link{{Label: "Écrire à tous", URL: "/a"}, {Label: "Noter", URL: "/b"}}, Questions: part.Link{Label: "Questions", URL: "/q"}, Annex: part.Link{Label: "Annexe", URL: "/x"},
			One: sampleOptions(), Clear: "/a", Suppliers: []string{"Alpha", "Beta"}, Rows: []operation.LedgerRow{{URL: "/a/i1", Text: "Les locaux.", Says: "Dit en entretien", DCE: "Au DCE : CCTP", Cells: []operation.LedgerCell{cell, gap}, Share: "Partirait à 1 structure."}},
		}),
		"ledger info zero": operation.LedgerInfoView(operation.LedgerInfoPage{}),
		"ledger info": operation.LedgerInfoView(operation.LedgerInfoPage{
			Page: frame, Text: "Les locaux.", Facts: sampleDeskFacts(), Gaps: warn, Cells: []operation.LedgerCell{cell, gap}, URL: "/a/i1", Writes: true, Share: share, ShareSays: "Part à 1 structure.", Betrays: "Ce texte désigne.", Without: sampleOptions(),
			Open: "retenir", Reason: "Court.", Typed: "Court.", Document: "CCTP", Article: "3", Day: "2026-12-20", SeenDCE: "1", State: form.State{Heading: "Rien", Faults: []form.Fault{{Field: "motif", Text: "Trop court."}}},
		}),
		"ledger tell zero":    operation.LedgerTellView(operation.LedgerTellPage{}),
		"ledger tell":         operation.LedgerTellView(operation.LedgerTellPage{Page: frame, Lead: "Chaque structure.", To: "/a", Text: "Un texte.", Label: "Information", Help: "Court.", Suppliers: sampleOptions(), Exchange: "x1", Where: "Téléphone.", Button: "Envoyer", Warning: operation.LedgerWarning{Text: "Relisez."}, Refused: "Lancée."}),
		"ledger questions":    operation.LedgerQuestionsView(operation.LedgerQuestionsPage{Page: frame, Lead: "Une question.", Lines: []operation.LedgerQuestion{{Text: "Quand ?", By: "Alpha", When: "28", Status: warn, URL: "/q/1", Way: "Répondre"}}}),
		"ledger no questions": operation.LedgerQuestionsView(operation.LedgerQuestionsPage{}),
		"ledger reply":        operation.LedgerReplyView(operation.LedgerReplyPage{Page: frame, Asked: "Quand ?", By: "Par Alpha.", To: "/q/1", Question: "Quand ?", Answer: "En mars.", Says: "À 2 structures.", Warning: operation.LedgerWarning{Text: "Relisez."}, Refused: "Déjà répondu."}),
		"exchange shut":       operation.ShutView(operation.ShutPage{Page: frame, Why: "Déclarez.", Team: "/equipe"}),
		"exchanges zero":      operation.ExchangesView(operation.ExchangesPage{}),
		"exchanges": operation.ExchangesView(operation.ExchangesPage{
			Page: frame, New: "/n", Agenda: operation.ExchangeAgenda{Version: "Version 2", Text: "Capacité", Write: "/o"}, Equal: warn,
			Suppliers: []operation.ExchangeSupplier{{Name: "Alpha", Agenda: warn, Exchanges: []operation.ExchangeLine{{URL: "/x", Label: "Téléphone", Minutes: warn}}}, {Name: "Beta", Agenda: warn}},
		}),
		"exchange form zero": operation.ExchangeFormView(operation.ExchangeFormPage{}),
		"exchange form": operation.ExchangeFormView(operation.ExchangeFormPage{
			Page: frame, To: "/x", Rev: "2", Supplier: "Alpha", Kinds: sampleOptions(), Agendas: sampleOptions(), Day: "2026-11-28", Hour: "10:00", Duration: "45", Place: "Site", Ours: "Ada", Theirs: "Jo", Minutes: "Vu.", Sent: "Parti.", Mine: true, Stored: "Autre.", Button: "Enregistrer",
		}),
		"exchange zero": operation.ExchangeView(operation.ExchangePage{}),
		"exchange": operation.ExchangeView(operation.ExchangePage{
			Page: frame, Facts: sampleDeskFacts(), Agenda: "Capacité", Status: warn, Minutes: "Vu.", Verdict: "Contesté", Word: "15.", Reply: "12.", ReplyBy: "Réponse", Edit: "/m", SendTo: "/e", SendSays: "Part.", Rev: "2", ReplyTo: "/r", SentRev: "1", Typed: "Non.", NotSent: "Lancée.",
			Past: []operation.ExchangePast{{Heading: "Version", Minutes: "Vu.", Verdict: "Contesté", Word: "15.", Reply: "12."}}, Infos: []part.Link{{Label: "Info", URL: "/i"}}, NoteTo: "/n",
		}),
		"agenda zero": operation.AgendaView(operation.AgendaPage{}),
		"agenda":      operation.AgendaView(operation.AgendaPage{Page: frame, To: "/o", Version: "1", Text: "Capacité", Stored: "Délais", Versions: []operation.AgendaVersion{{Heading: "Version 1", Text: "Capacité", Had: "Proposée."}}}),
		"annex": operation.AnnexView(operation.AnnexPage{
			Base: sampleDesk().Base, Heading: "Annexe", Above: []part.Link{{Label: "Registre", URL: "/r"}}, DOCX: "/d", Lead: "Avant.", Facts: sampleDeskFacts(), Gaps: "1 manque.", Masked: true,
			Sections: []operation.AnnexSection{{Heading: "Données", None: "Aucune.", Items: []operation.AnnexItem{{Text: "Les locaux.", When: "Le 28.", DCE: "CCTP"}}}, {Heading: "Autres", None: "Aucune."}},
		}),
	}
}
