package programme

import (
	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/part"
)

// StudyPage is the étude de réservation of a lot.
type StudyPage struct {
	desk.Page
	Lead     string // of what, judged when
	Verdict  StudyVerdict
	Others   []StudyVerdict // ways to buy it otherwise
	Decision part.Link
	Warnings []StudyWarning
	Bases    []StudyBasis
	Facts    []desk.Fact
	Edit     *part.Link // where what is wrong of the lot is put right, nil = by others
	Rules    []StudyRule

	Operations templ.Component // the sourçages of the lot, nil = none is told
}

// StudyVerdict is a way to buy a lot.
type StudyVerdict struct {
	Tone    string // good, warn, muted: the colour of its sign
	Sign    string
	Label   string
	Basis   string // "" = none
	Reasons []string
}

// StudyWarning is what must be looked at.
type StudyWarning struct{ Label, Text string }

// StudyBasis is a legal basis.
type StudyBasis struct {
	ID      string // ends the ids of what is of it
	Title   string
	Summary string // « 3 répondants indépendants comptés »
	Enough  bool
	Explain string
	ToCheck string
	Lacks   string // why it cannot be judged
	Circles []StudyCircle
	List    StudyList
}

// StudyCircle is a row of counts.
type StudyCircle struct {
	Label  string
	Counts []StudyCount
}

// StudyCount is a number with the list behind it.
type StudyCount struct {
	N      int
	Label  string // what it counts, for a narrow screen and who does not see the head
	Hidden string
	URL    string // "" of nothing
}

// StudyList is the candidates of a basis, or those behind a number.
type StudyList struct {
	Heading string
	Open    bool
	Rows    []StudyCandidate
	More    string     // « et 12 autres », "" = none
	All     *part.Link // to the list without its filter
}

// StudyCandidate is an independent answerer.
type StudyCandidate struct {
	Name     string
	URL      string
	Others   []part.Link // its other establishments
	About    string      // « groupement de 3 membres »
	Place    string      // circle, zone
	Capacity string
	Counted  bool
	Why      string
	ToCheck  bool
}

// StudyRule is a figure of the law.
type StudyRule struct {
	Label, Value, From, Source string
	ToCheck                    bool
}

// StudiesPage is every lot of the programme.
type StudiesPage struct {
	desk.Page
	Lead    string
	Totals  []StudyTotal
	Filters []StudyFilter
	Clear   string // "" without a filter
	Rows    []StudyRow
	Found   string // « 12 lots »
	Pages   part.Pagination
	Empty   *StudyEmpty
}

// StudyEmpty is what is said where there is nothing.
type StudyEmpty struct {
	Title, Text string
	Way         part.Link
}

// StudyTotal is how many lots have a verdict.
type StudyTotal struct {
	N       int
	Label   string
	Tone    string
	Sign    string
	URL     string
	Current bool
}

// StudyFilter is a choice.
type StudyFilter struct {
	Name, Label string
	Options     []part.Option
}

// StudyRow is a lot.
type StudyRow struct {
	Lot       part.Link
	Purchase  string // of a lot among several
	Service   string
	State     string
	Date      string
	Verdict   StudyVerdict
	Answerers string
	Warnings  []string
}

func studyCurrent(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}
