import { addDays, type Instant, instant, startOfDay } from '#kernel';
import { hospitals, type SiteCode } from './hospitals.ts';

/** When people do what. Every instant is one of the simulated clock. */

/** Model, monitoring plan and claims are registered; the claims count from the first simulated day. */
export const registeredAt = instant('2018-12-03T09:00:00Z');

/** Each hospital runs half a year unseen by clinicians before its certificate is issued. */
export const shadowFrom: Record<SiteCode, Instant> = {
  NOORDERZORG: instant('2018-12-17T09:00:00Z'),
  WESTHAVEN: instant('2018-12-17T09:00:00Z'),
  HEIDESTAD: instant('2022-04-25T00:00:00Z'),
};
export const issuedFrom: Record<SiteCode, Instant> = {
  NOORDERZORG: instant('2019-06-10T00:00:00Z'),
  WESTHAVEN: instant('2019-06-10T00:00:00Z'),
  HEIDESTAD: instant('2022-10-17T00:00:00Z'),
};

const westhaven = hospitals.find(({ code }) => code === 'WESTHAVEN');
const upgradedOn = westhaven?.upgrade?.on;
if (westhaven === undefined || upgradedOn === undefined) throw new Error('the story needs an upgrade at Westhaven');

/** The recalibration is fitted on cases since the upgrade that matured up to a cut-off, and made the day after. */
export const recalibration = {
  siteCode: westhaven.code,
  fitFrom: new Date(addDays(startOfDay(upgradedOn), 90)).toISOString().slice(0, 10),
  fitUntil: '2021-12-01',
  notBefore: instant('2021-12-06T00:00:00Z'),
} as const;

/** A release is not proposed before so many weeks of shadow, nor a reinstatement before so many of the new version. */
export const weeksOfShadow = 20;
export const weeksOfNewVersion = 8;

export const words = {
  purpose:
    'Gives radiologists the probability of clinically significant prostate cancer after MRI, to help decide on a biopsy.',
  population: 'Men referred for prostate MRI with a raised PSA or an abnormal examination, without earlier treatment.',
  notice: 'Invented model on simulated data: nothing here is for clinical use.',
  plan: 'The plan for half a year of shadow use, signed by both parties (simulated).',
  certificate: 'The assessment report with the claims, the plan and the first evidence (simulated).',
  triage: 'The alarm stands on verified cases; patients may be harmed by missed cancers, so it is serious.',
  confirmClinical:
    'I read the flagged cases again: far fewer cancers than the probabilities say, and it is no accident.',
  confirmSafety: 'The counts in the signal recompute, the sample is complete by protocol: it is confirmed.',
  cause:
    'The scanner was upgraded on 15 February 2021; on its images the scores are spread too far and some lesions drown.',
  action: 'The version stays suspended here; a recalibration is fitted on verified cases since the upgrade.',
  release: 'Not worse than the version before on later cases, and its probabilities fit again.',
  reinstate: 'The evidence of the version in force supports its claims here again.',
  raise: 'Every claim is confirmed by cases registered beforehand: the status may rise to what the evidence says.',
  taskConfirmed: 'The suspension by evidence is right; the site was told by telephone the same day.',
} as const;
