import type { z } from 'zod';
import type { issuedTokenSchema } from '../../../src/people/contract.ts';
import { t } from '../../messages/translate.ts';
import { Button, CodeBlock } from '../../ui/index.ts';

/** The secret, the only time it is shown. */
export const TokenSecret = ({ issued, onDone }: { issued: z.output<typeof issuedTokenSchema>; onDone: () => void }) => (
  <section className="token-secret" role="status" aria-label={t('people.tokens.secret.title', { name: issued.name })}>
    <h3>{t('people.tokens.secret.title', { name: issued.name })}</h3>
    <p className="small">{t('people.tokens.secret.explain')}</p>
    <CodeBlock label={t('people.tokens.secret.title', { name: issued.name })} text={issued.secret} />
    <div className="row">
      <Button onClick={onDone}>{t('people.tokens.secret.done')}</Button>
    </div>
  </section>
);
