import { useMemo, useState } from 'react';
import { fromBase64 } from '#kernel';
import type { InclusionProofBody } from '../../../src/ledger/contract.ts';
import { t } from '../../messages/translate.ts';
import { Button, Card, type ProofStep, ProofSteps, StatusMark, TextField } from '../../ui/index.ts';
import { type Checked, checkEntry, checks, tamper } from './checked-entry.ts';

const inHex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Verifies the entry here and now, and shows that the check can fail: one changed byte, or another key. */
export function ProofCard({ bytes, proof, vkey }: { bytes: string; proof: InclusionProofBody; vkey: string }) {
  const [isTampered, setIsTampered] = useState(false);
  const [ownKey, setOwnKey] = useState(vkey);
  const genuine = useMemo(() => fromBase64(bytes) ?? new Uint8Array(), [bytes]);
  const changed = useMemo(() => tamper(genuine), [genuine]);
  const checked = useMemo(
    () =>
      checkEntry({ bytes: isTampered ? changed.bytes : genuine, proof, vkey: ownKey.trim() }, () => performance.now()),
    [genuine, changed, isTampered, proof, ownKey],
  );
  return (
    <Card
      title={t('ledger.proof.title')}
      aside={
        <Button onClick={() => setIsTampered(!isTampered)}>
          {t(isTampered ? 'ledger.proof.restore' : 'ledger.proof.tamper')}
        </Button>
      }
    >
      <div className="stack gap-3">
        <p className="dim small">{t('ledger.proof.explain')}</p>
        {isTampered ? (
          <p>
            {t('ledger.proof.tampered', {
              at: String(changed.tampering.at),
              from: inHex(changed.tampering.from),
              to: inHex(changed.tampering.to),
            })}
          </p>
        ) : null}
        {checked === undefined ? <p>{t('ledger.proof.unsigned')}</p> : <Verdict checked={checked} />}
        <TextField
          label={t('ledger.proof.own-key')}
          hint={t('ledger.proof.own-key.hint')}
          value={ownKey}
          onChange={setOwnKey}
        />
      </div>
    </Card>
  );
}

function Verdict({ checked: { verdict, tookMs } }: { checked: Checked }) {
  const steps = checks.map((check): ProofStep => {
    const step = verdict.steps.find((one) => one.step === check);
    return {
      key: check,
      what: t(`ledger.proof.${check}`),
      result: step === undefined ? 'not-shown' : step.ok ? 'ok' : 'failed',
      detail: step?.detail,
    };
  });
  return (
    <>
      <div role="status" className="row gap-3">
        <StatusMark
          status={verdict.ok ? 'pass' : 'fail'}
          word={t(verdict.ok ? 'ledger.proof.ok' : 'ledger.proof.failed')}
        />
        <span className="dim small">{t('ledger.proof.took', { ms: tookMs < 1 ? '<1' : tookMs.toFixed(0) })}</span>
      </div>
      <div className="proof-details">
        <ProofSteps steps={steps} />
      </div>
    </>
  );
}
