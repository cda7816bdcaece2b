import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import type { breakGlassSchema } from '../../../../src/people/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { problemOf } from '../../../app/api.ts';
import { useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Button, Card, EmptyState, ReasonDialog, SelectField, StatusMark, showToast, Time } from '../../../ui/index.ts';
import { act, actAndSay, breakGlassQuery, useNames } from '../people-questions.ts';
import { AccessFrame } from './access-page.tsx';
import { StartBreakGlass } from './start-break-glass.tsx';

type BreakGlass = z.output<typeof breakGlassSchema>;

/** Emergency access: opened with a reason, seen by its owners, ended, and reviewed by another person. */
export function BreakGlassView() {
  const { mayDo, person: me } = useSession();
  return (
    <Answer query={useQuery(breakGlassQuery)}>
      {({ breakGlasses }) => {
        const mine = breakGlasses.filter((one) => one.isOpen && one.personId === me?.id).length;
        const waiting = breakGlasses.filter(({ review }) => review === undefined).length;
        return (
          <AccessFrame headline={headlineOf(mine, waiting)} precise={t('people.emergency.precise')}>
            {mayDo('people:break-glass') ? (
              <StartBreakGlass open={breakGlasses.filter(({ isOpen }) => isOpen)} />
            ) : null}
            {breakGlasses.length === 0 ? (
              <EmptyState
                title={t('people.emergency.empty')}
                what={t('people.emergency.empty.what')}
                needs={t('people.emergency.empty.needs')}
              />
            ) : (
              <Card title={t('people.emergency.title')}>
                <ul className="plain-list person-rows">
                  {breakGlasses.map((one) => (
                    <BreakGlassRow key={one.id} one={one} />
                  ))}
                </ul>
              </Card>
            )}
          </AccessFrame>
        );
      }}
    </Answer>
  );
}

function headlineOf(mine: number, waiting: number) {
  if (mine > 0) return rich('people.emergency.headline.open');
  return waiting === 0
    ? t('people.emergency.headline.none')
    : rich('people.emergency.headline.waiting', { count: waiting });
}

function BreakGlassRow({ one }: { one: BreakGlass }) {
  const { mayDo, person: me, organisationId } = useSession();
  const names = useNames();
  const [isOpen, setIsOpen] = useState(false);
  const isMine = one.personId === me?.id;
  const mayReview =
    mayDo('people:review-access') && one.legalEntityId === organisationId && !isMine && one.review === undefined;
  return (
    <li className="person-row">
      <div>
        <div className="row gap-2">
          <strong>
            {t('people.emergency.who', {
              who: names.person(one.personId),
              whose: names.organisation(one.legalEntityId),
            })}
          </strong>
          <StatusMark
            status={one.isOpen ? 'broken' : 'expired'}
            word={t(one.isOpen ? 'people.emergency.open' : 'people.emergency.ended')}
            isQuiet
          />
        </div>
        <div>{one.reason}</div>
        <div className="dim small">
          {rich('people.emergency.time', { from: <Time at={one.startedAt} />, until: <Time at={one.endsAt} /> })}
        </div>
        <Reviewed one={one} />
      </div>
      <div className="row gap-2">
        {isMine && one.isOpen ? <EndBreakGlass id={one.id} /> : null}
        {mayReview ? (
          <Button kind="primary" onClick={() => setIsOpen(true)}>
            {t('people.emergency.review')}
          </Button>
        ) : null}
      </div>
      {isOpen ? <ReviewBreakGlass id={one.id} onClose={() => setIsOpen(false)} /> : null}
    </li>
  );
}

function Reviewed({ one }: { one: BreakGlass }) {
  const names = useNames();
  if (one.review === undefined) {
    return (
      <div className={one.isReviewOverdue ? 'small' : 'dim small'}>
        {rich(one.isReviewOverdue ? 'people.emergency.overdue' : 'people.emergency.due', {
          day: <Time at={one.reviewDueAt} />,
        })}
      </div>
    );
  }
  const { verdict, explanation, reviewedBy } = one.review;
  return (
    <div className="small">
      {t('people.emergency.reviewed', {
        by: names.person(reviewedBy),
        verdict: t(`people.emergency.verdict.${verdict}`),
        text: explanation,
      })}
    </div>
  );
}

/** Closes the cases at this instant. */
export const EndBreakGlass = ({ id }: { id: string }) => (
  <Button
    kind="primary"
    onClick={() => actAndSay(act('POST', `break-glass/${id}/end`), t('people.emergency.done.ended'))}
  >
    {t('people.emergency.end')}
  </Button>
);

const verdicts = ['justified', 'not-justified'] as const;

function ReviewBreakGlass({ id, onClose }: { id: string; onClose: () => void }) {
  const [verdict, setVerdict] = useState<(typeof verdicts)[number]>('justified');
  const review = async (explanation: string) => {
    await act('POST', `break-glass/${id}/review`, { verdict, explanation });
    showToast({ kind: 'done', text: t('people.emergency.done.reviewed') });
  };
  return (
    <ReasonDialog
      title={t('people.emergency.review')}
      actLabel={t('people.emergency.review.act')}
      consequence={t('people.emergency.review.happens')}
      isOpen
      onClose={onClose}
      onAct={review}
      problemOf={problemOf}
      fields={
        <SelectField
          label={t('people.emergency.verdict')}
          value={verdict}
          options={verdicts.map((value) => ({ value, label: t(`people.emergency.verdict.${value}`) }))}
          onChange={(value) => setVerdict(verdicts.find((one) => one === value) ?? 'justified')}
        />
      }
    />
  );
}
