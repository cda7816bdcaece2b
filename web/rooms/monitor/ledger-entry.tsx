import { t } from '../../messages/translate.ts';
import type { Provenance } from '../../ui/index.ts';
import { AppLink } from '../../ui/index.ts';

export const ledgerAddress = (index: number): string => `/ledger/${index}`;

/** The entry of the ledger, whose page really verifies its proof; or that it still waits for its place. */
export const LedgerEntry = ({ index }: { index: number | null }) =>
  index === null ? (
    <span className="dim">{t('monitor.claim.record.pending')}</span>
  ) : (
    <AppLink to={ledgerAddress(index)}>{t('monitor.claim.record.entry', { index: String(index) })}</AppLink>
  );

export const ledgerProvenance = (index: number | null): Pick<Provenance, 'ledger'> =>
  index === null
    ? {}
    : { ledger: { label: t('monitor.claim.record.entry', { index: String(index) }), to: ledgerAddress(index) } };
