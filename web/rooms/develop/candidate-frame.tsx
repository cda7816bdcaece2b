import { Link } from '@tanstack/react-router';
import type { VersionView } from '../../../src/develop/contract.ts';
import { useSites } from '../../app/session.ts';
import { intervalDots, intervalDotsTable, SceneView } from '../../charts/index.ts';
import { formatEstimate, formatEvidence, formatFraction } from '../../messages/format.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import {
  Card,
  ChartFrame,
  type DataColumn,
  DataTable,
  Day,
  KeyValues,
  Stack,
  StatusMark,
  Term,
} from '../../ui/index.ts';
import { ChangeActs } from './change-acts.tsx';
import {
  againstWord,
  type ComparisonView,
  comparisonDots,
  comparisonStatus,
  distinctComparisons,
  verdictWord,
} from './comparison-figures.ts';
import { calibrationWords, fitOf, stateWord, versionStatus } from './version-words.ts';

interface Props {
  version: VersionView;
  name: string;
  comparisons: ComparisonView[];
}

/** A change: what it does, on what it was fitted, and whether it is better on later cases. */
export function CandidateFrame({ version, name, comparisons }: Props) {
  const title =
    version.state === 'candidate'
      ? t('develop.candidate.title', { version: name })
      : t('develop.candidate.released.title', { version: name });
  return (
    <section id={version.id} className="stack gap-4">
      <Card title={title} aside={<StatusMark status={versionStatus[version.state]} word={stateWord(version.state)} />}>
        <Stack gap={3}>
          <p>{rich('develop.candidate.lead', { shadow: <Term k="shadow">{t('develop.state.shadow')}</Term> })}</p>
          <CandidateFacts version={version} />
        </Stack>
      </Card>
      {comparisons.length === 0 ? <p className="dim">{t('develop.candidate.none')}</p> : null}
      {comparisons.length > 0 ? <Comparisons comparisons={comparisons} /> : null}
      <ChangeActs version={version} name={name} comparisons={comparisons} />
    </section>
  );
}

function CandidateFacts({ version }: { version: VersionView }) {
  const sites = useSites();
  const fit = fitOf(version);
  const { candidate } = version;
  if (candidate === null) return null;
  const siteNames = candidate.siteIds.map((id) => sites.find((site) => site.id === id)?.name ?? id);
  return (
    <KeyValues
      items={[
        {
          key: 'calibration',
          label: <Term k="recalibration" />,
          value: calibrationWords(version.calibration),
        },
        {
          key: 'threshold',
          label: <Term k="decision-threshold">{t('develop.candidate.threshold')}</Term>,
          value: formatFraction(candidate.decisionThreshold),
        },
        ...(fit
          ? [
              {
                key: 'fit',
                label: t('develop.candidate.fit'),
                value: (
                  <>
                    {rich('develop.candidate.fit.value', {
                      n: fit.n,
                      events: fit.events,
                      from: <Day at={fit.from} />,
                      until: <Day at={fit.until} />,
                    })}
                    . {t('develop.candidate.fit.never')}
                  </>
                ),
              },
            ]
          : []),
        { key: 'sites', label: t('develop.candidate.sites'), value: siteNames.join(', ') },
        {
          key: 'because',
          label: t('develop.candidate.because'),
          value: (
            <Link to="/monitor/deficiencies/$deficiencyId" params={{ deficiencyId: candidate.deficiencyId }}>
              {t('develop.candidate.because.link')}
            </Link>
          ),
        },
      ]}
    />
  );
}

const columns: DataColumn<ComparisonView>[] = [
  { id: 'site', header: t('develop.comparison.column.site'), value: ({ siteName }) => siteName },
  {
    id: 'against',
    header: t('develop.comparison.column.against'),
    value: ({ referenceLabel, against }) => `${referenceLabel} (${againstWord(against)})`,
  },
  {
    id: 'state',
    header: t('develop.comparison.column.state'),
    value: ({ state }) => verdictWord(state),
    cell: ({ state }) => <StatusMark status={comparisonStatus[state]} word={verdictWord(state)} isQuiet />,
    term: 'non-inferior',
  },
  {
    id: 'difference',
    header: t('develop.comparison.column.difference'),
    value: ({ difference }) => (difference.estimable ? difference.value : null),
    cell: ({ difference }) =>
      difference.estimable ? formatEstimate(difference) : t('charts.not-estimable', { reason: difference.because }),
    align: 'end',
  },
  {
    id: 'support',
    header: t('develop.comparison.column.support'),
    value: ({ logSupport }) => logSupport,
    cell: ({ logSupport }) => formatEvidence(logSupport),
    align: 'end',
    term: 'e-value',
  },
  {
    id: 'break',
    header: t('develop.comparison.column.break'),
    value: ({ logBreak }) => logBreak,
    cell: ({ logBreak }) => formatEvidence(logBreak),
    align: 'end',
  },
  {
    id: 'from',
    header: t('develop.comparison.column.from'),
    value: ({ countsFrom }) => countsFrom,
    cell: ({ countsFrom }) => <Day at={countsFrom} />,
  },
];

function Comparisons({ comparisons }: { comparisons: ComparisonView[] }) {
  const data = comparisonDots(distinctComparisons(comparisons));
  const isFlaggedOnly = comparisons.some(({ flaggedOnly }) => flaggedOnly);
  return (
    <>
      <ChartFrame
        title={data.title}
        lead={t('develop.comparison.lead')}
        table={intervalDotsTable(data)}
        provenance={{
          n: Math.max(...comparisons.map(({ n }) => n)),
          ...(isFlaggedOnly ? { note: t('develop.comparison.flagged') } : {}),
        }}
      >
        {(width) => <SceneView scene={intervalDots(data, { width })} />}
      </ChartFrame>
      <Card isFlush>
        <DataTable
          id="comparisons"
          caption={t('develop.comparison.table')}
          columns={columns}
          rows={comparisons}
          rowId={({ siteName, against }) => `${siteName} ${against}`}
          isPlain
        />
      </Card>
    </>
  );
}
