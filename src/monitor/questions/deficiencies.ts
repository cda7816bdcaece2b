import { Problem, toIso } from '#kernel';
import type { ComparisonView, DeficiencySummary, DeficiencyView } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { allowedActs, type Deficiency, type DeficiencyState, deficiencyCodes } from '../model/deficiency.ts';
import { comparisonsOf } from '../store.pg/comparisons.ts';
import { deficiencies, deficiencyById, eventsOf } from '../store.pg/deficiencies.ts';
import { type Names, namesOf } from './names.ts';

/** Who must do what next, by state. */
const nextAct: Record<DeficiencyState, string> = {
  signal: 'Somebody triages it: how serious is it, must use be limited at once?',
  triaged: 'Two reviewers of different roles confirm or dismiss it.',
  confirmed: 'The cause is found and written down.',
  'cause-found': 'Two persons of different roles decide the action.',
  'action-taken': 'A new claim is registered that will show whether the action worked.',
  'effectiveness-check': 'The new claim gathers evidence; two persons close it when it is confirmed.',
  closed: 'Nothing: it is closed.',
  dismissed: 'Nothing: it was dismissed, and the claim runs on with the α that is left.',
};

export async function deficiencyList(deps: MonitorDependencies): Promise<DeficiencySummary[]> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const waiting = await waitingFor(deps);
  return (await deficiencies(db)).map((one) => summaryOf(one, names, waiting));
}

/** Problems: not-found. */
export async function deficiencyView(
  deps: MonitorDependencies,
  id: string,
  personNames: (ids: string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<DeficiencyView> {
  const db = deps.database.db;
  const one = await deficiencyById(db, id);
  if (!one) throw new Problem('not-found', { detail: 'There is no deficiency with this id.' });
  const events = await eventsOf(db, id);
  const persons = await personNames([...new Set(events.map((event) => event.actor))]);
  return {
    ...summaryOf(one, await namesOf(deps, db), await waitingFor(deps, id)),
    record: one.record as never,
    events: events.map((event) => ({
      ...event,
      body: event.body as never,
      actorName: persons.get(event.actor) ?? event.actor,
    })),
    acts: allowedActs(one.state),
  };
}

/** How candidates fare against the original and the previous version. */
export async function comparisonViews(
  deps: MonitorDependencies,
  candidateVersionId?: string,
): Promise<ComparisonView[]> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  return (await comparisonsOf(db, candidateVersionId as never)).map((one) => ({
    candidateVersionId: one.candidateVersionId,
    referenceVersionId: one.referenceVersionId,
    referenceLabel: names.version(one.referenceVersionId),
    against: one.against,
    siteName: names.site(one.siteId).name,
    n: one.reading.n,
    margin: one.margin,
    state: one.reading.state,
    difference: one.reading.difference,
    logSupport: one.reading.logSupport,
    logBreak: one.reading.logBreak,
    flaggedOnly: one.flaggedOnly,
    countsFrom: toIso(one.countsFrom),
  }));
}

/** What waits for its signatures, by deficiency: the decision in a word, and whether somebody has signed. */
async function waitingFor({ fourEyes }: MonitorDependencies, id?: string): Promise<ReadonlyMap<string, string>> {
  const open = await fourEyes.proposals({ subject: id, isOpen: true }, { sees: 'all' });
  return new Map(
    open.flatMap((one) => {
      const { command } = one.payload as { command?: { type?: unknown } };
      if (!one.kind.startsWith('monitor:') || typeof command?.type !== 'string') return [];
      const isSigned = one.signatures.some(({ state }) => state === 'counts');
      const words = isSigned
        ? `"${command.type}" waits for the signature of a second person in another role.`
        : `"${command.type}" is proposed and waits for two signatures in different roles.`;
      return [[one.subject, words] as const];
    }),
  );
}

function summaryOf(one: Deficiency, names: Names, waiting: ReadonlyMap<string, string>): DeficiencySummary {
  const site = names.site(one.siteId);
  return {
    id: one.id,
    code: one.code,
    codeName: deficiencyCodes[one.code],
    title: one.title,
    state: one.state,
    severity: one.severity ?? null,
    siteCode: site.code,
    siteName: site.name,
    modelVersionId: one.modelVersionId,
    modelVersionLabel: names.version(one.modelVersionId),
    claimId: one.claimId ?? null,
    openedAt: toIso(one.openedAt),
    reopens: one.record.reopens ?? null,
    next: waiting.get(one.id) ?? nextAct[one.state],
  };
}
