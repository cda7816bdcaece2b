import type { CertificateDetailView, EventView } from '../../../src/certify/contract.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { AppLink, Card, type DataColumn, DataTable, readStatus, StatusGlyph, Time } from '../../ui/index.ts';

const happened = (type: string): string => tMaybe(`certify.happened.${type}`) ?? type;
const statusWord = (status: string): string => tMaybe(`status.${status}`) ?? status;

/** The whole history, newest first: what, in which role, why, and where it stands in the ledger. */
export function EventTable({ certificate }: { certificate: CertificateDetailView }) {
  const rows = [...certificate.timeline].reverse();
  return (
    <Card title={t('certify.timeline.title')} isFlush>
      <DataTable
        id="certificate-events"
        caption={t('certify.timeline.title')}
        columns={columnsFor(certificate)}
        rows={rows}
        rowId={(event) => String(event.seq)}
        pageSize={15}
      />
    </Card>
  );
}

function columnsFor(certificate: CertificateDetailView): DataColumn<EventView>[] {
  const nameOf = (siteId: string) => certificate.sites.find((site) => site.siteId === siteId)?.name ?? siteId;
  const changeWords = ({ siteId, from, to }: EventView['statusChanges'][number]) =>
    t('certify.timeline.change.one', { site: nameOf(siteId), from: statusWord(from), to: statusWord(to) });
  return [
    {
      id: 'at',
      header: t('certify.timeline.when'),
      value: (event) => event.at,
      cell: (event) => <Time at={event.at} />,
    },
    {
      id: 'what',
      header: t('certify.timeline.what'),
      value: (event) => happened(event.type),
      cell: (event) => <span className="nowrap">{happened(event.type)}</span>,
    },
    {
      id: 'change',
      header: t('certify.timeline.change'),
      value: (event) => event.statusChanges.map(changeWords).join('; '),
      cell: (event) =>
        event.statusChanges.length === 0
          ? '\u2013'
          : event.statusChanges.map((change) => (
              <div key={change.siteId}>
                <StatusGlyph status={readStatus(change.to)} /> {changeWords(change)}
              </div>
            )),
    },
    {
      id: 'who',
      header: t('certify.timeline.who'),
      value: (event) => roleOf(event),
      cell: (event) => (
        <>
          {roleOf(event)}
          {event.signatures.length > 0 ? (
            <div className="dim small">{t('certify.timeline.signed', { count: event.signatures.length })}</div>
          ) : null}
        </>
      ),
    },
    { id: 'why', header: t('certify.timeline.why'), value: (event) => event.reason },
    {
      id: 'ledger',
      header: t('certify.timeline.ledger'),
      term: 'ledger',
      value: (event) => event.ledgerIndex,
      cell: (event) =>
        event.ledgerIndex === null ? (
          <span className="dim">{t('certify.timeline.waiting')}</span>
        ) : (
          <AppLink to={`/ledger/${event.ledgerIndex}`}>
            {t('certify.timeline.entry', { index: String(event.ledgerIndex) })}
          </AppLink>
        ),
    },
  ];
}

const roleOf = (event: EventView): string =>
  event.actorKind === 'machine'
    ? t('certify.timeline.machine')
    : (tMaybe(`shell.role.${event.actorRole}`) ?? event.actorRole);
