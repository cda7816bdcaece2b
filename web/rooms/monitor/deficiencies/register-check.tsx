import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { problemOf } from '../../../app/api.ts';
import { claimsQuery } from '../../../app/questions.ts';
import { t } from '../../../messages/translate.ts';
import { Button, ProblemView, SelectField, type ShownProblem, Stack } from '../../../ui/index.ts';
import { useAct } from './act-button.tsx';

/** Chooses the claim that will show whether the action worked: another one than the one that failed, at this site. */
export function RegisterCheck({ view }: { view: DeficiencyView }) {
  const claims = useQuery(claimsQuery({})).data?.claims ?? [];
  const able = claims.filter(
    ({ id, streams }) => id !== view.claimId && streams.some(({ siteCode }) => siteCode === view.siteCode),
  );
  const [chosen, setChosen] = useState('');
  const [problem, setProblem] = useState<ShownProblem>();
  const tellAct = useAct(view.id);
  const claimId = chosen || (able[0]?.id ?? '');
  if (able.length === 0) return <span className="dim">{t('monitor.deficiency.field.claim.none')}</span>;
  return (
    <Stack gap={2}>
      <SelectField
        label={t('monitor.deficiency.field.claim')}
        value={claimId}
        options={able.map(({ id, statement, modelVersionLabel }) => ({
          value: id,
          label: `${modelVersionLabel}: ${statement}`,
        }))}
        onChange={setChosen}
      />
      <Button
        kind="primary"
        onClick={() => {
          setProblem(undefined);
          tellAct({ type: 'register-effectiveness', claimId }).catch((failure) => setProblem(problemOf(failure)));
        }}
      >
        {t('monitor.deficiency.act.register-effectiveness')}
      </Button>
      {problem ? <ProblemView problem={problem} during="act" /> : null}
    </Stack>
  );
}
