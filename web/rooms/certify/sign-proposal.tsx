import { z } from 'zod';
import { canonicalJson, sha256Hex } from '#kernel';
import { type CertificateDetailView, type ProposalView, proposalView } from '../../../src/certify/contract.ts';
import { problemOf, tell } from '../../app/api.ts';
import { refresh } from '../../app/query-client.ts';
import { roleName } from '../../app/session.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { Digest, readStatus, SignDialog, StatusGlyph, StatusMark, showToast } from '../../ui/index.ts';
import { verdictWords } from './verdict.tsx';

/** What the server says was shown; what this page does not understand is still part of the digest. */
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

/** Signs a proposal with everything it rests on before the eyes; the digest that is signed is computed here. */
export function SignProposal({
  proposal,
  certificate,
  act,
  role,
  name,
  onClose,
}: {
  proposal: ProposalView;
  certificate: CertificateDetailView;
  act: string;
  role: string;
  name: string;
  onClose: () => void;
}) {
  const isFirst = proposal.signatures.length === 0;
  const digest = sha256Hex(canonicalJson(proposal.shown));
  const sign = async (reason: string) => {
    const body = { shownDigest: digest, evidenceSeen: proposal.evidenceToSee, reason, asRole: role };
    const after = await tell('POST', `/api/v1/certify/proposals/${proposal.id}/sign`, { body, schema: proposalView });
    await refresh('certify', 'ledger', 'develop', 'monitor');
    showToast({
      kind: 'done',
      text: t(after.outcome === 'executed' ? 'certify.sign.done.effect' : 'certify.sign.done'),
    });
  };
  return (
    <SignDialog
      title={t('certify.sign.title', { act })}
      actLabel={t('certify.sign.act')}
      isOpen
      onClose={onClose}
      onAct={sign}
      problemOf={problemOf}
      name={name}
      role={roleName([role])}
      needsSecond={isFirst}
      consequence={isFirst ? t('certify.sign.happens.first') : t('certify.sign.happens.second', { act })}
      evidence={<Evidence proposal={proposal} certificate={certificate} digest={digest} />}
    />
  );
}

function Evidence({
  proposal,
  certificate,
  digest,
}: {
  proposal: ProposalView;
  certificate: CertificateDetailView;
  digest: string;
}) {
  const read = shownSchema.safeParse(proposal.shown);
  const isSame = digest === proposal.shownDigest;
  const nameOf = (siteId: string) => certificate.sites.find((site) => site.siteId === siteId)?.name ?? siteId;
  return (
    <div className="stack gap-3">
      {read.success ? (
        <ul className="plain-list stack gap-2">
          {read.data.sites.map((site) => (
            <li key={site.siteId}>
              <StatusGlyph status={readStatus(site.effectiveStatus)} />{' '}
              {t('certify.sign.site', {
                site: site.name,
                status: tMaybe(`status.${site.effectiveStatus}`) ?? site.effectiveStatus,
                version: site.modelDigest.slice(0, 12),
              })}
            </li>
          ))}
          {read.data.evidence.map((one) => (
            <li key={one.evidenceDigest}>
              {t('certify.sign.evidence', { statement: one.statement, verdict: verdictWords(one.verdict), n: one.n })}{' '}
              <Digest value={one.evidenceDigest} keep={8} />
            </li>
          ))}
          {(read.data.act.comparisons ?? []).map((one) => (
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
          {(read.data.act.claims ?? []).map((one) => (
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
      ) : null}
      <p className="small">
        {t('certify.sign.digest')}: <Digest value={digest} />
      </p>
      <StatusMark
        status={isSame ? 'pass' : 'fail'}
        word={t(isSame ? 'certify.sign.digest.same' : 'certify.sign.digest.other')}
        isQuiet
      />
    </div>
  );
}
