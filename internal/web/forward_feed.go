package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/calendar"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/format"
	views "sourcier/views/programme"
)

const (
	// maxFeed is how many announcements a feed or a calendar holds, the last published
	// or the nearest.
	maxFeed = 200
	// feedCaching: a reader of feeds asks again after a quarter of an hour.
	feedCaching = "public, max-age=900"
	feedRefresh = 12 * time.Hour
)

// RSS 2.0.
type (
	rss struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Self        rssSelf   `xml:"atom:link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		TTL         int       `xml:"ttl"` // minutes
		Items       []rssItem `xml:"item"`
	}
	rssSelf struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	rssItem struct {
		Title       string   `xml:"title"`
		Link        string   `xml:"link"`
		Description string   `xml:"description"`
		GUID        rssGUID  `xml:"guid"`
		Published   string   `xml:"pubDate,omitempty"`
		Categories  []string `xml:"category"`
	}
	rssGUID struct {
		PermaLink bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	}
)

// feedOf are the announcements of a feed, with the filters of its address. A feed has
// no field at which a place could be corrected: one that is not known is refused.
func (s *site) feedOf(c *fiber.Ctx) (list []sourcing.Announcement, values url.Values, err error) {
	in, err := s.readAhead(c)
	if err != nil {
		return nil, nil, err
	}
	if len(in.faults) > 0 {
		return nil, nil, &inputError{[]paramProblem{{Parameter: "ou", Value: clip(in.where), Message: format.Text(in.faults[0].Text)}}}
	}
	all, err := s.announced(c)
	return s.met(all, in), in.values, err
}

// guid names an announcement for ever, whatever becomes of the address of its page.
func (s *site) guid(a *sourcing.Announcement) string { return a.ID + "@" + s.hostName() }

func (s *site) hostName() string {
	base, err := url.Parse(s.Config.BaseURL)
	if err != nil {
		return "sourcier"
	}
	return base.Hostname()
}

// aheadFeed answers the announcements as RSS.
func (s *site) aheadFeed(c *fiber.Ctx) error {
	list, values, err := s.feedOf(c)
	if err != nil {
		return err
	}
	feed := rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: "Sourcier, achats à venir", Link: s.Config.BaseURL + searchAt(aheadPath, values), Self: rssSelf{s.Config.BaseURL + searchAt(aheadRSS, values), "self", "application/rss+xml"},
		Description: format.Text("Ce que des acheteurs publics prévoient d’acheter. Annonces prévisionnelles et non engageantes."), Language: "fr", TTL: int(feedRefresh.Minutes()),
	}}
	slices.SortStableFunc(list, func(a, b sourcing.Announcement) int { return b.Since.Compare(a.Since) }) // news first
	for i := range list[:min(len(list), maxFeed)] {
		feed.Channel.Items = append(feed.Channel.Items, s.rssItem(&list[i]))
	}
	body, err := xmlOf(feed)
	if err != nil {
		return err
	}
	return sendFeed(c, "application/rss+xml; charset=utf-8", body)
}

func (s *site) rssItem(a *sourcing.Announcement) rssItem {
	item := rssItem{
		Title: format.Text(a.Object), Link: s.Config.BaseURL + aheadURL(a.ID), Description: strings.Join(s.aheadLines(a), " "), GUID: rssGUID{false, s.guid(a)},
	}
	if !a.Since.IsZero() {
		item.Published = a.Since.UTC().Format(time.RFC1123Z)
	}
	for _, code := range a.Sectors {
		item.Categories = append(item.Categories, s.sectorLabel(code))
	}
	return item
}

// aheadLines say an announcement in sentences, that it binds nobody first.
func (s *site) aheadLines(a *sourcing.Announcement) []string {
	lines := []string{views.ForwardNote + ".", "Acheteur : " + a.Buyer + ".", "Consultation prévue : " + a.Quarter.Label() + ".", "Lieu : " + s.placeList(a.Places, sourcing.MaxPlaces) + "."}
	if a.Reserved {
		lines = append(lines, "Réservation envisagée.")
	}
	if a.Band != "" {
		lines = append(lines, "Montant estimé : "+strings.ToLower(a.Band.Label()[:1])+a.Band.Label()[1:]+".")
	}
	for _, l := range a.Lots {
		lines = append(lines, lotTitle(l)+".")
	}
	if a.Text != "" {
		lines = append(lines, a.Text)
	}
	for i := range lines {
		lines[i] = format.Text(lines[i])
	}
	return lines
}

// aheadCalendar answers them as a calendar. A quarter is all that is public: each is the
// first day of its quarter, whole and tentative.
func (s *site) aheadCalendar(c *fiber.Ctx) error {
	list, _, err := s.feedOf(c)
	if err != nil {
		return err
	}
	cal := calendar.Calendar{Name: format.Text("Achats à venir (prévisionnel)"), Refresh: feedRefresh}
	for i := range list[:min(len(list), maxFeed)] {
		a := &list[i]
		cal.Events = append(cal.Events, calendar.Event{
			UID: s.guid(a), Sequence: max(a.Rev-1, 0), Stamp: a.At, Day: a.Quarter.First().Time(), Tentative: true,
			Summary: format.Text("Prévisionnel, " + a.Quarter.Label() + " : " + a.Object), Text: strings.Join(s.aheadLines(a), "\n"),
			Location: s.placeList(a.Places, 3), URL: s.Config.BaseURL + aheadURL(a.ID),
		})
	}
	c.Set(fiber.HeaderContentDisposition, `inline; filename="achats-a-venir.ics"`)
	return sendFeed(c, calendar.Type, cal.Write())
}

// sendFeed answers what other programs follow; the same bytes have the same tag, on
// every portal.
func sendFeed(c *fiber.Ctx, kind string, body []byte) error {
	sum := sha256.Sum256(body)
	c.Set(fiber.HeaderCacheControl, feedCaching)
	if alreadyHas(c, `W/"`+hex.EncodeToString(sum[:16])+`"`) {
		return nil
	}
	c.Set(fiber.HeaderContentType, kind)
	return c.Send(body)
}

// quarterChoices are those from which a buyer chooses, from that of the day on.
func quarterChoices(on structure.Date) (list []sourcing.Quarter) {
	q := sourcing.QuarterOf(on)
	for range sourcing.MaxQuarters {
		list = append(list, q)
		q = q.Next()
	}
	return list
}
