import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProposalSummaryView, ProposalView } from '../../../../src/people/four-eyes/contract.ts';
import { problemOf } from '../../../app/api.ts';
import { roleName } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Digest, SelectField, SignDialog, StatusMark, showToast } from '../../../ui/index.ts';
import { PartsShown } from './parts-shown.tsx';
import { countingSignatures, digestShown, inWords, openProposal, sayOn } from './proposals.ts';

/** Opens what one signs, and signs it: what was shown is recorded, and the digest that is signed is computed here. */
export function SignProposal({
  proposal,
  name,
  onClose,
}: {
  proposal: ProposalSummaryView;
  name: string;
  onClose: () => void;
}) {
  const { capacities } = proposal.yours;
  const [chosen, setChosen] = useState(0);
  const capacity = capacities[chosen] ?? capacities[0];
  const shown = useQuery({
    // Opened anew each time the dialog opens, never from memory: what is judged may have changed.
    queryKey: ['opened-proposal', proposal.id],
    queryFn: () => openProposal(proposal.id),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (capacity === undefined) return null;
  const act = inWords(proposal);
  const opened = shown.data;
  const isFirst = countingSignatures(opened ?? proposal).length === 0;
  const sign = async (reason: string) => {
    if (opened === undefined) return;
    const after = await sayOn(proposal.id, 'sign', {
      digest: digestShown(opened.parts),
      seen: opened.parts.map(({ sha256 }) => sha256),
      reason,
      asRole: capacity.role,
      ...(capacity.delegationId === null ? {} : { delegationId: capacity.delegationId }),
    });
    showToast({ kind: 'done', text: t(after.outcome === 'executed' ? 'people.sign.done.effect' : 'people.sign.done') });
  };
  return (
    <SignDialog
      title={t('people.sign.title', { act })}
      actLabel={t('people.sign.act')}
      isOpen
      onClose={onClose}
      onAct={sign}
      problemOf={problemOf}
      isReady={opened !== undefined}
      name={name}
      role={roleName([capacity.role])}
      needsSecond={isFirst}
      consequence={isFirst ? t('people.sign.happens.first') : t('people.sign.happens.second', { act })}
      problem={shown.error === null ? undefined : problemOf(shown.error)}
      evidence={opened === undefined ? <p className="dim">{t('people.sign.opening')}</p> : <Shown opened={opened} />}
      fields={
        capacities.length > 1 ? (
          <SelectField
            label={t('people.sign.role')}
            value={String(chosen)}
            options={capacities.map(({ role }, i) => ({ value: String(i), label: roleName([role]) }))}
            onChange={(value) => setChosen(Number(value))}
          />
        ) : null
      }
    />
  );
}

function Shown({ opened }: { opened: ProposalView }) {
  const digest = digestShown(opened.parts);
  const isSame = digest === opened.digest;
  return (
    <div className="stack gap-3">
      <PartsShown kind={opened.kind} parts={opened.parts} />
      <p className="small">
        {t('people.sign.digest')}: <Digest value={digest} />
      </p>
      <StatusMark
        status={isSame ? 'pass' : 'fail'}
        word={t(isSame ? 'people.sign.digest.same' : 'people.sign.digest.other')}
        isQuiet
      />
    </div>
  );
}
