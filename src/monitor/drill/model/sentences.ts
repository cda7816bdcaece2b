import type { ClaimBody } from '../../model/claim.ts';
import type { DrillReport, RuleFinding } from '../contract.ts';
import { holds, promiseInWords } from './expectation.ts';

/** Two sentences for people: whether Hortus would have told of the fault and when, and how often it told of nothing. */
export function sentencesOf(report: Omit<DrillReport, 'sentences'>, body: ClaimBody): string[] {
  const [told] = report.findings as [RuleFinding];
  const dummy = report.findings.find(({ by }) => by === 'dummy')!;
  const where = report.site === null ? 'over all sites' : `at ${report.site}`;
  const { found, falseAlarms } = told;
  const happened = `Drill, on a copy: ${report.injection.words}, ${where}, after ${report.length.daysBefore} days`;
  const range = (share: RuleFinding['found']): string =>
    `${share.count} of ${share.of} runs (${percent(share.lower)} to ${percent(share.upper)} %)`;
  const first =
    report.expected === 'alarm'
      ? `${happened}; Hortus tells of it within ${report.length.daysAfter} days in ${range(found)}, ${delayOf(told)}.`
      : `${happened}; ${whyQuiet(report, body)}, so Hortus should stay silent: it alarms in ${range(found)}.`;
  const second =
    `Without it, over the same length, Hortus alarms in ${range(falseAlarms)}, where at most ${percent(report.statedFalseAlarms)} % is stated; ` +
    `an alarm that knows nothing (${dummy.rule.replace(/^.*, /, '')}) comes after the injection in ${dummy.found.count} of ${dummy.found.of} runs.`;
  return [first, second, ...notHolding(report, body)];
}

function delayOf({ medianDelayCases, medianDelayDays }: RuleFinding): string {
  if (medianDelayCases === null || medianDelayDays === null) return 'in fewer than half of them';
  return `half of them within ${Math.ceil(medianDelayCases)} relevant cases, about ${Math.ceil(medianDelayDays)} days at this volume`;
}

/** A claim that fails on the copy itself is rightly alarmed about. */
function notHolding({ copy }: Pick<DrillReport, 'copy'>, body: ClaimBody): string[] {
  if (copy.value === null || holds(copy.value, body)) return [];
  return [
    `The copy itself does not meet the claim (${copy.value.toPrecision(3)}, ${promiseInWords(body)}): alarms without the injection are not false.`,
  ];
}

/** Why silence is right. */
function whyQuiet({ copy, injection }: Pick<DrillReport, 'copy' | 'injection'>, body: ClaimBody): string {
  if (injection.kind === 'label-delay' || copy.injectedValue === null) return 'that is no fault of the model';
  return `"${body.key}" still holds with it (${copy.injectedValue.toPrecision(3)}, ${promiseInWords(body)})`;
}

const percent = (share: number): string => (100 * share).toFixed(1);
