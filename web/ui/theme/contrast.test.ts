/*
 * Goal: text and marks can be read in both themes (WCAG 2.2, 1.4.3 and 1.4.11). Method: read tokens.css and compute the
 * contrast of every hue on every ground it may stand on.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { familyHues, statusFamilies } from '../status/status.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The custom properties of the block that follows a selector. */
function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

/** Relative luminance of a colour. **Source**: WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const hues = [...new Set(Object.values(familyHues)), 'blue', 'purple'];
const grounds = ['ground', 'surface', 'surface-sunk', 'surface-hover'];

for (const theme of ['light', 'dark']) {
  const token = tokens(`[data-mantine-color-scheme="${theme}"]`);
  const of = (name: string): string => {
    const value = token[name];
    if (value === undefined) throw new Error(`tokens.css has no --${name} in the ${theme} theme`);
    return value;
  };

  describe(`the ${theme} theme`, () => {
    it('writes every text with at least 4.5:1 on every ground', () => {
      for (const ground of grounds)
        for (const text of ['text', 'text-dim', 'accent', ...hues.map((hue) => `${hue}-text`)])
          expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    });

    it('draws every mark with at least 3:1 on every ground', () => {
      for (const ground of grounds)
        for (const mark of [...hues, 'line-strong', 'focus'])
          expect(contrast(of(mark), of(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
    });

    it('writes a state on its own ground with at least 4.5:1', () => {
      for (const hue of hues) expect(contrast(of(`${hue}-text`), of(`${hue}-soft`)), hue).toBeGreaterThanOrEqual(4.5);
      expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    });
  });
}

describe('states', () => {
  it('each belong to a family with a hue', () => {
    for (const family of Object.values(statusFamilies)) expect(familyHues[family]).toMatch(/^[a-z]+$/);
  });
});
