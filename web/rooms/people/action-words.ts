import { tMaybe } from '../../messages/translate.ts';

/** The words of an action; one that the catalogue does not know is shown as it is called. */
export const actionInWords = (action: string): string => tMaybe(`people.action.${action}`) ?? action;
