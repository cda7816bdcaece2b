import type { CertificateView } from '../../../src/certify/contract.ts';
import type { ClaimView, StreamSummary } from '../../../src/monitor/contract.ts';
import { attentionOf, readStatus } from '../../ui/index.ts';

export interface ClaimStream {
  claim: ClaimView;
  stream: StreamSummary;
}

/** The streams of evidence that bear on a certificate's site: of the version served there, at that site or overall. */
export const streamsAt = (claims: readonly ClaimView[], site: CertificateView['sites'][number]): ClaimStream[] =>
  claims
    .filter((claim) => claim.modelVersionId === site.modelVersionId)
    .flatMap((claim) =>
      claim.streams
        .filter((stream) => stream.siteId === null || stream.siteId === site.siteId)
        .map((stream) => ({ claim, stream })),
    );

/** The one that speaks loudest against the site: broken before watched, a higher alarm before a lower. */
export const worstOf = (streams: readonly ClaimStream[]): ClaimStream | undefined =>
  [...streams].sort(
    (a, b) =>
      b.stream.level - a.stream.level ||
      attentionOf(readStatus(a.stream.state)) - attentionOf(readStatus(b.stream.state)) ||
      nearness(b) - nearness(a),
  )[0];

/** How near the detector, or else the test itself, is to the level at which it acts. */
const nearness = ({ stream: { reading, thresholds } }: ClaimStream): number =>
  reading.logDetector !== null
    ? reading.logDetector / thresholds.logEscalation
    : (reading.logBreak ?? 0) / thresholds.logBreak;
