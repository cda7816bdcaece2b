import { addDays, type Json, type LegalEntityId, Problem } from '#kernel';
import { type Executed, type Identity, type Part, type ProposalId, type ProposalKind, partOf } from '#people';
import { inTransaction, type Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import { decisionRule } from '../model/decision-rule.ts';
import {
  type Actor,
  type Deficiency,
  type DeficiencyCommand,
  decideDeficiency,
  isDecision,
} from '../model/deficiency.ts';
import { deficiencyById } from '../store.pg/deficiencies.ts';
import { actInTransaction, assertPossible, lockedDeficiency } from './deficiencies.ts';

/** What two persons decide about a deficiency, as the one mechanism of signatures carries it. */

interface DecisionPayload {
  command: DeficiencyCommand;
}

/** For how long a decision may wait for its second signature. */
const validDays = 30;

const kinds = {
  confirm: 'monitor:confirm-deficiency',
  dismiss: 'monitor:dismiss-deficiency',
  'set-severity': 'monitor:lower-severity',
  'decide-action': 'monitor:decide-action',
  close: 'monitor:close-deficiency',
} as const;
type DecisionType = keyof typeof kinds;

const isDecisionType = (type: string): type is DecisionType => Object.hasOwn(kinds, type);

/** Whether an act on this deficiency, as it stands, takes two persons. Problem: not-found. */
export async function takesTwo(deps: MonitorDependencies, id: string, command: DeficiencyCommand): Promise<boolean> {
  const deficiency = await deficiencyById(deps.database.db, id);
  if (!deficiency) throw new Problem('not-found', { detail: 'There is no deficiency with this id.' });
  return isDecision(deficiency, command);
}

/**
 * Opens a decision about a deficiency for two signatures. Problems: not-found, not-allowed, wrong-state, invalid-input,
 * conflict where the same decision waits already.
 */
export async function proposeDecision(
  deps: MonitorDependencies,
  identity: Identity,
  asked: { id: string; command: DeficiencyCommand; asRole?: string | undefined },
): Promise<ProposalId> {
  const { id, command } = asked;
  const { type, ...body } = command;
  if (!isDecisionType(type)) throw new Problem('wrong-state', { detail: `"${type}" is an act of one person.` });
  const waiting = await deps.fourEyes.proposals({ subject: id, isOpen: true }, { sees: 'all' });
  if (waiting.some((one) => one.kind === kinds[type])) {
    throw new Problem('conflict', { detail: `"${type}" is proposed already: sign it, or dissent.` });
  }
  const opened = await inTransaction(deps.database.db, async (tx) => {
    const deficiency = await lockedDeficiency(tx, id, command);
    return deps.fourEyes.propose(tx, identity, {
      kind: kinds[type],
      subject: id,
      payload: { command } as unknown as Json,
      title: { key: `monitor.deficiency.decision.${type}`, values: { title: deficiency.title } },
      reason: 'reason' in body ? body.reason : '',
      concerns: await concernsOf(deps, tx, deficiency),
      expiresAt: addDays(deps.clock.now(), validDays),
      asRole: asked.asRole,
    });
  });
  await deps.ledger.sequenced(opened.pendingId);
  return opened.id;
}

/** Every decision about deficiencies; `onNews` is told when one took effect. */
export const decisions = (deps: MonitorDependencies, onNews: () => void): ProposalKind<DecisionPayload>[] =>
  Object.values(kinds).map((kind) => ({
    kind,
    // Whoever reads a deficiency reads what waits for its signatures.
    isForAnyone: true,
    signs: { decides: 'monitor:triage-deficiency', confirms: 'monitor:triage-deficiency' },
    present: async (tx, { subject, payload }) => {
      const deficiency = await lockedDeficiency(tx, subject, payload.command);
      const rule = decisionRule(await homeOf(deps, tx, deficiency));
      return { payload, parts: partsOf(deficiency, payload.command), rule };
    },
    assertPossible: async (tx, { subject, payload, at, by, asRole }) => {
      const { command } = payload;
      const { kind: who, id, organisationId } = by;
      const actor: Actor = { id, role: asRole, isPerson: who === 'person', organisationId };
      const before = await assertPossible(deps, tx, subject, { command, actor });
      const trial = [asRole, 'another role'].map((role) => ({ personId: role, role, at: '' }));
      const decided = decideDeficiency(before, command, { actor, at, signatures: trial });
      if (!decided.ok) throw decided.error;
    },
    apply: (tx, executed) => apply(deps, tx, executed),
    placed: async (pendingIds) => {
      await Promise.all(pendingIds.map((pendingId) => deps.ledger.sequenced(pendingId)));
      onNews();
    },
  }));

async function apply(deps: MonitorDependencies, tx: Tx, executed: Executed<DecisionPayload>): Promise<string[]> {
  const { subject, payload, by } = executed;
  const last = executed.signatures.find((one) => one.personId === by.id);
  if (last === undefined) throw new Problem('four-eyes');
  const signatures = executed.signatures
    .map((one) => ({ personId: one.personId, role: one.role, at: new Date(one.signedAt).toISOString() }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const actor: Actor = { id: by.id, role: last.role, isPerson: true, organisationId: last.organisationId };
  const { pendingId } = await actInTransaction(deps, tx, subject, { command: payload.command, actor, signatures });
  return [pendingId];
}

/** The decision and the deficiency as it stands, and its evidence: a severity or a signal that is new voids what was signed. */
function partsOf(deficiency: Deficiency, command: DeficiencyCommand): Part[] {
  const { code, title, state, severity = null, record } = deficiency;
  const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
  return [
    partOf('The decision, and the deficiency as it stands', plain({ decision: command, code, title, state, severity })),
    ...record.evidence.map((evidence, i) => partOf(`Evidence ${i + 1}`, plain(evidence))),
  ];
}

/** The legal entity of the deficiency's site; undefined where it is about all sites. */
async function homeOf(
  { people }: MonitorDependencies,
  tx: Tx,
  { siteId }: Deficiency,
): Promise<LegalEntityId | undefined> {
  if (siteId === undefined) return undefined;
  return (await people.sites(tx)).find((site) => site.id === siteId)?.legalEntityId;
}

async function concernsOf(deps: MonitorDependencies, tx: Tx, deficiency: Deficiency): Promise<string[]> {
  const home = await homeOf(deps, tx, deficiency);
  const version = await deps.develop.modelVersion(tx, deficiency.modelVersionId);
  return [
    deficiency.id,
    deficiency.modelVersionId,
    ...(home === undefined ? [] : [home]),
    ...(version === undefined ? [] : [version.modelId]),
  ];
}
