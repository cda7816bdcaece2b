import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { Card, readStatus, StatusMark, Term } from '../../ui/index.ts';

const columns = [
  { key: 'legalStatus', term: 'legal-status', label: 'certify.statuses.legal' },
  { key: 'evidenceStatus', term: 'evidence-status', label: 'certify.statuses.evidence' },
  { key: 'effectiveStatus', term: 'effective-status', label: 'certify.statuses.effective' },
] as const;

const explained = {
  legalStatus: 'certify.statuses.legal.explain',
  evidenceStatus: 'certify.statuses.evidence.explain',
  effectiveStatus: 'certify.statuses.effective.explain',
} as const;

/** Legal, evidence and effective status side by side, in plain words. */
export function SiteStatuses({ certificate }: { certificate: CertificateDetailView }) {
  return (
    <Card title={t('certify.statuses.title')}>
      {certificate.sites.map((site) => (
        <div key={site.siteId} className="site-statuses">
          <h3>
            {site.name} <span className="dim small">{site.modelLabel}</span>
          </h3>
          <div className="site-statuses-three">
            {columns.map(({ key, term, label }) => (
              <div key={key}>
                <div className="dim small">
                  <Term k={term}>{t(label)}</Term>
                </div>
                <StatusMark
                  status={readStatus(site[key])}
                  word={key === 'effectiveStatus' ? site.statusWords : (tMaybe(`status.${site[key]}`) ?? site[key])}
                />
                <p className="dim small">{t(explained[key])}</p>
              </div>
            ))}
          </div>
          <p className="small">
            {site.sentence}{' '}
            <span className="dim">
              {t('certify.column.mode')}: {t(`certify.mode.${site.mode}`)}.
            </span>
          </p>
        </div>
      ))}
    </Card>
  );
}
