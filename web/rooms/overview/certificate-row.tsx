import { useQuery } from '@tanstack/react-query';
import type { CertificateView } from '../../../src/certify/contract.ts';
import type { ClaimView, StreamHistory } from '../../../src/monitor/contract.ts';
import { streamQuery } from '../../app/questions.ts';
import { useAsked } from '../../app/scope.ts';
import { isSoon } from '../../app/waiting.ts';
import { SceneView, sparkline } from '../../charts/index.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { AppLink, Day, Icon, readStatus, type Status, StatusMark } from '../../ui/index.ts';
import { boundPlainly, foundInWords } from '../monitor/claims/claim-words.ts';
import { type ClaimStream, streamsAt, worstOf } from './worst-stream.ts';

type Site = CertificateView['sites'][number];

/** One certificate at one site: its state in words, since when, why, what to do, and the course of the evidence. */
export function CertificateRow({
  certificate,
  site,
  claims,
  today,
}: {
  certificate: CertificateView;
  site: Site;
  claims: readonly ClaimView[];
  today: string;
}) {
  const status = readStatus(site.effectiveStatus);
  const [reason] = site.reasons;
  const streams = streamsAt(claims, site);
  const worst = worstOf(streams);
  const told = streams.find(({ claim }) => reason?.includes(claim.statement)) ?? worst;
  const task = site.toDo.find((one) => isSoon(one, today));
  return (
    <li className="certificate-row">
      <div className="certificate-row-name">
        <AppLink to={`/certify/certificates/${certificate.id}`} className="certificate-row-link">
          <span className="visually-hidden">{t('overview.row.open', { model: site.modelLabel, site: site.name })}</span>
          <span aria-hidden="true">{site.modelLabel}</span>
        </AppLink>
        <div className="dim small">{rich('overview.of', { organisation: site.name })}</div>
      </div>
      <div className="certificate-row-state">
        <StatusMark status={status} word={site.statusWords} />
        <div className="dim small">{rich('overview.since', { day: <Day at={site.since} /> })}</div>
      </div>
      <div className="certificate-row-why">
        <p>{reason === undefined ? t(withoutReason(status)) : sentence(reason)}</p>
        {told ? <Figure told={told} /> : null}
        {task ? <p className="dim small">{task.what}</p> : null}
      </div>
      <div className="certificate-row-picture">{worst ? <Course worst={worst} status={status} /> : null}</div>
      <Icon name="next" />
    </li>
  );
}

/** What was found of the claim that the reason names, or else of the one that stands worst: a plain figure, beside it what is claimed, and on how many cases. */
function Figure({ told: { claim, stream } }: { told: ClaimStream }) {
  const { estimate } = stream.reading;
  if (!estimate.estimable) return null;
  const found = foundInWords(claim.metric, stream.reading);
  return (
    <p className="small">
      {t('overview.row.figure', {
        found: `${found.charAt(0).toUpperCase()}${found.slice(1)}`,
        bound: boundPlainly(claim),
        n: estimate.n,
      })}
    </p>
  );
}

/** A status that needs no reason says what it means. */
const withoutReason = (status: Status) =>
  status === 'valid'
    ? 'overview.row.nothing'
    : status === 'provisional'
      ? 'overview.row.provisional'
      : 'overview.row.waits';

const sentence = (text: string): string => {
  const end = /[.!?]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
};

const pointsMax = 60;

function Course({ worst, status }: { worst: ClaimStream; status: Status }) {
  const history = useQuery(streamQuery(worst.stream.streamId, useAsked())).data;
  const title = t('overview.spark.title', { claim: worst.claim.statement });
  const isAlarmed = status === 'suspended' || worst.stream.level > 0 || worst.stream.state === 'broken';
  const scene = sparkline(
    { title, ...courseOf(history), tone: isAlarmed ? 'vermilion' : 'teal' },
    { width: 132, height: 30 },
  );
  return (
    <figure title={title}>
      <SceneView scene={scene} className="spark" />
      <figcaption className="dim small">{t('overview.spark.label')}</figcaption>
    </figure>
  );
}

/** The detector's course where there is one, else that of the test, thinned to what a word-sized picture can hold. */
function courseOf(history: StreamHistory | undefined): {
  values: (number | null)[];
  bound?: number;
  domain?: [number, number];
} {
  if (history === undefined) return { values: [] };
  const { points, stream } = history;
  const isDetected = points.some(({ reading }) => reading.logDetector !== null);
  const bound = isDetected ? stream.thresholds.logEscalation : stream.thresholds.logBreak;
  const step = Math.max(1, Math.ceil(points.length / pointsMax));
  const values = points
    .filter((_, index) => (points.length - 1 - index) % step === 0)
    .map(({ reading }) => (isDetected ? reading.logDetector : reading.logBreak));
  return { values, bound, domain: [0, bound * 1.15] };
}
