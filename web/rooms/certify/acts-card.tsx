import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { sha256Hex } from '#kernel';
import { type CertificateDetailView, certificateDetailView, raiseOpenedView } from '../../../src/certify/contract.ts';
import { problemOf, tell } from '../../app/api.ts';
import { refresh } from '../../app/query-client.ts';
import { roleName, useSession } from '../../app/session.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { Button, Card, Day, FileField, ReasonDialog, showToast, TextField } from '../../ui/index.ts';
import { proposalsQuery } from '../people/proposals/proposals.ts';
import { type Offer, offersNow, offersToPropose } from './act-offers.ts';

/** What this person may do here: acts at once, and raises to propose. Everybody else sees that they may read. */
export function ActsCard({ certificate }: { certificate: CertificateDetailView }) {
  const session = useSession();
  const [chosen, setChosen] = useState<Offer>();
  const open = useQuery(proposalsQuery({ subject: certificate.id, show: 'open' })).data?.proposals ?? [];
  const openKinds = open.map(({ kind }) => kind);
  const offers =
    session.person === undefined
      ? []
      : [...offersToPropose(certificate, session, openKinds), ...offersNow(certificate, session)];
  return (
    <Card title={t('certify.acts.title')}>
      {session.person === undefined ? (
        <p className="dim">{t('certify.acts.visitor')}</p>
      ) : offers.length === 0 ? (
        <p className="dim">{t('certify.acts.none')}</p>
      ) : (
        <div className="stack gap-3">
          <p className="dim small">{t('certify.acts.as', { role: roleName(session.roles).toLowerCase() })}</p>
          <Answers offers={offers} onChoose={setChosen} />
          <OfferGroup
            title={t('certify.acts.propose')}
            offers={offers.filter(({ isProposal }) => isProposal)}
            onChoose={setChosen}
          />
          <OfferGroup
            title={t('certify.acts.now')}
            offers={offers.filter(({ isProposal, about }) => !isProposal && about === undefined)}
            onChoose={setChosen}
          />
        </div>
      )}
      {chosen ? (
        <ActForm key={chosen.key} offer={chosen} certificate={certificate} onClose={() => setChosen(undefined)} />
      ) : null}
    </Card>
  );
}

interface OfferListProps {
  offers: readonly Offer[];
  onChoose: (offer: Offer) => void;
}

function OfferGroup({ title, offers, onChoose }: OfferListProps & { title: string }) {
  if (offers.length === 0) return null;
  return (
    <section className="stack gap-2">
      <h3>{title}</h3>
      <div className="row gap-2">
        {offers.map((offer) => (
          <Button key={offer.key} onClick={() => onChoose(offer)}>
            {offer.label}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Each question once, with its possible answers beside it. */
function Answers({ offers, onChoose }: OfferListProps) {
  const questions = [...new Map(offers.flatMap(({ about }) => (about ? [[about.key, about] as const] : []))).values()];
  if (questions.length === 0) return null;
  return (
    <section className="stack gap-2">
      <h3>{t('certify.acts.answer')}</h3>
      {questions.map(({ key, text, since }) => (
        <div key={key} className="row row-apart gap-3">
          <span>
            {text} <span className="dim small">{rich('certify.acts.answer.since', { day: <Day at={since} /> })}</span>
          </span>
          <span className="row gap-2">
            {offers
              .filter(({ about }) => about?.key === key)
              .map((offer) => (
                <Button key={offer.key} onClick={() => onChoose(offer)}>
                  {offer.label}
                </Button>
              ))}
          </span>
        </div>
      ))}
    </section>
  );
}

const answers = z.union([raiseOpenedView, certificateDetailView]);

/** What will happen, the reason, and what else the act needs; sends it as a proposal or as an act done at once. */
export function ActForm({
  offer,
  certificate,
  onClose,
}: {
  offer: Offer;
  certificate: Pick<CertificateDetailView, 'id'>;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [document, setDocument] = useState<string>();
  const act = async (reason: string) => {
    const path = `/api/v1/certify/certificates/${certificate.id}/${offer.isProposal ? 'proposals' : 'acts'}`;
    const body = {
      act: offer.body(text.trim()),
      reason,
      asRole: offer.asRole,
      ...(document === undefined ? {} : { documentDigest: document }),
    };
    await tell('POST', path, { body, schema: answers });
    await refresh('certify', 'people', 'ledger', 'monitor', 'develop');
    const said = offer.isProposal ? t('certify.raise.opened') : t('certify.act.done', { act: offer.label });
    showToast({ kind: 'done', text: said });
  };
  return (
    <ReasonDialog
      title={offer.about ? `${offer.label}: ${offer.about.text}` : offer.label}
      actLabel={offer.label}
      isOpen
      onClose={onClose}
      onAct={act}
      problemOf={problemOf}
      consequence={offer.happens}
      isReady={(offer.asks === undefined || text.trim() !== '') && (!offer.needsDocument || document !== undefined)}
      fields={
        <>
          {offer.asks ? (
            <TextField
              label={t(`certify.act.${offer.asks}.text`)}
              hint={t(`certify.act.${offer.asks}.hint`)}
              value={text}
              onChange={setText}
              isRequired
            />
          ) : null}
          {offer.needsDocument ? (
            <FileField
              label={t('certify.raise.document')}
              hint={t('certify.raise.document.hint')}
              onBytes={(bytes) => setDocument(sha256Hex(bytes))}
              note={document}
            />
          ) : null}
        </>
      }
    />
  );
}
