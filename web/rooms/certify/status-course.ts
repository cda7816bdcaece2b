import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import type { ChartEvent, StatusSegment, StatusTimelineData } from '../../charts/index.ts';
import { t } from '../../messages/translate.ts';
import { readStatus } from '../../ui/index.ts';

/** The stretches of one site's status, from the changes that the history records; the last one is open. */
export function statusCourse(
  { createdAt, timeline }: Pick<CertificateDetailView, 'createdAt' | 'timeline'>,
  siteId: string,
): StatusSegment[] {
  const changes = timeline
    .flatMap(({ at, statusChanges }) =>
      statusChanges.filter((one) => one.siteId === siteId).map((one) => ({ at, ...one })),
    )
    .sort((a, b) => a.at.localeCompare(b.at));
  const first = changes[0]?.from ?? 'draft';
  const starts = [{ at: createdAt, status: first }, ...changes.map(({ at, to }) => ({ at, status: to }))];
  return starts
    .map(({ at, status }, index) => ({ from: at, to: starts[index + 1]?.at ?? null, status: readStatus(status) }))
    .filter(({ from, to }) => to === null || to > from);
}

/** Releases, said on the time axis. */
export const releasesOf = ({ timeline }: Pick<CertificateDetailView, 'timeline'>): ChartEvent[] =>
  timeline.filter(({ type }) => type === 'release').map(({ at }) => ({ at, label: t('certify.event.release') }));

/** Every site of the certificates with its course. */
export const courseOfAll = (certificates: readonly CertificateDetailView[], until: string): StatusTimelineData => ({
  title: t('certify.picture.title'),
  until,
  rows: certificates.flatMap((certificate) =>
    certificate.sites.map((site) => ({
      id: `${certificate.id} ${site.siteId}`,
      label: site.name,
      segments: statusCourse(certificate, site.siteId),
    })),
  ),
  events: certificates.flatMap(releasesOf),
});
