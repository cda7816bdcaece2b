import { z } from 'zod';
import { t, tMaybe } from '../../messages/translate.ts';
import { Digest, readStatus, StatusGlyph } from '../../ui/index.ts';
import { verdictWords } from './verdict.tsx';

/** What the server says is judged; what this page does not understand is still part of the digest. */
const shownSchema = z.looseObject({
  act: z.looseObject({
    type: z.string(),
    comparisons: z
      .array(
        z.looseObject({
          siteId: z.string(),
          against: z.string(),
          state: z.string(),
          n: z.number(),
          evidenceDigest: z.string(),
        }),
      )
      .optional(),
    claims: z
      .array(z.looseObject({ statement: z.string(), state: z.string(), n: z.number(), evidenceDigest: z.string() }))
      .optional(),
  }),
  sites: z.array(
    z.looseObject({ siteId: z.string(), name: z.string(), effectiveStatus: z.string(), modelDigest: z.string() }),
  ),
  evidence: z.array(
    z.looseObject({ statement: z.string(), verdict: z.string(), n: z.number(), evidenceDigest: z.string() }),
  ),
});

/** A raise in words: the sites as they are, and every piece of evidence it rests on. */
export function RaiseShown({ shown }: { shown: unknown }) {
  const read = shownSchema.safeParse(shown);
  if (!read.success) return null;
  const { act, sites, evidence } = read.data;
  const nameOf = (siteId: string) => sites.find((site) => site.siteId === siteId)?.name ?? siteId;
  return (
    <ul className="plain-list stack gap-2">
      {sites.map((site) => (
        <li key={site.siteId}>
          <StatusGlyph status={readStatus(site.effectiveStatus)} />{' '}
          {t('certify.sign.site', {
            site: site.name,
            status: tMaybe(`status.${site.effectiveStatus}`) ?? site.effectiveStatus,
            version: site.modelDigest.slice(0, 12),
          })}
        </li>
      ))}
      {evidence.map((one) => (
        <li key={one.evidenceDigest}>
          {t('certify.sign.evidence', { statement: one.statement, verdict: verdictWords(one.verdict), n: one.n })}{' '}
          <Digest value={one.evidenceDigest} keep={8} />
        </li>
      ))}
      {(act.comparisons ?? []).map((one) => (
        <li key={one.evidenceDigest}>
          {t('certify.sign.comparison', {
            site: nameOf(one.siteId),
            against: tMaybe(`certify.sign.comparison.${one.against}`) ?? one.against,
            state: one.state,
            n: one.n,
          })}{' '}
          <Digest value={one.evidenceDigest} keep={8} />
        </li>
      ))}
      {(act.claims ?? []).map((one) => (
        <li key={one.evidenceDigest}>
          {t('certify.sign.evidence', {
            statement: one.statement,
            verdict: tMaybe(`status.${one.state}`) ?? one.state,
            n: one.n,
          })}{' '}
          <Digest value={one.evidenceDigest} keep={8} />
        </li>
      ))}
    </ul>
  );
}
