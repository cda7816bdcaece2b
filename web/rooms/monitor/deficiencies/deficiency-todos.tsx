import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import type { Todo } from '../../../ui/index.ts';
import { type ActType, takesTwo } from './act-body.ts';
import { ActButton } from './act-button.tsx';
import { type DeficiencyRecord, namesOf, roleWord } from './deficiency-record.ts';
import { triageDue } from './deficiency-rows.ts';
import { RegisterCheck } from './register-check.tsx';

export interface Signer {
  id: string;
  name: string;
  role: string;
  roles: readonly string[];
}

/** The order in which acts are offered: what moves the deficiency on, then corrections, then dissent. */
const order: readonly ActType[] = [
  'triage',
  'confirm',
  'record-cause',
  'decide-action',
  'register-effectiveness',
  'close',
  'dismiss',
  'effect-failed',
  'set-severity',
  'dissent',
];

const isAct = (act: string): act is ActType => (order as readonly string[]).includes(act);

/** What this person can do now. Whoever signed first, or shares that role, is told whom it waits for. */
export function deficiencyTodos(view: DeficiencyView, record: DeficiencyRecord, signer: Signer | undefined): Todo[] {
  const due = triageDue(view);
  const next = { key: 'next', ...(due === undefined ? {} : { due }) };
  if (signer === undefined) return [{ ...next, what: view.next, needs: t('monitor.deficiency.sign-in') }];
  const waiting = record.pending?.signatures[0];
  const isOwn = waiting?.personId === signer.id || (waiting !== undefined && waiting.role === signer.roles[0]);
  const acts = view.acts
    .filter(isAct)
    .filter((act) => !(isOwn && act === record.pending?.act))
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const offered = acts.map((act, index): Todo => {
    const needs = needsOf(act, view, record);
    return {
      key: act,
      what: t(`monitor.deficiency.what.${act}`),
      ...(needs === undefined ? {} : { needs }),
      ...(act === 'triage' && due !== undefined ? { due } : {}),
      act:
        act === 'register-effectiveness' ? (
          <RegisterCheck view={view} />
        ) : (
          <ActButton act={act} view={view} record={record} person={signer} isPrimary={index === 0} />
        ),
    };
  });
  return isOwn ? [{ ...next, what: view.next }, ...offered] : offered;
}

function needsOf(act: ActType, view: DeficiencyView, record: DeficiencyRecord): string | undefined {
  if (act === 'register-effectiveness') return undefined;
  const first = record.pending?.act === act ? record.pending.signatures[0] : undefined;
  if (first) {
    const reason = record.pending?.body.reason;
    return t('monitor.deficiency.needs.second', {
      who: namesOf(view).get(first.personId) ?? first.personId,
      role: roleWord(first.role),
      reason: typeof reason === 'string' ? reason : '',
    });
  }
  const isOfTwo = takesTwo(act, null, 'S1');
  return t(isOfTwo ? 'monitor.deficiency.needs.two' : 'monitor.deficiency.needs.reason');
}
