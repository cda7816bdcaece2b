/*
 * Goal: the page says what the engine answered, neither more nor less. Method: the server's own words for the cells of
 * its table, over the policies in force, and answers of every kind.
 */
import { describe, expect, it } from 'vitest';
import { roles } from '../../../../src/people/model.ts';
import { tableOf } from '../../../../src/people/permission/routes.ts';
import { permissionsForTests } from '../../../../src/people/permission/testing.ts';
import { tMaybe } from '../../../messages/translate.ts';
import { cellOf, groupedByRoom, verdictOf } from './answers.ts';

describe('an answer', () => {
  it('is a yes only where it is one', () => {
    expect(verdictOf({ allowed: true })).toBe('yes');
    expect(verdictOf({ allowed: true, detail: 'aggregates' })).toBe('aggregates');
    expect(verdictOf({ allowed: false, needs: 'step-up' })).toBe('step-up');
    expect(verdictOf({ allowed: false, needs: 'break-glass' })).toBe('break-glass');
    expect(verdictOf({ allowed: false })).toBe('no');
  });
});

describe('the table of roles by acts', () => {
  const table = tableOf(permissionsForTests());

  it('is read cell by cell as the server wrote it', () => {
    const at = (action: string, role: string) =>
      cellOf(table.find((row) => row.action === action)?.cells.find((cell) => cell.role === role)?.answer ?? '');
    expect(at('monitor:read-cases', 'clinical-owner')).toMatchObject({ where: 'own' });
    expect(at('monitor:read-cases', 'patient-representative').where).toBe('no');
    expect(at('people:sign-policy', 'operator')).toMatchObject({ where: 'everywhere', isAfterSecondFactor: true });
    expect(at('people:sign-policy', 'model-lead').where).toBe('no');
  });

  it('loses no word of the server: every answer can be said again from what was read', () => {
    const again = ({ where, less, isAfterSecondFactor }: ReturnType<typeof cellOf>): string =>
      [where, less, isAfterSecondFactor ? 'after a second factor' : undefined].filter(Boolean).join(', ');
    for (const { cells } of table) for (const { answer } of cells) expect(again(cellOf(answer))).toBe(answer);
  });

  it('has every role, and every act and room has words', () => {
    const unsaid = table.filter(({ action }) => tMaybe(`people.action.${action}`) === undefined);
    expect(unsaid.map(({ action }) => action)).toEqual([]);
    expect(table.every(({ cells }) => cells.length === roles.length)).toBe(true);
    const rooms = groupedByRoom(table, '').map(({ room }) => room);
    expect(rooms.filter((room) => tMaybe(`people.permissions.room.${room}`) === undefined)).toEqual([]);
  });

  it('is searched by the words on screen and by the names of the API', () => {
    const found = (words: string) =>
      groupedByRoom(table, words).flatMap((group) => group.rows.map((row) => row.action));
    expect(found('monitor:read-cases')).toEqual(['monitor:read-cases']);
    expect(found('single cases pseudonym')).toEqual(['monitor:read-cases']);
    expect(found('no such words')).toEqual([]);
    expect(found('')).toHaveLength(table.length);
  });
});
