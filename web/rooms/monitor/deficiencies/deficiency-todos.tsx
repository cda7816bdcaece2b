import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import type { Todo } from '../../../ui/index.ts';
import { type ActType, takesTwo } from './act-body.ts';
import { ActButton } from './act-button.tsx';
import { triageDue } from './deficiency-rows.ts';
import { RegisterCheck } from './register-check.tsx';

interface Signer {
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

/** What this person can do now. `waiting`: decisions that are proposed already, and are signed below. */
export function deficiencyTodos(view: DeficiencyView, waiting: readonly string[], signer: Signer | undefined): Todo[] {
  const due = triageDue(view);
  const next = { key: 'next', ...(due === undefined ? {} : { due }) };
  if (signer === undefined) return [{ ...next, what: view.next, needs: t('monitor.deficiency.sign-in') }];
  const acts = view.acts
    .filter(isAct)
    .filter((act) => !waiting.includes(act) || act === 'set-severity')
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const offered = acts.map((act, index): Todo => {
    const needs = needsOf(act);
    return {
      key: act,
      what: t(`monitor.deficiency.what.${act}`),
      ...(needs === undefined ? {} : { needs }),
      ...(act === 'triage' && due !== undefined ? { due } : {}),
      act:
        act === 'register-effectiveness' ? (
          <RegisterCheck view={view} />
        ) : (
          <ActButton act={act} view={view} roles={signer.roles} isPrimary={index === 0} />
        ),
    };
  });
  return waiting.length > 0 ? [{ ...next, what: view.next }, ...offered] : offered;
}

function needsOf(act: ActType): string | undefined {
  if (act === 'register-effectiveness') return undefined;
  const isOfTwo = takesTwo(act, null, 'S1');
  return t(isOfTwo ? 'monitor.deficiency.needs.two' : 'monitor.deficiency.needs.reason');
}
