import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, Day, Page, PageHeadline, Term, WhatToDo } from '../../../ui/index.ts';
import { ProposalList } from '../../people/proposals/proposal-entry.tsx';
import { proposalsQuery } from '../../people/proposals/proposals.ts';
import { deficiencyQuery } from '../questions.ts';
import { severityWord } from './deficiencies-table.tsx';
import { DeficiencyEvidence } from './deficiency-evidence.tsx';
import { DeficiencyFacts } from './deficiency-facts.tsx';
import { DeficiencyHistory, Dissent } from './deficiency-history.tsx';
import { recordOf } from './deficiency-record.ts';
import { stateWord } from './deficiency-rows.ts';
import { deficiencyTodos } from './deficiency-todos.tsx';
import { RecalibrationCard } from './recalibration-card.tsx';

const route = getRouteApi('/monitor/deficiencies/$deficiencyId');
const recalibrationStates = new Set<DeficiencyView['state']>(['confirmed', 'cause-found', 'action-taken']);

export function DeficiencyPage() {
  const { deficiencyId } = route.useParams();
  const query = useQuery(deficiencyQuery(deficiencyId));
  return <Answer query={query}>{(view) => <Deficiency view={view} />}</Answer>;
}

function Deficiency({ view }: { view: DeficiencyView }) {
  const { person, roles, mayDo } = useSession();
  const record = recordOf(view);
  const signer = person && mayDo('monitor:triage-deficiency') ? { roles } : undefined;
  const proposals = useQuery(proposalsQuery({ subject: view.id })).data?.proposals ?? [];
  const waiting = proposals
    .filter(({ outcome }) => outcome === 'open')
    .map(({ title }) => title.key.split('.').at(-1) ?? '');
  const mayRecalibrate =
    view.code === 'D5' &&
    view.claimId !== null &&
    recalibrationStates.has(view.state) &&
    mayDo('monitor:propose-recalibration');
  return (
    <Page>
      <PageHeadline
        title={view.title}
        place={
          <>
            <Link to="/monitor/deficiencies">{t('monitor.deficiencies.title')}</Link> › {view.codeName}, {view.siteName}
          </>
        }
        precise={rich('monitor.deficiency.precise', {
          code: view.code,
          kind: view.codeName,
          version: view.modelVersionLabel,
          severity: <Term k="severity" />,
          level: severityWord(view.severity),
        })}
      >
        <Headline view={view} />
      </PageHeadline>
      <WhatToDo todos={deficiencyTodos(view, waiting, signer)} />
      {proposals.length > 0 ? (
        <Card title={t('monitor.deficiency.proposals')}>
          <div className="stack gap-4">
            <ProposalList proposals={proposals} />
          </div>
        </Card>
      ) : null}
      <DeficiencyEvidence view={view} record={record}>
        <Card title={t('monitor.deficiency.facts')}>
          <DeficiencyFacts view={view} record={record} />
        </Card>
      </DeficiencyEvidence>
      {record.dissent.length > 0 ? (
        <Card title={t('monitor.deficiency.dissent')}>
          <Dissent view={view} record={record} />
        </Card>
      ) : null}
      {mayRecalibrate ? <RecalibrationCard view={view} /> : null}
      <Card title={t('monitor.deficiency.history')} isFlush>
        <DeficiencyHistory view={view} />
      </Card>
    </Page>
  );
}

function Headline({ view }: { view: DeficiencyView }) {
  const values = { title: view.title, site: view.siteName, day: <Day at={view.openedAt} /> };
  return view.state === 'signal'
    ? rich('monitor.deficiency.headline.signal', values)
    : rich('monitor.deficiency.headline', { ...values, state: stateWord(view.state) });
}
