import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './env.ts'
import type { RouteSpec } from './route.ts'

/** What each group of routes is for. A tag without a line here is found by the linters of the document. */
const tagDescriptions: Readonly<Record<string, string>> = {
  Verifications: 'One metered, consented, audited question about a person or an organisation, and what became of it.',
  Consents: 'What a data subject agreed to: recorded before the first question, read, and withdrawn at any time.',
  'Self-service': 'What a customer can look up about itself with its own key.',
  'Accounts (staff)': 'Accounts, their agreements, orders, payments and standing.',
  'API keys (staff)': 'The keys of an account: made, replaced, suspended, revoked.',
  'Approvals (staff)': 'What takes two persons: one proposes the exact change, another one approves it.',
  'Calls and consents (staff)':
    'Verifications and consents of an account as its customer sees them, each reading kept with its reason.',
  Closings: 'How an agreement ends: the application or notice, its day, what is handed over and what is erased.',
  Evidence: 'Authorisation texts: filed with a consent or asked for, compared with the digest that was recorded before the call.',
  'Data subjects (staff)': 'What a person asks for about itself: its own records, or that what is personal goes.',
  Deadlines: 'What is due when, and by which clause of the agreement.',
  Amendments: 'Changes of an agreement in force: signed by both sides, or shown and used.',
  Differences: 'Numbers on which two texts of an agreement differ, and the one that counts.',
  Documents: 'The papers of an agreement: by digest, filed, and fetched with a log.',
  Signings: 'How an agreement is agreed and comes into force: by signatures of both sides, or by a tick.',
  Tickets: 'Fault reports and requests for support, with the response times that the agreement promises.',
  Outages: 'When the service was not there, why, and how much of a month it was.',
  'Quality issues': 'Results that the customer doubts, from the mark to what the source made of it.',
  'Force majeure': 'Events that keep a side from an obligation: told at once, proved in time, and what follows.',
  Disputes: 'What the two sides do not agree about, with the clock of their talks; nothing stops but the disputed amount.',
  'Charge disputes': 'Single charges that the customer says are wrong, their answer, and the evidence of each with its proof.',
  'Credit notes': 'What was charged too much and is given back: corrections by adding, taken into account by a statement.',
  Claims: 'What one side asks of the other, by the heads that the agreement knows; recorded, never computed.',
  'Disclosures (staff)': 'Who was told what is secret, on which ground.',
  'Authority requests (staff)': 'What authorities ask for or are told, and the records that are kept for it.',
  'Security checks (staff)': 'Security checks and when the next one is due.',
  'Abuse reports': 'For anybody who has seen the gateway misused.',
  'Alarms (staff)': 'What needs a person, across accounts, with the page that says what to do.',
  'Sources (staff)': 'How the data sources answer.',
  'Staff log': 'Who searched, reported and exported across accounts, when and why; it only grows.',
  'Reports (staff)': 'Usage across accounts, and whether the books are sound.',
  System: 'Whether the gateway works, and what it can do.',
  Contacts: 'The addresses to which notices go, with their history.',
  Notices: 'What a customer was told, on which channel, and when it counts as delivered.',
  'Planned work': 'Windows in which service can pause, announced ahead.',
  'Changes of sources': 'What a data source changes, and what the customer says to it.',
  Acceptances: 'Applications that a customer accept what was built, and the clocks that make silence an acceptance.',
  Bills: 'What was used in a month, its invoice, its payments, and what being late costs.',
  Builds: 'The time in which something has to be built, and what building late costs.',
  'Fee notices': 'Fees that a customer was told of, and its time to object.',
  'Payment orders':
    'What is to be paid, to whom and in what shares: verified, paid, cleared, with its papers; never executed here.',
  'Bank statements (staff)': 'The lines of the bank of a day, against the orders of that day.',
  'Tax invoices': 'Tax invoices by their numbers: recorded, never issued here.',
  Milestones: 'The parts of a fixed price: when each is due, what was paid, what being late costs.',
  Statements: 'What an account is told of each month: packs, use, bills, corrections, and its time to object.',
  'Settlement figures': 'What the books come to when a cooperation ends.',
  'Printed copies': 'What was printed outside the gateway, by its digest: whoever holds a copy can tell whether it is the one.',
  Onboarding: 'Who the customer is, its papers and its tested connection: what a live key rests on.',
  Webhooks: 'Addresses of yours that are told what happens, signed by Standard Webhooks.',
  Inspections: 'How the service is used, looked into; orders to correct, with the time by which.',
  Standing: 'What is suspended and why, and the report that a key is in the wrong hands.',
  'Breach cases (staff)': 'Breaches and what was done about them; a case that was closed can be opened again.',
  'Usage flags (staff)': 'Keys whose use looks like probing: warned, throttled, stopped, and back.',
  Settlements: 'The settlement of an account as a document: proposed by one person, approved by another, signed and paid.',
}

