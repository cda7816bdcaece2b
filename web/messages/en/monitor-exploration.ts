/** The exploratory board: where to look, never a claim. */
export const monitorExploration = {
  'monitor.exploration.title': 'Where to look',
  'monitor.exploration.label': 'exploratory',
  'monitor.exploration.headline.marked': {
    one: '**{count} place** departs from what is claimed of {version}. This is exploratory: a reason to look, never evidence.',
    other:
      '**{count} places** depart from what is claimed of {version}. This is exploratory: a reason to look, never evidence.',
  },
  'monitor.exploration.headline.none':
    '**No place stands out** for {version}. This is exploratory: silence of a small group is no assurance.',
  'monitor.exploration.precise':
    '{cells} cells of site, group and figure, each by its own {e}; e-BH at {rate}; cases matured before {day}, {cases} read',
  'monitor.exploration.about':
    'Exploratory, all of it. Each cell asks a registered claim again, of one site and one group. Whoever looks in many places finds something by chance; e-BH raises the bar with the number of places, so that of the marked ones no more than {share} are false alarms on average, however the groups overlap. Nothing here counts for or against a certificate. To find out, register a claim about the group: new cases will then test it.',
  'monitor.exploration.cut': 'Of each site, only its most recent {max} cases were read.',
  'monitor.exploration.gap':
    'A departure of {gap} is taken to matter. A cell with too few cases to show it says so, with the time it would take.',
  'monitor.exploration.version': 'Version',
  'monitor.exploration.todo': 'See what is claimed, and how the evidence stands.',
  'monitor.exploration.todo.act': 'To the claims',
  'monitor.exploration.metric': '{metric} · exploratory',
  'monitor.exploration.column.group': 'Group',
  'monitor.exploration.column.site': 'Site',
  'monitor.exploration.column.metric': 'Figure',
  'monitor.exploration.column.words': 'In words',
  'monitor.exploration.column.estimate': 'Estimate',
  'monitor.exploration.column.shrunk': 'Drawn towards its likes',
  'monitor.exploration.column.evidence': 'e-value',
  'monitor.exploration.column.detectable': 'Could have been found',
  'monitor.exploration.table': 'Every cell, exploratory',
  'monitor.exploration.group.all': 'Everybody',
  'monitor.exploration.group.vendor': 'Vendor {value}',
  'monitor.exploration.group.age': 'Age {from}–{to}',
  'monitor.exploration.group.quality.low': 'Image quality below its median',
  'monitor.exploration.group.quality.high': 'Image quality at its median or above',
  'monitor.exploration.group.rarity': 'Rare examinations',
  'monitor.exploration.state.marked': 'look here',
  'monitor.exploration.state.quiet': 'nothing found',
  'monitor.exploration.state.thin': 'too few',
  'monitor.exploration.state.hidden': 'not shown',
  'monitor.exploration.state.nobody': 'nobody',
  'monitor.exploration.says.marked': 'Departs from what is claimed. Exploratory: a reason to look.',
  'monitor.exploration.says.quiet': 'No departure found, and one that matters would probably have been.',
  'monitor.exploration.says.thin.enough': 'Insufficient evidence.',
  'monitor.exploration.says.thin.years':
    'Insufficient evidence; would take about {years} years at the volume of this site.',
  'monitor.exploration.says.thin.months': {
    one: 'Insufficient evidence; would take about {count} month at the volume of this site.',
    other: 'Insufficient evidence; would take about {count} months at the volume of this site.',
  },
  'monitor.exploration.says.thin.never': 'Insufficient evidence, and no such case comes from this site.',
  'monitor.exploration.says.hidden': 'Not shown: fewer than ten cases, or such could be told from it.',
  'monitor.exploration.empty.title': 'Nothing to explore yet',
  'monitor.exploration.empty.what':
    'An exploratory table of sites and groups: where a version may depart from what is claimed of it.',
  'monitor.exploration.empty.needs':
    'It needs registered claims about sensitivity, specificity, predictive value or calibration, and mature cases.',
} as const;
