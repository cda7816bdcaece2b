import { type Clock, type Instant, Problem } from '#kernel';
import type { Ledger } from '#ledger';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { type Actor, actWriter, systemActor, type WriteAct } from '../acts.ts';
import { type FourEyes, type ProposalKind, partOf, type SigningRule } from '../four-eyes/index.ts';
import type { Identity } from '../model.ts';
import type { ChangeablePermissions } from './permissions.ts';
import { digestOfTexts, type PolicySet, type PolicyTexts, readPolicies } from './policy-set.ts';
import { policiesInForce, policyTexts, putInForce, storePolicies } from './store.pg.ts';
import { changesBetween, type TableChange } from './table.ts';

const kind = 'people:change-policy';
const subject = 'policies';
const daysToSign = 14;
const changesShownMax = 2000;

/** Changed policies that lie on the disk and wait for two persons. */
export interface PolicyChange {
  digest: string;
  /** Why they cannot come into force, where they cannot. */
  refusal?: string;
  /** Files that are new, gone or other. */
  files: string[];
  /** Which cells of the permission table change, and how. */
  changes: TableChange[];
}

export interface PolicyChanges {
  /** What on the disk differs from what is in force; undefined if nothing does. */
  pending(): PolicyChange | undefined;
  /** Opens the proposal that two persons sign. Problems: wrong-state, invalid-input, those of proposals. */
  propose(by: Identity, asked: { reason: string; asRole?: string | undefined }): Promise<string>;
}

interface Parts {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'record' | 'sequenced'>;
}

/**
 * The policies in force: at the first start those that came with the installation, later those that two persons signed.
 * What lies on the disk decides nothing by lying there.
 */
export async function openPolicies({ db, clock, ledger }: Parts, shipped: PolicyTexts): Promise<PolicySet> {
  const known = await policiesInForce(db);
  if (known !== undefined) return readKept(known);
  const set = readPolicies(shipped);
  await inTransaction(db, async (tx) => {
    if ((await policiesInForce(tx)) !== undefined) return;
    await bringIntoForce({ tx, set, at: clock.now() }, systemActor, actWriter(ledger, clock));
  });
  const now = await policiesInForce(db);
  return now === undefined || now.digest === set.digest ? set : readKept(now);
}

/** What came into force was held against its schema then; that these are the same texts is seen by their digest. */
const readKept = ({ digest, texts }: { digest: string; texts: PolicyTexts }): PolicySet =>
  readPolicies(texts, { areChecked: digestOfTexts(texts) === digest });

type Bringing = { tx: Tx; set: PolicySet; at: Instant; proposalId?: string };

async function bringIntoForce({ tx, set, at, proposalId }: Bringing, by: Actor, act: WriteAct): Promise<string> {
  await storePolicies(tx, set.texts, at);
  await putInForce(tx, { digest: set.digest, at, ...(proposalId === undefined ? {} : { proposalId }) });
  const predicate = { action: 'policies-in-force', digest: set.digest, proposal: proposalId ?? null };
  return act(tx, by, { subject, predicate });
}

/** Two persons in different roles: who runs the installation, and who answers for what it does. */
const rule: SigningRule = {
  seats: [
    { name: 'decides', roles: ['operator', 'deployer-management'], rolesAtHome: [] },
    { name: 'confirms', roles: ['regulatory-lead', 'safety-officer'], rolesAtHome: [] },
  ],
  home: undefined,
  differentOrganisations: false,
  bodies: [],
  openingRequired: false,
  stepUp: true,
};

/** Watches what lies on the disk against what is in force, and lets two persons change the latter. */
export function policyChanges(
  { db, clock, ledger, fourEyes }: Parts & { fourEyes: Pick<FourEyes, 'register' | 'propose'> },
  permissions: Pick<ChangeablePermissions, 'inForce' | 'adopt'>,
  readDisk: () => PolicyTexts,
): PolicyChanges {
  const act = actWriter(ledger, clock);
  fourEyes.register(changeKind({ db, ledger }, permissions, act));
  return {
    pending: () => changeTo(permissions.inForce(), readDisk()),
    propose: async (by, { reason, asRole }) => {
      const onDisk = readDisk();
      const change = changeTo(permissions.inForce(), onDisk);
      if (change === undefined) throw new Problem('wrong-state', { detail: 'The policies on the disk are in force.' });
      if (change.refusal !== undefined) throw new Problem('invalid-input', { detail: change.refusal });
      const at = clock.now();
      return inTransaction(db, async (tx) => {
        await storePolicies(tx, onDisk, at);
        const proposed = await fourEyes.propose(tx, by, {
          kind,
          subject,
          payload: { digest: change.digest },
          title: { key: 'people.change-policy', values: { digest: change.digest.slice(0, 12) } },
          reason,
          concerns: [],
          expiresAt: (at + daysToSign * 86_400_000) as Instant,
          asRole,
        });
        return proposed.id;
      });
    },
  };
}

function changeKind(
  { db, ledger }: Pick<Parts, 'db' | 'ledger'>,
  permissions: Pick<ChangeablePermissions, 'inForce' | 'adopt'>,
  act: WriteAct,
): ProposalKind<{ digest: string }> {
  const proposed = async (tx: Tx, digest: string): Promise<PolicySet> => {
    const texts = await policyTexts(tx, digest);
    if (texts === undefined) throw new Problem('not-found', { detail: 'The proposed policies are not kept here.' });
    return readPolicies(texts);
  };
  return {
    kind,
    // Who may do what is no secret, and whom it binds may disagree.
    isForAnyone: true,
    signs: { decides: 'people:sign-policy', confirms: 'people:sign-policy' },
    present: async (tx, { payload }) => {
      const set = await proposed(tx, payload.digest);
      const before = permissions.inForce();
      const changes = changesBetween(before, set).slice(0, changesShownMax);
      const texts = { schema: set.texts.schema, files: { ...set.texts.files } };
      return {
        payload,
        // The digest of what is in force is among them: a signature under another change in between is void.
        parts: [
          partOf('In force until now', before.digest),
          partOf(
            'Permissions that change',
            changes.map((one) => ({ ...one })),
          ),
          partOf('The policies as they would be', texts),
        ],
        rule,
      };
    },
    apply: async (tx, { payload, at, by, proposal }) => {
      const set = await proposed(tx, payload.digest);
      return [await bringIntoForce({ tx, set, at, proposalId: proposal.id }, by, act)];
    },
    // After the commit: what was undone must not decide.
    placed: async (pendingIds) => {
      await Promise.all(pendingIds.map((id) => ledger.sequenced(id)));
      const now = await policiesInForce(db);
      if (now !== undefined && now.digest !== permissions.inForce().digest) permissions.adopt(readKept(now));
    },
  };
}

function changeTo(inForce: PolicySet, onDisk: PolicyTexts): PolicyChange | undefined {
  const was = { ...inForce.texts.files, schema: inForce.texts.schema };
  const is: Record<string, string> = { ...onDisk.files, schema: onDisk.schema };
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const files = [...names].filter((name) => (was as Record<string, string>)[name] !== is[name]).sort();
  if (files.length === 0) return undefined;
  try {
    const set = readPolicies(onDisk);
    return { digest: set.digest, files, changes: changesBetween(inForce, set).slice(0, changesShownMax) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { digest: '', files, changes: [], refusal: error.detail ?? error.message };
  }
}
