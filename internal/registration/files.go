package registration

import "slices"

// Files lists the hashes of all files that the registration names: those of drafts, of
// what awaits a moderator and of the versions that are kept.
func (r *Registration) Files() []string {
	var sheets []*Sheet
	if r.Draft != nil {
		sheets = append(sheets, &r.Draft.Sheet)
	}
	for i := range r.Requests {
		if d := r.Requests[i].Draft; d != nil {
			sheets = append(sheets, &d.Sheet)
		}
	}
	if r.Submission != nil {
		sheets = append(sheets, &r.Submission.Sheet)
	}
	return filesOf(append(sheets, r.published()...))
}

// FilesOf lists those that an organisation that writes the sheet may see: not those of
// others that ask for it.
func (r *Registration) FilesOf(organisation string) []string {
	if !r.Writes(organisation) {
		return nil
	}
	sheets := r.published()
	if d := r.DraftOf(organisation); d != nil {
		sheets = append(sheets, &d.Sheet)
	}
	if p := r.Submission; p != nil && p.Organisation == organisation {
		sheets = append(sheets, &p.Sheet)
	}
	return filesOf(sheets)
}

func (r *Registration) published() (sheets []*Sheet) {
	for i := range r.Versions {
		sheets = append(sheets, &r.Versions[i].Sheet)
	}
	return sheets
}

func filesOf(sheets []*Sheet) (hashes []string) {
	for _, s := range sheets {
		facts := s.Facts()
		hashes = append(hashes, facts.Files()...)
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}
