import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, SelectField, TextField } from '../../../ui/index.ts';
import { personsQuery } from '../people-questions.ts';
import { purposes } from '../permissions/search.ts';
import { type AccessSearch, whoseFor, whoseWords } from './search.ts';

const route = getRouteApi('/people/access');

/** Whose looking, at what, why and when; nothing is searched before the button, because every search is recorded. */
export function AccessSearchForm() {
  const search = route.useSearch();
  return <SearchForm key={JSON.stringify({ ...search, before: undefined })} search={search} />;
}

function SearchForm({ search }: { search: AccessSearch }) {
  const navigate = useNavigate({ from: '/people/access' });
  const { roles, mayDo, person: me } = useSession();
  const [draft, setDraft] = useState<AccessSearch>(search);
  const offered = whoseFor({ roles });
  const whose = draft.whose ?? offered[0] ?? 'mine';
  const maySeeOthers = offered[0] !== 'mine';
  const persons = useQuery({ ...personsQuery, enabled: maySeeOthers && mayDo('people:read-persons') }).data?.persons;
  const change = (one: Partial<AccessSearch>) => setDraft({ ...draft, ...one });
  const isInOrder = draft.from === undefined || draft.until === undefined || draft.from <= draft.until;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isInOrder) return;
    navigate({ search: (old) => ({ ...old, ...draft, before: undefined }), resetScroll: false }).catch(() => undefined);
  };
  return (
    <Card>
      <form onSubmit={submit} className="stack gap-3" aria-label={t('people.access.search')}>
        <div className="form-grid">
          {maySeeOthers ? (
            <SelectField
              label={t('people.access.whose')}
              value={whose}
              options={offered.map((value) => ({ value, label: t(`people.access.whose.${value}`) }))}
              onChange={(value) => change({ whose: whoseWords.find((one) => one === value), person: undefined })}
            />
          ) : null}
          {maySeeOthers && whose !== 'mine' ? (
            <SelectField
              label={t('people.access.who')}
              value={draft.person ?? ''}
              options={[
                { value: '', label: t('people.access.who.any') },
                ...(persons ?? []).map(({ id, name }) => ({ value: id, label: id === me?.id ? `${name} *` : name })),
              ]}
              onChange={(value) => change({ person: value || undefined })}
            />
          ) : null}
          <TextField
            label={t('people.access.object')}
            type="search"
            value={draft.object ?? ''}
            onChange={(value) => change({ object: value.trim() || undefined })}
          />
          <SelectField
            label={t('people.access.why')}
            value={draft.purpose ?? ''}
            options={[
              { value: '', label: t('people.access.why.any') },
              ...purposes.map((value) => ({ value, label: t(`people.purpose.${value}`) })),
            ]}
            onChange={(value) => change({ purpose: purposes.find((one) => one === value) })}
          />
          <SelectField
            label={t('people.access.outcome')}
            value={draft.outcome ?? ''}
            options={[
              { value: '', label: t('people.access.outcome.any') },
              { value: 'read', label: t('people.access.outcome.read') },
              { value: 'refused', label: t('people.access.outcome.refused') },
            ]}
            onChange={(value) => change({ outcome: value === 'read' || value === 'refused' ? value : undefined })}
          />
          <TextField
            label={t('people.access.from')}
            type="date"
            value={draft.from ?? ''}
            onChange={(value) => change({ from: value || undefined })}
          />
          <TextField
            label={t('people.access.until')}
            type="date"
            value={draft.until ?? ''}
            onChange={(value) => change({ until: value || undefined })}
            error={isInOrder ? undefined : t('people.bond.until.early')}
          />
        </div>
        <div className="row gap-2">
          <Button type="submit" kind="primary" isDisabled={!isInOrder}>
            {t('people.access.search')}
          </Button>
          <span className="dim small">{t('people.access.search.recorded')}</span>
        </div>
      </form>
    </Card>
  );
}
