import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import type { conflictSchema } from '../../../../src/people/contract.ts';
import { useInstallation } from '../../../app/installation.ts';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Day, StatusMark } from '../../../ui/index.ts';
import { act, actAndSay, conflictsQuery, useNames } from '../people-questions.ts';
import { DeclareConflict } from './conflict-form.tsx';
import type { Organisation } from './organisations-page.tsx';
import { useThings } from './things.ts';
import { boundOn } from './time-bounds.ts';

type Conflict = z.output<typeof conflictSchema>;

/** Declared interests: whoever has one does not decide on its object. */
export function ConflictsCard({
  organisations,
  isOwnOnly = false,
}: {
  organisations: Organisation[];
  isOwnOnly?: boolean;
}) {
  const { mayDo, person: me } = useSession();
  const names = useNames();
  const things = useThings(organisations);
  const { today } = useInstallation().installation;
  const all = useQuery(conflictsQuery).data?.conflicts;
  const [isDeclaring, setIsDeclaring] = useState(false);
  const shown = (all ?? []).filter(({ personId }) => !isOwnOnly || personId === me?.id).toReversed();
  const end = (one: Conflict) => actAndSay(act('POST', `conflicts/${one.id}/end`), t('people.conflicts.ended'));
  return (
    <Card
      title={t(isOwnOnly ? 'people.conflicts.own' : 'people.conflicts.title')}
      aside={
        mayDo('people:declare-conflict') && !isDeclaring ? (
          <Button onClick={() => setIsDeclaring(true)}>{t('people.conflicts.declare')}</Button>
        ) : null
      }
    >
      <div className="stack gap-3">
        <p className="dim small">{t('people.conflicts.explain')}</p>
        {isDeclaring ? (
          <DeclareConflict things={things} isOwnOnly={isOwnOnly} onClose={() => setIsDeclaring(false)} />
        ) : null}
        <DataTable
          id="conflicts"
          caption={t('people.conflicts.title')}
          columns={columnsFor({
            today,
            nameOf: names.person,
            thingOf: ({ objectId }) => things.find(({ id }) => id === objectId)?.name ?? objectId,
            // Who declared it may say that it has ended; what an officer declared is not one's own to take back.
            mayEnd: (one) => one.declaredBy === me?.id && boundOn(today, timesOf(one)) !== 'ended',
            end,
          })}
          rows={shown}
          rowId={({ id }) => id}
          isPlain={shown.length < 12}
          empty={all === undefined ? null : <p>{t('people.conflicts.none')}</p>}
        />
      </div>
    </Card>
  );
}

const timesOf = ({ since, until }: Conflict) => ({ from: since, until });

const columnsFor = ({
  today,
  nameOf,
  thingOf,
  mayEnd,
  end,
}: {
  today: string;
  nameOf: (id: string) => string;
  thingOf: (one: Conflict) => string;
  mayEnd: (one: Conflict) => boolean;
  end: (one: Conflict) => void;
}): DataColumn<Conflict>[] => [
  { id: 'person', header: t('people.conflicts.person'), value: ({ personId }) => nameOf(personId) },
  {
    id: 'object',
    header: t('people.conflicts.object'),
    value: (one) => `${t(`people.conflicts.object.${one.objectKind}`)} ${thingOf(one)}`,
    cell: (one) => (
      <>
        <span className="dim">{t(`people.conflicts.object.${one.objectKind}`)}</span> {thingOf(one)}
      </>
    ),
  },
  {
    id: 'kind',
    header: t('people.conflicts.kind'),
    value: ({ kind, explanation }) => `${t(`people.conflicts.kind.${kind}`)}: ${explanation}`,
  },
  {
    id: 'state',
    header: t('people.groups.state'),
    value: (one) => t(`people.bond.${boundOn(today, timesOf(one))}`),
    cell: (one) => {
      const state = boundOn(today, timesOf(one));
      return (
        <StatusMark status={state === 'in-force' ? 'restricted' : 'expired'} word={t(`people.bond.${state}`)} isQuiet />
      );
    },
  },
  { id: 'since', header: t('people.bond.from'), value: ({ since }) => since, cell: ({ since }) => <Day at={since} /> },
  {
    id: 'end',
    header: t('people.conflicts.end'),
    isUnsortable: true,
    value: () => null,
    cell: (one) =>
      mayEnd(one) ? (
        <Button onClick={() => end(one)}>
          {t('people.conflicts.end')}
          <span className="visually-hidden"> {thingOf(one)}</span>
        </Button>
      ) : null,
  },
];
