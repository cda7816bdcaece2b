import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import type { delegationSchema } from '../../../../src/people/contract.ts';
import { useInstallation } from '../../../app/installation.ts';
import { roleName, useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import {
  Button,
  Card,
  type DataColumn,
  DataTable,
  Day,
  SelectField,
  StatusMark,
  TextArea,
  TextField,
} from '../../../ui/index.ts';
import { ActForm } from '../form-card.tsx';
import { act, actAndSay, delegationsQuery, personsQuery, useNames } from '../people-questions.ts';
import { dayAfter, endOfDay } from './time-bounds.ts';

type Delegation = z.output<typeof delegationSchema>;

/** Longest time for which a role is handed over, as the server judges it. */
const daysMax = 90;
const usualDays = 14;

/** Who acts for whom, and until when; a role that one holds can be handed over and taken back. */
export function DelegationsCard({ isOwnOnly = false }: { isOwnOnly?: boolean }) {
  const { mayDo, person: me, roles } = useSession();
  const names = useNames();
  const all = useQuery(delegationsQuery).data?.delegations;
  const [isGiving, setIsGiving] = useState(false);
  const isMine = (one: Delegation): boolean => one.fromPersonId === me?.id || one.toPersonId === me?.id;
  const shown = (all ?? []).filter((one) => !isOwnOnly || isMine(one)).toReversed();
  const mayGive = mayDo('people:delegate-role') && mayDo('people:read-persons') && roles.length > 0;
  const end = (one: Delegation) => actAndSay(act('POST', `delegations/${one.id}/end`), t('people.delegations.ended'));
  return (
    <Card
      title={t(isOwnOnly ? 'people.delegations.own' : 'people.delegations.title')}
      aside={
        mayGive && !isGiving ? <Button onClick={() => setIsGiving(true)}>{t('people.delegations.give')}</Button> : null
      }
    >
      <div className="stack gap-3">
        <p className="dim small">{t('people.delegations.explain', { days: daysMax })}</p>
        {isGiving ? <GiveDelegation onClose={() => setIsGiving(false)} /> : null}
        <DataTable
          id="delegations"
          caption={t('people.delegations.title')}
          columns={columnsFor({ nameOf: names.person, mayEnd: (one) => one.isInForce && isMine(one), end })}
          rows={shown}
          rowId={({ id }) => id}
          isPlain={shown.length < 12}
          empty={all === undefined ? null : <p>{t('people.delegations.none')}</p>}
        />
      </div>
    </Card>
  );
}

function GiveDelegation({ onClose }: { onClose: () => void }) {
  const { person: me, roles, organisationId } = useSession();
  const { today } = useInstallation().installation;
  const persons = useQuery(personsQuery).data?.persons ?? [];
  const [role, setRole] = useState<string>(roles[0] ?? '');
  // The server refuses whoever holds the role already, and everybody of another organisation.
  const colleagues = persons.filter(
    (one) => one.organisationId === organisationId && one.id !== me?.id && !one.roles.some((held) => held === role),
  );
  const [to, setTo] = useState('');
  const [until, setUntil] = useState(dayAfter(today, usualDays));
  const [reason, setReason] = useState('');
  const chosen = colleagues.find(({ id }) => id === to) ?? colleagues[0];
  const isInTime = until >= today && until < dayAfter(today, daysMax);
  const give = () =>
    act('POST', 'delegations', { toPersonId: chosen?.id, role, reason: reason.trim(), until: endOfDay(until) });
  if (colleagues.length === 0 && persons.length > 0) return <p>{t('people.delegations.nobody')}</p>;
  return (
    <ActForm
      label={t('people.delegations.give')}
      actLabel={t('people.delegations.give')}
      isReady={chosen !== undefined && reason.trim() !== '' && isInTime}
      onAct={give}
      onClose={onClose}
      done={t('people.delegations.given', { name: chosen?.name ?? '' })}
    >
      <div className="form-grid">
        {roles.length > 1 ? (
          <SelectField
            label={t('people.delegations.role')}
            value={role}
            options={roles.map((value) => ({ value, label: roleName([value]) }))}
            onChange={setRole}
          />
        ) : null}
        <SelectField
          label={t('people.delegations.to')}
          value={chosen?.id ?? ''}
          options={colleagues.map(({ id, name, roles: held }) => ({ value: id, label: `${name}, ${roleName(held)}` }))}
          onChange={setTo}
        />
        <TextField
          label={t('people.bond.until')}
          type="date"
          value={until}
          onChange={setUntil}
          error={isInTime ? undefined : t('people.delegations.until.bad', { days: daysMax })}
        />
      </div>
      <TextArea label={t('people.delegations.reason')} value={reason} onChange={setReason} isRequired rows={2} />
    </ActForm>
  );
}

const columnsFor = ({
  nameOf,
  mayEnd,
  end,
}: {
  nameOf: (id: string) => string;
  mayEnd: (one: Delegation) => boolean;
  end: (one: Delegation) => void;
}): DataColumn<Delegation>[] => [
  {
    id: 'who',
    header: t('people.delegations.who'),
    value: ({ toPersonId, fromPersonId }) =>
      t('people.delegations.for', { to: nameOf(toPersonId), from: nameOf(fromPersonId) }),
  },
  { id: 'role', header: t('people.delegations.role'), value: ({ role }) => roleName([role]) },
  {
    id: 'state',
    header: t('people.groups.state'),
    value: ({ isInForce }) => t(isInForce ? 'people.bond.in-force' : 'people.bond.ended'),
    cell: ({ isInForce }) => (
      <StatusMark
        status={isInForce ? 'valid' : 'expired'}
        word={t(isInForce ? 'people.bond.in-force' : 'people.bond.ended')}
        isQuiet
      />
    ),
  },
  { id: 'until', header: t('people.bond.until'), value: ({ until }) => until, cell: ({ until }) => <Day at={until} /> },
  { id: 'reason', header: t('people.delegations.reason'), value: ({ reason }) => reason },
  {
    id: 'end',
    header: t('people.delegations.end'),
    isUnsortable: true,
    value: () => null,
    cell: (one) =>
      mayEnd(one) ? (
        <Button onClick={() => end(one)}>
          {t('people.delegations.end')}
          <span className="visually-hidden"> {nameOf(one.toPersonId)}</span>
        </Button>
      ) : null,
  },
];
