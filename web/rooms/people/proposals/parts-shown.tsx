import type { ProposalPart } from '../../../../src/people/four-eyes/contract.ts';
import { t } from '../../../messages/translate.ts';
import { Digest } from '../../../ui/index.ts';
import { RaiseShown } from '../../certify/raise-shown.tsx';
import { DecisionShown } from '../../monitor/deficiencies/decision-shown.tsx';
import { PolicyPart } from '../permissions/policy-parts.tsx';

/** What is signed, part by part: in plain language where its room has words for it, and always by its digest. */
export function PartsShown({ kind, parts }: { kind: string; parts: readonly ProposalPart[] }) {
  return (
    <ul className="plain-list stack gap-2">
      {parts.map((part) => (
        <li key={`${part.name} ${part.sha256}`}>
          <Content kind={kind} part={part} />
        </li>
      ))}
    </ul>
  );
}

function Content({ kind, part }: { kind: string; part: ProposalPart }) {
  const byDigest = (
    <span className="small">
      {t('people.sign.part', { name: part.name })} <Digest value={part.sha256} keep={8} />
    </span>
  );
  if (part.content === null) return byDigest;
  return (
    <>
      {kind.startsWith('certify:') ? <RaiseShown shown={part.content} /> : null}
      {kind.startsWith('monitor:') ? <DecisionShown shown={part.content} /> : null}
      {kind.startsWith('certify:') || kind.startsWith('monitor:') ? null : <PolicyPart shown={part.content} />}
      {byDigest}
    </>
  );
}