const information = {
  title: 'Verimeter',
  summary: 'Metered identity verification.',
  description:
    'Every call is checked, consented, charged by its outcome and provable. Every answer that is not a success is a problem ' +
    'document (RFC 9457) whose `retry` says what may be done with the Idempotency-Key. The guide is at `/docs`.',
  contact: { name: 'The operator of this gateway' },
  // An SPDX expression for what no public licence covers.
  license: { name: 'By agreement with the operator', identifier: 'LicenseRef-agreement' },
}

const securitySchemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a customer, `vm_live_…` or `vm_test_…`.' },
  staffToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Token of a member of staff; its roles decide.',
  },
} as const

/** The parts of the document that are read again here. */
export interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> }
  responses: Record<string, { description: string; content?: Record<string, object> }>
}

export interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
}

/** The OpenAPI document of one app, as far as it is read again here. */
export interface ApiDocument {
  info: Record<string, unknown>
  paths: Record<string, Record<string, Operation>>
}

/** OpenAPI 3.1 of the routes, made from the schemas that judge the requests. Its addresses are relative to its own (§4.8.5). */
export const openApiDocument = (app: OpenAPIHono<AppEnv>, specs: readonly RouteSpec[], version: string): ApiDocument => {
  for (const [name, scheme] of Object.entries(securitySchemes))
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { ...information, version },
    servers: [{ url: '/', description: 'This gateway.' }],
    tags: [...new Set(specs.map(({ tag }) => tag))]
      .sort((a, b) => a.localeCompare(b))
      .map((name) => ({
        name,
        ...(tagDescriptions[name] === undefined ? {} : { description: tagDescriptions[name] }),
      })),
  }) as unknown as ApiDocument
  for (const path of Object.values(document.paths))
    for (const { parameters = [] } of Object.values(path))
      for (const parameter of parameters)
        if (parameter.in === 'path') parameter.description ??= `The ${words(parameter.name.replace(/_id$/, ''))}, by its id.`
  return document
}

const words = (name: string): string => (name === 'id' ? 'thing' : name.replaceAll('_', ' '))

const verbs = { post: 'create', put: 'put', delete: 'delete' } as const

/**
 * A name that a code generator can give to a function: `createVerification`, `listConsents`, `getAccountGrant`. Nouns before
 * an id are singular; a list is what ends with a plural.
 */
export const operationIdOf = ({ method, path, caller }: Pick<RouteSpec, 'method' | 'path' | 'caller'>): string => {
  const parts = path
    .replace(/^\/v\d+/, '')
    .split('/')
    .filter(Boolean)
  const last = parts.at(-1) ?? ''
  const isList = method === 'get' && caller !== 'anyone' && isPlural(last)
  const verb = method === 'get' ? (isList ? 'list' : 'get') : verbs[method]
  const nouns = parts.flatMap((part, at) => {
    if (part.startsWith('{')) return []
    const isOne = parts[at + 1]?.startsWith('{') || (at === parts.length - 1 && !isList && method === 'post')
    return part
      .split(/[^a-z0-9]+/i)
      .map((word, position, all) => capital(isOne && position === all.length - 1 ? singular(word) : word))
  })
  return verb + nouns.join('')
}

const isPlural = (word: string): boolean => /[^su]s$/.test(word)
const singular = (word: string): string => (isPlural(word) ? word.replace(/ies$/, 'y').replace(/s$/, '') : word)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
