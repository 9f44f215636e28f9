// Package matrix measures the comparison of the answers to a sourçage at its largest:
// the page and the workbook, as the portal makes them for who is signed in.
package matrix

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/bench/ask"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	"sourcier/public"
)

// Size of the matrix, and how long one of its two forms may take.
const (
	Suppliers = 100
	Questions = 60
	Within    = 500 * time.Millisecond
	letters   = 300 // of an answer in words
)

// asks asks a portal, as the Test method of its application does.
type asks func(r *http.Request, timeout ...int) (*http.Response, error)

// Figure is one form of the matrix.
type Figure struct {
	Name            string
	Median, Slowest time.Duration
	Bytes           int
}

// String is the figure as it is printed.
func (f Figure) String() string {
	return fmt.Sprintf("%s of %d suppliers x %d questions: median %d ms, slowest %d ms, %d KB", f.Name, Suppliers, Questions, f.Median.Milliseconds(), f.Slowest.Milliseconds(), f.Bytes>>10)
}

// Held reports whether it is within the bound.
func (f Figure) Held() bool { return f.Slowest <= Within }

// Measure asks for each form so many times, on a store of its own in a directory.
func Measure(ctx context.Context, dir string, runs int) (out []Figure, err error) {
	db, err := sqlite.Open(ctx, filepath.Join(dir, "matrix.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	app, cookie, err := portal(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, x := range [][2]string{{"page", "/sourcages/matrice/comparaison"}, {"workbook", "/sourcages/matrice/comparaison.xlsx?notes=1"}} {
		f := Figure{Name: x[0]}
		var took []time.Duration
		for range runs {
			start := time.Now()
			if f.Bytes, err = get(app, x[1], cookie); err != nil {
				return nil, err
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		f.Median, f.Slowest = took[len(took)/2], took[len(took)-1]
		out = append(out, f)
	}
	return out, nil
}

func get(app asks, path, cookie string) (int, error) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Cookie", cookie)
	resp, err := app(r, -1)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", path, resp.StatusCode)
	}
	return int(n), err
}

// portal is one on a store with the matrix, and the cookie of who reads it.
func portal(ctx context.Context, db store.DB) (asks, string, error) {
	p, err := people.Open(ctx, db, account.Secret(strings.Repeat("k", account.SecretSize)), time.Now)
	if err != nil {
		return nil, "", err
	}
	plans, err := programme.Open(ctx, db, p, time.Now)
	if err != nil {
		return nil, "", err
	}
	s, err := operation.Open(ctx, db, plans, time.Now)
	if err != nil {
		return nil, "", err
	}
	parser, err := ask.Parser()
	if err != nil {
		return nil, "", err
	}
	me, err := p.Ensure(ctx, "acheteur@ville.example", "")
	if err != nil {
		return nil, "", err
	}
	town := account.Organisation{ID: "ville", Kind: account.KindPublic, Name: "Ville", CreatedAt: time.Now(), ConfirmedAt: time.Now()}
	if err := town.Enrol(me.ID, []account.Role{account.Buyer}, true, time.Now()); err != nil {
		return nil, "", err
	}
	if _, err := p.Organisations.Insert(ctx, town, store.Change{}); err != nil {
		return nil, "", err
	}
	if err := fill(ctx, s, me.ID); err != nil {
		return nil, "", err
	}
	token, err := p.Enter(ctx, "acheteur@ville.example", people.Arrival{Method: account.ByLink})
	if err != nil {
		return nil, "", err
	}
	app := web.New(web.Deps{
		Config: web.Config{BaseURL: "http://127.0.0.1", Version: "bench", RateLimit: -1}, Parser: parser, People: p, Programme: plans, Operation: s,
		Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: parser.Home, Rules: structure.DefaultBasisRules(), Assets: public.Assets(), Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	return app.Test, "sourcier_session=" + token, nil
}

// fill stores the operation, its answers and as many private notes as one may have.
func fill(ctx context.Context, s *operation.Service, person string) error {
	at := time.Now().UTC().AddDate(0, 0, -20)
	o := sourcing.Operation{
		ID: "matrice", Organisation: "ville", Purchase: "achat", Title: "Matrice", CreatedAt: at, UpdatedAt: at, OpenedAt: at, AnalysingAt: at, Deadline: at.AddDate(0, 0, 10), Rev: 1,
		Team: []sourcing.Teammate{{Person: person, Part: sourcing.Leads, AddedAt: at, DeclaredAt: at}}, Approved: &survey.Questionnaire{Version: 1, Title: "Matrice", ApprovedAt: at},
	}
	for i := range Questions {
		q := survey.Question{ID: fmt.Sprint("k", i), Kind: []survey.Kind{survey.Text, survey.Number, survey.Choices}[i%3], Text: strings.Repeat("Que proposez-vous pour ce besoin ? ", 3), Confidential: i%10 == 0, Rationale: "Secret des affaires"}
		switch q.Kind {
		case survey.Number:
			q.Unit = "personnes"
		case survey.Choices:
			q.Options = []string{"Le matin", "Le soir", "Le samedi"}
		}
		o.Approved.Questions = append(o.Approved.Questions, q)
	}
	var errs []error
	for n := range Suppliers {
		v := sourcing.Supplier{ID: fmt.Sprint("s", n), Structure: fmt.Sprint("structure", n), Name: fmt.Sprint("Structure numéro ", n), AddedAt: at, ContactedAt: at, AnsweredAt: at}
		o.Suppliers = append(o.Suppliers, v)
		a := sourcing.Answer{ID: sourcing.AnswerID(o.ID, v.ID), Organisation: o.Organisation, Operation: o.ID, Supplier: v.ID, CreatedAt: at, UpdatedAt: at}
		x := sourcing.Submission{Number: 1, At: at.AddDate(0, 0, n%15), Deadline: o.Deadline, Version: 1, Route: sourcing.ByPortal}
		for i := range o.Approved.Questions {
			q := &o.Approved.Questions[i]
			value := survey.Value{Question: q.ID}
			switch q.Kind {
			case survey.Number:
				value.Number = fmt.Sprint(n*i + 1)
			case survey.Choices:
				value.Chosen = q.Options[:1+n%3]
			default:
				value.Text = strings.Repeat("à voir ", letters/7)
			}
			x.Values = append(x.Values, value)
		}
		a.Submissions = []sourcing.Submission{x}
		_, err := s.Answers.Insert(ctx, a, store.Change{})
		errs = append(errs, err)
		for i := range sourcing.MaxNotes / Suppliers {
			o.Notes = append(o.Notes, sourcing.Note{Supplier: v.ID, Question: fmt.Sprint("k", i), Text: "À recouper avec la visite.", At: at, Rev: 1})
		}
	}
	_, err := s.Operations.Insert(ctx, o, store.Change{})
	return errors.Join(append(errs, err)...)
}
