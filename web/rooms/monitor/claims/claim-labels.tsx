import type { ClaimView } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import { Term } from '../../../ui/index.ts';
import { labelsOf } from './claim-words.ts';

/** "approximate", "retrospective": what must be known of every figure of this claim. */
export const ClaimLabels = ({ claim }: { claim: Pick<ClaimView, 'approximate' | 'retrospective'> }) => (
  <>
    {labelsOf(claim).map((label) => (
      <span key={label} className="dim small">
        <Term k={label}>{t(`monitor.label.${label}`)}</Term>
      </span>
    ))}
  </>
);
