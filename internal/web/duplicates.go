package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/directory"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	otherVersionField = "version_doublon"
	pickPrefix        = "fait-"
	mergesListed      = 100
)

// duplicates lists the pairs that may be one structure, the most alike first.
func (s *site) duplicates(c *fiber.Ctx) error {
	values, err := listValues(c)
	if err != nil {
		return err
	}
	pairs, total, err := s.Directory.Alike(c.UserContext())
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Doublons possibles", duplicatesPath, moderationDone)
	if err != nil {
		return err
	}
	p := admin.List{Page: frame, Intro: []string{"Des fiches qui se ressemblent assez pour être une seule structure, les plus ressemblantes d’abord. Rien n’est réuni sans vous, et toute réunion se défait."}}
	p.Table = admin.Table{Caption: "Doublons possibles", Heads: []string{"Fiches", "Ce qu’elles ont en commun", "Ressemblance"}, Empty: "Aucune fiche ne ressemble assez à une autre."}
	from := 0
	if after := values.Get(afterParam); after != "" {
		for from < len(pairs) && pairs[from].Key() != after {
			from++
		}
		from = min(from+1, len(pairs))
	}
	page := pairs[from:min(len(pairs), from+adminRows)]
	for i := range page {
		var why []string
		for _, w := range page[i].Why {
			why = append(why, w.Label())
		}
		p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{
			{Text: format.Text(page[i].Names[0] + " / " + page[i].Names[1]), URL: duplicatesPath + "/" + page[i].A + "/" + page[i].B},
			{Text: format.Upper(strings.Join(why, ", "))}, {Text: format.Number(page[i].Score) + " points"},
		}})
	}
	next := ""
	if from+adminRows < len(pairs) {
		next = page[len(page)-1].Key()
	}
	if found := s.Directory.Suspects.Load(); found != nil {
		p.Note = "Relevé du " + format.Day(found.At) + " à " + format.Clock(found.At) + "."
	} else {
		p.Note = "Le portail n’a pas encore relu l’annuaire : la liste viendra dans quelques instants."
	}
	p.Pager = listPager(duplicatesPath, values, len(page), total, next, "paire", "paires")
	p.More = []part.Link{{Label: "Fiches réunies", URL: mergesPath}, {Label: "Toute la modération", URL: moderationPath}}
	return render(c, admin.ListView(p))
}

// pair puts two sheets side by side.
func (s *site) pair(c *fiber.Ctx) error { return s.renderPair(c, nil, url.Values{}) }

func (s *site) renderPair(c *fiber.Ctx, why error, typed url.Values) error {
	v, err := s.Directory.Pair(c.UserContext(), c.Params("kept"), c.Params("duplicate"))
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Deux fiches, une structure ?", duplicatesPath, nil, part.Link{Label: "Doublons possibles", URL: duplicatesPath})
	if err != nil {
		return err
	}
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Les fiches ne sont pas réunies", why)
	kept, other := &v.Kept.Value, &v.Duplicate.Value
	here, there := duplicatesPath+"/"+kept.ID+"/"+other.ID, duplicatesPath+"/"+other.ID+"/"+kept.ID
	p.Facts = []desk.Fact{{Term: "Fiche gardée", Text: numbered(kept), URL: sheetAddress(kept.ID)}, {Term: "Doublon", Text: numbered(other), URL: sheetAddress(other.ID)}}
	for i, term := range []string{"Gardée, tenue par", "Doublon, tenu par"} {
		if v.Owners[i] == "" {
			continue
		}
		name, err := s.organisationName(c.UserContext(), v.Owners[i])
		if err != nil {
			return err
		}
		p.Facts = append(p.Facts, desk.Fact{Term: term, Text: name, URL: adminOrganisationURL(v.Owners[i])})
	}
	if v.Refusal != "" {
		p.Warning = v.Refusal
	}
	p.Ways = []part.Link{{Label: "Garder plutôt l’autre fiche", URL: there}}
	p.Acts = []form.Action{{To: here + "/distinctes", Label: "Ce ne sont pas des doublons"}}
	sides := s.pairSides(v.Facts, typed)
	if v.Refusal != "" {
		p.Boxes = []admin.Box{{ID: "faits", Heading: "Fait par fait", Sides: s.sidesOf(v.Facts, sides.Heads)}}
		return render(c, admin.DetailView(p))
	}
	p.Boxes = []admin.Box{{ID: "faits", Heading: "Fait par fait", Intro: "Le choix proposé est ce que la fiche réunie montrerait d’elle-même. Là où vous choisissez autrement, votre choix devient la parole de l’équipe du portail.",
		Forms: []admin.Form{{To: here, Version: versionOption(v.Kept.Version).Label, Button: "Réunir les deux fiches", Sides: sides,
			Hidden: []part.Option{{Value: otherVersionField, Label: versionOption(v.Duplicate.Version).Label}}}}},
		{ID: "suite", Heading: "Ce qui se passe ensuite", Intro: "La fiche gardée conserve son adresse ; celle du doublon y mène. Les fichiers qui nomment le doublon complètent la fiche gardée. La réunion se défait d’un geste : chaque fiche redevient ce qu’elle serait sans elle, et ce que les fichiers ont dit entre-temps de l’une ou de l’autre lui reste."}}
	return render(c, admin.DetailView(p))
}

