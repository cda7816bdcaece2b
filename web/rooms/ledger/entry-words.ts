import type { LedgerEntryBody } from '../../../src/ledger/contract.ts';
import { formatFraction, formatOutOf } from '../../messages/format.ts';
import { t, tMaybe } from '../../messages/translate.ts';

/*
 * What an entry says, in one sentence. The statement is read with care: it may come from an older version of Hortus or
 * from another installation, and a field that is missing makes a shorter sentence, never a wrong one.
 */
type Details = Record<string, unknown>;
type Words = (details: Details) => string;

const inside = (value: unknown): Details =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Details) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const state = (value: unknown): string => tMaybe(`status.${text(value)}`) ?? text(value);
const plain = (value: unknown): string => text(value).replaceAll(/[-_]/g, ' ');
const unnamed = (): string => t('ledger.what.unknown');
const happened = (value: unknown): string => tMaybe(`certify.happened.${text(value)}`) ?? (plain(value) || unnamed());

const detailsOf = ({ statement }: LedgerEntryBody): Details => inside(statement?.predicate.details);

/** What rooms write for acts that nobody did by hand. */
const machines = ['machine', 'process'];

/** The role in which somebody acted, in words; machines and the system say so. */
export function roleOf({ statement }: LedgerEntryBody): string {
  const actor = inside(statement?.predicate.actor);
  const role = text(actor.role);
  if (role === '' || machines.includes(role))
    return t(text(actor.id) === 'system' ? 'ledger.role.system' : 'ledger.role.machine');
  return tMaybe(`shell.role.${role}`) ?? role;
}

export const kindInWords = (kind: LedgerEntryBody['kind']): string => t(`ledger.kind.${kind}`);

/** One sentence of what the entry records. */
export const whatOf = (entry: LedgerEntryBody): string => (words[entry.kind] ?? unknown)(detailsOf(entry));

const unknown: Words = unnamed;

function batch(details: Details): string {
  const counts = inside(details.counts);
  const count = number(counts.accepted) + number(counts.corrected);
  const refused = number(counts.refused);
  const received = t(details.of === 'outcomes' ? 'ledger.what.batch.outcomes' : 'ledger.what.batch.predictions', {
    count,
  });
  return refused > 0 ? `${received} ${t('ledger.what.batch.refused', { count: refused })}` : received;
}

function model(details: Details): string {
  const label = text(details.label);
  if (text(details.modelVersion) === '') return t('ledger.what.model');
  if (details.state === 'candidate') return t('ledger.what.model.candidate', { label });
  if (details.artefact !== undefined) return t('ledger.what.model.version', { label });
  return t('ledger.what.model.state', { label: label || text(details.modelVersion), state: plain(details.state) });
}

function evidence(details: Details): string {
  const values = { to: state(details.to), n: number(details.n) };
  return details.from === details.to
    ? t('ledger.what.eval-result.level', { ...values, level: number(details.level) })
    : t('ledger.what.eval-result', { ...values, from: state(details.from) });
}

function signal(details: Details): string {
  const crossing = inside(details.crossing);
  const kind = tMaybe(`ledger.signal.${text(crossing.kind)}`) ?? plain(crossing.kind);
  return t('ledger.what.signal', { kind, n: number(crossing.n) });
}

function certificate(details: Details): string {
  const changes = Array.isArray(details.statusChanges) ? details.statusChanges.map(inside) : [];
  const [change] = changes;
  const act = happened(details.type);
  if (change === undefined) return t('ledger.what.status-change.none', { act });
  const said = t('ledger.what.change', { from: state(change.from), to: state(change.to) });
  return t('ledger.what.status-change', { act, change: said });
}

function deficiency(details: Details): string {
  const act = plain(details.act);
  if (details.from === details.to) return t('ledger.what.deficiency.same', { act });
  return t('ledger.what.deficiency', { from: plain(details.from), to: plain(details.to), act });
}

const words: Record<LedgerEntryBody['kind'], Words> = {
  audit: (details) =>
    t('ledger.what.audit', {
      threshold: formatFraction(number(details.decisionThreshold)),
      rate: formatOutOf(number(details.auditRate)),
    }),
  batch,
  'change-decision': certificate,
  claim: (details) => {
    const statement = text(inside(details.body).statement).replace(/[.\s]+$/, '');
    return statement === '' ? t('ledger.what.claim.unnamed') : t('ledger.what.claim', { statement });
  },
  deficiency,
  drill: (details) => t('ledger.what.drill', { inject: plain(details.inject), found: text(details.found) }),
  'eval-result': evidence,
  export: unknown,
  'key-binding': (details) => t('ledger.what.key-binding', { action: plain(details.action) }),
  model,
  origin: () => t('ledger.what.origin'),
  prereg: () => t('ledger.what.prereg'),
  signal,
  signoff: (details) =>
    t(details.verdict === 'dissent' ? 'ledger.what.signoff.dissent' : 'ledger.what.signoff.agreed', {
      act: happened(details.act).toLowerCase(),
    }),
  'status-change': certificate,
};
