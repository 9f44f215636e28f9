package sourcing

import "sourcier/internal/structure"

// NeedOf is a lot as it is judged on a day. sectors are those that its CPV code stands
// for, where the lot has chosen none.
func NeedOf(p *Purchase, l *Lot, sectors []string, law Law, on structure.Date) Need {
	if len(l.Sectors) > 0 {
		sectors = l.Sectors
	}
	n := Need{
		Purchase: p.ID, Lot: l.ID, Object: p.ObjectOf(l), Nature: p.Nature, CPV: p.CPVOf(l), Sectors: sectors, Mode: l.Mode, Places: p.PlacesOf(l),
		Euros: p.EurosOf(l), Annual: p.AnnualOf(l), Whole: p.Total(), Months: p.TotalMonths(), Lots: len(p.Lots),
		TakeOver: p.TakeOver, SetAside: p.SocialReason, Publication: p.Publication,
	}
	most := law.At(n.smallLot(), n.day(on)).Value
	for i := range p.Lots {
		if euros := p.EurosOf(&p.Lots[i]); euros > 0 && euros < most {
			n.SmallLots += euros
		}
	}
	return n
}

// day is that on which thresholds and duties are judged: of the planned publication, of
// the study where none is planned.
func (n *Need) day(on structure.Date) structure.Date {
	if n.Publication != "" {
		return n.Publication
	}
	return on
}

// formal and smallLot name the thresholds of its nature; what has none is judged as
// services and supplies are.
func (n *Need) formal() RuleCode {
	if n.Nature == Works {
		return FormalWorks
	}
	return FormalSupplies
}

// smallLot is described with formal.
func (n *Need) smallLot() RuleCode {
	if n.Nature == Works {
		return SmallLotWorks
	}
	return SmallLotSupplies
}

// used lists the figures of the law that a lot is judged by, those in force.
func (by *By) used(n Need) (law Law) {
	for _, code := range []RuleCode{n.formal(), n.smallLot(), SmallLotShare, EnvironmentDuty, SocialDuty, MinimumShare, ESSMonths, WorkerEuros, ClauseEuros} {
		on := n.day(by.On)
		if code == WorkerEuros {
			on = by.On // capacity is that of today
		}
		if r := by.Law.At(code, on); r.Code != "" {
			law = append(law, r)
		}
	}
	return law
}
