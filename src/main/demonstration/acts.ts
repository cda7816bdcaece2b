import { type Instant, instant, startOfDay } from '#kernel';
import type { ApiClient } from '../api-client.ts';
import type { Cast } from './cast.ts';
import { demonstrationModel, recalibratedVersion } from './claims.ts';
import { type Hospital, hospitals } from './hospitals.ts';
import {
  type CertificateDetail,
  certificateOf,
  detailOf,
  ensureCertificate,
  ensureClaims,
  raiseByTwo,
  type VersionRow,
  weeksBetween,
} from './registrations.ts';
import { signInTurn } from './signing.ts';
import { issuedFrom, recalibration, shadowFrom, weeksOfNewVersion, weeksOfShadow, words } from './story.ts';

/** What people do at the end of a week. Each act looks at what is there, so a week that is repeated repeats nothing. */

export interface Week {
  now: Instant;
  original: VersionRow;
  recalibrated: VersionRow | undefined;
}

/**
 * The certificate of a hospital: drafted when it opens, in shadow first, issued after half a year.
 * @param known as it stood before the week's evidence, if there is one. @returns it as it stands after people acted.
 */
export async function careForCertificate(
  cast: Cast,
  hospital: Hospital,
  { week, known }: { week: Week; known: CertificateDetail | undefined },
): Promise<CertificateDetail | undefined> {
  const { code } = hospital;
  if (week.now < shadowFrom[code]) return undefined;
  const present = known === undefined ? await certificateOf(cast, hospital) : await detailOf(cast, known.id);
  const hasActed = await actOnCertificate(cast, hospital, { present, week });
  return hasActed ? certificateOf(cast, hospital) : present;
}

/** @returns whether somebody acted. */
async function actOnCertificate(
  cast: Cast,
  hospital: Hospital,
  { present, week }: { present: CertificateDetail | undefined; week: Week },
): Promise<boolean> {
  const { code } = hospital;
  const [first, second] = [await cast.as(code, 'assessor'), await cast.as(code, 'safety-officer')];
  if (present === undefined || present.base === 'draft' || present.base === 'submitted') {
    const claimIds = await ensureClaims(cast, hospital, claimsOfOriginal(week, hospital));
    const { id } = await ensureCertificate(cast, hospital, { versionId: week.original.id, claimIds });
    const by = { first, second, reason: words.plan, document: words.plan };
    await raiseByTwo(id, { type: 'issueProvisional', plan: 'shadow' }, by);
    return true;
  }
  if (present.base === 'provisional' && week.now >= issuedFrom[code]) {
    const by = { first, second, reason: words.certificate, document: words.certificate };
    await raiseByTwo(present.id, { type: 'issue' }, by);
    return true;
  }
  if (present.base !== 'valid') return false;
  const hasAnswered = await answerTasks(cast, hospital, present);
  return (await considerRaising(cast, hospital, { certificate: present, week })) || hasAnswered;
}

/** Claims count from the day the hospital opens; where they come late, from the present on. */
export const claimsOfOriginal = ({ original, now }: Week, hospital: Hospital) => ({
  id: original.id,
  decisionThreshold: demonstrationModel.decisionThreshold,
  countsFrom: Math.max(startOfDay(hospital.opensOn), now) as Instant,
});

async function answerTasks(cast: Cast, { code }: Hospital, certificate: CertificateDetail): Promise<boolean> {
  const open = certificate.tasks.filter(({ kind }) => kind === 'confirm-legal-act');
  for (const task of open) {
    const safety = await cast.as(code, 'safety-officer');
    await safety.post(`/api/v1/certify/certificates/${certificate.id}/acts`, {
      act: { type: 'answerTask', taskId: task.id, outcome: 'confirmed' },
      reason: words.taskConfirmed,
    });
  }
  return open.length > 0;
}

