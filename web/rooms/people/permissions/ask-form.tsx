import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { permissionsSchema } from '../../../../src/people/permission/contract.ts';
import { apiQuery } from '../../../app/api.ts';
import { roleName, useSession, useSites } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, SelectField, TextField } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { groupsQuery, personsQuery, policiesQuery } from '../people-questions.ts';
import { roomName } from './acts-table.tsx';
import { type PermissionsSearch, purposes } from './search.ts';

const route = getRouteApi('/people/permissions');

/** Whether one may ask about colleagues is itself asked of the policies: nothing is offered that would be refused. */
const mayAskQuery = (organisationId: string | undefined) =>
  apiQuery('/api/v1/people/permissions', permissionsSchema, {
    action: 'people:ask-permissions',
    legalEntityId: organisationId,
  });

function useAskable(): { id: string; name: string; note: string }[] {
  const { organisationId, mayDo, person: me } = useSession();
  const own = useQuery({ ...mayAskQuery(organisationId), enabled: organisationId !== undefined }).data;
  const mayAskOthers = own?.decisions[0]?.allowed === true && mayDo('people:read-persons');
  const persons = useQuery({ ...personsQuery, enabled: mayAskOthers }).data?.persons ?? [];
  const others = persons.filter(({ id }) => id !== me?.id);
  return mayAskOthers
    ? others.map(({ id, name, roles, organisationName }) => ({
        id,
        name,
        note: `${roleName(roles)}, ${organisationName}`,
      }))
    : [];
}

/** Who, what, and about what; every choice stands in the address. */
export function AskForm() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/people/permissions' });
  const { person: me } = useSession();
  const others = useAskable();
  const sites = useSites();
  const { mayDo } = useSession();
  const groups = useQuery({ ...groupsQuery, enabled: mayDo('people:read-groups') }).data?.groups ?? [];
  const table = useQuery(policiesQuery).data?.table ?? [];
  const ask = (change: Partial<PermissionsSearch>) => {
    navigate({
      search: (old) => ({ ...old, page: undefined, filter: undefined, ...change }),
      resetScroll: false,
    }).catch(() => undefined);
  };
  const projects = groups.filter(({ kind }) => kind === 'project');
  const isPrecise = [search.at, search.project, search.purpose, search.object].some((one) => one !== undefined);
  return (
    <Card
      title={t('people.permissions.ask')}
      aside={
        isPrecise ? (
          <Button
            kind="quiet"
            onClick={() => ask({ at: undefined, project: undefined, purpose: undefined, object: undefined })}
          >
            {t('people.permissions.ask.clear')}
          </Button>
        ) : null
      }
    >
      <div className="form-grid">
        {others.length > 0 ? (
          <SelectField
            label={t('people.permissions.ask.person')}
            value={search.person ?? ''}
            options={[
              { value: '', label: t('people.permissions.ask.person.me', { name: me?.name ?? '' }) },
              ...others.map(({ id, name, note }) => ({ value: id, label: `${name}, ${note}` })),
            ]}
            onChange={(value) => ask({ person: value || undefined })}
          />
        ) : null}
        <SelectField
          label={t('people.permissions.ask.action')}
          value={search.action ?? ''}
          options={[
            { value: '', label: t('people.permissions.ask.action.all') },
            ...table.map(({ action }) => ({ value: action, label: `${roomName(action)}: ${actionInWords(action)}` })),
          ]}
          onChange={(value) => ask({ action: value || undefined })}
        />
        <SelectField
          label={t('people.permissions.ask.site')}
          value={search.at ?? ''}
          options={[
            { value: '', label: t('people.permissions.ask.site.any') },
            ...sites.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => ask({ at: value || undefined })}
        />
        <SelectField
          label={t('people.permissions.ask.purpose')}
          value={search.purpose ?? ''}
          options={[
            { value: '', label: t('people.permissions.ask.purpose.none') },
            ...purposes.map((value) => ({ value, label: t(`people.purpose.${value}`) })),
          ]}
          onChange={(value) => ask({ purpose: purposes.find((one) => one === value) })}
        />
        {projects.length > 0 ? (
          <SelectField
            label={t('people.permissions.ask.project')}
            value={search.project ?? ''}
            options={[
              { value: '', label: t('people.permissions.ask.project.none') },
              ...projects.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => ask({ project: value || undefined })}
          />
        ) : null}
        <ObjectForm key={search.object} object={search.object ?? ''} onObject={(object) => ask({ object })} />
      </div>
      {others.length === 0 ? <p className="dim small">{t('people.permissions.ask.person.hint')}</p> : null}
    </Card>
  );
}

function ObjectForm({ object, onObject }: { object: string; onObject: (object: string | undefined) => void }) {
  const [text, setText] = useState(object);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onObject(text.trim() || undefined);
  };
  return (
    <form onSubmit={submit} className="field-with-button">
      <TextField label={t('people.permissions.ask.object')} value={text} onChange={setText} placeholder="cert_…" />
      <Button type="submit">{t('people.permissions.view.ask')}</Button>
    </form>
  );
}
