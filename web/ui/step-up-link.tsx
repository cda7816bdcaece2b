import { useLocation } from '@tanstack/react-router';
import { t } from '../messages/translate.ts';
import { AppLink } from './text.tsx';

/** Leads to where one confirms who one is by a second factor, and from there back to this page. */
export function StepUpLink() {
  const { href } = useLocation();
  return (
    <AppLink to="/sign-in" search={{ stepUp: 1, returnTo: href }}>
      {t('ui.step-up')}
    </AppLink>
  );
}
