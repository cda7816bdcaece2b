import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { policyChangeSchema, proposedPolicySchema } from '../../../../src/people/permission/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { apiQuery, problemOf, tell } from '../../../app/api.ts';
import { refresh } from '../../../app/query-client.ts';
import { roleName, useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import {
  Button,
  Card,
  EmptyState,
  Page,
  PageHeadline,
  ReasonDialog,
  SelectField,
  showToast,
} from '../../../ui/index.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { ProposalEntry } from '../proposals/proposal-entry.tsx';
import { isPolicyChange, proposalsQuery } from '../proposals/proposals.ts';
import { ViewChoice } from './permissions-page.tsx';
import { PolicyDifference } from './policy-difference.tsx';

type Pending = NonNullable<z.output<typeof policyChangeSchema>['pending']>;

const changePath = '/api/v1/people/policies/change';
const pendingQuery = apiQuery(changePath, policyChangeSchema);

/** A change of the policies: what it would give and take, who signed, and who still must. */
export function PolicyChangeView() {
  const { mayDo } = useSession();
  const pending = useQuery(pendingQuery);
  const proposals = useQuery({ ...proposalsQuery({}), enabled: mayDo('people:read-proposals') }).data?.proposals ?? [];
  const changes = proposals.filter(isPolicyChange);
  const open = changes.filter(({ outcome }) => outcome === 'open');
  const done = changes.filter(({ outcome }) => outcome !== 'open').reverse();
  return (
    <Answer query={pending}>
      {({ pending: onDisk }) => (
        <Page>
          <PageHeadline place={t('people.permissions.title')} precise={t('people.permissions.change.precise')}>
            {headlineOf(open.length, onDisk)}
          </PageHeadline>
          <PeopleTabs />
          <ViewChoice />
          {open.map((proposal) => (
            <Card key={proposal.id}>
              <ProposalEntry proposal={proposal} />
            </Card>
          ))}
          {onDisk === undefined ? null : <OnDisk pending={onDisk} isProposed={open.length > 0} />}
          {open.length === 0 && onDisk === undefined ? (
            <EmptyState
              title={t('people.permissions.change.empty')}
              what={t('people.permissions.change.empty.what')}
              needs={t('people.permissions.change.empty.needs')}
            />
          ) : null}
          {done.length > 0 ? (
            <Card title={t('people.permissions.change.done')}>
              <div className="stack gap-4">
                {done.map((proposal) => (
                  <ProposalEntry key={proposal.id} proposal={proposal} />
                ))}
              </div>
            </Card>
          ) : null}
        </Page>
      )}
    </Answer>
  );
}

function headlineOf(count: number, onDisk: Pending | undefined) {
  if (count > 0) return rich('people.permissions.change.headline', { count });
  return onDisk === undefined
    ? t('people.permissions.change.headline.none')
    : rich('people.permissions.change.headline.disk');
}

/** What lies in the files and is not in force: what it would change, and the way to two signatures. */
function OnDisk({ pending, isProposed }: { pending: Pending; isProposed: boolean }) {
  const { mayDo } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  const mayPropose = mayDo('people:propose-policy') && !isProposed && pending.refusal === undefined;
  return (
    <Card
      title={t('people.permissions.change.disk')}
      aside={
        mayPropose ? (
          <Button kind="primary" onClick={() => setIsOpen(true)}>
            {t('people.permissions.change.propose')}
          </Button>
        ) : null
      }
    >
      <div className="stack gap-3">
        <p className="dim">
          {t('people.permissions.change.disk.explain')}{' '}
          {t('people.permissions.change.files', { files: pending.files.join(', ') })}
        </p>
        {pending.refusal === undefined ? (
          <PolicyDifference changes={pending.changes} />
        ) : (
          <p role="alert">{t('people.permissions.change.refusal', { refusal: pending.refusal })}</p>
        )}
      </div>
      {isOpen ? <ProposeDialog onClose={() => setIsOpen(false)} /> : null}
    </Card>
  );
}

const proposing = ['operator', 'deployer-management'];

function ProposeDialog({ onClose }: { onClose: () => void }) {
  const { roles } = useSession();
  const own = roles.filter((role) => proposing.includes(role));
  const [role, setRole] = useState<string>(own[0] ?? '');
  const propose = async (reason: string) => {
    const body = { reason, ...(role === '' ? {} : { asRole: role }) };
    await tell('POST', changePath, { body, schema: proposedPolicySchema });
    await refresh('people', 'ledger');
    showToast({ kind: 'done', text: t('people.permissions.change.proposed') });
  };
  return (
    <ReasonDialog
      title={t('people.permissions.change.propose')}
      actLabel={t('people.permissions.change.propose')}
      consequence={t('people.permissions.change.propose.happens')}
      isOpen
      onClose={onClose}
      onAct={propose}
      problemOf={problemOf}
      fields={
        own.length > 1 ? (
          <SelectField
            label={t('people.permissions.change.role')}
            value={role}
            options={own.map((value) => ({ value, label: roleName([value]) }))}
            onChange={setRole}
          />
        ) : null
      }
    />
  );
}
