import { tMaybe } from '../../messages/translate.ts';
import { type Status, StatusMark } from '../../ui/index.ts';

const marks: Record<string, Status> = {
  pass: 'pass',
  stale: 'stale',
  not_evaluable: 'not-evaluable',
  alarm1: 'watch',
  alarm2: 'broken',
  fail: 'fail',
};

export const verdictWords = (verdict: string): string => tMaybe(`certify.verdict.${verdict}`) ?? verdict;

/** What the evidence says of a claim, as certify read it. */
export const VerdictMark = ({ verdict }: { verdict: string }) => (
  <StatusMark status={marks[verdict] ?? 'unknown'} word={verdictWords(verdict)} isQuiet />
);