/** Two people raise a status where the evidence allows it: all claims pass, or after a release nothing speaks against it. */
async function considerRaising(
  cast: Cast,
  { code }: Hospital,
  { certificate, week }: { certificate: CertificateDetail; week: Week },
): Promise<boolean> {
  const site = certificate.sites[0];
  if (site === undefined || !certificate.tasks.some(({ kind }) => kind === 'consider-reinstatement')) return false;
  const isFallen = site.effectiveStatus !== 'watch';
  const isAllPassed = certificate.claims.every(({ verdict }) => verdict === 'pass');
  const isCalm = certificate.claims.every(
    ({ verdict, n, minN }) => (verdict === 'pass' || verdict === 'not_evaluable') && n >= minN,
  );
  const { recalibrated } = week;
  const isNewVersionProven =
    recalibrated?.decidedAt != null &&
    site.modelVersionId === recalibrated.id &&
    weeksBetween(instant(recalibrated.decidedAt), week.now) >= weeksOfNewVersion;
  if (!(isAllPassed || (isFallen && isCalm && isNewVersionProven))) return false;
  const [first, second] = [await cast.as(code, 'assessor'), await cast.as(code, 'safety-officer')];
  const reason = isFallen ? words.reinstate : words.raise;
  await raiseByTwo(certificate.id, { type: 'reinstate', siteIds: [site.siteId] }, { first, second, reason });
  return true;
}

interface DeficiencyRow {
  id: string;
  code: string;
  state: string;
  siteCode: string | null;
  claimId: string | null;
  modelVersionId: string;
  openedAt: string;
}

/** Deficiencies of the original version at Westhaven are handled to their end; others are triaged and left to the reader. */
export async function careForDeficiencies(cast: Cast, week: Week): Promise<void> {
  const { deficiencies } = await cast.visitor.get<{ deficiencies: DeficiencyRow[] }>('/api/v1/monitor/deficiencies');
  for (const one of deficiencies) {
    const hospital = hospitals.find(({ code }) => code === one.siteCode);
    if (hospital === undefined || instant(one.openedAt) >= week.now) continue;
    if (hospital.code === recalibration.siteCode && one.modelVersionId === week.original.id) {
      await handle(cast, hospital, { one, week });
    } else if (one.state === 'signal') {
      await act(await cast.as(hospital.code, 'safety-officer'), one, triage);
    }
  }
}

const triage = { type: 'triage', severity: 'S2', reason: words.triage };

/** One step a week. */
async function handle(
  cast: Cast,
  { code }: Hospital,
  { one, week }: { one: DeficiencyRow; week: Week },
): Promise<void> {
  const safety = await cast.as(code, 'safety-officer');
  const clinical = await cast.as(code, 'clinical-owner');
  const regulatory = await cast.as(code, 'regulatory-lead');
  const lead = await cast.as(code, 'model-lead');
  const { recalibrated } = week;
  switch (one.state) {
    case 'signal':
      return act(safety, one, triage);
    case 'triaged':
      return decideByTwo(one, { type: 'confirm', reason: words.confirmClinical }, [
        { person: clinical, reason: words.confirmClinical },
        { person: safety, reason: words.confirmSafety },
      ]);
    case 'confirmed':
      return act(lead, one, { type: 'record-cause', text: words.cause, codes: ['scanner-upgrade'] });
    case 'cause-found': {
      const decision = { type: 'decide-action', actions: ['restrict-use', 'recalibrate'], reason: words.action };
      return decideByTwo(
        one,
        decision,
        [regulatory, safety].map((person) => ({ person, reason: words.action })),
      );
    }
    case 'action-taken': {
      // Only claims that count from after the action show its effect: those of the change that answered this deficiency.
      if (recalibrated?.state !== 'released' || recalibrated.candidate?.deficiencyId !== one.id) return;
      const { claims } = await lead.get<{ claims: { id: string; key: string; modelVersionId: string }[] }>(
        '/api/v1/monitor/claims',
      );
      const key = claims.find(({ id }) => id === one.claimId)?.key;
      const successor = claims.find((claim) => claim.key === key && claim.modelVersionId === recalibrated.id);
      if (successor !== undefined) await act(lead, one, { type: 'register-effectiveness', claimId: successor.id });
    }
  }
}

