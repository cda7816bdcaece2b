import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CertificateView } from '../../../src/certify/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { useInstallation } from '../../app/installation.ts';
import { certificateQuery, certificatesQuery } from '../../app/questions.ts';
import { useAsked, useScope } from '../../app/scope.ts';
import { SceneView, statusTimeline, statusTimelineTable } from '../../charts/index.ts';
import { t } from '../../messages/translate.ts';
import {
  AppLink,
  attentionOf,
  Card,
  ChartFrame,
  ChartSkeleton,
  type DataColumn,
  DataTable,
  Day,
  EmptyState,
  Page,
  PageHeadline,
  readStatus,
  StatusMark,
} from '../../ui/index.ts';
import { courseOfAll } from './status-course.ts';

interface Row {
  certificate: CertificateView;
  site: CertificateView['sites'][number];
}

const statusOf = ({ site }: Row) => readStatus(site.effectiveStatus);

/** Every certificate at every site: which hold, since when, and why not. */
export function CertificatesPage() {
  const query = useQuery(certificatesQuery(useAsked()));
  return <Answer query={query}>{({ certificates, note }) => <Certificates {...{ certificates, note }} />}</Answer>;
}

function Certificates({ certificates, note }: { certificates: CertificateView[]; note: string }) {
  const { site: chosen } = useScope();
  const navigate = useNavigate();
  const rows = certificates
    .flatMap((certificate) => certificate.sites.map((site) => ({ certificate, site })))
    .filter(({ site }) => chosen === undefined || site.siteId === chosen)
    .sort((a, b) => attentionOf(statusOf(a)) - attentionOf(statusOf(b)));
  if (rows.length === 0) return <NoCertificate />;
  const fallen = rows.filter((row) => statusOf(row) !== 'valid').length;
  return (
    <Page>
      <PageHeadline place={t('certify.certificates.title')} precise={t('certify.certificates.precise')}>
        {fallen === 0
          ? t('certify.certificates.headline.fine', { count: rows.length })
          : t('certify.certificates.headline.fallen', { count: fallen, share: String(fallen), total: rows.length })}
      </PageHeadline>
      <Courses certificates={certificates} />
      <Card title={t('certify.certificates.table')} isFlush>
        <DataTable
          id="certificates"
          caption={t('certify.certificates.table')}
          columns={columns}
          rows={rows}
          rowId={({ certificate, site }) => `${certificate.id} ${site.siteId}`}
          onOpen={({ certificate }) => {
            navigate({ to: '/certify/certificates/$certificateId', params: { certificateId: certificate.id } }).catch(
              () => undefined,
            );
          }}
          isPlain={rows.length < 12}
        />
      </Card>
      <p className="dim small">{note}</p>
    </Page>
  );
}

const picturesMax = 24;

/** The courses of all sites on one time axis; each certificate's history is asked for. */
function Courses({ certificates }: { certificates: readonly CertificateView[] }) {
  const asked = useAsked();
  const { asOf } = useScope();
  const { installation } = useInstallation();
  const answers = useQueries({
    queries: certificates.slice(0, picturesMax).map(({ id }) => certificateQuery(id, asked)),
  });
  const known = answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
  if (known.length === 0) return <ChartSkeleton height={160} />;
  const data = courseOfAll(known, asOf ?? installation.today);
  return (
    <ChartFrame
      title={t('certify.certificates.picture')}
      lead={t('certify.certificates.picture.lead')}
      table={statusTimelineTable(data)}
      provenance={{ asOf: asOf ?? installation.today, ledger: { to: '/ledger' } }}
    >
      {(width) => <SceneView scene={statusTimeline(data, { width })} />}
    </ChartFrame>
  );
}

const NoCertificate = () => (
  <Page>
    <PageHeadline place={t('certify.certificates.title')}>{t('certify.certificates.empty.title')}</PageHeadline>
    <EmptyState
      title={t('certify.certificates.title')}
      what={t('certify.certificates.empty.what')}
      needs={t('certify.certificates.empty.needs')}
    />
  </Page>
);

const columns: DataColumn<Row>[] = [
  {
    id: 'certificate',
    header: t('certify.column.certificate'),
    value: ({ site }) => site.modelLabel,
    cell: ({ certificate, site }) => (
      <AppLink to={`/certify/certificates/${certificate.id}`} className="nowrap">
        {site.modelLabel}
      </AppLink>
    ),
  },
  { id: 'site', header: t('certify.column.site'), value: ({ site }) => site.name },
  {
    id: 'status',
    header: t('certify.column.status'),
    term: 'effective-status',
    value: ({ site }) => site.statusWords,
    cell: (row) => <StatusMark status={statusOf(row)} word={row.site.statusWords} isQuiet />,
  },
  {
    id: 'since',
    header: t('certify.column.since'),
    value: ({ site }) => site.since.slice(0, 10),
    cell: ({ site }) => <Day at={site.since} />,
  },
  { id: 'why', header: t('certify.column.why'), value: ({ site }) => site.reasons[0] ?? null },
  {
    id: 'mode',
    header: t('certify.column.mode'),
    value: ({ site }) => t(`certify.mode.${site.mode}`),
  },
];
