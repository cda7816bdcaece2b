import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { t } from '../../../messages/translate.ts';
import { Choice } from '../../../ui/index.ts';
import { AskView } from './ask-view.tsx';
import { PolicyChangeView } from './policy-change-view.tsx';
import { PolicyTextsView } from './policy-texts-view.tsx';
import { RoleTableView } from './role-table-view.tsx';
import { type PermissionsView, permissionsViews } from './search.ts';

const route = getRouteApi('/people/permissions');

/** Who may do what, and why: asked for one, as a whole table, as texts, and as what is about to change. */
export function PermissionsPage() {
  const { view = 'ask' } = route.useSearch();
  if (view === 'table') return <RoleTableView />;
  if (view === 'texts') return <PolicyTextsView />;
  return view === 'change' ? <PolicyChangeView /> : <AskView />;
}

/** Which of the four is shown; the question that was asked stays in the address. */
export function ViewChoice() {
  const { view = 'ask' } = route.useSearch();
  const navigate = useNavigate({ from: '/people/permissions' });
  const show = (next: PermissionsView) => {
    navigate({ search: (old) => ({ ...old, view: next === 'ask' ? undefined : next }) }).catch(() => undefined);
  };
  return (
    <div className="no-print">
      <Choice
        label={t('people.permissions.view')}
        value={view}
        options={permissionsViews.map((value) => ({ value, label: t(`people.permissions.view.${value}`) }))}
        onChange={show}
      />
    </div>
  );
}
