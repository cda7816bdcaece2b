import { t } from '../../../messages/translate.ts';
import { Button, CodeBlock } from '../../../ui/index.ts';

/** The secret, the only time it is shown; of a client also the id under which it asks for tokens. */
export const TokenSecret = ({
  issued,
  onDone,
}: {
  issued: { name: string; secret: string; id?: string };
  onDone: () => void;
}) => (
  <section className="token-secret" role="status" aria-label={t('people.tokens.secret.title', { name: issued.name })}>
    <h3>{t('people.tokens.secret.title', { name: issued.name })}</h3>
    <p className="small">{t('people.tokens.secret.explain')}</p>
    {issued.id === undefined ? null : <CodeBlock label={t('people.clients.id')} text={issued.id} />}
    <CodeBlock label={t('people.tokens.secret.title', { name: issued.name })} text={issued.secret} />
    <div className="row">
      <Button onClick={onDone}>{t('people.tokens.secret.done')}</Button>
    </div>
  </section>
);
