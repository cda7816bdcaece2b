import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { personSchema } from '../../../src/people/contract.ts';
import { roleName } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { Button, Card } from '../../ui/index.ts';

type Person = z.output<typeof personSchema>;

/** People under their organisations, each with the role and what that role does. */
export function PersonList({
  title,
  persons,
  me,
  onBecome,
  actsOn,
}: {
  title: string;
  persons: readonly Person[];
  me: string | undefined;
  /** Where one may become them: on this machine, in a demonstration. */
  onBecome?: (id: string) => void;
  /** What the reader may do about a person's roles and access. */
  actsOn?: (person: Person) => ReactNode;
}) {
  const organisations = [...new Set(persons.map(({ organisationName }) => organisationName))];
  return (
    <Card title={title}>
      <div className="person-groups">
        {organisations.map((organisation) => (
          <section key={organisation} aria-label={organisation}>
            <h3>{organisation}</h3>
            <ul className="plain-list">
              {persons
                .filter(({ organisationName }) => organisationName === organisation)
                .map((person) => (
                  <li key={person.id} className="person-row" data-me={person.id === me || undefined}>
                    <div>
                      <div>
                        <strong>{person.name}</strong>{' '}
                        <span className="dim">{person.roles.map((role) => roleName([role])).join(', ')}</span>
                        {person.isDisabled ? <span className="dim">{t('people.disabled')}</span> : null}
                      </div>
                      {person.roles.map((role) => (
                        <div key={role} className="dim small">
                          {t(`people.roles.${role}`)}
                        </div>
                      ))}
                      {actsOn?.(person)}
                    </div>
                    {person.id === me ? (
                      <span className="dim small nowrap">{t('people.is-you')}</span>
                    ) : onBecome && !person.isDisabled ? (
                      <Button onClick={() => onBecome(person.id)}>
                        {t('people.become')}
                        <span className="visually-hidden"> {person.name}</span>
                      </Button>
                    ) : null}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Card>
  );
}
