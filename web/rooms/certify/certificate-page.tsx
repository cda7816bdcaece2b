import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { useInstallation } from '../../app/installation.ts';
import { certificateQuery } from '../../app/questions.ts';
import { useAsked, useScope } from '../../app/scope.ts';
import { useSession } from '../../app/session.ts';
import { isMine, isSoon, tasksOf } from '../../app/waiting.ts';
import { SceneView, statusTimeline, statusTimelineTable } from '../../charts/index.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import {
  AppLink,
  attentionOf,
  ChartFrame,
  Columns,
  Day,
  Digest,
  hueOf,
  Page,
  PageHeadline,
  readStatus,
  WhatToDo,
} from '../../ui/index.ts';
import { ActsCard } from './acts-card.tsx';
import './certify.css';
import { ClaimsCard } from './claims-card.tsx';
import { DutiesCard } from './duties-card.tsx';
import { EventTable } from './event-table.tsx';
import { ProposalsCard } from './proposals-card.tsx';
import { ServingCheck } from './serving-check.tsx';
import { SiteStatuses } from './site-statuses.tsx';
import { courseOfAll } from './status-course.ts';

const route = getRouteApi('/certify/certificates/$certificateId');

/** One certificate: what holds where and since when, why, what to do, and everything that led there. */
export function CertificatePage() {
  const { certificateId } = route.useParams();
  const query = useQuery(certificateQuery(certificateId, useAsked()));
  return <Answer query={query}>{(certificate) => <Certificate certificate={certificate} />}</Answer>;
}

function Certificate({ certificate }: { certificate: CertificateDetailView }) {
  const { asOf } = useScope();
  const { installation } = useInstallation();
  const session = useSession();
  const isPast = asOf !== undefined;
  const sites = [...certificate.sites].sort(
    (a, b) => attentionOf(readStatus(a.effectiveStatus)) - attentionOf(readStatus(b.effectiveStatus)),
  );
  const [worst] = sites;
  const tasks = tasksOf([certificate]).filter((task) => isSoon(task, installation.today));
  const mine = tasks.filter((task) => isMine(task, session));
  const data = courseOfAll([certificate], asOf ?? installation.today);
  return (
    <Page>
      <PageHeadline
        title={`${certificate.name}, ${worst?.name ?? ''}`}
        place={<AppLink to="/certify/certificates">{t('certify.place')}</AppLink>}
        precise={<Precise certificate={certificate} />}
      >
        {worst ? <Emphasised site={worst} /> : certificate.name}
      </PageHeadline>
      <p className="assurance-note">{certificate.note}</p>
      {isPast ? null : (
        <WhatToDo
          todos={(mine.length > 0 ? mine : tasks).map(({ key, what, by, due }) => ({
            key,
            what: (
              <>
                {what} <span className="dim">{t('certify.todo.by', { roles: by.join(', ') })}</span>
              </>
            ),
            ...(due === null ? {} : { due }),
          }))}
        />
      )}
      {isPast ? null : <ActsCard certificate={certificate} />}
      <ChartFrame
        title={t('certify.picture.title')}
        lead={t('certify.picture.lead')}
        table={statusTimelineTable(data)}
        provenance={{
          asOf: asOf ?? installation.today,
          updated: certificate.updatedAt,
          ...ledgerOf(certificate),
        }}
      >
        {(width) => <SceneView scene={statusTimeline(data, { width })} />}
      </ChartFrame>
      <SiteStatuses certificate={certificate} />
      <ClaimsCard certificate={certificate} />
      <Columns minPx={360}>
        <DutiesCard certificate={certificate} />
        {isPast ? null : <ServingCheck certificate={certificate} />}
      </Columns>
      <ProposalsCard certificate={certificate} />
      <EventTable certificate={certificate} />
    </Page>
  );
}

const ledgerOf = ({ timeline }: CertificateDetailView) => {
  const index = timeline.at(-1)?.ledgerIndex;
  return index == null ? {} : { ledger: { to: `/ledger/${index}` } };
};

/** The server's sentence with its state in bold. */
function Emphasised({ site }: { site: CertificateDetailView['sites'][number] }) {
  const { sentence, statusWords: word } = site;
  const at = sentence.indexOf(` ${word} `);
  if (at < 0) return <>{sentence}</>;
  return (
    <>
      {sentence.slice(0, at + 1)}
      <strong data-hue={hueOf(readStatus(site.effectiveStatus))}>{word}</strong>
      {sentence.slice(at + 1 + word.length)}
    </>
  );
}

function Precise({ certificate }: { certificate: CertificateDetailView }) {
  const { legalEntityName, route, validUntil, sites } = certificate;
  const versions = [...new Map(sites.map((site) => [site.modelDigest, site.modelLabel]))];
  return (
    <>
      {rich('certify.precise', {
        organisation: legalEntityName,
        route: t(`certify.route.${route}`),
        version: versions.map(([digest, label]) => (
          <span key={digest}>
            {label} <Digest value={digest} keep={6} />{' '}
          </span>
        )),
      })}{' '}
      {validUntil ? rich('certify.precise.until', { day: <Day at={validUntil} /> }) : null}
    </>
  );
}
