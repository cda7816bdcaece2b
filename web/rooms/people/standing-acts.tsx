import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import { disabledSchema, type personSchema } from '../../../src/people/contract.ts';
import { problemOf, tell } from '../../app/api.ts';
import { refresh } from '../../app/query-client.ts';
import { roleName, useSession } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { Button, ReasonDialog, SelectField, showToast } from '../../ui/index.ts';
import { ActForm } from './form-card.tsx';
import { act, actAndSay } from './people-questions.ts';
import { type StandingOffers, standingOffers } from './standing-offers.ts';

type Person = z.output<typeof personSchema>;

/** Changes of a colleague's roles and access, beside their row; nothing for whoever may do none of it. */
export function StandingActs({ person }: { person: Person }) {
  const offers = standingOffers(person, useSession());
  const [open, setOpen] = useState<'roles' | 'disable'>();
  const { id, name } = person;
  const close = () => setOpen(undefined);
  const button = (isOffered: boolean, label: string, onClick: () => void): ReactNode =>
    isOffered ? (
      <Button kind="quiet" onClick={onClick}>
        {label}
        <span className="visually-hidden"> {name}</span>
      </Button>
    ) : null;
  const hasRoles = offers.give.length + offers.end.length > 0;
  if (!hasRoles && !offers.mayDisable && !offers.mayEnable && !offers.mayEndSessions) return null;
  return (
    <div className="standing-acts">
      <div className="row gap-2">
        {button(hasRoles && open !== 'roles', t('people.standing.roles'), () => setOpen('roles'))}
        {button(offers.mayEndSessions, t('people.standing.sessions'), () =>
          actAndSay(act('DELETE', `persons/${id}/sessions`), t('people.standing.sessions.done', { name })),
        )}
        {button(offers.mayDisable, t('people.standing.disable'), () => setOpen('disable'))}
        {button(offers.mayEnable, t('people.standing.enable'), () =>
          actAndSay(act('POST', `persons/${id}/enable`), t('people.standing.enable.done', { name })),
        )}
      </div>
      {open === 'roles' ? <ChangeRoles person={person} offers={offers} onClose={close} /> : null}
      <DisableDialog person={person} isOpen={open === 'disable'} onClose={close} />
    </div>
  );
}

function ChangeRoles({ person, offers, onClose }: { person: Person; offers: StandingOffers; onClose: () => void }) {
  const changes = [
    ...offers.give.map((role) => ({ verb: 'give', role }) as const),
    ...offers.end.map((role) => ({ verb: 'end', role }) as const),
  ];
  const options = changes.map(({ verb, role }) => ({
    value: `${verb} ${role}`,
    label: t(`people.standing.roles.${verb}`, { role: roleName([role]).toLowerCase() }),
  }));
  const [chosen, setChosen] = useState(options[0]?.value ?? '');
  const [verb, role] = chosen.split(' ');
  const change = () =>
    verb === 'give'
      ? act('POST', `persons/${person.id}/roles`, { role })
      : act('POST', `persons/${person.id}/roles/${role}/end`);
  return (
    <ActForm
      label={t('people.standing.roles.of', { name: person.name })}
      actLabel={t('people.standing.roles')}
      isReady={options.some(({ value }) => value === chosen)}
      onAct={change}
      onClose={onClose}
      done={t('people.standing.roles.done', { name: person.name })}
    >
      <SelectField
        label={t('people.standing.roles.of', { name: person.name })}
        hint={t('people.standing.roles.hint')}
        value={chosen}
        options={options}
        onChange={setChosen}
      />
    </ActForm>
  );
}

function DisableDialog({ person, isOpen, onClose }: { person: Person; isOpen: boolean; onClose: () => void }) {
  const { id, name } = person;
  const disable = async (reason: string) => {
    const path = `/api/v1/people/persons/${id}/disable`;
    const { toReview } = await tell('POST', path, { schema: disabledSchema, body: { reason } });
    await refresh('people', 'ledger');
    const count = toReview.length;
    const done = t('people.standing.disable.done', { name });
    showToast({ kind: 'done', text: count === 0 ? done : `${done} ${t('people.standing.review', { count })}` });
  };
  return (
    <ReasonDialog
      title={t('people.standing.disable.title', { name })}
      actLabel={t('people.standing.disable')}
      isOpen={isOpen}
      onClose={onClose}
      onAct={disable}
      problemOf={problemOf}
      consequence={t('people.standing.disable.happens', { name })}
    />
  );
}
