import type { ProposalSummaryView } from '../../../../src/people/four-eyes/contract.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import { Day, StatusMark, Time } from '../../../ui/index.ts';
import { ProposalActs } from './proposal-acts.tsx';
import { inWords, rolesThatSign } from './proposals.ts';

const marks = { executed: 'pass', withdrawn: 'withdrawn', expired: 'expired', refused: 'fail' } as const;
const markOf = (outcome: string) =>
  Object.hasOwn(marks, outcome) ? marks[outcome as keyof typeof marks] : 'submitted';

const roleWords = (role: string): string => role.replaceAll('-', ' ');

/** One proposal with who signed and who disagreed, and what one may do about it. */
export function ProposalEntry({ proposal }: { proposal: ProposalSummaryView }) {
  const act = inWords(proposal);
  const isOpen = proposal.outcome === 'open';
  const by = {
    role: roleWords(proposal.proposedRole),
    day: <Day at={proposal.proposedAt} />,
    reason: proposal.reason,
  };
  return (
    <section className="proposal" aria-label={t('people.proposal.title', { act })}>
      <div className="row row-apart gap-2">
        <h3>{t('people.proposal.title', { act })}</h3>
        <StatusMark
          status={markOf(proposal.outcome)}
          word={tMaybe(`people.proposal.outcome.${proposal.outcome}`) ?? proposal.outcome}
          isQuiet
        />
      </div>
      <p>
        {proposal.proposedByKind === 'machine'
          ? rich('people.proposal.by.machine', by)
          : rich('people.proposal.by', by)}
        {isOpen ? (
          <span className="dim"> ({rich('people.proposal.expires', { day: <Day at={proposal.expiresAt} /> })})</span>
        ) : null}
      </p>
      <Words proposal={proposal} />
      {proposal.closingReason ? <p className="dim small">{proposal.closingReason}</p> : null}
      {isOpen ? (
        <p className="dim small">
          {t('people.proposal.waits', { roles: rolesThatSign(proposal).map(roleWords).join(', ') })}
        </p>
      ) : null}
      <ProposalActs proposal={proposal} />
    </section>
  );
}

function Words({ proposal }: { proposal: ProposalSummaryView }) {
  return (
    <ul className="plain-list small">
      {proposal.signatures.map((signature) => (
        <li key={`${signature.personId} ${signature.signedAt}`}>
          {rich(signature.onBehalfOf === null ? 'people.proposal.signed' : 'people.proposal.signed.for', {
            role: roleWords(signature.role),
            time: <Time at={signature.signedAt} />,
            reason: signature.reason,
          })}{' '}
          {signature.state === 'counts' ? null : <b>({t(`people.proposal.signed.${signature.state}`)})</b>}{' '}
          {signature.withoutOpening ? <b>({t('people.proposal.signed.unopened')})</b> : null}
        </li>
      ))}
      {proposal.dissent.map((one) => (
        <li key={`${one.role} ${one.at}`}>
          {rich('people.proposal.dissent', {
            role: roleWords(one.role),
            time: <Time at={one.at} />,
            reason: one.reason,
          })}
        </li>
      ))}
    </ul>
  );
}

/** Open proposals, and behind a line the closed ones. */
export function ProposalList({ proposals }: { proposals: readonly ProposalSummaryView[] }) {
  const open = proposals.filter(({ outcome }) => outcome === 'open');
  const closed = proposals.filter(({ outcome }) => outcome !== 'open').reverse();
  return (
    <>
      {open.length === 0 ? <p className="dim">{t('people.proposal.none')}</p> : null}
      {open.map((proposal) => (
        <ProposalEntry key={proposal.id} proposal={proposal} />
      ))}
      {closed.length > 0 ? (
        <details>
          <summary>{t('people.proposal.closed', { count: closed.length })}</summary>
          <div className="stack gap-4 closed-proposals">
            {closed.map((proposal) => (
              <ProposalEntry key={proposal.id} proposal={proposal} />
            ))}
          </div>
        </details>
      ) : null}
    </>
  );
}
