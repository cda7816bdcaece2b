import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { ModelView, VersionView } from '../../../src/develop/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { useAsked } from '../../app/scope.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { EmptyState, Page, PageHeadline, Term, type Todo, WhatToDo } from '../../ui/index.ts';
import { CandidateFrame } from './candidate-frame.tsx';
import { type ComparisonView, distinctComparisons, verdictWord } from './comparison-figures.ts';
import { ModelCard } from './model-card.tsx';
import { comparisonsQuery, modelsQuery } from './questions.ts';
import { ReferenceModels } from './reference-models.tsx';

export function ModelsPage() {
  const models = useQuery(modelsQuery);
  const comparisons = useQuery(comparisonsQuery).data?.comparisons ?? [];
  return <Answer query={models}>{(list) => <Models models={list.models} comparisons={comparisons} />}</Answer>;
}

/** Versions registered after the day that is looked at were not there yet. */
function asKnownOn(models: readonly ModelView[], asOf: string | undefined): ModelView[] {
  if (asOf === undefined) return [...models];
  return models
    .filter(({ registeredAt }) => registeredAt <= asOf)
    .map((model) => ({ ...model, versions: model.versions.filter(({ registeredAt }) => registeredAt <= asOf) }));
}

function Models({ models, comparisons }: { models: ModelView[]; comparisons: ComparisonView[] }) {
  const { asOf } = useAsked();
  const known = asKnownOn(models, asOf);
  const versions = known.flatMap((model) => model.versions);
  const candidates = versions.filter(({ state }) => state === 'candidate');
  if (known.length === 0)
    return (
      <Page>
        <PageHeadline place={t('develop.models.title')}>{t('develop.models.empty.title')}</PageHeadline>
        <EmptyState
          title={t('develop.models.title')}
          what={t('develop.models.empty.what')}
          needs={t('develop.models.empty.needs')}
        />
        <ReferenceModels />
      </Page>
    );
  return (
    <Page>
      <PageHeadline
        place={t('develop.models.title')}
        precise={rich('develop.models.precise', { digest: <Term k="digest" /> })}
      >
        {rich('develop.models.headline', {
          count: versions.length,
          models: t('develop.models.headline.models', { count: known.length }),
          candidates:
            candidates.length === 0
              ? t('develop.models.headline.no-candidate')
              : rich('develop.models.headline.candidates', { count: candidates.length }),
        })}
      </PageHeadline>
      <WhatToDo todos={candidates.flatMap((one) => todosOf(one, nameOf(known, one), comparisons))} />
      {known.map((model) => (
        <Fragment key={model.id}>
          <ModelCard model={model} />
          {model.versions
            .filter(({ candidate }) => candidate !== null)
            .map((version) => (
              <CandidateFrame
                key={version.id}
                version={version}
                name={nameOf(known, version)}
                comparisons={comparisons.filter(({ candidateVersionId }) => candidateVersionId === version.id)}
              />
            ))}
        </Fragment>
      ))}
      <ReferenceModels />
    </Page>
  );
}

const nameOf = (models: readonly ModelView[], { modelId, label }: VersionView): string =>
  `${models.find(({ id }) => id === modelId)?.name ?? ''} ${label}`.trim();

/** A candidate whose comparisons are decided waits for two signatures; another one for cases. */
function todosOf(version: VersionView, name: string, comparisons: readonly ComparisonView[]): Todo[] {
  const own = distinctComparisons(comparisons.filter(({ candidateVersionId }) => candidateVersionId === version.id));
  return own.map(({ siteName, state, n, referenceVersionId }) => {
    const isDecided = state === 'non-inferior' || state === 'inferior';
    return {
      key: `${version.id} ${siteName} ${referenceVersionId}`,
      what: isDecided
        ? t('develop.models.todo.decide', { version: name, state: verdictWord(state), site: siteName })
        : t('develop.models.todo.wait', { version: name, site: siteName, n }),
      act: isDecided ? (
        <Link to="/certify/certificates">{t('develop.models.todo.act')}</Link>
      ) : (
        <Link to="/develop/models" hash={version.id}>
          {t('develop.models.todo.see')}
        </Link>
      ),
    };
  });
}
