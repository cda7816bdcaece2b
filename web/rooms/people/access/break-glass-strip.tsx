import { useQuery } from '@tanstack/react-query';
import { useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Strip, Time } from '../../../ui/index.ts';
import { act, actAndSay, breakGlassQuery, useNames } from '../people-questions.ts';

const lookAgainMs = 60_000;

/** While one's own emergency access is open, every page says so and ends it with one press. */
export function BreakGlassStrip() {
  const { mayDo, person: me } = useSession();
  const names = useNames();
  const isAsked = me !== undefined && mayDo('people:break-glass') && mayDo('people:read-access-record');
  const { data } = useQuery({ ...breakGlassQuery, enabled: isAsked, refetchInterval: lookAgainMs });
  const open = (isAsked ? (data?.breakGlasses ?? []) : []).filter((one) => one.isOpen && one.personId === me?.id);
  return open.map((one) => (
    <Strip
      key={one.id}
      kind="trouble"
      act={
        <button
          type="button"
          onClick={() => actAndSay(act('POST', `break-glass/${one.id}/end`), t('people.emergency.done.ended'))}
        >
          {t('people.emergency.end')}
        </button>
      }
    >
      {rich('people.emergency.strip', {
        whose: names.organisation(one.legalEntityId),
        until: <Time at={one.endsAt} />,
      })}
    </Strip>
  ));
}
