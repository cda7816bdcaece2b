import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { notificationsSchema } from '../../../src/people/contract.ts';
import { t } from '../../messages/translate.ts';
import { AppLink, Button, Card, Disclosure, Time } from '../../ui/index.ts';
import { act, actAndSay, notificationsQuery } from './people-questions.ts';

type Notification = z.output<typeof notificationsSchema>['notifications'][number];

/** Where one does something about it. */
const places = {
  'role-awaits-confirmation': { to: '/people/organisations' },
  delegation: { to: '/people/organisations' },
  'conflict-declared': { to: '/people/account' },
  'break-glass': { to: '/people/access', search: { view: 'emergency' } },
} as const satisfies Record<Notification['kind'], { to: string; search?: Record<string, string> }>;

/** What one was told inside the house: unread on top, the rest behind a line. */
export function NotificationsCard() {
  const notifications = useQuery(notificationsQuery).data?.notifications ?? [];
  if (notifications.length === 0) return null;
  const unread = notifications.filter(({ readAt }) => readAt === undefined);
  const read = notifications.filter(({ readAt }) => readAt !== undefined);
  return (
    <Card title={t('people.told.title')}>
      {unread.length === 0 ? <p className="dim">{t('people.told.none')}</p> : null}
      <ul className="plain-list person-rows">
        {unread.map((one) => (
          <li key={one.id} className="person-row">
            <Told one={one} />
            <Button onClick={() => actAndSay(act('POST', `notifications/${one.id}/read`), t('people.told.done'))}>
              {t('people.told.read')}
            </Button>
          </li>
        ))}
      </ul>
      {read.length > 0 ? (
        <Disclosure summary={t('people.told.earlier', { count: read.length })}>
          <ul className="plain-list person-rows">
            {read.map((one) => (
              <li key={one.id} className="person-row">
                <Told one={one} />
              </li>
            ))}
          </ul>
        </Disclosure>
      ) : null}
    </Card>
  );
}

const Told = ({ one }: { one: Notification }) => (
  <div>
    <AppLink {...places[one.kind]}>{t(`people.told.kind.${one.kind}`)}</AppLink>
    <div className="dim small">
      <Time at={one.createdAt} />
    </div>
  </div>
);
