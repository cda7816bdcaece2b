import type { PlainDate } from '#kernel';

/** As senders write it in their rows. */
export type SiteCode = 'NOORDERZORG' | 'WESTHAVEN' | 'HEIDESTAD';

/** A distortion of the score, from a day on: what a new scanner does to a model that never saw its images. */
export interface ScannerUpgrade {
  on: PlainDate;
  /** The displayed log-odds are `stretch` times too far from `pivot`, and shifted so that the pivot shows as `shownPivot`. */
  stretch: number;
  pivot: number;
  shownPivot: number;
  /** Standard deviation of the noise on the log-odds, before the stretch. */
  noise: number;
  /** Share of exams in which the lesion drowns in an artefact, and how far their log-odds fall, before the stretch. */
  drownedShare: number;
  drownedFall: number;
}

/** One invented hospital, a legal entity of its own. */
export interface Hospital {
  code: SiteCode;
  name: string;
  legalEntity: string;
  opensOn: PlainDate;
  /** Mean number of exams in an ordinary week. */
  examsPerWeek: number;
  /** Probabilities of PI-QUAL 1, 2 and 3. */
  imageQuality: readonly [number, number, number];
  upgrade?: ScannerUpgrade;
}

/** The simulated world: three hospitals that do not exist. */
export const hospitals: readonly Hospital[] = [
  {
    code: 'NOORDERZORG',
    name: 'Noorderzorg',
    legalEntity: 'Stichting Noorderzorg (simulated)',
    opensOn: '2019-01-01' as PlainDate,
    examsPerWeek: 40,
    imageQuality: [0.05, 0.25, 0.7],
  },
  {
    code: 'WESTHAVEN',
    name: 'Westhaven',
    legalEntity: 'Westhaven Ziekenhuizen (simulated)',
    opensOn: '2019-01-01' as PlainDate,
    examsPerWeek: 40,
    imageQuality: [0.07, 0.3, 0.63],
    upgrade: {
      on: '2021-02-15' as PlainDate,
      stretch: 2.8,
      pivot: -1.45,
      shownPivot: -2.197,
      noise: 1.6,
      drownedShare: 0.03,
      drownedFall: 3,
    },
  },
  {
    code: 'HEIDESTAD',
    name: 'Heidestad',
    legalEntity: 'Heidestad Medisch Centrum (simulated)',
    opensOn: '2022-05-02' as PlainDate,
    examsPerWeek: 7,
    imageQuality: [0.1, 0.4, 0.5],
  },
];

export const simulatedFrom = '2019-01-01' as PlainDate;
/** The last simulated day. */
export const simulatedUntil = '2023-12-31' as PlainDate;
