import { useSession } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { AppLink } from '../../ui/index.ts';
import './people.css';

/** The pages of this room, each with the action that opens it; without one, it is for whoever is signed in. */
const tabs = [
  { to: '/people', label: 'people.tab.people', action: 'people:read-organisations' },
  { to: '/people/to-sign', label: 'people.tab.to-sign', action: 'people:sign-proposal' },
  { to: '/people/permissions', label: 'people.tab.permissions', action: 'people:read-policies' },
  { to: '/people/organisations', label: 'people.tab.organisations', action: 'people:read-organisations' },
  { to: '/people/access', label: 'people.tab.access', action: 'people:read-access-record' },
  { to: '/people/account', label: 'people.tab.account', action: undefined },
] as const;

/** The way around this room; what somebody may not see is not there. */
export function PeopleTabs() {
  const { mayDo, person } = useSession();
  const shown = tabs.filter(({ action }) => (action === undefined ? person !== undefined : mayDo(action)));
  if (shown.length < 2) return null;
  return (
    <nav className="people-tabs no-print" aria-label={t('people.tabs')}>
      {shown.map(({ to, label }) => (
        <AppLink key={to} to={to} isExact>
          {t(label)}
        </AppLink>
      ))}
    </nav>
  );
}
