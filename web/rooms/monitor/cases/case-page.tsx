import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { CaseView } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { useAsked } from '../../../app/scope.ts';
import { formatFraction, formatOutOf } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, Columns, Day, Digest, KeyValues, Page, PageHeadline, Term, Time, WhatToDo } from '../../../ui/index.ts';
import { LedgerEntry } from '../ledger-entry.tsx';
import { caseQueryOf } from '../questions.ts';
import {
  auditWords,
  type CaseEvent,
  caseEvents,
  latestOutcome,
  latestPrediction,
  probabilityText,
  verdictOf,
} from './case-words.ts';

const route = getRouteApi('/monitor/cases/$site/$caseId');

export function CasePage() {
  const { site, caseId } = route.useParams();
  const query = useQuery(caseQueryOf(site, caseId, useAsked()));
  return <Answer query={query}>{(view) => <Case view={view} />}</Answer>;
}

function Case({ view }: { view: CaseView }) {
  const prediction = latestPrediction(view);
  if (!prediction) return null;
  const outcome = latestOutcome(view)?.value ?? null;
  const verdict = verdictOf(prediction.flagged, outcome);
  const title = t('monitor.case.place', { caseId: view.caseId });
  return (
    <Page>
      <PageHeadline
        title={title}
        place={
          <>
            <Link to="/monitor/cases">{t('monitor.cases.title')}</Link> › {title}
          </>
        }
        precise={rich('monitor.case.precise', {
          site: view.siteName,
          version: prediction.modelVersionLabel,
          probability: probabilityText(prediction.probability),
          day: <Day at={prediction.predictedAt} />,
        })}
      >
        {rich(`monitor.case.headline.${verdict}`, { rate: formatOutOf(prediction.probability) })}
      </PageHeadline>
      <WhatToDo
        todos={
          verdict === 'open'
            ? [{ key: 'outcome', what: rich('monitor.case.todo.outcome', { horizon: <Term k="horizon" /> }) }]
            : []
        }
      />
      <Card title={t('monitor.case.timeline')}>
        <p className="dim small">{t('monitor.case.timeline.lead')}</p>
        <Timeline events={caseEvents(view)} />
      </Card>
      <Columns>
        <Card title={<Term k="audit-sample">{t('monitor.case.audit.title')}</Term>}>
          <p>{auditWords(prediction)}</p>
        </Card>
        <Card title={t('monitor.case.facts')}>
          <Facts prediction={prediction} />
        </Card>
      </Columns>
    </Page>
  );
}

const Timeline = ({ events }: { events: CaseEvent[] }) => (
  <ol className="proof-steps">
    {events.map((event) => (
      <li key={event.key} className="proof-step">
        <div>
          <b>{event.what}</b>
        </div>
        {event.reason === null ? null : <div>{t('monitor.case.because', { reason: event.reason })}</div>}
        <div className="dim small row gap-3">
          <span>{rich('monitor.case.happened', { day: <Time at={event.happenedAt} /> })}</span>
          <span>{rich('monitor.case.recorded', { day: <Time at={event.recordedAt} /> })}</span>
          <span>{rich('monitor.case.batch', { batch: <Digest value={event.batchId} /> })}</span>
          <LedgerEntry index={event.ledgerIndex} />
        </div>
      </li>
    ))}
  </ol>
);

function Facts({ prediction }: { prediction: CaseView['predictions'][number] }) {
  const number = (value: number | null, decimals: number) =>
    value === null ? t('monitor.case.fact.not-sent') : formatFraction(value, decimals);
  const yesNo = (value: boolean) => t(value ? 'monitor.cases.yes' : 'monitor.cases.no');
  return (
    <KeyValues
      items={[
        {
          label: t('monitor.case.fact.quality'),
          value: prediction.imageQuality === null ? t('monitor.case.fact.not-sent') : String(prediction.imageQuality),
        },
        { label: t('monitor.case.fact.rarity'), value: number(prediction.rarity, 3) },
        { label: t('monitor.case.fact.uncertainty'), value: number(prediction.uncertainty, 3) },
        { label: t('monitor.case.fact.shown'), value: yesNo(prediction.shownToHuman) },
        {
          label: t('monitor.case.fact.decision'),
          value:
            prediction.decision === null
              ? t('monitor.case.fact.not-sent')
              : t(prediction.decision ? 'monitor.cases.decision.flagged' : 'monitor.cases.decision.cleared'),
        },
      ]}
    />
  );
}
