import { z } from 'zod';
import { policyChangeSchema } from '../../../../src/people/permission/contract.ts';
import { t } from '../../../messages/translate.ts';
import { CodeBlock, Disclosure } from '../../../ui/index.ts';
import { PolicyDifference } from './policy-difference.tsx';

const changesPart = policyChangeSchema.shape.pending.unwrap().shape.changes;
const textsPart = z.object({ schema: z.string(), files: z.record(z.string(), z.string()) });

/** A part of a proposed change of the policies: the permissions that change, or the texts; else as it is. */
export function PolicyPart({ shown }: { shown: unknown }) {
  const changes = changesPart.safeParse(shown);
  if (changes.success) return <PolicyDifference changes={changes.data} />;
  const texts = textsPart.safeParse(shown);
  if (texts.success) {
    return (
      <Disclosure summary={t('people.permissions.change.texts')}>
        <div className="stack gap-3">
          {Object.entries(texts.data.files).map(([name, text]) => (
            <CodeBlock key={name} label={name} text={text} />
          ))}
          <CodeBlock label={t('people.permissions.texts.schema')} text={texts.data.schema} />
        </div>
      </Disclosure>
    );
  }
  return <pre className="small">{typeof shown === 'string' ? shown : JSON.stringify(shown, null, 2)}</pre>;
}
