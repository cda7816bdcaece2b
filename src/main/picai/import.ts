import { addDays, canonicalJson, Problem, sha256Hex, startOfDay, toIso } from '#kernel';
import { systemActor } from '#people';
import type { Assembled } from '../assemble.ts';
import { centres } from './figures.ts';
import { type MarksheetExam, marksheetTerms } from './marksheet.ts';
import { inputConventions, type Scoring } from './score.ts';

/** The marksheet as cases of an installation of its own: exams, answers of a published model, outcomes, claims. */

export const horizonDays = 180;
const decisionThreshold = 0.1;
const outcomeWord = 'csPCa';

/** The set has no dates of outcomes: when each counts as known is a convention, and said so wherever it matters. */
export const timeConvention = `PI-CAI marksheet: predictions recorded on the day of the MRI, outcomes ${horizonDays} days later; both by convention.`;

export const notice = `${marksheetTerms.source}, ${marksheetTerms.licence}. ${marksheetTerms.notice}`;

const importer = { id: systemActor.id, role: 'importer' };

export interface Imported {
  predictions: { accepted: number; repeated: number };
  outcomes: { accepted: number; repeated: number };
  claims: number;
}

interface ClaimPlan {
  key: string;
  statement: string;
  metric: 'observed-expected' | 'calibration-in-the-large' | 'auroc';
  bound?: number;
  boundUpper?: number;
  tolerance?: number;
}

const claimPlans: readonly ClaimPlan[] = [
  {
    key: 'observed-expected',
    statement: 'There are 0.8 to 1.25 times as many significant cancers as the model predicts',
    metric: 'observed-expected',
    bound: 0.8,
    boundUpper: 1.25,
  },
  {
    key: 'calibration',
    statement: 'The mean probability is within 5 points of the share with significant cancer',
    metric: 'calibration-in-the-large',
    tolerance: 0.05,
  },
];
const discrimination: ClaimPlan = {
  key: 'auroc',
  statement: 'A man with significant cancer scores higher than one without in at least 80 of 100 pairs',
  metric: 'auroc',
  bound: 0.8,
};

/**
 * Registers centres, model and retrospective claims, receives the cases and counts them. May be repeated after an
 * interruption: what is there already is left as it is. Problems: conflict in an installation of another kind.
 */
export async function importMarksheet(
  hortus: Assembled,
  { exams, scoring }: { exams: readonly MarksheetExam[]; scoring: Scoring },
  onStep: (done: number, total: number, doing: string) => void = () => {},
): Promise<Imported> {
  if (hortus.installation.kind !== 'demonstration') {
    throw new Problem('conflict', { detail: 'The marksheet goes into a demonstration installation of its own.' });
  }
  const steps = 5;
  onStep(0, steps, 'registering centres and model');
  await hortus.installation.setNotice(notice);
  await ensureCentres(hortus);
  const versionId = await ensureVersion(hortus, scoring);
  onStep(1, steps, 'receiving predictions');
  const predictions = await hortus.monitor.receivePredictions(
    intakeOf(scoring.scored.map((one) => predictionRow(one.exam, { probability: one.probability, versionId }))),
  );
  onStep(2, steps, 'receiving outcomes');
  const answered = new Set(scoring.scored.map(({ exam }) => exam.caseId));
  const outcomes = await hortus.monitor.receiveOutcomes(
    intakeOf(exams.filter(({ caseId }) => answered.has(caseId)).map(outcomeRow)),
  );
  // A cohort reads a case once. These cases matured long ago, so claims wait until their outcomes are there.
  onStep(3, steps, 'registering claims');
  const claims = await ensureClaims(hortus, versionId);
  onStep(4, steps, 'counting the evidence');
  await hortus.background.settle();
  onStep(steps, steps, 'done');
  const brief = ({ accepted, repeated }: Imported['predictions']) => ({ accepted, repeated });
  return { predictions: brief(predictions), outcomes: brief(outcomes), claims };
}