async function act(person: ApiClient, { id }: DeficiencyRow, body: Record<string, unknown>): Promise<void> {
  await person.post(`/api/v1/monitor/deficiencies/${id}/acts`, body);
}

/** The first proposes, unless that was done before an interruption; each opens what is judged and signs it. */
async function decideByTwo(
  { id }: DeficiencyRow,
  body: Record<string, unknown>,
  signers: readonly { person: ApiClient; reason: string }[],
): Promise<void> {
  const [first] = signers;
  if (first === undefined) return;
  const { proposals } = await first.person.get<{ proposals: { id: string }[] }>('/api/v1/people/proposals', {
    subject: id,
    show: 'open',
  });
  const path = `/api/v1/monitor/deficiencies/${id}/acts`;
  const proposalId =
    proposals[0]?.id ?? (await first.person.post<{ proposalId: string | null }>(path, body)).proposalId;
  if (proposalId !== null) await signInTurn(proposalId, signers);
}

/** The recalibration: fitted on cases up to a cut-off, watched in shadow, released by two where it is not worse. */
export async function careForChange(cast: Cast, week: Week): Promise<void> {
  if (week.now < recalibration.notBefore) return;
  const hospital = hospitals.find(({ code }) => code === recalibration.siteCode)!;
  const lead = await cast.as(hospital.code, 'model-lead');
  const { recalibrated } = week;
  if (recalibrated === undefined) return propose(cast, lead, week);
  if (recalibrated.state !== 'candidate') return;
  const registered = instant(recalibrated.registeredAt);
  // Registered with the candidate; only an interruption in between leaves it to a later week.
  const countsFrom = Math.max(week.now, registered) as Instant;
  const claimIds = await ensureClaims(cast, hospital, {
    id: recalibrated.id,
    decisionThreshold: recalibratedVersion.decisionThreshold,
    countsFrom,
  });
  if (weeksBetween(registered, week.now) < weeksOfShadow) return;
  const { comparisons } = await lead.get<{ comparisons: { state: string }[] }>('/api/v1/monitor/comparisons', {
    candidate: recalibrated.id,
  });
  if (comparisons.length === 0 || comparisons.some(({ state }) => state !== 'non-inferior')) return;
  const certificate = await certificateOf(cast, hospital);
  if (certificate === undefined) return;
  const release = {
    type: 'release',
    candidateVersionId: recalibrated.id,
    claimIds,
    label: `${demonstrationModel.name} ${recalibrated.label}`,
  };
  const second = await cast.as(hospital.code, 'regulatory-lead');
  await raiseByTwo(certificate.id, release, { first: lead, second, reason: words.release });
}

async function propose(cast: Cast, lead: ApiClient, { original, now }: Week): Promise<void> {
  const hospital = hospitals.find(({ code }) => code === recalibration.siteCode)!;
  const { deficiencies } = await lead.get<{ deficiencies: DeficiencyRow[] }>('/api/v1/monitor/deficiencies');
  const { claims } = await lead.get<{ claims: { id: string; key: string }[] }>('/api/v1/monitor/claims');
  const found = deficiencies.find(
    (one) =>
      one.siteCode === hospital.code &&
      one.modelVersionId === original.id &&
      one.state === 'action-taken' &&
      claims.find(({ id }) => id === one.claimId)?.key === 'calibration',
  );
  if (found === undefined) return;
  const candidate = await lead.post<{ modelVersionId: string; decisionThreshold: number }>(
    `/api/v1/monitor/deficiencies/${found.id}/recalibration`,
    {
      kind: 'intercept-and-slope',
      fitFrom: recalibration.fitFrom,
      fitUntil: recalibration.fitUntil,
      decisionThreshold: recalibratedVersion.decisionThreshold,
    },
  );
  await ensureClaims(cast, hospital, {
    id: candidate.modelVersionId,
    decisionThreshold: candidate.decisionThreshold,
    countsFrom: now,
  });
}
