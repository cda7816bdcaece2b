import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import type { groupsSchema } from '../../../../src/people/contract.ts';
import { useInstallation } from '../../../app/installation.ts';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Day, StatusMark } from '../../../ui/index.ts';
import { act, actAndSay, groupsQuery, useNames } from '../people-questions.ts';
import { AddMember, FoundGroup } from './group-forms.tsx';
import type { Organisation } from './organisations-page.tsx';
import { boundOn } from './time-bounds.ts';

type Group = z.output<typeof groupsSchema>['groups'][number];
type Membership = Group['memberships'][number];

const marks = { 'in-force': 'valid', later: 'draft', ended: 'expired' } as const;

/** Consortia and projects, with everybody who belongs or belonged to them. */
export function GroupsCard({ organisations }: { organisations: Organisation[] }) {
  const { mayDo, organisationId } = useSession();
  const groups = useQuery(groupsQuery).data?.groups;
  const [isFounding, setIsFounding] = useState(false);
  const mayManage = mayDo('people:manage-groups') && organisationId !== undefined;
  return (
    <Card
      title={t('people.groups.title')}
      aside={
        mayManage && !isFounding ? (
          <Button onClick={() => setIsFounding(true)}>{t('people.groups.found')}</Button>
        ) : null
      }
    >
      <div className="stack gap-4">
        <p className="dim small">{t('people.groups.explain')}</p>
        {isFounding ? <FoundGroup onClose={() => setIsFounding(false)} /> : null}
        {groups?.length === 0 && !isFounding ? (
          <p>
            {t('people.groups.none')} {t(mayManage ? 'people.groups.none.yours' : 'people.groups.none.others')}
          </p>
        ) : null}
        {groups?.map((group) => (
          <GroupSection key={group.id} group={group} organisations={organisations} mayManage={mayManage} />
        ))}
      </div>
    </Card>
  );
}

function GroupSection({
  group,
  organisations,
  mayManage,
}: {
  group: Group;
  organisations: Organisation[];
  mayManage: boolean;
}) {
  const { organisationId, person: me } = useSession();
  const names = useNames();
  const { today } = useInstallation().installation;
  const [isAdding, setIsAdding] = useState(false);
  const isOurs = group.legalEntityId === organisationId;
  const nameOf = ({ organisationId: id, personId }: Membership): string =>
    personId === undefined ? names.organisation(id) : names.person(personId);
  const mayEnd = (one: Membership): boolean =>
    boundOn(today, one) !== 'ended' &&
    (isOurs || one.personId === me?.id || (one.organisationId !== undefined && one.organisationId === organisationId));
  const end = (one: Membership) =>
    actAndSay(act('POST', `memberships/${one.id}/end`), t('people.groups.ended', { name: nameOf(one) }));
  return (
    <section className="stack gap-2" aria-label={group.name}>
      <div className="row row-apart gap-2">
        <h3>
          {group.name} <span className="dim">{t(`people.groups.kind.${group.kind}`)}</span>
        </h3>
        {isOurs && mayManage && !isAdding ? (
          <Button onClick={() => setIsAdding(true)}>
            {t('people.groups.add')}
            <span className="visually-hidden"> {group.name}</span>
          </Button>
        ) : null}
      </div>
      <p className="dim small">
        {group.purpose === undefined ? null : `${group.purpose} `}
        {t('people.groups.led', { organisation: names.organisation(group.legalEntityId) })}
      </p>
      {isAdding ? (
        <AddMember groupId={group.id} organisations={organisations} onClose={() => setIsAdding(false)} />
      ) : null}
      <DataTable
        id="memberships"
        caption={t('people.groups.members', { name: group.name })}
        columns={columnsFor({ today, nameOf, mayEnd, end })}
        rows={group.memberships}
        rowId={({ id }) => id}
        isPlain
        empty={<p className="dim">{t('people.groups.members.none')}</p>}
      />
    </section>
  );
}

const columnsFor = ({
  today,
  nameOf,
  mayEnd,
  end,
}: {
  today: string;
  nameOf: (one: Membership) => string;
  mayEnd: (one: Membership) => boolean;
  end: (one: Membership) => void;
}): DataColumn<Membership>[] => [
  { id: 'member', header: t('people.groups.member'), value: nameOf },
  {
    id: 'state',
    header: t('people.groups.state'),
    value: (one) => t(`people.bond.${boundOn(today, one)}`),
    cell: (one) => {
      const state = boundOn(today, one);
      return <StatusMark status={marks[state]} word={t(`people.bond.${state}`)} isQuiet />;
    },
  },
  { id: 'from', header: t('people.bond.from'), value: ({ from }) => from, cell: ({ from }) => <Day at={from} /> },
  {
    id: 'until',
    header: t('people.bond.until'),
    value: ({ until }) => until ?? null,
    cell: ({ until }) => (until === undefined ? t('people.bond.open') : <Day at={until} />),
  },
  {
    id: 'end',
    header: t('people.groups.end'),
    isUnsortable: true,
    value: () => null,
    cell: (one) =>
      mayEnd(one) ? (
        <Button onClick={() => end(one)}>
          {t('people.groups.end')}
          <span className="visually-hidden"> {nameOf(one)}</span>
        </Button>
      ) : null,
  },
];
