import { en } from './en.ts';

/** A text, or its plural forms chosen by the number `count`. `{name}` is filled from the values. */
export type Message = string | { one: string; other: string };
export type Catalogue = Record<string, Message>;

export type MessageKey = keyof typeof en;

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type TextOf<M> = M extends string
  ? M
  : M extends { one: infer One extends string; other: infer Other extends string }
    ? One | Other
    : never;
type CountOf<M> = M extends string ? never : 'count';

/** The names a message needs: a missing one is a type error. */
export type ValuesOf<Key extends MessageKey, Value> = {
  [Name in NamesIn<TextOf<(typeof en)[Key]>> | CountOf<(typeof en)[Key]>]: Name extends 'count' ? number : Value;
};

export type Arguments<Key extends MessageKey, Value> = keyof ValuesOf<Key, Value> extends never
  ? []
  : [values: ValuesOf<Key, Value>];

/** The keys of messages that need no values: safe to keep in data and to translate later. */
export type PlainKey = { [Key in MessageKey]: keyof ValuesOf<Key, string> extends never ? Key : never }[MessageKey];

/** The language of the catalogue in use; Dutch and Swedish follow as catalogues of the same keys. */
export const catalogueLanguage = 'en';

const plurals = new Intl.PluralRules(catalogueLanguage);
const integers = new Intl.NumberFormat(catalogueLanguage);
const placeholder = /\{(\w+)\}/g;

/** The template of a key, with the plural form that fits `count`. */
export function template(key: MessageKey, count: number | undefined): string {
  const message: Message = en[key];
  if (typeof message === 'string') return message;
  return plurals.select(count ?? 0) === 'one' ? message.one : message.other;
}

/**
 * The text of a key in the reader's language.
 * Numbers are written with the language's separators; anything that needs fewer digits is formatted before it comes here.
 */
export function t<Key extends MessageKey>(key: Key, ...given: Arguments<Key, string | number>): string {
  const values: Record<string, string | number> & { count?: string | number } = given[0] ?? {};
  const { count } = values;
  return template(key, typeof count === 'number' ? count : undefined).replace(placeholder, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? integers.format(value) : value;
  });
}

/** As `t`, for keys that are only known at run time (a state sent by the server); undefined if there is no such message. */
export function tMaybe(key: string, values: Record<string, string | number> = {}): string | undefined {
  if (!Object.hasOwn(en, key)) return undefined;
  return (t as (key: string, values: Record<string, string | number>) => string)(key, values);
}
