import { t } from '../../messages/translate.ts';
import { Card, CodeBlock } from '../../ui/index.ts';

/** The same check from the command line, for those who trust no page. */
export const OfflineCard = () => (
  <Card title={t('ledger.offline.title')}>
    <div className="stack gap-3">
      <p className="dim small">{t('ledger.offline.explain')}</p>
      <CodeBlock label={t('ledger.offline.command')} text="npx hortus ledger verify" />
    </div>
  </Card>
);
