import type { FormulaData } from './formula.ts';
import { type MultinomialRow, multinomialInputs, multinomialVariant, multinomialVariantInputs } from './multinomial.ts';

const rows: readonly MultinomialRow[] = [
  {
    known: 'prior, DRE, FH',
    low: [-2.44052108, 0.13617244, 0.01780617, 0.78721039, -0.83613721, 0.04612721, 0.33233636],
    high: [-6.36851856, 0.7999651, 0.05566536, 0.61596975, -1.27437249, 0.85780143, 0.61003848],
  },
  {
    known: 'prior, DRE',
    low: [-2.29687989, 0.13785591, 0.01758914, 0.63876791, -0.86200471, 0.0719335],
    high: [-6.06621401, 0.7605393, 0.05509847, 0.51701373, -1.38390751, 0.83442202],
  },
  {
    known: 'prior, FH',
    low: [-2.64840984, 0.13125283, 0.02044166, 0.81792881, -0.98610357, 0.31447017],
    high: [-6.70538152, 0.77635003, 0.06542705, 0.52401464, -1.43681965, 0.55443478],
  },
  {
    known: 'DRE, FH',
    low: [-2.16147411, 0.07409519, 0.01322988, 0.76131045, 0.05397516, 0.29246219],
    high: [-5.99897055, 0.70727793, 0.04992968, 0.56485952, 0.89154384, 0.56910873],
  },
  {
    known: 'prior',
    low: [-2.49050385, 0.12961272, 0.02020429, 0.6767497, -0.97275826],
    high: [-6.41089002, 0.74110558, 0.06476911, 0.42814591, -1.5027435],
  },
  {
    known: 'DRE',
    low: [-2.01851079, 0.06745424, 0.01263369, 0.63938472, 0.08562844],
    high: [-5.68203352, 0.65059244, 0.04883786, 0.49214793, 0.87421554],
  },
  {
    known: 'FH',
    low: [-2.3916158, 0.06129651, 0.01600515, 0.81132928, 0.27501639],
    high: [-6.42320154, 0.67779036, 0.06092178, 0.5042913, 0.50805684],
  },
  {
    known: 'none',
    low: [-2.23794923, 0.05343098, 0.01553627, 0.69593716],
    high: [-6.13292904, 0.62979529, 0.06002002, 0.43816016],
  },
];

/** The calculator of the Prostate Biopsy Collaborative Group: no MRI, three outcomes. */
export const pbcg: FormulaData = {
  id: 'pbcg',
  revision: '2018',
  title: 'PBCG risk calculator',
  source: 'Ankerst et al. 2018, Eur Urol 74:197; coefficients as in ClevelandClinicQHS/riskcalc-website (January 2026)',
  licence: 'published numbers, own code (the repository carries no licence file)',
  endpoint: { name: 'csPCa', definition: 'Gleason score 7 or higher on biopsy (ISUP grade group 2 or higher)' },
  intendedPurpose: 'Probability of no, low-grade and high-grade prostate cancer before a biopsy, without MRI',
  population: 'Men referred to biopsy at the sites of the Prostate Biopsy Collaborative Group',
  inputs: multinomialInputs,
  variantInputs: multinomialVariantInputs,
  link: 'multinomial',
  variants: rows.map(multinomialVariant),
};