async function ensureCentres({ people, directory }: Assembled): Promise<void> {
  const known = new Set((await directory.sites()).map(({ code }) => code));
  for (const code of centres.filter((centre) => !known.has(centre))) {
    const organisation = await people.registerOrganisation(systemActor, { name: code, kind: 'legal-entity' });
    await people.registerSite(systemActor, { code, name: code, legalEntityId: organisation.id });
  }
}

async function ensureVersion({ develop }: Assembled, { model }: Scoring): Promise<string> {
  const known = (await develop.models()).find(({ model: one }) => one.referenceModelId === model.id);
  const [version] = known?.versions ?? [];
  if (version !== undefined) return version.id;
  const { id, revision, endpoint } = model.data;
  const registered =
    known?.model ??
    (await develop.registerModel(
      {
        name: id.toUpperCase(),
        intendedPurpose: 'Published risk formula, evaluated on public data to show how evidence is kept.',
        population: 'Exams of the PI-CAI marksheet with PSA and prostate volume.',
        endpoint: endpoint.definition,
        referenceModelId: model.id,
        notice: model.notice,
      },
      importer,
    ));
  const parts = {
    label: `revision ${revision}`,
    artefactDigest: model.artefactSha256,
    preprocessingDigest: sha256Hex(canonicalJson({ inputConventions })),
    calibration: { kind: 'identity' } as const,
  };
  return (await develop.registerVersion(registered.id, parts, importer)).id;
}

/** Each claim over all centres and at each; AUROC beside them, to show where discrimination fails. */
async function ensureClaims({ monitor, app }: Assembled, versionId: string): Promise<number> {
  const answer = await app.inject('/api/v1/monitor/claims');
  const known = new Set((answer.json() as { claims: { key: string }[] }).claims.map(({ key }) => key));
  let registered = 0;
  for (const plan of [...claimPlans, discrimination]) {
    for (const scope of ['overall', 'each-site'] as const) {
      const key = scope === 'overall' ? plan.key : `${plan.key}-by-centre`;
      registered++;
      if (known.has(key)) continue;
      await monitor.registerClaim(
        {
          ...plan,
          key,
          scope,
          modelVersionId: versionId,
          decisionThreshold,
          among: 'all',
          sites: [...centres],
          alpha: 0.05,
          outcome: outcomeWord,
          horizonDays,
          countsFrom: '2011-12-01T00:00:00Z',
          retrospective: true,
          verification: { model: 'reference-standard' },
          patientRule: 'every-exam',
          relevantPerYear: 150,
          consequenceOnFail: { status: 'watch' },
          consequenceOnEscalation: { status: 'watch' },
          maxAgeDays: 3650,
        },
        importer,
      );
    }
  }
  return registered;
}

const intakeOf = (rows: Record<string, unknown>[]) => ({
  body: rows.map((raw, i) => ({ line: i + 1, raw })),
  contentType: 'application/json',
  mode: 'all' as const,
  convention: timeConvention,
  sourceId: importer.id,
  organisationId: undefined,
});

/** The sheet's own patient numbers are pseudonyms; hashed once more, they cannot be mistaken for a hospital's. */
const pseudonymOf = (exam: MarksheetExam): string => `ps_${sha256Hex(`picai|${exam.patientId}`).slice(0, 24)}`;

function predictionRow(
  exam: MarksheetExam,
  { probability, versionId }: { probability: number; versionId: string },
): Record<string, unknown> {
  const at = toIso(startOfDay(exam.mriDate));
  return {
    caseId: exam.caseId,
    site: exam.center,
    pseudonym: pseudonymOf(exam),
    predictedAt: at,
    modelVersionId: versionId,
    probability,
    shownToHuman: false,
    recordedAt: at,
  };
}

function outcomeRow(exam: MarksheetExam): Record<string, unknown> {
  const at = toIso(addDays(startOfDay(exam.mriDate), horizonDays));
  return {
    caseId: exam.caseId,
    site: exam.center,
    outcome: outcomeWord,
    value: exam.isCsPca,
    verification: exam.isVerified ? 'verified' : 'not-verified',
    knownAt: at,
    recordedAt: at,
  };
}
