import { describe, expect, it, test } from 'vitest'
import type { OpenApiDocument } from '../../scripts/torture/contract.ts'
import { openDoor } from '../support/http-door.ts'
import { linters } from '../support/openapi-linters.ts'

const served = async (): Promise<OpenApiDocument> => {
  const answer = await openDoor({}).call('GET', '/openapi.json')
  return (await answer.json()) as OpenApiDocument
}

/** The verifications alone, with the schemas that they name: the linters take a minute for the whole document. */
const small = async (): Promise<OpenApiDocument> => {
  const document = await served()
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/verifications')))
  const named = new Set<string>()
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (named.has(name)) continue
      named.add(name)
      visit(document.components.schemas[name] ?? {})
    }
  }
  visit(paths)
  const schemas = Object.fromEntries(Object.entries(document.components.schemas).filter(([name]) => named.has(name)))
  const { tags = [] } = document as { tags?: { name: string }[] }
  const used = { tags: tags.filter(({ name }) => name === 'Verifications') }
  const { apiKey = {} } = document.components.securitySchemes
  const keys = { securitySchemes: { apiKey } }
  return { ...document, ...used, paths, components: { ...document.components, ...keys, schemas } }
}

/** The small document with something broken in it. */
const broken = async (change: (document: OpenApiDocument) => void): Promise<OpenApiDocument> => {
  const document = await small()
  change(document)
  return document
}

const createVerification = (document: OpenApiDocument) => {
  const operation = document.paths['/v1/verifications']?.post
  if (!operation) throw new Error('the document has no POST /v1/verifications')
  return operation
}

const breaks: Record<string, (document: OpenApiDocument) => void> = {
  'a reference to nothing': (document) => {
    createVerification(document).responses['200'] = {
      description: 'A',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Nothing' } } },
    }
  },
  'two operations of one name': (document) => {
    createVerification(document).operationId = 'listVerifications'
  },
  'a parameter of the path that is not described': (document) => {
    const operation = document.paths['/v1/verifications/{id}']?.get
    if (operation) operation.parameters = []
  },
  'an example that its schema refuses': (document) => {
    Object.assign(document.components.schemas.Verification ?? {}, { example: { id: 7 } })
  },
  'no server': (document) => {
    Object.assign(document, { servers: [] })
  },
  'an operation without responses': (document) => {
    Object.assign(createVerification(document), { responses: {} })
  },
}

describe.each(linters)('$name', ({ complaintsOf }) => {
  it('has no complaint about the document that is served', { timeout: 300_000 }, async () => {
    expect(await complaintsOf(await served())).toEqual([])
  })

  it('has no complaint about the small document either, before something is broken in it', async () => {
    expect(await complaintsOf(await small())).toEqual([])
  })

  test.each(Object.keys(breaks))('the control: complains about %s', async (what) => {
    const complaints = await complaintsOf(await broken(breaks[what] ?? (() => undefined)))
    expect(complaints.length).toBeGreaterThan(0)
  })

  it('is never shown a document that leans on another one', async () => {
    const document = await broken((one) =>
      Object.assign(one.components.schemas, { Far: { $ref: 'https://example.com/far.json' } }),
    )
    expect(await complaintsOf(document)).toEqual(['refers to https://example.com/far.json'])
  })
})

describe('names of operations', () => {
  it('are names that a code generator can give to functions', async () => {
    const { paths } = await served()
    const names = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    expect(names).toEqual(
      expect.arrayContaining([
        'createVerification',
        'listConsents',
        'getConsent',
        'createAccountApiKeyRotation',
        'getOwnAccount',
        'getHealth',
      ]),
    )
    for (const name of names) expect(name).toMatch(/^(?:create|list|get|put|delete)(?:[A-Z][a-z0-9]*)+$/)
  })
})