// numbered is a sheet by its name and its number.
func numbered(v *structure.Structure) string {
	text := v.Name
	switch {
	case v.FINESS != "":
		text += ", FINESS " + v.FINESS
	case v.SIRET != "":
		text += ", SIRET " + format.SIRET(v.SIRET)
	case v.RNA != "":
		text += ", RNA " + v.RNA
	}
	return text
}

// pairSides are the facts of two sheets, of which one is picked where they differ.
func (s *site) pairSides(list []structure.Compared, typed url.Values) *admin.Sides {
	out := s.sidesOf(list, [2]string{"Fiche gardée", "Doublon"})
	out.Empty = "Les deux fiches disent la même chose."
	i := 0
	for _, f := range list {
		if f.Same {
			continue
		}
		row := &out.Rows[i]
		i++
		switch {
		case f.Both:
			row.Note = "Les deux s’ajoutent."
			continue
		case f.Own:
			row.Note = "La structure le dit elle-même : c’est ce qui est montré."
			continue
		}
		row.Name = pickPrefix + string(f.Field)
		picked := string(f.Default)
		if v := typed.Get(row.Name); v != "" {
			picked = v
		}
		for j, side := range []structure.Side{structure.OfKept, structure.OfDuplicate} {
			row.Values[j].Value, row.Values[j].Picked = string(side), picked == string(side)
		}
	}
	return out
}

// merge makes one sheet of two.
func (s *site) merge(c *fiber.Ctx) error {
	sent, kept, other := sentForm(c), c.Params("kept"), c.Params("duplicate")
	picks := structure.Picks{}
	for _, f := range structure.Fields {
		if side := structure.Side(sent.Get(pickPrefix + string(f))); side == structure.OfKept || side == structure.OfDuplicate {
			picks[f] = side
		}
	}
	err := s.Directory.Merge(c.UserContext(), signedIn(c).Actor(), directory.Merging{
		Kept: kept, Duplicate: other, KeptVersion: seenVersion(sent), OtherVersion: versionIn(sent, otherVersionField), Picks: picks,
	})
	if refusable(err) {
		return s.renderPair(c, err, sent)
	}
	if err != nil {
		return err
	}
	return done(c, mergesPath, "reunies")
}

func (s *site) keepApart(c *fiber.Ctx) error {
	if err := s.Directory.KeepApart(c.UserContext(), signedIn(c).Actor(), c.Params("kept"), c.Params("duplicate")); err != nil {
		return err
	}
	return done(c, duplicatesPath, "distinctes")
}

