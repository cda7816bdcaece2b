/** The words of the field, each in one plain sentence. A term opens its definition where it stands. */
export const glossary = {
  'absolute-error': {
    term: 'mean distance',
    definition: 'How far the predicted probability is from what happened, 0 or 1, on average; lower is better.',
  },
  alpha: {
    term: 'α',
    definition:
      'The chance of a false alarm that was accepted beforehand, for example 5 of 100 over the whole life of a certificate.',
  },
  approximate: {
    term: 'approximate',
    definition:
      'The interval is right for many cases and is not exact for few, because its theory needs large numbers.',
  },
  'as-of': { term: 'as of', definition: 'The day whose knowledge a page shows: what arrived later is left out.' },
  'audit-sample': {
    term: 'audit sample',
    definition:
      'A random tenth of the cases the AI called negative that is verified anyway, so that misses cannot stay hidden.',
  },
  auroc: {
    term: 'AUROC',
    definition:
      'The chance that a random case with the disease gets a higher probability than a random case without it; .5 is guessing, 1 is perfect.',
  },
  'average-precision': {
    term: 'average precision',
    definition:
      'How many of the cases ranked highest really have the disease, averaged over all places of the ranking; 1 is perfect.',
  },
  bound: {
    term: 'bound',
    definition: 'The limit that a claim promises to keep, for example at least 90 of 100 cancers found.',
  },
  brier: {
    term: 'Brier score',
    definition: 'The mean squared distance between predicted probability and what happened; lower is better.',
  },
  calibration: {
    term: 'calibration',
    definition:
      'Whether probabilities mean what they say: of the cases given 20 of 100, about 20 of 100 should have the disease.',
  },
  'calibration-in-the-large': {
    term: 'calibration-in-the-large',
    definition: 'The difference between the mean predicted probability and the fraction that really had the disease.',
  },
  'calibration-slope': {
    term: 'calibration slope',
    definition: 'Whether probabilities are too extreme (below 1) or too timid (above 1); 1 is right.',
  },
  candidate: {
    term: 'candidate',
    definition: 'A version of a model that is being judged and is not yet shown to clinicians.',
  },
  case: { term: 'case', definition: 'One examination of one person for which the model gave a prediction.' },
  certificate: {
    term: 'certificate',
    definition:
      'A statement for one model version and one organisation that holds exactly as long as live evidence supports its claims.',
  },
  'change-point': {
    term: 'change point',
    definition: 'The most likely moment at which performance began to fall, estimated when an alarm is raised.',
  },
  checkpoint: {
    term: 'checkpoint',
    definition: 'A signed summary of the whole ledger at one size, against which any entry can be proved.',
  },
  claim: {
    term: 'claim',
    definition:
      'What a model version promises, fixed before the first case counts: a measure, a population, a bound and what happens if it fails.',
  },
  'confidence-sequence': {
    term: 'interval that holds at any time',
    definition:
      'A confidence interval that stays valid however often one looks; it is a little wider than an ordinary one.',
  },
  confirmed: {
    term: 'confirmed',
    definition: 'Evidence is strong enough to say that the claim is met, and not merely that nothing contradicts it.',
  },
  consistent: { term: 'consistent', definition: 'There are enough cases, and nothing contradicts the claim so far.' },
  'consistency-proof': {
    term: 'consistency proof',
    definition: 'A short list of digests that shows that the ledger only grew: nothing earlier was changed or removed.',
  },
  broken: {
    term: 'broken',
    definition: 'The evidence against the claim crossed the level fixed beforehand: the promise was not kept.',
  },
  coverage: {
    term: 'coverage',
    definition: 'How often the set of answers that the model does not rule out holds the truth.',
  },
  cspca: {
    term: 'csPCa',
    definition: 'Clinically significant prostate cancer: ISUP grade group 2 or higher on tissue.',
  },
  'decision-threshold': {
    term: 'decision threshold',
    definition: 'The probability from which the model says "positive"; it is frozen in the claim.',
  },
  deficiency: {
    term: 'deficiency',
    definition:
      'A recorded suspicion or finding that the model does not perform as claimed, with who must act by when.',
  },
  detector: {
    term: 'change detector',
    definition:
      'A running value that stays low while the claim holds and grows soon after performance falls; it warns before a claim is broken.',
  },
  digest: {
    term: 'digest',
    definition:
      'A fingerprint of content (SHA-256): the same content always has the same one, and any change gives another.',
  },
  'e-value': {
    term: 'e-value',
    definition:
      'The strength of evidence against a claim: if the claim is true it rarely grows large, and at most 1 time in 33 does it ever exceed 33.',
  },
  'effective-status': {
    term: 'effective status',
    definition: 'What sites see and obey: the lower of the legal status and the evidence status.',
  },
  escalation: {
    term: 'escalation level',
    definition:
      'The second level of the change detector, at which the consequence registered with the claim acts at once.',
  },
  'evidence-status': {
    term: 'evidence status',
    definition: 'The status computed from live claims; no person writes it, and it can only lower the certificate.',
  },
  'failure-rate': {
    term: 'failure rate',
    definition: 'Of all examinations, how many the model gave no answer for because something went wrong.',
  },
  'false-positives-per-exam': {
    term: 'false positives an exam',
    definition: 'How many places without a lesion the model marks in one examination, on average.',
  },
  'four-eyes': {
    term: 'four eyes',
    definition: 'Two persons in different roles must sign before the act takes effect.',
  },
  gap: {
    term: 'gap',
    definition: 'The difference between a group of patients and the rest in how well the model does.',
  },
  horizon: {
    term: 'horizon',
    definition: 'How long after the prediction a case waits for its outcome before it counts.',
  },
  'inclusion-proof': {
    term: 'inclusion proof',
    definition: 'A short list of digests that shows that an entry really is in the ledger at its place.',
  },
  intercept: {
    term: 'intercept',
    definition: 'How much the model is too high or too low for everyone, on the log-odds scale; 0 is right.',
  },
  interval: {
    term: 'interval',
    definition: 'The range of true values that fit the data; the fewer the cases, the wider it is.',
  },
  ipw: {
    term: 'weighting for verification',
    definition: 'Each verified case stands for the unverified ones like it, by the known chance of being verified.',
  },
  ledger: {
    term: 'ledger',
    definition:
      'The append-only, signed record of every act that matters; anyone can check that nothing in it was changed.',
  },
  'legal-status': {
    term: 'legal status',
    definition: 'What the responsible person or authority decided, mirrored with the digest of the document.',
  },
  'lesion-sensitivity': {
    term: 'lesion sensitivity',
    definition:
      'Of the lesions that are there, how many a mark of the model overlaps; each patient counts with at most four.',
  },
  'log-score': {
    term: 'log score',
    definition: 'A measure of probabilities that punishes confident mistakes strongly; lower is better.',
  },
  mature: {
    term: 'mature',
    definition:
      'A case is mature when its horizon has passed: only then it counts, whatever the result, so that early results cannot mislead.',
  },
  'matured-share': {
    term: 'share with an outcome',
    definition:
      'Of the cases whose time has passed, how many have an outcome; the others may be missing for a reason that matters.',
  },
  mri: { term: 'MRI', definition: 'Magnetic resonance imaging, the examination from which the risk is estimated.' },
  n: { term: 'n', definition: 'The number of cases behind a figure.' },
  'net-benefit': {
    term: 'net benefit',
    definition:
      'Cases found for each patient, minus false alarms at the price that the decision threshold puts on them.',
  },
  'no-evidence-yet': {
    term: 'no evidence yet',
    definition: 'Fewer cases than the claim requires: it is neither good nor bad news.',
  },
  'non-inferior': {
    term: 'not inferior',
    definition: 'Shown to be no worse than the reference by more than a margin that was fixed beforehand.',
  },
  'not-estimable': {
    term: 'not estimable',
    definition: 'The data there is does not allow this figure; the reason is given instead of a number.',
  },
  notice: {
    term: 'notice level',
    definition: 'The first level of the change detector, at which people are asked to look.',
  },
  npv: {
    term: 'negative predictive value',
    definition: 'Of the cases called negative, how many really are free of the disease.',
  },
  'oe-ratio': {
    term: 'O/E',
    definition:
      'Observed cases of disease divided by the number the model expected; 1 is right, below 1 the model over-predicts.',
  },
  outcome: {
    term: 'outcome',
    definition: 'What was found in the end, with how it was verified and when it became known.',
  },
  ppv: {
    term: 'positive predictive value',
    definition: 'Of the cases called positive, how many really have the disease.',
  },
  prediction: {
    term: 'prediction',
    definition: 'The probability the model gave for a case, kept with the exact model version and input.',
  },
  'pi-rads': {
    term: 'PI-RADS',
    definition: 'A radiologist’s score from 1 to 5 for how suspicious a prostate MRI looks.',
  },
  psa: { term: 'PSA', definition: 'Prostate-specific antigen, a blood value in nanograms per millilitre.' },
  pseudonym: {
    term: 'pseudonym',
    definition: 'A code in place of a person’s identity, which only the hospital’s key can make again.',
  },
  recalibration: {
    term: 'recalibration',
    definition:
      'Adjusting probabilities to what is observed without changing the order in which the model ranks cases.',
  },
  'referral-rate': {
    term: 'referral rate',
    definition: 'Of all cases, how many the model leaves to a person because it is not sure.',
  },
  'reliability-diagram': {
    term: 'reliability diagram',
    definition:
      'A picture of calibration: predicted probability across, observed fraction up; on the diagonal both agree.',
  },
  retrospective: {
    term: 'retrospective',
    definition: 'The claim was registered after its data existed; it can inform, but never raise a certificate.',
  },
  run: {
    term: 'run',
    definition:
      'One course of evidence of a claim; a dismissed alarm ends it and starts the next, with a smaller share of α.',
  },
  'selective-risk': {
    term: 'error among answered',
    definition: 'Of the cases that the model answers, how many it answers wrongly.',
  },
  sensitivity: { term: 'sensitivity', definition: 'Of the cases with the disease, how many the model finds.' },
  severity: {
    term: 'severity',
    definition: 'How bad the harm could be, from S1 negligible to S5 catastrophic.',
  },
  shadow: {
    term: 'shadow operation',
    definition:
      'The model goes on predicting but nobody is shown the result, so that evidence for its return can exist.',
  },
  'single-look': {
    term: 'single look',
    definition: 'An ordinary interval, right if one looks once; looking again and again makes it too narrow.',
  },
  site: { term: 'site', definition: 'A hospital or part of one where examinations are made.' },
  slope: {
    term: 'slope',
    definition: 'Whether probabilities are spread too far (below 1) or not far enough (above 1).',
  },
  specificity: {
    term: 'specificity',
    definition: 'Of the cases without the disease, how many the model calls negative.',
  },
  support: {
    term: 'support',
    definition: 'Evidence in favour of the claim: when it crosses its level, the claim is confirmed.',
  },
  suspended: {
    term: 'suspended',
    definition: 'The version must not be shown at this site; it goes on in shadow until people decide.',
  },
  verification: {
    term: 'verification',
    definition: 'How the outcome was established: by tissue, by follow-up, or not at all.',
  },
  watch: { term: 'watch', definition: 'The change detector asks for attention; the claim is not broken.' },
} as const satisfies Record<string, { term: string; definition: string }>;

export type TermKey = keyof typeof glossary;
