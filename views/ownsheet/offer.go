package ownsheet

import (
	"strconv"

	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

// OffersPage is the list of the offers.
type OffersPage struct {
	desk.Page
	State  form.State
	URL    string
	Rev    string
	Offers []OfferLine
	Full   string // why no other may be added, "" when one may
}

// OfferLine is one of the list.
type OfferLine struct {
	Title, URL string
	Facts      []desk.Fact
	Pictures   []Picture
	Base       string // what the offer is now, to be found again
	Add        string // label of the way to its pictures
}

// Picture is an image as a page shows it.
type Picture struct {
	URL           string
	Width, Height int
	Alt           string
}

func (p Picture) width() string  { return strconv.Itoa(p.Width) }
func (p Picture) height() string { return strconv.Itoa(p.Height) }

// OfferPage is one offer.
type OfferPage struct {
	Form
	Base                                               string // what it was when the form was opened
	Title, Description, Capacity, Lead, Least, Largest string
}

// PicturesPage is the images of an offer.
type PicturesPage struct {
	desk.Page
	State    form.State
	URL      string
	Base     string
	Pictures []OwnPicture
	Alt      string // as it was typed
	Full     string // why no other may be added, "" when one may
	Back     string
}

// OwnPicture is one of them, with what may be done to it.
type OwnPicture struct {
	Picture
	Hash string
	ID   string // tells its fields from those of the others
	Name string // « l’image 2 »
}

// ReferencesPage is the customers that are named.
type ReferencesPage struct {
	Form
	Text string
}

// LabelsPage is the list of the labels.
type LabelsPage struct {
	desk.Page
	State  form.State
	URL    string
	Labels []OwnLabel
	Full   string
}

// OwnLabel is one of the list.
type OwnLabel struct {
	Name, URL string // no URL: it is an official source's to tell
	Facts     []desk.Fact
	State     part.Answer
	From      string // what an official source says, "" for the structure's own
	Proof     string // address of the proof, "" when none was given
}

// LabelPage is one label.
type LabelPage struct {
	Form
	Base                  string
	Codes                 []part.Option
	Name, Scope, From, To string
}

// FilePage sends one file: a logo, a proof.
type FilePage struct {
	desk.Page
	State  form.State
	URL    string
	Rev    string
	Lead   []string
	Field  form.Field
	Accept string
	Now    *Picture // what is kept, nil for nothing or no image
	File   *part.Link
	Remove string // label of the button that takes it out, "" for nothing to take
	Send   string // label of the button
	Back   *part.Link
}

// ImageTypes and ProofTypes are what a form asks browsers to offer, so that a telephone
// converts its photographs; what comes is judged by its content.
const (
	ImageTypes = "image/jpeg,image/png,image/webp,image/gif"
	ProofTypes = "application/pdf,image/jpeg,image/png"
)

func describedFile(s form.State, f form.Field) string {
	if s.Fault(f.Name) != "" {
		return f.Name + "-aide " + f.Name + "-erreur"
	}
	return f.Name + "-aide"
}

func invalidFile(s form.State, f form.Field) templ.Attributes {
	if s.Fault(f.Name) != "" {
		return templ.Attributes{"aria-invalid": "true"}
	}
	return nil
}
