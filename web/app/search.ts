import { useQuery } from '@tanstack/react-query';
import { type NavigateOptions, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { casePage } from '../../src/monitor/contract.ts';
import { t } from '../messages/translate.ts';
import type { PaletteItem } from '../ui/index.ts';
import { ask } from './api.ts';
import { accountPages, loopRooms, overviewPage, peoplePages, sharedPages } from './pages.ts';
import { queryClient } from './query-client.ts';
import { certificatesQuery, claimsQuery, deficienciesQuery } from './questions.ts';
import { meQuery, useSession } from './session.ts';

type GoTo = (to: string) => void;

function useGoTo(): GoTo {
  const navigate = useNavigate();
  return useCallback(
    (to: string) => {
      navigate({ to } as NavigateOptions).catch(() => undefined);
    },
    [navigate],
  );
}

/** Every page of the rail, for the palette. */
export function usePageItems(): PaletteItem[] {
  const goTo = useGoTo();
  const actions = useQuery(meQuery).data?.actions;
  return useMemo(() => {
    const pages = [overviewPage, ...loopRooms.flatMap((room) => room.pages), ...sharedPages, ...peoplePages];
    const offered = pages.filter(({ action }) => action === undefined || (actions?.includes(action) ?? true));
    return offered.map((page) => ({
      id: page.to,
      label: t(page.label),
      group: t('shell.search.pages'),
      onChoose: () => goTo(page.to),
    }));
  }, [goTo, actions]);
}

/** The pages about whoever is signed in, for the menu in the bar. */
export function useAccountPages(): { label: string; onOpen: () => void }[] {
  const goTo = useGoTo();
  return accountPages.map(({ to, label }) => ({ label: t(label), onOpen: () => goTo(to) }));
}

/** Things by their words or ids: claims, certificates, deficiencies from what the pages ask anyway; cases by id. */
export function useSearch(): (query: string, signal: AbortSignal) => Promise<PaletteItem[]> {
  const goTo = useGoTo();
  const mayReadCases = useSession().mayDo('monitor:read-cases');
  return useCallback((query, signal) => find({ query, signal, mayReadCases }, goTo), [goTo, mayReadCases]);
}

const foundMax = 8;

interface Asked {
  query: string;
  signal: AbortSignal;
  /** Single cases are asked for on behalf of those only who may see them. */
  mayReadCases: boolean;
}

async function find({ query, signal, mayReadCases }: Asked, goTo: GoTo): Promise<PaletteItem[]> {
  const found = await Promise.allSettled([
    knownThings(goTo).then((items) => items.filter((item) => fits(item, query))),
    mayReadCases ? casesNamed(query, signal, goTo) : [],
  ]);
  const items = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return [...entryNumbered(query, goTo), ...items].slice(0, foundMax);
}

const fits = (item: PaletteItem, query: string): boolean => {
  const text = `${item.id} ${item.label} ${item.note ?? ''} ${item.words ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

async function knownThings(goTo: GoTo): Promise<PaletteItem[]> {
  const [claims, certificates, deficiencies] = await Promise.all([
    queryClient.ensureQueryData(claimsQuery({})),
    queryClient.ensureQueryData(certificatesQuery({})),
    queryClient.ensureQueryData(deficienciesQuery),
  ]);
  const item = (one: Omit<PaletteItem, 'onChoose'> & { to: string }): PaletteItem => ({
    ...one,
    onChoose: () => goTo(one.to),
  });
  return [
    ...certificates.certificates.flatMap(({ id, name, sites }) =>
      sites.map((site) =>
        item({
          id: `${id} ${site.siteId}`,
          label: `${name}, ${site.name}: ${site.statusWords}`,
          group: t('shell.search.certificates'),
          words: id,
          to: `/certify/certificates/${id}`,
        }),
      ),
    ),
    ...claims.claims.map(({ id, key, statement, streams, modelVersionLabel }) =>
      item({
        id,
        label: statement,
        note: `${t('shell.search.claims')}: ${[...new Set(streams.map(({ siteName }) => siteName))].join(', ')}`,
        group: t('shell.search.claims'),
        words: `${key} ${modelVersionLabel}`,
        to: `/monitor/claims/${id}`,
      }),
    ),
    ...deficiencies.deficiencies.map(({ id, title, codeName, siteName }) =>
      item({
        id,
        label: title,
        note: `${t('shell.search.deficiencies')}: ${siteName}`,
        group: t('shell.search.deficiencies'),
        words: codeName,
        to: `/monitor/deficiencies/${id}`,
      }),
    ),
  ];
}

/** A case is asked for by its id as it stands; what cannot be an id is not asked. */
async function casesNamed(query: string, signal: AbortSignal, goTo: GoTo): Promise<PaletteItem[]> {
  if (!/^[A-Za-z0-9_.-]{3,64}$/.test(query)) return [];
  const { cases } = await ask('/api/v1/monitor/cases', casePage, { search: { find: query, limit: 5 }, signal });
  return cases.map(({ caseId, siteCode, siteName }) => ({
    id: `${siteCode} ${caseId}`,
    label: caseId,
    note: t('shell.search.cases', { site: siteName }),
    group: t('shell.search.cases', { site: siteName }),
    onChoose: () => goTo(`/monitor/cases/${encodeURIComponent(siteCode)}/${encodeURIComponent(caseId)}`),
  }));
}

/** A plain number may be the place of an entry in the ledger. */
const entryNumbered = (query: string, goTo: GoTo): PaletteItem[] =>
  /^\d{1,9}$/.test(query)
    ? [
        {
          id: `entry ${query}`,
          label: t('shell.search.entry', { index: query }),
          note: t('shell.search.ledger'),
          group: t('shell.search.ledger'),
          onChoose: () => goTo(`/ledger/${query}`),
        },
      ]
    : [];
