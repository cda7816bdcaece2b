import type { z } from 'zod';
import type { policyChangeSchema } from '../../../../src/people/permission/contract.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import { type DataColumn, DataTable, StatusMark } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { markOf, type Verdict } from './answers.ts';

export type PolicyChange = NonNullable<z.output<typeof policyChangeSchema>['pending']>['changes'][number];

/** From least to most: what stands later gives more. */
const ladder = ['no', 'break-glass', 'step-up', 'aggregates', 'sampled-cases', 'yes'] as const satisfies Verdict[];
const rankOf = (answer: string): number => (ladder as readonly string[]).indexOf(answer);

export const givesMore = ({ before, after }: Pick<PolicyChange, 'before' | 'after'>): boolean =>
  rankOf(after) > rankOf(before);

/** Which cells of the table change, and whether each gives or takes. */
export function PolicyDifference({ changes }: { changes: PolicyChange[] }) {
  if (changes.length === 0) return <p>{t('people.permissions.change.count.none')}</p>;
  const gives = changes.filter(givesMore).length;
  return (
    <div className="stack gap-2">
      <p>{rich('people.permissions.change.count', { count: changes.length, gives, takes: changes.length - gives })}</p>
      <DataTable
        id="policy-change"
        caption={t('people.permissions.change.caption')}
        columns={columns}
        rows={changes}
        rowId={({ action, who, relation }) => `${action} ${who} ${relation}`}
        pageSize={20}
        isPlain={changes.length <= 20}
      />
    </div>
  );
}

const whoInWords = (who: string): string =>
  tMaybe(`people.who.${who}`) ?? tMaybe(`shell.role.${who}`) ?? who.replaceAll('-', ' ');
const answerInWords = (answer: string): string => tMaybe(`people.permissions.answer.${answer}`) ?? answer;

const Answered = ({ answer }: { answer: string }) => {
  const verdict = ladder.find((one) => one === answer);
  return (
    <StatusMark status={verdict === undefined ? 'unknown' : markOf[verdict]} word={answerInWords(answer)} isQuiet />
  );
};

const columns: DataColumn<PolicyChange>[] = [
  {
    id: 'effect',
    header: t('people.permissions.change.effect'),
    value: (change) => t(givesMore(change) ? 'people.permissions.change.gives' : 'people.permissions.change.takes'),
    cell: (change) => (
      <b>{t(givesMore(change) ? 'people.permissions.change.gives' : 'people.permissions.change.takes')}</b>
    ),
  },
  { id: 'act', header: t('people.permissions.change.act'), value: ({ action }) => actionInWords(action) },
  { id: 'who', header: t('people.permissions.change.who'), value: ({ who }) => whoInWords(who) },
  {
    id: 'where',
    header: t('people.permissions.change.where'),
    value: ({ relation }) => tMaybe(`people.relation.${relation}`) ?? relation,
  },
  {
    id: 'before',
    header: t('people.permissions.change.before'),
    value: ({ before }) => answerInWords(before),
    cell: ({ before }) => <Answered answer={before} />,
  },
  {
    id: 'after',
    header: t('people.permissions.change.after'),
    value: ({ after }) => answerInWords(after),
    cell: ({ after }) => <Answered answer={after} />,
  },
];
