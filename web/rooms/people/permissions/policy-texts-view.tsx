import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Answer } from '../../../app/answer.tsx';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, CodeBlock, Digest, Disclosure, Page, PageHeadline, TextField } from '../../../ui/index.ts';
import { policiesQuery } from '../people-questions.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import type { Decision } from './answers.ts';
import { ViewChoice } from './permissions-page.tsx';
import { PolicyList } from './why-card.tsx';

const route = getRouteApi('/people/permissions');

const fits = ({ id, file, sentence, source = '' }: Decision['policies'][number], words: string): boolean => {
  const text = `${id} ${file} ${sentence} ${source}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** The policies in force, file by file: what each says in a sentence, and the text that the engine reads. */
export function PolicyTextsView() {
  const { find = '' } = route.useSearch();
  const navigate = useNavigate({ from: '/people/permissions' });
  return (
    <Answer query={useQuery(policiesQuery)}>
      {({ policies, files, schema, digest }) => {
        const found = policies.filter((policy) => fits(policy, find));
        return (
          <Page>
            <PageHeadline place={t('people.permissions.title')} precise={t('people.permissions.texts.precise')}>
              {rich('people.permissions.texts.headline', { count: policies.length })}
            </PageHeadline>
            <PeopleTabs />
            <ViewChoice />
            <div className="form-grid">
              <TextField
                label={t('people.permissions.texts.find')}
                type="search"
                value={find}
                onChange={(text) => {
                  navigate({
                    search: (old) => ({ ...old, find: text || undefined }),
                    replace: true,
                    resetScroll: false,
                  }).catch(() => undefined);
                }}
              />
            </div>
            {found.length === 0 ? <p>{t('people.permissions.texts.none')}</p> : null}
            {files.map(({ name, text }) => {
              const ofFile = found.filter(({ file }) => file === name || file.endsWith(`/${name}`));
              if (ofFile.length === 0) return null;
              return (
                <Card
                  key={name}
                  title={<code>{name}</code>}
                  aside={
                    <span className="dim small">{t('people.permissions.texts.count', { count: ofFile.length })}</span>
                  }
                >
                  <div className="stack gap-3">
                    <PolicyList policies={ofFile} />
                    <Disclosure summary={t('people.permissions.texts.file', { file: name })}>
                      <CodeBlock label={t('people.permissions.texts.file', { file: name })} text={text} />
                    </Disclosure>
                  </div>
                </Card>
              );
            })}
            <Disclosure summary={t('people.permissions.texts.schema')}>
              <CodeBlock label={t('people.permissions.texts.schema')} text={schema} />
            </Disclosure>
            <p className="dim small">
              {t('people.permissions.texts.digest')}: <Digest value={digest} />
            </p>
          </Page>
        );
      }}
    </Answer>
  );
}
