import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { caseIdText, type MonitorSummary } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Row, SelectField, TextField } from '../../../ui/index.ts';
import { shows } from './case-words.ts';

const route = getRouteApi('/monitor/cases');

/** Which cases are shown; every choice starts again at the newest and stands in the address. */
export function CasesChoice({ feeds }: { feeds: MonitorSummary['feeds'] }) {
  const { show = 'all', version, find } = route.useSearch();
  const navigate = useNavigate({ from: '/monitor/cases' });
  const choose = (change: {
    show?: (typeof shows)[number];
    version?: string | undefined;
    find?: string | undefined;
  }) => {
    navigate({ search: (old) => ({ ...old, before: undefined, ...change }) }).catch(() => undefined);
  };
  const versions = new Map(feeds.map((feed) => [feed.modelVersionId, feed.modelVersionLabel]));
  return (
    <Row gap={4}>
      <SelectField
        label={t('monitor.cases.show')}
        value={show}
        options={shows.map((value) => ({ value, label: t(`monitor.cases.show.${value}`) }))}
        onChange={(value) => choose({ show: shows.find((one) => one === value) ?? 'all' })}
      />
      <SelectField
        label={t('monitor.cases.version')}
        value={version ?? ''}
        options={[
          { value: '', label: t('monitor.cases.version.all') },
          ...[...versions].map(([value, label]) => ({ value, label })),
        ]}
        onChange={(value) => choose({ version: value || undefined })}
      />
      <FindForm key={find} found={find ?? ''} onFind={(text) => choose({ find: text || undefined })} />
    </Row>
  );
}

function FindForm({ found, onFind }: { found: string; onFind: (text: string) => void }) {
  const [text, setText] = useState(found);
  const trimmed = text.trim();
  const isId = trimmed === '' || caseIdText.safeParse(trimmed).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isId) onFind(trimmed);
  };
  return (
    <form onSubmit={submit} className="row gap-2 row-foot">
      <TextField
        label={t('monitor.cases.find')}
        type="search"
        value={text}
        onChange={setText}
        error={isId ? undefined : t('monitor.cases.find.bad')}
      />
      <Button type="submit" isDisabled={!isId}>
        {t('monitor.cases.find.act')}
      </Button>
    </form>
  );
}
