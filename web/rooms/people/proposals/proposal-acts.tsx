import { useState } from 'react';
import type { ProposalSummaryView } from '../../../../src/people/four-eyes/contract.ts';
import { problemOf } from '../../../app/api.ts';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { AppLink, Button, ReasonDialog, SelectField, showToast } from '../../../ui/index.ts';
import { inWords, sayOn } from './proposals.ts';
import { SignProposal } from './sign-proposal.tsx';

type Word = 'dissent' | 'withdraw' | 'withdraw-signature' | 'refuse';

/** What a person may do about a proposal; nothing is offered that would be refused. */
export function ProposalActs({ proposal }: { proposal: ProposalSummaryView }) {
  const session = useSession();
  const [isOpen, setIsOpen] = useState<'sign' | Word>();
  const { person } = session;
  if (person === undefined) return null;
  const { yours, outcome } = proposal;
  const words: Word[] = [
    ...(session.mayDo('people:dissent') ? (['dissent'] as const) : []),
    ...(outcome === 'open' && yours.hasSigned ? (['withdraw-signature'] as const) : []),
    ...(yours.mayRefuse && !yours.hasSigned ? (['refuse'] as const) : []),
    ...(yours.mayWithdraw ? (['withdraw'] as const) : []),
  ];
  const maySign = yours.capacities.length > 0;
  const close = () => setIsOpen(undefined);
  const here = `${window.location.pathname}${window.location.search}`;
  return (
    <div className="stack gap-2 no-print">
      <div className="row gap-2">
        {maySign && !yours.needsStepUp ? (
          <Button kind="primary" onClick={() => setIsOpen('sign')}>
            {t('people.proposal.sign')}
          </Button>
        ) : null}
        {words.map((word) => (
          <Button key={word} onClick={() => setIsOpen(word)}>
            {t(`people.proposal.${word}.act`)}
          </Button>
        ))}
      </div>
      {maySign && yours.needsStepUp ? (
        <p className="small">
          {t('people.proposal.step-up')}{' '}
          <AppLink to="/sign-in" search={{ stepUp: 1, returnTo: here }}>
            {t('people.proposal.step-up.act')}
          </AppLink>
        </p>
      ) : null}
      {isOpen === 'sign' ? <SignProposal proposal={proposal} name={person.name} onClose={close} /> : null}
      {isOpen !== undefined && isOpen !== 'sign' ? (
        <WordDialog key={isOpen} proposal={proposal} word={isOpen} roles={session.roles} onClose={close} />
      ) : null}
    </div>
  );
}

function WordDialog({
  proposal,
  word,
  roles,
  onClose,
}: {
  proposal: ProposalSummaryView;
  word: Word;
  roles: readonly string[];
  onClose: () => void;
}) {
  const [role, setRole] = useState(roles[0]);
  const label = t(`people.proposal.${word}.act`);
  const say = async (reason: string) => {
    await sayOn(proposal.id, word, { reason, ...(role === undefined ? {} : { asRole: role }) });
    showToast({ kind: 'done', text: t('people.proposal.done', { act: label }) });
  };
  return (
    <ReasonDialog
      title={`${label}: ${inWords(proposal)}`}
      actLabel={label}
      consequence={t(`people.proposal.${word}.happens`)}
      isOpen
      onClose={onClose}
      onAct={say}
      problemOf={problemOf}
      fields={
        roles.length > 1 ? (
          <SelectField
            label={t('people.sign.role')}
            value={role ?? ''}
            options={roles.map((value) => ({ value, label: value.replaceAll('-', ' ') }))}
            onChange={setRole}
          />
        ) : null
      }
    />
  );
}
