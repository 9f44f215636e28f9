package operation

import (
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// ExchangesPage is the entretiens of a sourçage.
type ExchangesPage struct {
	Page
	Shut      string // why they are not shown, "" when they are
	Team      string // address of the team, where interests are declared
	New       string // address, "" for who notes none
	NoNew     string // why, "" for who reads only
	Agenda    ExchangeAgenda
	Equal     part.Answer // whether all had the same agenda
	Suppliers []ExchangeSupplier
}

// ExchangeAgenda is the ordre du jour that is proposed to all.
type ExchangeAgenda struct {
	Version string // « Version 2, du 28 novembre 2026 », "" when there is none
	Text    string
	Write   string // address, "" for who writes none
}

// ExchangeSupplier is a structure, and when it was met.
type ExchangeSupplier struct {
	Name      string
	Agenda    part.Answer // which version it had
	Exchanges []ExchangeLine
}

// ExchangeLine is an entretien in a list.
type ExchangeLine struct {
	URL, Label string
	Minutes    part.Answer
}

// ExchangeFormPage notes an entretien, or writes it anew.
type ExchangeFormPage struct {
	Page
	State        form.State
	To           string
	Once         string // of a new one
	Rev          string // of one that is there
	Supplier     string // of one that is there
	Suppliers    []part.Option
	Kinds        []part.Option
	Agendas      []part.Option
	Day, Hour    string
	Duration     string
	Place        string
	Ours, Theirs string
	Minutes      string
	Sent         string // what was sent already, and stays
	Mine         bool   // what is typed stands over what somebody else has stored
	Stored       string // minutes that are stored now
	Button       string
}

// ExchangePage is an entretien.
type ExchangePage struct {
	Page
	State    form.State
	Facts    []desk.Fact
	Agenda   string
	Status   part.Answer
	Minutes  string
	Verdict  string // who agreed or contested, and when
	Word     string // of the supplier
	Reply    string // of the buyer
	ReplyBy  string
	Edit     string // address, "" when it is not written any more
	SendTo   string // address, "" when nothing is to be sent
	SendSays string
	Rev      string // that is sent
	ReplyTo  string // address, "" when nothing is to be answered
	SentRev  string
	Typed    string // answer that was refused
	NotSent  string // why nothing can be sent
	Past     []ExchangePast
	Infos    []part.Link // noted of it in the registre
	NoteTo   string      // address
}

// ExchangePast is what was sent before.
type ExchangePast struct {
	Heading, Minutes, Verdict, Word, Reply string
}

// AgendaPage writes the ordre du jour.
type AgendaPage struct {
	Page
	State    form.State
	To       string
	Version  string // the newest
	Text     string
	Stored   string // the newest, when somebody else wrote it meanwhile
	Versions []AgendaVersion
}

// AgendaVersion is one of them, and who had it.
type AgendaVersion struct {
	Heading, Text, Had string
}

// ShutPage says why a page is not open to who asks.
type ShutPage struct {
	Page
	Why  string
	Team string // address of the page where interests are declared
}

// AnnexPage is « Informations issues du sourçage », to print and to put into the DCE.
type AnnexPage struct {
	layout.Base
	Heading  string
	Above    []part.Link
	DOCX     string
	Lead     string
	Facts    []desk.Fact
	Sections []AnnexSection
	Gaps     string // what the annex leaves out
}

// AnnexSection is informations of a kind.
type AnnexSection struct {
	Heading, None string
	Items         []AnnexItem
}

// AnnexItem is one.
type AnnexItem struct {
	Text, When, DCE string
}