// merges lists the sheets that stand for others: the journal of what was merged.
func (s *site) merges(c *fiber.Ctx) error {
	values, err := listValues(c)
	if err != nil {
		return err
	}
	docs, err := s.Directory.Merged(c.UserContext(), values.Get(afterParam), mergesListed)
	if err != nil {
		return err
	}
	total, err := s.Directory.Structures.CountLookup(c.UserContext(), store.MergedKey)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Fiches réunies", duplicatesPath, moderationDone, part.Link{Label: "Doublons possibles", URL: duplicatesPath})
	if err != nil {
		return err
	}
	p := admin.List{Page: frame, Intro: []string{"Chaque réunion se défait, la plus récente d’une fiche d’abord. Qui a réuni quoi, et quand, se lit aussi au journal."}}
	p.Table = admin.Table{Caption: "Fiches réunies", Heads: []string{"Doublon", "Réuni à", "Le", "Défaire"}, Empty: "Aucune fiche n’est réunie à une autre."}
	for i := range docs {
		v := &docs[i].Value
		for j := len(v.Absorbed) - 1; j >= 0; j-- {
			a := &v.Absorbed[j]
			p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{
				{Text: absorbedName(a)}, {Text: numbered(v), URL: sheetAddress(v.ID)}, {Text: format.Day(a.At)}, {Text: "Défaire", URL: mergesPath + "/" + v.ID + "/" + a.ID},
			}})
		}
	}
	next := ""
	if len(docs) == mergesListed {
		next = docs[len(docs)-1].ID
	}
	p.Pager = listPager(mergesPath, values, len(docs), int(total), next, "fiche gardée", "fiches gardées")
	p.More = []part.Link{{Label: "Journal des fiches", URL: adminJournalPath + "?" + objectParam + "=structure"}}
	return render(c, admin.ListView(p))
}

// unmergeForm asks before a merge is taken back.
func (s *site) unmergeForm(c *fiber.Ctx) error { return s.renderUnmerge(c, nil) }

func (s *site) renderUnmerge(c *fiber.Ctx, why error) error {
	d, err := s.Directory.Structures.Get(c.UserContext(), c.Params("kept"))
	if err != nil {
		return err
	}
	v := &d.Value
	if !v.Absorbs(c.Params("duplicate")) {
		return store.ErrNotFound
	}
	frame, err := s.adminDesk(c, "Défaire la réunion", duplicatesPath, nil, part.Link{Label: "Doublons possibles", URL: duplicatesPath}, part.Link{Label: "Fiches réunies", URL: mergesPath})
	if err != nil {
		return err
	}
	p := admin.Confirm{
		Page: frame, State: form.State{Token: s.formToken(c)}, To: mergesPath + "/" + d.ID + "/" + c.Params("duplicate"), Version: versionOption(d.Version).Label,
		Button: "Défaire la réunion", Back: mergesPath,
	}
	for _, a := range v.Absorbed {
		if a.ID == c.Params("duplicate") {
			p.Text = []string{
				"Le " + format.Day(a.At) + ", la fiche en double « " + absorbedName(&a) + " » a été réunie à « " + numbered(v) + " ». Les deux seront de nouveau montrées, chacune à son adresse.",
				"Chacune redevient ce qu’elle serait sans la réunion : les choix faits alors sont oubliés, et ce que les fichiers ont dit depuis de l’une ou de l’autre lui reste.",
			}
		}
	}
	refuseOnPage(c, &p.Page, &p.State, "La réunion n’est pas défaite", why)
	return render(c, admin.ConfirmView(p))
}

// absorbedName tells a duplicate from the sheet that stands for it, whose name is often
// its own.
func absorbedName(a *structure.Absorbed) string {
	for _, n := range slices.Backward(a.Numbers) { // its own after those that it stands for
		if siret, ok := strings.CutPrefix(n, "siret:"); ok {
			return a.Name + ", SIRET " + format.SIRET(siret)
		}
	}
	return a.Name
}

func (s *site) unmerge(c *fiber.Ctx) error {
	err := s.Directory.Unmerge(c.UserContext(), signedIn(c).Actor(), c.Params("kept"), c.Params("duplicate"), seenVersion(sentForm(c)))
	if refusable(err) {
		return s.renderUnmerge(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, mergesPath, "defaite")
}
