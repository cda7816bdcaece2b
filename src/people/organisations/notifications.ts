import { type Clock, Problem } from '#kernel';
import type { Db } from '#platform/db';
import { markRead, type Notification, notificationsOf } from './store.pg/notifications.ts';

/** What persons are told inside the house, until there is post. */
export interface Notifications {
  of(personId: string): Promise<Notification[]>;
  /** Problems: not-found, also for what was told to somebody else. */
  markRead(personId: string, notificationId: string): Promise<void>;
}

export function openNotifications({ db, clock }: { db: Db; clock: Clock }): Notifications {
  return {
    of: (personId) => notificationsOf(db, personId),
    markRead: async (personId, id) => {
      if (await markRead(db, { id, personId, at: clock.now() })) return;
      throw new Problem('not-found', { detail: 'You were told nothing under this id.' });
    },
  };
}
