import { t } from '../../../messages/translate.ts';
import { AppLink, Card, Disclosure, StatusMark } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { type Decision, markOf, verdictOf } from './answers.ts';

/** The policies that decided, as sentences, each with its source and its file. */
export function WhyCard({ decision }: { decision: Decision }) {
  const verdict = verdictOf(decision);
  return (
    <Card
      title={t('people.permissions.why')}
      aside={<StatusMark status={markOf[verdict]} word={t(`people.permissions.answer.${verdict}`)} />}
    >
      <div className="stack gap-3">
        {decision.policies.length === 0 ? <p>{t('people.permissions.why.default')}</p> : null}
        <PolicyList policies={decision.policies} />
        {decision.refusal === undefined ? null : (
          <Disclosure summary={t('people.permissions.why.no')}>
            <p>{decision.refusal}</p>
          </Disclosure>
        )}
        <p className="dim small">
          {actionInWords(decision.action)} <code>{decision.action}</code>
        </p>
      </div>
    </Card>
  );
}

export const PolicyList = ({ policies }: { policies: Decision['policies'] }) => (
  <ul className="plain-list policy-list">
    {policies.map((policy) => (
      <li key={policy.id} id={policy.id}>
        <p>{policy.sentence}</p>
        <p className="dim small">
          <b>{t(`people.permissions.why.${policy.effect}`)}</b>{' '}
          <AppLink to="/people/permissions" search={{ view: 'texts', find: policy.id }}>
            <code>{policy.id}</code>
          </AppLink>
          {', '}
          <code>{policy.file}</code>
          {policy.source === undefined ? null : (
            <span> {t('people.permissions.why.source', { source: policy.source })}</span>
          )}
        </p>
      </li>
    ))}
  </ul>
);
