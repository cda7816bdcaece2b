import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { assert } from '#kernel';
import { productFolder } from '../../src/main/version.ts';
import { type Scene, SceneView } from '../../web/charts/index.ts';

/** One chart of a picture, with what it shows written above it. */
export interface Panel {
  title: string;
  scene: Scene;
}

export interface Picture {
  title: string;
  /** What the picture shows, for whoever cannot see it. */
  description: string;
  panels: Panel[];
  columns: number;
  /** Where the data are from and what they may be used for. */
  footer: string[];
}

const margin = 20;
const gap = 28;
const titleRoom = 34;
const panelTitleRoom = 26;
const footerLine = 15;

/** The values of the light theme, so that a picture looks the same outside the pages. */
function lightTheme(): Map<string, string> {
  const css = readFileSync(join(productFolder(), 'web/ui/theme/tokens.css'), 'utf8');
  const light = css.slice(0, css.indexOf('[data-mantine-color-scheme="dark"]'));
  return new Map([...light.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim()]));
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A scene as nested SVG at its place; the stops of the keyboard are left out, a file has none. */
function placed({ scene }: Panel, at: { x: number; y: number; id: string }): string {
  const markup = renderToStaticMarkup(<SceneView scene={{ ...scene, stops: [] }} />, { identifierPrefix: at.id });
  const place = `x="${at.x}" y="${at.y}" width="${scene.width}" height="${scene.height}" overflow="visible"`;
  return markup
    .replace(/^<svg (viewBox="[^"]*")[^>]*>/, `<svg ${place} $1>`)
    .replace(/<title[^>]*>.*?<\/title>/s, '')
    .replace(/<desc[^>]*>.*?<\/desc>/s, '');
}

/** The picture as one standalone SVG file on a white ground. */
export function svgOf(picture: Picture): string {
  const { panels, columns, footer } = picture;
  const cell = {
    width: Math.max(...panels.map(({ scene }) => scene.width)),
    height: panelTitleRoom + Math.max(...panels.map(({ scene }) => scene.height)),
  };
  const rows = Math.ceil(panels.length / columns);
  const width = 2 * margin + columns * cell.width + (columns - 1) * gap;
  const footerTop = margin + titleRoom + rows * cell.height + (rows - 1) * gap + gap;
  const height = footerTop + (footer.length - 1) * footerLine + margin;
  const body = panels.map((panel, index) => {
    const x = margin + (index % columns) * (cell.width + gap);
    const y = margin + titleRoom + Math.floor(index / columns) * (cell.height + gap);
    const heading = `<text x="${x}" y="${y + 12}" font-size="14" font-weight="600" fill="var(--text)">${escaped(panel.title)}</text>`;
    return heading + placed(panel, { x, y: y + panelTitleRoom, id: `p${index}` });
  });
  const source = footer.map(
    (line, index) =>
      `<text x="${margin}" y="${footerTop + index * footerLine}" font-size="11" fill="var(--text-dim)">${escaped(line)}</text>`,
  );
  const theme = lightTheme();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="var(--font)">`,
    `<title id="title">${escaped(picture.title)}</title><desc id="description">${escaped(picture.description)}</desc>`,
    '<style>.chart-halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}</style>',
    `<rect width="${width}" height="${height}" fill="var(--surface)"/>`,
    `<text x="${margin}" y="${margin + 12}" font-size="17" font-weight="600" fill="var(--text)">${escaped(picture.title)}</text>`,
    ...body,
    ...source,
    '</svg>\n',
  ]
    .join('\n')
    .replace(/var\((--[\w-]+)(?:,[^)]*)?\)/g, (_, name: string) => {
      const value = theme.get(name);
      assert(value !== undefined, `the theme has ${name}`);
      return value.replaceAll('"', "'");
    });
}
