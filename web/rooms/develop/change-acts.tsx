import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { certificatesQuery, claimsQuery } from '../../app/questions.ts';
import { useScope } from '../../app/scope.ts';
import { useSession } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { AppLink, Button, Card } from '../../ui/index.ts';
import { ActForm } from '../certify/acts-card.tsx';
import { type Change, type ChangeOffer, certificatesOf, changeOffers, obstacleOf } from './change-offers.ts';

/** Release or refusal of a change, for those who may; everybody sees what still stands in its way. */
export function ChangeActs(given: Omit<Change, 'claims'>) {
  const session = useSession();
  const { asOf } = useScope();
  const [chosen, setChosen] = useState<ChangeOffer>();
  const certificates = useQuery(certificatesQuery({})).data?.certificates ?? [];
  const claims = useQuery(claimsQuery({})).data?.claims;
  if (asOf !== undefined || claims === undefined) return null;
  const change = { ...given, claims };
  const concerned = certificatesOf(certificates, change);
  if (given.version.state === 'refused' || concerned.length === 0) return null;
  const offers = session.person === undefined ? [] : changeOffers(certificates, change, session);
  const obstacle = obstacleOf(change);
  return (
    <Card title={t('develop.release.title')}>
      <div className="stack gap-3">
        <p>{obstacle ?? t('develop.release.ready')}</p>
        <div className="row gap-2 no-print">
          {offers.map((one) => (
            <Button key={one.offer.key} onClick={() => setChosen(one)}>
              {one.offer.label}
            </Button>
          ))}
          {concerned.map(({ id, name }) => (
            <AppLink key={id} to={`/certify/certificates/${id}`}>
              {t('develop.release.certificate', { certificate: name })}
            </AppLink>
          ))}
        </div>
        {session.person === undefined ? <p className="dim small">{t('certify.acts.visitor')}</p> : null}
      </div>
      {chosen ? (
        <ActForm
          key={chosen.offer.key}
          offer={chosen.offer}
          certificate={chosen.certificate}
          onClose={() => setChosen(undefined)}
        />
      ) : null}
    </Card>
  );
}
