import { toJSONSchema, type ZodType } from 'zod';
import type { Json } from '#kernel';
import { problemSchema } from './problem-answer.ts';
import { type Route, streamContentTypes } from './route.ts';

export interface ApiTitle {
  title: string;
  version: string;
  description: string;
}

type JsonObject = { [key: string]: Json };

/** The OpenAPI 3.1 document of the routes under `/api/`. Its schemas are the very ones that check the requests. */
export function openApiDocument(about: ApiTitle, routes: readonly Route<never>[]): JsonObject {
  const paths: { [path: string]: JsonObject } = {};
  for (const route of routes) {
    if (!route.path.startsWith('/api/')) continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { ...about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      responses: {
        Problem: {
          description: 'A refusal or a failure, with its remedy (RFC 9457).',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token of a machine.' },
        session: { type: 'apiKey', in: 'cookie', name: 'hortus_session', description: 'A signed-in person.' },
      },
    },
  };
}

function operation(route: Route<never>): JsonObject {
  const room = route.path.split('/')[3] ?? 'system';
  const body = requestBody(route);
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(\w)/g, (_, c: string) => c.toUpperCase())}`,
    summary: route.summary,
    tags: [room],
    'x-hortus-action': route.action,
    ...(route.personLevel === undefined ? {} : { 'x-hortus-person-level': personLevelOf(route.personLevel) }),
    security: route.action === 'public' ? [] : [{ session: [] }, { token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      [String(route.status ?? 200)]: {
        description: 'Done.',
        ...(route.response === 'raw'
          ? {}
          : { content: { 'application/json': { schema: jsonSchema(route.response, 'output') } } }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const personLevelOf = (mark: NonNullable<Route<never>['personLevel']>): string =>
  mark === 'recorded-by-handler' ? mark : mark.objectKind;

function requestBody(route: Route<never>): JsonObject | undefined {
  if (route.body === undefined) return undefined;
  if (route.body !== 'stream') {
    return { required: true, content: { 'application/json': { schema: jsonSchema(route.body, 'input') } } };
  }
  const content = Object.fromEntries((route.contentTypes ?? streamContentTypes).map((type) => [type, {}]));
  return { required: true, content };
}

function parametersOf(schema: ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: JsonObject;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  // A Standard Schema hook that Zod hangs on its result; not part of the document.
  return JSON.parse(JSON.stringify(rest)) as JsonObject;
}
