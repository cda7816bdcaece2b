import { useQuery } from '@tanstack/react-query';
import { roleName, useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Button, Card, Day } from '../../../ui/index.ts';
import { act, actAndSay, awaitingRolesQuery, useNames } from '../people-questions.ts';

/** Roles with which one signs off, given by one person and in force once a second one has said yes. */
export function AwaitingRolesCard() {
  const { mayDo, person: me } = useSession();
  const names = useNames();
  const roles = useQuery(awaitingRolesQuery).data?.roles ?? [];
  if (roles.length === 0) return null;
  const mayConfirm = mayDo('people:confirm-role');
  const decide = (holdingId: string, decision: 'confirmed' | 'refused') =>
    actAndSay(act('POST', `awaiting-roles/${holdingId}/decision`, { decision }), t(`people.awaiting.done.${decision}`));
  return (
    <Card title={t('people.awaiting.title')}>
      <p className="dim small">{t('people.awaiting.explain')}</p>
      <ul className="plain-list person-rows">
        {roles.map(({ holdingId, personId, personName, role, since, grantedBy }) => {
          const isParty = personId === me?.id || grantedBy === me?.id;
          return (
            <li key={holdingId} className="person-row">
              <div>
                {rich('people.awaiting.role', {
                  name: personName,
                  role: roleName([role]).toLowerCase(),
                  by: names.person(grantedBy),
                  day: <Day at={since} />,
                })}
                {mayConfirm && isParty ? <div className="dim small">{t('people.awaiting.other')}</div> : null}
              </div>
              {mayConfirm && !isParty ? (
                <div className="row gap-2">
                  <Button onClick={() => decide(holdingId, 'refused')}>
                    {t('people.awaiting.refuse')}
                    <span className="visually-hidden"> {personName}</span>
                  </Button>
                  <Button kind="primary" onClick={() => decide(holdingId, 'confirmed')}>
                    {t('people.awaiting.confirm')}
                    <span className="visually-hidden"> {personName}</span>
                  </Button>
                </div>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
