import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { type breakGlassSchema, startedBreakGlassSchema } from '../../../../src/people/contract.ts';
import { problemOf, tell } from '../../../app/api.ts';
import { queryClient } from '../../../app/query-client.ts';
import { useSession, useSites } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, ReasonDialog, SelectField, showToast } from '../../../ui/index.ts';
import { organisationsQuery } from '../people-questions.ts';

const minutes = ['30', '60', '120', '240'] as const;
const reasonLengthMin = 20;

/** What opening an emergency means, before one opens it. */
export function StartBreakGlass({ open }: { open: z.output<typeof breakGlassSchema>[] }) {
  const { person: me } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  const closed = useHospitals().filter(
    ({ id }) => !open.some((one) => one.personId === me?.id && one.legalEntityId === id),
  );
  return (
    <Card
      title={t('people.emergency.start.title')}
      aside={closed.length > 0 ? <Button onClick={() => setIsOpen(true)}>{t('people.emergency.start')}</Button> : null}
    >
      <ul>
        {(['opens', 'told', 'recorded', 'ends', 'reviewed'] as const).map((one) => (
          <li key={one}>{t(`people.emergency.means.${one}`)}</li>
        ))}
      </ul>
      {isOpen ? <StartDialog hospitals={closed} onClose={() => setIsOpen(false)} /> : null}
    </Card>
  );
}

/** Legal entities with sites; one's own cases are open by the role already, so the others come first. */
function useHospitals(): { id: string; name: string }[] {
  const { organisationId } = useSession();
  const sites = useSites();
  const organisations = useQuery(organisationsQuery).data?.organisations ?? [];
  const withSites = organisations.filter(({ id }) => sites.some(({ legalEntityId }) => legalEntityId === id));
  return [...withSites].sort((a, b) => Number(a.id === organisationId) - Number(b.id === organisationId));
}

function StartDialog({ hospitals, onClose }: { hospitals: { id: string; name: string }[]; onClose: () => void }) {
  const [hospital, setHospital] = useState(hospitals[0]?.id ?? '');
  const [length, setLength] = useState<string>('60');
  const name = hospitals.find(({ id }) => id === hospital)?.name ?? '';
  const start = async (reason: string) => {
    const body = { legalEntityId: hospital, reason, minutes: Number(length) };
    const started = await tell('POST', '/api/v1/people/break-glass', { body, schema: startedBreakGlassSchema });
    // Other cases are open now: every page may show more than before.
    await queryClient.invalidateQueries();
    showToast({ kind: 'done', text: t('people.emergency.started', { count: started.told }) });
  };
  return (
    <ReasonDialog
      title={t('people.emergency.start')}
      actLabel={t('people.emergency.start')}
      consequence={t('people.emergency.happens', { hospital: name, minutes: Number(length) })}
      isOpen
      onClose={onClose}
      onAct={start}
      problemOf={problemOf}
      reasonLengthMin={reasonLengthMin}
      isReady={hospital !== ''}
      fields={
        <>
          <SelectField
            label={t('people.emergency.hospital')}
            value={hospital}
            options={hospitals.map((one) => ({ value: one.id, label: one.name }))}
            onChange={setHospital}
          />
          <SelectField
            label={t('people.emergency.minutes')}
            value={length}
            options={minutes.map((value) => ({
              value,
              label: t('people.emergency.minutes.count', { count: Number(value) }),
            }))}
            onChange={setLength}
          />
          <p className="small">{t('people.emergency.no-names')}</p>
        </>
      }
    />
  );
}
