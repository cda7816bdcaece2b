import { useState } from 'react';
import { type CertificateDetailView, type ProposalView, proposalView } from '../../../src/certify/contract.ts';
import { problemOf, tell } from '../../app/api.ts';
import { refresh } from '../../app/query-client.ts';
import { useSession } from '../../app/session.ts';
import { rich } from '../../messages/rich.tsx';
import { t, tMaybe } from '../../messages/translate.ts';
import { Button, Card, Day, ReasonDialog, StatusMark, showToast, Term, Time } from '../../ui/index.ts';
import { raiseInWords } from './act-offers.ts';
import { SignProposal } from './sign-proposal.tsx';
import { roleForSigning } from './who-may.ts';

/** What waits for two signatures, with who signed and who disagrees; closed proposals stay readable. */
export function ProposalsCard({ certificate }: { certificate: CertificateDetailView }) {
  const open = certificate.proposals.filter(({ outcome }) => outcome === 'open');
  const closed = certificate.proposals.filter(({ outcome }) => outcome !== 'open').reverse();
  return (
    <Card title={t('certify.raise.title')}>
      <div className="stack gap-4">
        <p className="dim small">
          <Term k="four-eyes" />: {t('certify.raise.explain')}
        </p>
        {open.length === 0 ? <p className="dim">{t('certify.raise.none')}</p> : null}
        {open.map((proposal) => (
          <Proposal key={proposal.id} proposal={proposal} certificate={certificate} />
        ))}
        {closed.length > 0 ? (
          <details>
            <summary>{t('certify.proposal.closed', { count: closed.length })}</summary>
            <div className="stack gap-4 closed-proposals">
              {closed.map((proposal) => (
                <Proposal key={proposal.id} proposal={proposal} certificate={certificate} />
              ))}
            </div>
          </details>
        ) : null}
      </div>
    </Card>
  );
}

const marks = { executed: 'pass', withdrawn: 'withdrawn', expired: 'expired', void: 'fail' } as const;
const markOf = (outcome: string) =>
  Object.hasOwn(marks, outcome) ? marks[outcome as keyof typeof marks] : 'submitted';

const inWords = (role: string): string => role.replaceAll('-', ' ');

function Proposal({ proposal, certificate }: { proposal: ProposalView; certificate: CertificateDetailView }) {
  const act = raiseInWords(proposal.act, certificate);
  const isOpen = proposal.outcome === 'open';
  return (
    <section className="proposal" aria-label={t('certify.proposal.title', { act })}>
      <div className="row row-apart gap-2">
        <h3>{t('certify.proposal.title', { act })}</h3>
        <StatusMark
          status={markOf(proposal.outcome)}
          word={tMaybe(`certify.proposal.outcome.${proposal.outcome}`) ?? proposal.outcome}
          isQuiet
        />
      </div>
      <p>
        {rich('certify.proposal.by', {
          role: inWords(proposal.proposedRole),
          day: <Day at={proposal.proposedAt} />,
          reason: proposal.reason,
        })}
        {isOpen ? (
          <span className="dim"> ({rich('certify.proposal.expires', { day: <Day at={proposal.expiresAt} /> })})</span>
        ) : null}
      </p>
      <ul className="plain-list small">
        {proposal.signatures.map((signature) => (
          <li key={signature.personId}>
            {rich('certify.proposal.signed', {
              role: inWords(signature.role),
              time: <Time at={signature.signedAt} />,
              reason: signature.reason,
            })}
          </li>
        ))}
        {proposal.dissent.map((one) => (
          <li key={`${one.role} ${one.at}`}>
            {rich('certify.proposal.dissent', {
              role: inWords(one.role),
              time: <Time at={one.at} />,
              reason: one.reason,
            })}
          </li>
        ))}
      </ul>
      {proposal.closingReason ? <p className="dim small">{proposal.closingReason}</p> : null}
      {isOpen ? (
        <>
          <p className="dim small">
            {t('certify.proposal.waits', { roles: proposal.rolesThatSign.map(inWords).join(', ') })}
          </p>
          <ProposalActs proposal={proposal} certificate={certificate} act={act} />
        </>
      ) : null}
    </section>
  );
}

function ProposalActs({
  proposal,
  certificate,
  act,
}: {
  proposal: ProposalView;
  certificate: CertificateDetailView;
  act: string;
}) {
  const session = useSession();
  const [isOpen, setIsOpen] = useState<'sign' | 'dissent' | 'withdraw'>();
  if (session.person === undefined) return null;
  const hasSigned = proposal.signatures.some(({ personId }) => personId === session.person?.id);
  const free = proposal.rolesThatSign.filter((role) => !proposal.signatures.some((one) => one.role === role));
  const signsAs = hasSigned ? undefined : roleForSigning(free, session, certificate);
  const mayWithdraw = session.roles.some((role) => role === proposal.proposedRole);
  const close = () => setIsOpen(undefined);
  const send = (path: 'dissent' | 'withdraw') => async (reason: string) => {
    await tell('POST', `/api/v1/certify/proposals/${proposal.id}/${path}`, { body: { reason }, schema: proposalView });
    await refresh('certify', 'ledger');
    showToast({ kind: 'done', text: t('certify.act.done', { act: t(labels[path]) }) });
  };
  return (
    <div className="row gap-2 no-print">
      {signsAs ? (
        <Button kind="primary" onClick={() => setIsOpen('sign')}>
          {t('certify.proposal.sign')}
        </Button>
      ) : null}
      {session.mayDo('certify:dissent') ? (
        <Button onClick={() => setIsOpen('dissent')}>{t('certify.proposal.dissent.act')}</Button>
      ) : null}
      {mayWithdraw ? <Button onClick={() => setIsOpen('withdraw')}>{t('certify.proposal.withdraw')}</Button> : null}
      {isOpen === 'sign' && signsAs ? (
        <SignProposal {...{ proposal, certificate, act, role: signsAs, name: session.person.name, onClose: close }} />
      ) : null}
      {isOpen === 'dissent' || isOpen === 'withdraw' ? (
        <ReasonDialog
          title={t(labels[isOpen])}
          actLabel={t(labels[isOpen])}
          consequence={t(consequences[isOpen])}
          isOpen
          onClose={close}
          onAct={send(isOpen)}
          problemOf={problemOf}
        />
      ) : null}
    </div>
  );
}

const labels = { dissent: 'certify.proposal.dissent.act', withdraw: 'certify.proposal.withdraw' } as const;
const consequences = {
  dissent: 'certify.proposal.dissent.happens',
  withdraw: 'certify.proposal.withdraw.happens',
} as const;
