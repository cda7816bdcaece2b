import { type Json, Problem } from '#kernel';
import type { OriginKind } from '#ledger';
import type { Db } from '#platform/db';
import { readSetting, writeSetting } from './store.pg.ts';

/** How far the filling of a demonstration is; told to everybody who looks at a page. */
export interface Filling {
  done: number;
  total: number;
  /** In words: what happens at this moment of the story. */
  phase: string;
  etaSeconds: number | undefined;
}

/** What this installation is, and what must be said wherever its numbers are shown. */
export interface Installation {
  readonly kind: OriginKind;
  readonly name: string;
  /** Attribution and terms of the data; undefined for one's own. */
  notice(): string | undefined;
  setNotice(text: string): Promise<void>;
  filling(): Filling | undefined;
  setFilling(filling: Filling | undefined): void;
  /** What a long task (the demonstration, an import) has remembered, to go on after an interruption. */
  memory<T extends Json>(name: string): { read(): Promise<T | undefined>; write(value: T): Promise<void> };
}

interface Stored {
  kind: OriginKind;
  name: string;
  notice?: string;
}

const settingName = 'installation';
const names: Record<OriginKind, string> = {
  live: 'Hortus',
  simulation: 'Hortus (simulation)',
  demonstration: 'Hortus (demonstration)',
};

/**
 * Opens what the installation knows of itself; the first start fixes its kind for ever.
 * Problems: conflict where it was made as another kind than the one asked for.
 */
export async function openInstallation(db: Db, asked: OriginKind | undefined): Promise<Installation> {
  let stored = await readSetting<Stored>(db, settingName);
  if (stored === undefined) {
    const kind = asked ?? 'live';
    stored = { kind, name: names[kind] };
    await writeSetting(db, settingName, { ...stored });
  } else if (asked !== undefined && asked !== stored.kind) {
    throw new Problem('conflict', {
      detail: `This data folder holds a ${stored.kind} installation and cannot become ${asked}: use another one.`,
    });
  }
  const known: Stored = stored;
  let filling: Filling | undefined;
  return {
    kind: known.kind,
    name: known.name,
    notice: () => known.notice,
    setNotice: async (text) => {
      known.notice = text;
      await writeSetting(db, settingName, { ...known });
    },
    filling: () => filling,
    setFilling: (now) => {
      filling = now;
    },
    memory: <T extends Json>(name: string) => ({
      read: () => readSetting<T>(db, `memory:${name}`),
      write: (value: T) => writeSetting(db, `memory:${name}`, value),
    }),
  };
}

/** The kind of a database that was used before; undefined for a fresh one. */
export const kindOf = async (db: Db): Promise<OriginKind | undefined> =>
  (await readSetting<Stored>(db, settingName))?.kind;
