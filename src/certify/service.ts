import { type CertificateId, type ClaimId, type ModelVersionId, newId, Problem, type SiteId } from '#kernel';
import type { Identity } from '#people';
import { inTransaction } from '#platform/db';
import { actorOf, type CertifyParts, carryOut, lockedState, sequence } from './carrying-out.ts';
import type { CertificateState, Command, ImmediateAct, Route } from './model/index.ts';
import { assertPermitted, versionsOf } from './permitting.ts';
import { type Proposing, proposing } from './proposing.ts';

export interface NewCertificate {
  /** What a reader calls it, e.g. `ProstateRisk 2.1`. */
  name: string;
  purpose: string;
  route: Route;
  modelVersionId: ModelVersionId;
  siteIds: SiteId[];
  claimIds: ClaimId[];
  reason: string;
  asRole?: string | undefined;
}

/** Who says what in one act. */
export interface Saying {
  reason: string;
  asRole?: string | undefined;
  evidenceSeen?: string[] | undefined;
  documentDigest?: string | undefined;
}

export type ActNow = Exclude<ImmediateAct, { type: 'create' }>;

export interface CertifyService extends Proposing {
  create(identity: Identity, asked: NewCertificate): Promise<CertificateState>;
  /** An act of one person, at once. Problems: not-allowed, wrong-state, invalid-input, not-found, clock-behind. */
  act(identity: Identity, id: CertificateId, asked: { act: ActNow } & Saying): Promise<CertificateState>;
}

/** The use cases of certificates: load, decide, keep and record in one transaction, then wait for the ledger. */
export function certifyService(parts: CertifyParts): CertifyService {
  return {
    create: (identity, asked) => create(parts, identity, asked),
    act: (identity, id, asked) => act(parts, identity, { id, ...asked }),
    ...proposing(parts),
  };
}

async function create(parts: CertifyParts, identity: Identity, asked: NewCertificate): Promise<CertificateState> {
  const { db, clock, develop, directory, monitor } = parts;
  const at = clock.now();
  const version = await develop.modelVersion(db, asked.modelVersionId);
  if (version === undefined) throw unknown('/modelVersionId', 'There is no such model version.');
  const known = await directory.sites();
  const sites = asked.siteIds.map((id) => {
    const site = known.find((one) => one.id === id);
    if (site === undefined) throw unknown('/siteIds', 'There is no such site.');
    return site;
  });
  const [legalEntityId, ...others] = [...new Set(sites.map((site) => site.legalEntityId))];
  if (legalEntityId === undefined || others.length > 0) {
    throw unknown('/siteIds', 'The sites of a certificate belong to one legal entity.');
  }
  const actor = actorOf(identity, asked.asRole);
  const about = { legalEntityId, versionIds: [version.id] };
  await assertPermitted(parts, db, { identity, actor, action: 'certify:create-certificate', about });
  const organisation = (await directory.organisations()).find((one) => one.id === legalEntityId);
  const verdicts = await monitor.claimVerdicts(db, { claimIds: asked.claimIds, siteIds: asked.siteIds });
  const isAnswered = asked.claimIds.every((id) => verdicts.some((one) => one.claimId === id));
  if (!isAnswered) throw unknown('/claimIds', 'A claim is unknown, or not registered yet.');
  const command: Command = {
    at,
    actor,
    reason: asked.reason,
    evidenceSeen: [],
    type: 'create',
    certificateId: newId('certificate', at),
    name: asked.name,
    purpose: asked.purpose,
    route: asked.route,
    legalEntity: { id: legalEntityId, name: organisation?.name ?? '' },
    version: { id: version.id, digest: version.digest, label: asked.name },
    sites: sites.map(({ id, name }) => ({ id, name })),
    claims: verdicts,
  };
  const done = await inTransaction(db, (tx) => carryOut(parts, tx, { state: undefined, command }));
  await sequence(parts, done.pendingIds);
  return done.state;
}

async function act(
  parts: CertifyParts,
  identity: Identity,
  asked: { id: CertificateId; act: ActNow } & Saying,
): Promise<CertificateState> {
  const at = parts.clock.now();
  const actor = actorOf(identity, asked.asRole);
  const done = await inTransaction(parts.db, async (tx) => {
    const state = await lockedState(parts, tx, asked.id);
    const more = asked.act.type === 'refuseChange' ? [asked.act.candidateVersionId] : [];
    const about = { id: state.id, legalEntityId: state.legalEntityId, versionIds: versionsOf(state, ...more) };
    const action = asked.act.type === 'answerTask' ? 'certify:answer-task' : 'certify:act';
    await assertPermitted(parts, tx, { identity, actor, action, about });
    if (asked.act.type === 'refuseChange') await assertCandidate(parts, asked.act.candidateVersionId, state);
    const command = {
      at,
      actor,
      reason: asked.reason,
      evidenceSeen: asked.evidenceSeen ?? [],
      ...(asked.documentDigest === undefined ? {} : { documentDigest: asked.documentDigest }),
      ...asked.act,
    } as Command;
    const carried = await carryOut(parts, tx, { state, command });
    if (asked.act.type === 'refuseChange') {
      const decision = { versionId: asked.act.candidateVersionId, outcome: 'refused', at } as const;
      await parts.develop.decideCandidate(tx, decision);
    }
    return carried;
  });
  await sequence(parts, done.pendingIds);
  return done.state;
}

async function assertCandidate(parts: CertifyParts, id: ModelVersionId, state: CertificateState): Promise<void> {
  const version = await parts.develop.modelVersion(parts.db, id);
  const concernsUs = version?.candidate?.siteIds.some((siteId) => state.sites.some((site) => site.id === siteId));
  if (version === undefined || concernsUs !== true)
    throw unknown('/candidateVersionId', 'There is no such candidate here.');
  if (version.state !== 'candidate') {
    throw new Problem('wrong-state', { detail: `The version is ${version.state}, not a candidate.` });
  }
}

const unknown = (pointer: string, detail: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, detail }] });
